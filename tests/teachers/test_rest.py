"""Teachers' records over REST: add, read, correct, and who may."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.keys import vault
from tests.factories.people import id_number
from tests.factories.teachers import BIRTH, ID_NUMBER, MOBILE, counts, fetch, new_teacher, spells
from tests.factories.world import World

As = Callable[[str], dict[str, str]]


async def test_school_adds_a_teacher_with_a_spell_and_a_claimed_number(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    made = await client.post("/v1/teachers", json=new_teacher(world), headers=as_role("school"))
    assert made.status_code == 201, made.text
    one = made.json()
    assert {
        name: one[name] for name in ("id_number_masked", "mobile_masked", "school_name", "status", "etag", "posts")
    } == {
        "id_number_masked": "*" * 14 + ID_NUMBER[-4:],
        "mobile_masked": "138****5678",
        "school_name": "甲镇第一小学",
        "status": "active",
        "etag": '"1"',
        "posts": ["homeroom_teacher"],
    }
    assert one["honours"] == [{"code": "backbone_teacher", "level": "city", "awarded_on": "2024-09-10"}]
    assert ID_NUMBER not in made.text
    assert MOBILE not in made.text
    history = (await client.get(f"/v1/teachers/{one['id']}/employments", headers=as_role("school"))).json()["items"]
    assert [(spell["school_name"], spell["starts_on"], spell["ends_on"]) for spell in history] == [
        ("甲镇第一小学", "2026-09-01", None)
    ]
    claim = await fetch(
        clone,
        "SELECT teacher_id FROM identity_numbers WHERE number_index = $1",
        vault().blind_index("id_number", ID_NUMBER),
    )
    assert [str(row["teacher_id"]) for row in claim] == [one["id"]]
    event = await fetch(clone, "SELECT organisation_id, teacher_id, facts FROM events WHERE kind = 'teacher.created'")
    assert [(row["organisation_id"], str(row["teacher_id"]), row["facts"]) for row in event] == [
        (world.organisation("A1"), one["id"], "{}")
    ]


async def test_first_day_is_today_unless_named(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    new = new_teacher(world, starts_on=None)
    made = await client.post("/v1/teachers", json=new, headers=as_role("school") | {"X-Shixun-Date": "2026-11-23"})
    assert (await spells(clone, made.json()["id"])) == [(world.organisation("A1"), True, world.today, None)]


@pytest.mark.parametrize(
    ("username", "school", "status", "code"),
    [
        ("bureau", "B1", 201, None),
        ("bureau", "training school", 201, None),
        ("training_school", "D", 201, None),
        ("central_school", "A2", 201, None),
        ("central_school", "central A", 201, None),
        ("central_school", "B1", 403, "OUT_OF_SCOPE"),
        ("school", "A1", 201, None),
        ("school", "A2", 403, "OUT_OF_SCOPE"),
        ("school", "X1", 403, "OUT_OF_SCOPE"),
        ("teacher", "A1", 403, "PERMISSION_DENIED"),
        ("bureau_be", "A1", 403, "PERMISSION_DENIED"),
        ("bureau", "X1", 422, "REFERENCE_UNKNOWN"),
    ],
)
async def test_who_may_add_where(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: As,
    world: World,
    clone: Clone,
    username: str,
    school: str,
    status: int,
    code: str | None,
) -> None:
    before = await counts(clone)
    made = await client.post("/v1/teachers", json=new_teacher(world, school), headers=as_role(username))
    assert (made.status_code, made.json().get("code")) == (status, code), made.text
    after = await counts(clone)
    grown = 1 if status == 201 else 0
    assert after == {name: number + grown for name, number in before.items()}


@pytest.mark.parametrize("holder", ["a1-1", "b1-1", "x1-1"], ids=["same school", "other school", "other region"])
async def test_a_number_held_elsewhere_is_refused_without_saying_where(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, holder: str
) -> None:
    number = world.id_number(holder)
    birth = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    new = new_teacher(world, id_number=number, birth_date=birth)
    before = await counts(clone)
    refused = await client.post(
        "/v1/teachers", json=new, headers=as_role("school") | {"X-Request-Id": "same-id-everywhere"}
    )
    assert refused.status_code == 409
    assert refused.json() == {
        "type": "/problems/id-number-taken",
        "title": "与现有数据冲突",
        "status": 409,
        "code": "ID_NUMBER_TAKEN",
        "detail": "该证件号码已登记在另一份教师档案中。请核对号码；需要调入时请联系教师教育科。",
        "instance": "/v1/teachers",
        "trace_id": "same-id-everywhere",
        "errors": [],
    }
    assert await counts(clone) == before


async def test_staff_no_is_unique_in_the_region_only(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    before = await counts(clone)
    taken = await client.post(
        "/v1/teachers", json=new_teacher(world, staff_no=world.staff_no("b1-1")), headers=as_role("school")
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "STAFF_NO_TAKEN")
    assert await counts(clone) == before
    abroad = await client.post(
        "/v1/teachers", json=new_teacher(world, staff_no=world.staff_no("x1-1")), headers=as_role("school")
    )
    assert abroad.status_code == 201


BAD_NUMBER = ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"id_number": BAD_NUMBER}, {"/id_number": "teacher.id_number.check_digit"}),
        ({"id_number": ID_NUMBER[:15]}, {"/id_number": "teacher.id_number.length"}),
        ({"id_number": "1" * 41}, {"/id_number": "TOO_LONG"}),
        ({"id_number": 999999199003155}, {"/id_number": "STRING_TYPE"}),
        ({"sex": "female"}, {"/id_number": "teacher.id_number.sex"}),
        ({"mobile": "23800005678"}, {"/mobile": "teacher.mobile"}),
        ({"staff_no": "a b"}, {"/staff_no": "STRING_PATTERN_MISMATCH"}),
        ({"name": "\u0000"}, {"/name": "VALUE_ERROR"}),
        ({"name": "12345"}, {"/name": "VALUE_ERROR"}),
        ({"status": "left"}, {"/status": "EXTRA_FORBIDDEN"}),
        ({"merged_into_id": None}, {"/merged_into_id": "EXTRA_FORBIDDEN"}),
        ({"starts_on": "2999-01-01"}, {"/starts_on": "teacher.day.future"}),
        ({"joined_profession_on": "2006-03-14"}, {"/joined_profession_on": "teacher.day.too_young"}),
        (
            {"stage": "nursery", "subject": "magic", "title": "king", "posts": ["teacher", "boss"]},
            {
                "/stage": "CODE_UNKNOWN",
                "/subject": "CODE_UNKNOWN",
                "/title": "CODE_UNKNOWN",
                "/posts/1": "CODE_UNKNOWN",
            },
        ),
        (
            {"honours": [{"code": "knight", "level": "moon", "awarded_on": "2000-01-01"}]},
            {
                "/honours/0/code": "CODE_UNKNOWN",
                "/honours/0/level": "CODE_UNKNOWN",
                "/honours/0/awarded_on": "teacher.day.too_young",
            },
        ),
    ],
)
async def test_unsound_facts_are_refused_and_numbers_never_shown(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient,
    as_role: As,
    world: World,
    clone: Clone,
    capfd: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    pointers: dict[str, str],
) -> None:
    before = await counts(clone)
    body = new_teacher(world, **changes)
    refused = await client.post("/v1/teachers", json=body, headers=as_role("school"))
    assert refused.status_code == 422, refused.text
    assert {fault["pointer"]: fault["code"] for fault in refused.json()["errors"]} == pointers
    whole = refused.text + str(refused.headers) + "".join(capfd.readouterr())
    assert str(body["id_number"]) not in whole
    assert body["mobile"] not in whole
    assert await counts(clone) == before


async def test_numbers_are_brought_to_one_form_before_they_are_compared(
    client: httpx.AsyncClient, as_role: As, world: World
) -> None:
    birth = next(f"1990-03-{day:02d}" for day in range(1, 29) if id_number(BIRTH.replace(day=day), 501)[-1] == "X")
    number = id_number(BIRTH.replace(day=int(birth[-2:])), 501)
    spaced = f" {number[:6]} {number[6:14]} {number[14:17]}ｘ"
    made = await client.post(
        "/v1/teachers", json=new_teacher(world, id_number=spaced, birth_date=birth), headers=as_role("school")
    )
    assert (made.status_code, made.json()["id_number_masked"]) == (201, "*" * 14 + number[-4:])
    again = new_teacher(world, id_number=number, birth_date=birth, staff_no="2")
    assert (await client.post("/v1/teachers", json=again, headers=as_role("school"))).json()[
        "code"
    ] == "ID_NUMBER_TAKEN"


@pytest.mark.parametrize(
    ("written", "kept"),
    [("买买提•吐尔逊", "买买提·吐尔逊"), ("张 三", "张三"), ("𠮷田一", "𠮷田一"), ("Ａnna", "Ａnna")],
    ids=["middle dot", "space", "rare character", "no folding"],
)
async def test_names_are_tidied_not_folded(
    client: httpx.AsyncClient, as_role: As, world: World, written: str, kept: str
) -> None:
    made = await client.post("/v1/teachers", json=new_teacher(world, name=written), headers=as_role("school"))
    assert made.json()["name"] == kept


async def test_unusual_age_is_advice_on_the_record(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    born = BIRTH.replace(year=1950)
    new = new_teacher(world, id_number=id_number(born, 501), birth_date=born.isoformat())
    assert (await client.post("/v1/teachers", json=new, headers=as_role("school"))).status_code == 201
    events = await fetch(
        clone, "SELECT decided_under->'findings'->0->>'rule' AS rule FROM events WHERE kind = 'teacher.created'"
    )
    assert [row["rule"] for row in events] == ["teacher.age"]


async def test_change_keeps_a_version_and_names_fields_only(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}"
    patch = {"title": "edu_senior", "mobile": MOBILE, "posts": ["homeroom_teacher"], "etag": '"1"'}
    changed = await client.patch(url, json=patch, headers=as_role("school"))
    assert changed.status_code == 200, changed.text
    assert (changed.json()["title"], changed.json()["mobile_masked"], changed.headers["etag"]) == (
        "edu_senior",
        "138****5678",
        '"2"',
    )
    stale = await client.patch(url, json={"title": "edu_l1", "etag": '"1"'}, headers=as_role("school"))
    assert (stale.status_code, stale.json()["code"]) == (412, "ETAG_MISMATCH")
    cleared = await client.patch(url, json={"mobile": None}, headers=as_role("school") | {"If-Match": '"2"'})
    assert cleared.json()["mobile_masked"] is None
    events = await fetch(clone, "SELECT facts::text FROM events WHERE kind = 'teacher.changed' ORDER BY seq")
    assert [row["facts"] for row in events] == [
        '{"fields": ["mobile", "posts", "title"]}',
        '{"fields": ["mobile"]}',
    ]


async def test_an_empty_change_writes_nothing(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    before = await counts(clone)
    same = await client.patch(f"/v1/teachers/{world.teacher('a1-1')}", json={}, headers=as_role("school"))
    assert (same.status_code, same.json()["etag"]) == (200, '"1"')
    assert await counts(clone) == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"birth_date": "1985-06-02"}, "/id_number"),
        ({"sex": "female"}, "/id_number"),
        ({"id_number": ID_NUMBER}, "/id_number"),
        ({"joined_profession_on": "1999-01-01"}, "/joined_profession_on"),
    ],
)
async def test_a_change_must_agree_with_what_stays(
    client: httpx.AsyncClient, as_role: As, world: World, changes: dict[str, str], pointer: str
) -> None:
    url = f"/v1/teachers/{world.teacher('a1-1')}"
    refused = await client.patch(url, json=changes, headers=as_role("school"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    assert ID_NUMBER not in refused.text


CORRECTED = {"id_number": ID_NUMBER, "birth_date": BIRTH.isoformat()}


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("bureau", 200),
        ("training_school", 200),
        ("school", 200),
        ("central_school", 403),
        ("bureau_be", 403),
        ("teacher", 403),
    ],
)
async def test_who_may_correct_an_identity_number(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, username: str, status: int
) -> None:
    answer = await client.patch(f"/v1/teachers/{world.teacher('a1-1')}", json=CORRECTED, headers=as_role(username))
    assert answer.status_code == status, answer.text
    held = await fetch(clone, "SELECT number_index FROM identity_numbers WHERE teacher_id = $1", world.teacher("a1-1"))
    number = ID_NUMBER if status == 200 else world.id_number("a1-1")
    assert [row["number_index"] for row in held] == [vault().blind_index("id_number", number)]


async def test_a_corrected_number_frees_the_wrong_one(client: httpx.AsyncClient, as_role: As, world: World) -> None:
    head = as_role("school")
    await client.patch(f"/v1/teachers/{world.teacher('a1-1')}", json=CORRECTED, headers=head)
    number = world.id_number("a1-1")
    new = new_teacher(world, id_number=number, birth_date="1985-06-01")
    assert (await client.post("/v1/teachers", json=new, headers=head)).status_code == 201
    taken = await client.patch(f"/v1/teachers/{world.teacher('a1-2')}", json=CORRECTED, headers=head)
    assert (taken.status_code, taken.json()["code"]) == (409, "ID_NUMBER_TAKEN")


@pytest.mark.parametrize(
    ("username", "teacher", "status"),
    [("school", "a2-1", 404), ("central_school", "b1-1", 404), ("bureau", "x1-1", 404), ("teacher", "a1-1", 403)],
)
async def test_others_may_not_change(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, username: str, teacher: str, status: int
) -> None:
    before = await counts(clone)
    url = f"/v1/teachers/{world.teacher(teacher)}"
    assert (await client.patch(url, json={"title": "none"}, headers=as_role(username))).status_code == status
    assert await counts(clone) == before


async def test_teachers_change_their_own_mobile_only(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone
) -> None:
    changed = await client.patch("/v1/me/contact", json={"mobile": MOBILE, "etag": '"1"'}, headers=as_role("teacher"))
    assert (changed.status_code, changed.json()["mobile_masked"]) == (200, "138****5678")
    assert changed.json()["id"] == str(world.teacher("a1-1"))
    wrong = await client.patch("/v1/me/contact", json={"mobile": "2380000567"}, headers=as_role("teacher"))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/mobile")
    more = await client.patch("/v1/me/contact", json={"mobile": None, "title": "none"}, headers=as_role("teacher"))
    assert more.status_code == 422
    before = await counts(clone)
    refused = await client.patch("/v1/me/contact", json={"mobile": None}, headers=as_role("school"))
    assert refused.status_code == 403
    assert await counts(clone) == before
