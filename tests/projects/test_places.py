"""Places are never given twice: sixty-four schools at once for the last one, and two who allot at the same moment."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.constraints import refusal_for
from app.core.db import Database
from app.core.errors import ShixunError
from app.core.pages import PageRequest
from app.policy.load import Regulation
from app.projects import service
from app.projects.queries.nominations import NominationFilter
from app.projects.schemas import ProjectNominate, ProjectQuotasSet, ProjectQuotaWrite
from tests.factories.cluster import Clone
from tests.factories.projects import insert, put_project
from tests.factories.world import PACKS, TODAY, World, uid

SCHOOLS = 64


@pytest_asyncio.fixture
async def wide(clone: Clone) -> AsyncIterator[Database]:
    """The database with a connection for each of sixteen requests at once."""
    opened = clone.database(size=16)
    yield opened
    await opened.close()


def school(number: int) -> Principal:
    """A school under 甲镇中心校."""
    one = uid(f"racing school {number}")
    return Principal(419001, uid(f"racer {number}"), Role.SCHOOL, one, frozenset({one}))


async def settle(connection: asyncpg.Connection, world: World) -> None:
    """Sixty-four schools under one 中心校, each with a teacher."""
    central = world.organisation("central A")
    await connection.executemany(
        "INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, name, stages)"
        " VALUES ($1, $2, 'school', $3, 'central_school', $4, '{primary}')",
        [(world.region, uid(f"racing school {one}"), central, f"第{one}小学") for one in range(SCHOOLS)],
    )
    await connection.executemany(
        "INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index,"
        " id_number_masked, school_id, is_on_post, stage, subject, title)"
        " VALUES ($1, $2, $3, $4, 'female', '1985-01-01', 'x', $5, '*', $6, true, 'primary', 'chinese', 'edu_l1')",
        [
            (
                world.region,
                uid(f"racing teacher {one}"),
                f"R{one}",
                f"师{one}",
                f"{one:032d}".encode(),
                uid(f"racing school {one}"),
            )
            for one in range(SCHOOLS)
        ],
    )


async def outcome(act: object) -> str:
    """ok, or the code of the refusal."""
    try:
        await act  # type: ignore[misc]  # a coroutine
    except ShixunError as refused:
        return refused.code
    except DBAPIError as error:
        refusal = refusal_for(error)
        assert refusal is not None
        return refusal.code
    return "ok"


@pytest.mark.clause("A2.2", "A4.2")
async def test_sixty_four_schools_for_the_last_place(clone: Clone, wide: Database, world: World) -> None:
    admin = await clone.connect()
    await settle(admin, world)
    project = await put_project(admin, world.region, status="selecting", quota=3, allotted=3)
    quota = {"project_id": project, "unit_id": world.organisation("central A"), "places": 3, "taken": 2}
    await insert(admin, "project_quotas", region_id=world.region, **quota)
    regulation = Regulation.load(tuple(PACKS))

    async def nominate(number: int) -> None:
        async with wide.begin(world.region) as db:
            ctx = Context(db, school(number), regulation, Clock.at(TODAY))
            given = ProjectNominate(teacher_id=uid(f"racing teacher {number}"))
            await service.nominate(ctx, project, given)

    found = Counter(await asyncio.gather(*(outcome(nominate(one)) for one in range(SCHOOLS))))
    assert found == {"ok": 1, "PROJECT_NO_PLACE": SCHOOLS - 1}
    stored = await admin.fetchrow(
        "SELECT q.taken, (SELECT count(*) FROM project_nominations) AS made FROM project_quotas q"
    )
    assert tuple(stored) == (3, 1)
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute("UPDATE project_quotas SET taken = 4")
    await admin.close()


@pytest.mark.clause("A2.2")
async def test_units_never_get_more_than_the_project_has(clone: Clone, wide: Database, world: World) -> None:
    admin = await clone.connect()
    project = await put_project(admin, world.region, status="approved", quota=10)
    regulation = Regulation.load(tuple(PACKS))
    units = [world.organisation(one) for one in ("central A", "central B", "D", "training school")]

    async def allot(number: int) -> None:
        who = Principal(world.region, uuid4(), Role.TRAINING_SCHOOL, world.organisation("training school"), frozenset())
        async with wide.begin(world.region) as db:
            given = ProjectQuotasSet(quotas=[ProjectQuotaWrite(unit_id=units[number], places=4)])
            await service.set_quotas(Context(db, who, regulation, Clock.at(TODAY)), project, given, version=None)

    found = Counter(await asyncio.gather(*(outcome(allot(one)) for one in range(4))))
    assert found == {"ok": 2, "PROJECT_INVALID": 2}
    assert await admin.fetchval("SELECT allotted FROM projects") == 8
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute("UPDATE projects SET allotted = 11")
    await admin.close()
    async with wide.begin(world.region) as db:
        ctx = Context(db, school(1), regulation, Clock.at(TODAY))
        page = await service.find_nominations(ctx, PageRequest(), project, NominationFilter())
        assert page.items == []
