"""Rules of school sheets over their boundaries, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.hours import rules
from app.hours.states import HoursCategory
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear

YEAR = SchoolYear(2026)
TERM = rules.term_of(YEAR, 1, date(2027, 2, 24))
TODAY = date(2026, 11, 23)
WHO, OTHER = UUID(int=1), UUID(int=2)
RESEARCH, WORKSHOP = HoursCategory.SCHOOL_RESEARCH, HoursCategory.WORKSHOP
PACK = Regulation.load(("jiyuan_2022_109",))


def line(**changes: Any) -> rules.SheetLine:
    facts: dict[str, Any] = {
        "teacher_id": WHO,
        "claimed": Decimal(2),
        "title": "集体备课",
        "day": date(2026, 10, 21),
        "session": None,
        "is_own": True,
        "is_on_post": True,
    }
    return rules.SheetLine(**facts | changes)


def sheet(
    lines: list[rules.SheetLine], category: HoursCategory = RESEARCH, *, used: int = 0, used_day: int = 0
) -> rules.Sheet:
    days = {one.day for one in lines}
    policies = {day: rules.check_policy(PACK, category, on=day) for day in days}
    by_day = {(WHO, one.day): Decimal(used_day) for one in lines}
    return rules.Sheet(category, TERM, policies, {WHO: Decimal(used)}, by_day)


def check(*lines: rules.SheetLine, category: HoursCategory = RESEARCH, **used: int) -> list[rules.Outcome]:
    return rules.check_sheet(sheet(list(lines), category, **used), lines, today=TODAY)


def codes(outcome: rules.Outcome) -> list[str]:
    return [finding.rule for finding in outcome.findings]


def entered(**changes: Any) -> rules.Entered:
    facts: dict[str, Any] = {
        "id": UUID(int=9),
        "line_key": rules.line_key(WHO, date(2026, 10, 21), "school_research", "集体备课", None),
        "category": "school_research",
        "title": "集体备课",
        "session": None,
        "source": "manual",
    }
    return rules.Entered(**facts | changes)


@pytest.mark.clause("A5.7.1")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        pytest.param({}, [], id="sound"),
        pytest.param({"day": date(2026, 9, 1)}, [], id="first day of the term"),
        pytest.param({"day": date(2026, 8, 31)}, ["hours_submission.outside_term"], id="day before the term"),
        pytest.param({"day": date(2026, 11, 23)}, [], id="today"),
        pytest.param({"day": date(2026, 11, 24)}, ["hours.future"], id="tomorrow"),
        pytest.param({"is_own": False}, ["hours_submission.other_school"], id="another school's teacher"),
        pytest.param({"is_on_post": False}, ["hours.not_on_post"], id="not at post"),
        pytest.param({"claimed": Decimal(24)}, [], id="the most of a day"),
        pytest.param({"claimed": Decimal("24.5")}, ["hours.line_per_day_max"], id="over the most of a day"),
        pytest.param({"entered": (entered(),)}, ["hours_submission.already_credited"], id="same key"),
        pytest.param(
            {"entered": (entered(line_key="external:x", source="external"),)},
            ["hours_submission.already_credited"],
            id="same content under a key of its own",
        ),
        pytest.param(
            {"entered": (entered(line_key="k", session="下午"),)}, ["hours_submission.similar_entry"], id="session"
        ),
        pytest.param(
            {"entered": (entered(line_key="k", category="city"),)}, ["hours_submission.similar_entry"], id="category"
        ),
        pytest.param({"entered": (entered(line_key="k", title="听课"),)}, [], id="another activity of the day"),
        pytest.param(
            {"is_own": False, "day": date(2027, 3, 1)},
            ["hours.future", "hours_submission.other_school", "hours_submission.outside_term"],
            id="every fault at once",
        ),
        pytest.param(
            {"day": date(2022, 7, 1)},
            ["hours.no_policy", "hours_submission.outside_term"],
            id="before the regulation",
        ),
    ],
)
def test_findings_of_a_line(changes: dict[str, Any], found: list[str]) -> None:
    (outcome,) = check(line(**changes))
    assert codes(outcome) == found
    is_advice = found in ([], ["hours_submission.similar_entry"])
    assert outcome.is_refused is not is_advice
    assert outcome.credited == (line(**changes).claimed if is_advice else 0)


def test_a_closed_year_takes_no_lines() -> None:
    closed = replace(sheet([line()]), is_closed=True)
    (outcome,) = rules.check_sheet(closed, [line()], today=TODAY)
    assert (outcome.credited, codes(outcome)) == (Decimal(0), ["hours.year_closed"])


def test_a_line_that_stands_twice_is_refused_once() -> None:
    first, again, session, other = check(line(), line(), line(session="下午"), line(teacher_id=OTHER))
    assert [codes(one) for one in (first, again, session, other)] == [[], ["hours_submission.repeated"], [], []]
    (finding,) = again.findings
    assert (finding.actual, finding.required) == (2, 1)


@pytest.mark.clause("A6.13c")
@pytest.mark.parametrize(
    ("used", "used_day", "claimed", "credited", "found"),
    [
        pytest.param(34, 0, 6, [6], [[]], id="up to the cap"),
        pytest.param(37, 0, 6, [3], [["hours.yearly_cap"]], id="over the cap"),
        pytest.param(40, 0, 6, [0], [["hours.yearly_cap"]], id="cap used up"),
        pytest.param(0, 2, 6, [4], [["hours.daily_limit"]], id="over the day"),
        pytest.param(0, 0, 7, [0], [["hours.per_day"]], id="one line over the day"),
    ],
)
def test_over_a_cap_is_advice_with_what_would_be_credited(
    used: int, used_day: int, claimed: int, credited: list[int], found: list[list[str]]
) -> None:
    outcomes = check(line(claimed=Decimal(claimed)), category=WORKSHOP, used=used, used_day=used_day)
    assert [one.credited for one in outcomes] == credited
    assert [codes(one) for one in outcomes] == found


@pytest.mark.clause("A6.13c")
def test_lines_of_a_sheet_share_the_cap_and_refused_ones_take_no_room() -> None:
    days = [line(claimed=Decimal(6), day=date(2026, 10, day)) for day in range(1, 9)]
    refused = line(claimed=Decimal(6), day=date(2026, 9, 30), is_own=False)
    outcomes = check(refused, *days, category=WORKSHOP)
    assert [one.credited for one in outcomes] == [0, 6, 6, 6, 6, 6, 6, 4, 0]


@pytest.mark.clause("A5.7.1")
def test_school_research_has_no_cap() -> None:
    (outcome,) = check(line(claimed=Decimal(8)), used=400)
    assert outcome == rules.Outcome(Decimal(8), ())


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [(1, date(2026, 9, 1), date(2027, 2, 23)), (2, date(2027, 2, 24), date(2027, 8, 31))],
)
def test_a_term_takes_the_holiday_after_it(number: int, first: date, last: date) -> None:
    term = rules.term_of(YEAR, number, date(2027, 2, 24))
    assert (term.name, term.first_day, term.last_day) == (f"2026-2027-{number}", first, last)
    assert first in term
    assert last in term


@pytest.mark.clause("A5.7.1", "A6.13c")
@pytest.mark.parametrize(
    ("category", "is_school", "under_central", "clause"),
    [
        pytest.param(RESEARCH, True, True, None, id="school, its research"),
        pytest.param(RESEARCH, True, False, None, id="direct school, its research"),
        pytest.param(RESEARCH, False, False, "A5.7.1", id="central school, research"),
        pytest.param(WORKSHOP, True, True, "A6.13c", id="school under a central school, workshop"),
        pytest.param(WORKSHOP, True, False, None, id="direct school, workshop"),
        pytest.param(WORKSHOP, False, False, None, id="central school, workshop"),
    ],
)
def test_who_files_what(*, category: HoursCategory, is_school: bool, under_central: bool, clause: str | None) -> None:
    found = rules.check_filing(category, is_school=is_school, has_central_school=under_central)
    assert [(one.rule, one.severity, one.clause) for one in found] == (
        [("hours_submission.filed_by", Severity.MUST, clause)] if clause else []
    )
    assert all(isinstance(one, Finding) for one in found)
