"""Lists of teachers over REST: filters, order, scope, batches, and how many statements they take."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import pytest

from app.access.context import Context
from app.accounts.entry import Entrance
from app.core.db import Database
from app.teachers.queries import employments
from app.teachers.queries import records as queries
from app.teachers.states import TeacherStatus
from tests.factories import keys
from tests.factories.cluster import Clone
from tests.factories.keys import vault
from tests.factories.statements import counted
from tests.factories.world import World

As = Callable[[str], dict[str, str]]


@asynccontextmanager
async def acting(entrance: Entrance, world: World, username: str) -> AsyncIterator[Context]:
    """The context of a request of one of the world's accounts."""
    async with entrance.context(keys.token(world.account(username))) as ctx:
        yield ctx


async def names(client: httpx.AsyncClient, head: dict[str, str], query: str = "") -> list[str]:
    """The names on the first page."""
    answer = await client.get(f"/v1/teachers?{query}", headers=head)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


ALL = {"赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八一", "冯九", "陈十"}
VISIBLE = {
    "bureau": ALL,
    "bureau_be": ALL,
    "training_school": ALL,
    "central_school": {"赵一", "钱二", "孙三", "李四", "周五", "吴六"},
    "central_b": {"郑七", "王八一"},
    "school": {"赵一", "钱二", "孙三", "李四"},
    "school_d": {"冯九", "陈十"},
    "teacher": {"赵一"},
    "abroad_bureau": {"褚外"},
    "abroad_school": {"褚外"},
}


async def test_everybody_sees_their_own_part(client: httpx.AsyncClient, as_role: As) -> None:
    assert {username: set(await names(client, as_role(username))) for username in VISIBLE} == VISIBLE


FILTERS = {
    "stage=preschool": {"冯九", "陈十"},
    "subject=mathematics": {"钱二", "李四", "吴六", "王八一"},
    "subject=mathematics&is_on_post=true": {"钱二", "吴六", "王八一"},
    "is_on_post=false": {"李四"},
    "title=edu_senior": set[str](),
    "status=left": set[str](),
    "q=王八": {"王八一"},
    "q=一": {"赵一", "王八一"},
    "q=10000004": {"周五"},
    "q=1000000": set[str](),
    "q=%25": set[str](),
    "q=_": set[str](),
}


async def test_filters(client: httpx.AsyncClient, as_role: As) -> None:
    assert {query: set(await names(client, as_role("bureau"), query)) for query in FILTERS} == FILTERS


async def test_filters_by_place_stay_within_the_scope(client: httpx.AsyncClient, as_role: As, world: World) -> None:
    a, b, a2 = (world.organisation(name) for name in ("central A", "central B", "A2"))
    assert set(await names(client, as_role("bureau"), f"central_school_id={a}")) == VISIBLE["central_school"]
    assert set(await names(client, as_role("bureau"), f"school_id={a2}")) == {"周五", "吴六"}
    assert await names(client, as_role("central_school"), f"central_school_id={b}") == []
    assert await names(client, as_role("school"), f"school_id={a2}") == []
    assert await names(client, as_role("bureau"), f"school_id={world.organisation('X1')}") == []


async def test_pages_follow_the_cursor_in_both_orders(client: httpx.AsyncClient, as_role: As) -> None:
    cursor = ""
    for sort in ("name", "staff_no"):
        seen: list[str] = []
        cursor = ""
        while True:
            url = f"/v1/teachers?limit=3&sort={sort}{cursor}"
            answer = (await client.get(url, headers=as_role("bureau"))).json()
            seen += [item[sort] for item in answer["items"]]
            if not answer["next_cursor"]:
                break
            cursor = f"&cursor={answer['next_cursor']}"
        assert seen == sorted(seen)
        assert len(seen) == len(set(seen)) == 10
    other = await client.get(f"/v1/teachers?limit=3{cursor}", headers=as_role("bureau"))
    assert (other.status_code, other.json()["code"]) == (400, "CURSOR_INVALID")


async def test_unknown_order_and_control_characters_are_refused(client: httpx.AsyncClient, as_role: As) -> None:
    wrong = await client.get("/v1/teachers?sort=id_number", headers=as_role("bureau"))
    assert wrong.status_code == 422
    assert await names(client, as_role("bureau"), "q=%00王八") == ["王八一"]


async def test_total_counts_the_scope_only(client: httpx.AsyncClient, as_role: As) -> None:
    answer = (await client.get("/v1/teachers?limit=1&include_total=true", headers=as_role("school"))).json()
    assert (len(answer["items"]), answer["total"]) == (1, 4)


SEEN = {
    ("school", "a1-2"): 200,
    ("school", "a2-1"): 404,
    ("central_school", "a2-1"): 200,
    ("central_school", "b1-1"): 404,
    ("teacher", "a1-1"): 200,
    ("teacher", "a1-2"): 404,
    ("bureau", "d-1"): 200,
    ("bureau", "x1-1"): 404,
    ("abroad_bureau", "a1-1"): 404,
}


@pytest.mark.parametrize("path", ["/{id}", "/{id}/employments", ":batchGet?ids={id}"])
async def test_one_teacher_is_seen_within_the_scope(
    client: httpx.AsyncClient, as_role: As, world: World, path: str
) -> None:
    found = {}
    for username, teacher in SEEN:
        url = "/v1/teachers" + path.format(id=world.teacher(teacher))
        found[username, teacher] = (await client.get(url, headers=as_role(username))).status_code
    assert found == SEEN


async def test_absent_and_out_of_scope_look_the_same(client: httpx.AsyncClient, as_role: As, world: World) -> None:
    head = as_role("school") | {"X-Request-Id": "same-id-for-both"}
    answers = [
        (await client.get(f"/v1/teachers/{one}", headers=head)).json()
        for one in (world.teacher("a2-1"), world.teacher("x1-1"), uuid4())
    ]
    assert len({str({**answer, "instance": ""}) for answer in answers}) == 1


async def test_a_batch_keeps_the_order_and_is_all_or_nothing(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    wanted = [world.teacher(name) for name in ("a1-3", "a1-1", "a1-3")]
    url = "/v1/teachers:batchGet?" + "&".join(f"ids={one}" for one in wanted)
    answer = await client.get(url, headers=as_role("school"))
    assert [item["id"] for item in answer.json()["items"]] == [str(one) for one in wanted]
    foreign, absent = world.teacher("a2-1"), uuid4()
    refused = await client.get(f"{url}&ids={foreign}&ids={absent}", headers=as_role("school"))
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    assert refused.json()["missing"] == [str(foreign), str(absent)]


@pytest.mark.parametrize(("many", "status"), [(0, 422), (100, 404), (101, 422)])
async def test_a_batch_has_1_to_100_ids(client: httpx.AsyncClient, as_role: As, many: int, status: int) -> None:
    url = "/v1/teachers:batchGet?" + "&".join(f"ids={uuid4()}" for _ in range(many))
    assert (await client.get(url, headers=as_role("bureau"))).status_code == status


async def test_a_list_takes_as_many_statements_for_one_row_as_for_all(
    client: httpx.AsyncClient, as_role: As, database: Database
) -> None:
    head = as_role("bureau")
    await client.get("/v1/teachers?limit=1", headers=head)
    taken = []
    for limit in (1, 200):
        with counted(database) as sent:
            await client.get(f"/v1/teachers?limit={limit}", headers=head)
        taken.append(len(sent))
    assert taken == [2, 2]


async def test_a_region_sees_no_difference_when_another_grows(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    head = as_role("school") | {"X-Request-Id": "same-id-for-both"}
    before = (await client.get("/v1/teachers?include_total=true", headers=head)).content
    connection = await clone.connect()
    await connection.execute(
        "INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index,"
        " id_number_masked, school_id, is_on_post, stage, subject, title)"
        " SELECT region_id, gen_random_uuid(), 'B' || n, name, sex, birth_date, id_number, sha256(n::text::bytea),"
        " id_number_masked, school_id, is_on_post, stage, subject, title"
        " FROM teachers, generate_series(1, 1000) n WHERE id = $1",
        world.teacher("a2-1"),
    )
    await connection.close()
    assert (await client.get("/v1/teachers?include_total=true", headers=head)).content == before


async def test_loaders_take_one_statement_and_keep_to_the_scope(
    entrance: Entrance, database: Database, world: World
) -> None:
    schools: Sequence[UUID] = [world.organisation(name) for name in ("A2", "A1", "B1", "X1")]
    async with acting(entrance, world, "central_school") as ctx:
        with counted(database) as sent:
            found = await queries.by_school_ids(ctx, schools, first=3)
        assert len(sent) == 1
        assert [[row.name for row in rows] for rows in found] == [
            sorted(["周五", "吴六"]),
            sorted(["赵一", "钱二", "孙三", "李四"])[:3],
            [],
            [],
        ]
        with counted(database) as sent:
            spells = await employments.employments_of(ctx, [world.teacher("a1-1"), world.teacher("b1-1")])
        assert (len(sent), [len(rows) for rows in spells]) == (1, [1, 0])
        rows = await queries.by_ids(ctx, [world.teacher("b1-1"), world.teacher("a1-1")])
        assert [row and row.name for row in rows] == [None, "赵一"]


async def test_imports_find_holders_beyond_the_scope_and_never_their_place_abroad(
    entrance: Entrance, world: World
) -> None:
    async with acting(entrance, world, "school") as ctx:
        found = await queries.find_by_staff_nos(ctx, [world.staff_no("b1-1"), "none", world.staff_no("x1-1")])
        assert [row and (row.id, row.status) for row in found] == [
            (world.teacher("b1-1"), TeacherStatus.ACTIVE),
            None,
            None,
        ]
        indexes = [
            vault().blind_index("id_number", number)
            for number in (world.id_number("x1-1"), "-", world.id_number("b1-1"))
        ]
        held = await queries.find_by_id_number_indexes(ctx, indexes)
        assert [row and (row.holder_region_id, row.id) for row in held] == [
            (world.abroad, None),
            None,
            (world.region, world.teacher("b1-1")),
        ]


async def test_a_value_the_database_refuses_is_told_as_a_refusal(client: httpx.AsyncClient, as_role: As) -> None:
    """The statement is run by the driver itself: its errors are told like those of SQLAlchemy."""
    answer = await client.get("/v1/teachers", params={"stage": "\x00"}, headers=as_role("bureau"))
    assert (answer.status_code, answer.json()["code"]) == (422, "VALUE_REFUSED")
