"""Sixty-four nominations at once for the last place of a unit: the database decides, exactly once."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.evaluations import NOMINATING, Jury
from tests.factories.teachers import fetch
from tests.factories.world import HOME, World

CLIENTS = 64


@pytest_asyncio.fixture
async def database(clone: Clone) -> AsyncIterator[Database]:
    """The clone with patience: how long a busy machine makes a client wait is not what this asks."""
    opened = clone.database(size=16, wait=60.0, lock_timeout="60s", statement_timeout="60s", idle_timeout="60s")
    yield opened
    await opened.close()


@pytest.mark.clause("A5.9")
async def test_one_of_sixty_four_gets_the_last_place(jury: Jury, clone: Clone, world: World) -> None:
    people = await _many(clone, world)
    campaign = await jury.campaign("advanced_person")

    async def ask(person: UUID) -> httpx.Response:
        body = {"subject_id": str(person), "grounds": "成绩突出"}
        return await jury.send("central_school", f"campaigns/{campaign['id']}/candidates", body, NOMINATING)

    answers = await asyncio.gather(*(ask(person) for person in people))
    codes = Counter(one.json().get("code", one.status_code) for one in answers)
    assert codes == {201: 1, "CAMPAIGN_QUOTA_FULL": CLIENTS - 1}
    quota = (await jury.get("bureau", f"campaigns/{campaign['id']}/quotas"))["items"]
    assert [(one["places"], one["used"]) for one in quota] == [(1, 1)]
    assert len(await fetch(clone, "SELECT 1 FROM campaign_candidates")) == 1


async def _many(clone: Clone, world: World) -> list[UUID]:
    """Sixty-four more teachers of A1."""
    people = [uuid4() for _ in range(CLIENTS)]
    connection = await clone.connect()
    await connection.executemany(
        "INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index,"
        " id_number_masked, school_id, stage, subject, title, joined_profession_on, is_on_post)"
        " VALUES ($1, $2, $3, '某某', 'male', $4, 'x', $5, '**************0000', $6, 'primary', 'chinese', 'edu_l1',"
        " $4, true)",
        [
            (HOME, one, f"R{at}", date(1990, 1, 1), hashlib.sha256(one.bytes).digest(), world.organisation("A1"))
            for at, one in enumerate(people)
        ],
    )
    await connection.close()
    return people
