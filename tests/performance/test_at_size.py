"""The card's counts against lists and against plain SQL by hand; a small year always, a province in the long run.

The loader is `tests/benchmarks/province.py`; the small year passes every constraint of the database.
"""

import os
from dataclasses import replace

import pytest

from app.core.clock import Clock
from app.core.db import Database
from app.performance.queries import figures
from app.performance.queries.figures import SOURCES
from tests.benchmarks.province import fill
from tests.benchmarks.scorecard import SPAN, TODAY, by_hand, counted, look, reader
from tests.factories.cluster import Clone
from tests.factories.statements import counted as statements
from tests.factories.world import HOME

PROVINCE = int(os.environ.get("SCALE_TEACHERS") or 1_200_000)
LISTS = tuple(replace(one, tally=None, rest_of=None) for one in SOURCES)
"""Every figure counted as its list is read."""
NOT_BY_HAND = {
    "briefings.published",
    "city.projects",
    "city.workshops",
    "consultations.reports",
    "consultations.summaries",
    "integration.members",
    "integration.offices",
    "plans.five_year",
    "projects.planned",
    "projects.whole_mode",
    "research.activities",
    "rules.schemes",
    "steering.heads",
    "steering.members",
    "studios.activities",
    "studios.attendance",
    "studios.cases",
    "studios.publications",
    "studios.reviews",
    "teams.evaluated",
    "workshops.activities",
}
"""Small figures that have tests of their own: the loader has none or one of them, or test_agreement.py counts them."""


async def _filled(clone: Clone, teachers: int, *, is_checked: bool) -> None:
    connection = await clone.connect()
    await fill(connection, HOME, teachers, on=TODAY, is_checked=is_checked)
    await connection.close()


@pytest.mark.clause("A4.1", "A4.2", "A4.5")
async def test_counts_are_those_of_the_lists_and_of_plain_sql(clone: Clone, database: Database) -> None:
    await _filled(clone, 600, is_checked=True)
    card, lists, hand = await counted(database), await counted(database, LISTS), await by_hand(clone)
    assert card == lists
    assert hand == {code: (card[code].all, card[code].counts) for code in hand}
    assert {one.figure.code for one in SOURCES if one.records} - hand.keys() == NOT_BY_HAND
    assert all(card[code].all for code in hand)
    with statements(database) as sent:
        await counted(database)
    assert len([one for one in sent if "UNION ALL" in one]) == 1


@pytest.mark.clause("A5.7.1")
async def test_met_hours_come_from_counters_where_they_are_kept(clone: Clone, database: Database) -> None:
    await _filled(clone, 600, is_checked=True)
    met = tuple(one for one in SOURCES if one.figure.code == "hours.research_met")
    kept = (await counted(database, met))["hours.research_met"]
    assert 0 < kept.counts < kept.all
    connection = await clone.connect()
    moved = "UPDATE hours_completion_counters SET met = met - 1 WHERE ctid IN (SELECT ctid FROM"
    of_year = f"region_id = {HOME} AND school_year = 2025"
    await connection.execute(f"{moved} hours_completion_counters WHERE {of_year} AND met > 0 LIMIT 3)")
    assert (await counted(database, met))["hours.research_met"] == replace(kept, counts=kept.counts - 3)
    async with reader(database, Clock.at(TODAY)) as ctx:
        assert (await figures.counted(ctx, SPAN, met))["hours.research_met"] == kept
    await connection.execute(f"DELETE FROM hours_completion_counters WHERE {of_year}")
    await connection.close()
    assert (await counted(database, met))["hours.research_met"] == kept


@pytest.mark.long
@pytest.mark.clause("A4.1", "A4.2", "A4.5")
async def test_the_card_of_a_province_is_what_plain_sql_counts(clone: Clone) -> None:
    await _filled(clone, PROVINCE, is_checked=False)
    database = clone.database(statement_timeout="600s", idle_timeout="600s")
    card, lists, hand = await counted(database), await counted(database, LISTS), await by_hand(clone)
    assert card == lists
    assert hand == {code: (card[code].all, card[code].counts) for code in hand}
    assert card["hours.research_met"].all > PROVINCE * 0.9
    for source in SOURCES:
        if source.records is not None:
            page = await look(database, source, None)
            assert len(page.items) == min(50, card[source.figure.code].all), source.figure.code
    await database.close()
