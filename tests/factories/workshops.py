"""Workshops for tests: eight towns with teachers to choose from, and workshops made through the doors or put there."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import asyncpg
import httpx

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.world import HOME, World, uid

URL = "/v1/workshops"
TOWNS, PEOPLE = 8, 5
WORLD = World()
TABLES = (
    "workshops",
    "workshop_members",
    "workshop_adjustments",
    "workshop_acts",
    "workshop_registrations",
    "workshop_terms",
    "hours_entries",
    "events",
)
ROLES = {True: "core", False: "applicant"}


def person(town: int, place: int) -> UUID:
    """Teacher 1-5 of town 1-8; all teach Chinese at the town's primary school."""
    return uid(f"town teacher {town}-{place}")


def town_school(town: int) -> UUID:
    """The primary school of a town."""
    return uid(f"town school {town}")


async def settle(connection: asyncpg.Connection, stage: str = "primary") -> None:
    """Eight 中心校 with a primary school and five teachers each."""
    schools: list[tuple[Any, ...]] = []
    teachers: list[tuple[Any, ...]] = []
    spells: list[tuple[Any, ...]] = []
    for town in range(1, TOWNS + 1):
        central = uid(f"town {town}")
        schools.append((HOME, central, "central_school", uid("organisation bureau"), "bureau", f"第{town}镇中心校", []))
        school = town_school(town)
        schools.append((HOME, school, "school", central, "central_school", f"第{town}镇小学", [stage]))
        for place in range(1, PEOPLE + 1):
            one, name = person(town, place), f"师{town}{place}"
            index = hashlib.sha256(name.encode()).digest()
            teachers.append((HOME, one, f"T{town}{place}", name, b"x", index, school, stage))
            spells.append((HOME, uuid4(), one, school, date(2015, 9, 1)))
    await connection.executemany(
        "INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, name, stages)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        schools,
    )
    await connection.executemany(
        "INSERT INTO teachers (region_id, id, staff_no, name, sex, birth_date, id_number, id_number_index,"
        " id_number_masked, school_id, is_on_post, stage, subject, title) VALUES ($1, $2, $3, $4, 'male', '1985-01-01',"
        " $5, $6, '*', $7, true, $8, 'chinese', 'edu_l1')",
        teachers,
    )
    await connection.executemany(
        "INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on)"
        " VALUES ($1, $2, $3, $4, true, $5)",
        spells,
    )


def members(core: Sequence[UUID] = (), applicants: Sequence[UUID] = ()) -> list[dict[str, str]]:
    """A list of members as a request names them."""
    return [
        {"teacher_id": str(one), "role": ROLES[is_core]}
        for is_core, people in ((True, core), (False, applicants))
        for one in people
    ]


def sound() -> list[dict[str, str]]:
    """Twenty people that meet every requirement: the leader and one core member of four towns, 15 of seven others."""
    core = [WORLD.teacher("a1-1"), *(person(town, 1) for town in range(1, 5))]
    return members(core, [person(town, place) for place in (2, 3, 4) for town in range(1, TOWNS + 1)][:15])


def declaration(**changes: Any) -> dict[str, Any]:
    """The body of a city workshop for primary Chinese at 甲镇中心校."""
    return {
        "family": "teacher_workshop",
        "kind": "grade_subject",
        "level": "city",
        "unit_id": str(WORLD.organisation("central A")),
        "leader_id": str(WORLD.teacher("a1-1")),
        "name": "小学语文年级学科工作坊",
        "stage": "primary",
        "subject": "chinese",
        "theme": "统编教材单元整体教学",
        "school_year": "2026-2027",
        "members": sound(),
    } | changes


class Studio:
    """The people who run workshops: each call answers the response."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> None:
        """client: of the application; as_role: headers of an account; clone: the database."""
        self.client, self._as_role, self.clone = client, as_role, clone

    def headers(self, who: str) -> dict[str, str]:
        """The sign-in of an account."""
        return self._as_role(who)

    async def settle(self, stage: str = "primary") -> None:
        """The towns."""
        connection = await self.clone.connect()
        await settle(connection, stage)
        await connection.close()

    async def post(self, who: str, path: str, body: dict[str, Any], *, at: str = "", method: str = "POST") -> Any:
        """A write below /v1/workshops under a fresh idempotency key; at: the day it happens on."""
        headers = self._as_role(who) | {"Idempotency-Key": str(uuid4())}
        headers |= {"X-Shixun-Date": at} if at else {}
        url = path if path.startswith("/v1") else URL + path
        return await self.client.request(method, url, json=body, headers=headers)

    async def done(self, who: str, path: str, body: dict[str, Any], *, at: str = "", method: str = "POST") -> Any:
        """The body of a write that succeeds."""
        answer = await self.post(who, path, body, at=at, method=method)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def get(self, who: str, path: str, *, at: str = "") -> Any:
        """The body of a GET that succeeds."""
        headers = self._as_role(who) | ({"X-Shixun-Date": at} if at else {})
        answer = await self.client.get(path if path.startswith("/v1") else URL + path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def registered(self, at: str = "2026-09-05", **changes: Any) -> str:
        """The path of a workshop its leader applied for, the unit recommended and 进修学校 registered."""
        await self.settle()
        made = await self.done("teacher", "", declaration(**changes), at=at)
        path = f"/{made['id']}"
        for who, verb in (("teacher", "submit"), ("central_school", "recommend"), ("training_school", "register")):
            await self.done(who, f"{path}:{verb}", {}, at=at)
        return path


def activity(**changes: Any) -> dict[str, Any]:
    """A gathering of one day with one lesson and a discussion, hosted by the first town."""
    return {
        "title": "第一次集中研修",
        "starts_on": "2026-10-17",
        "host_school_id": str(town_school(1)),
        "lessons": [{"teacher_id": str(person(1, 1)), "title": "古诗三首"}],
        "talk_kind": "discussion",
        "talk_title": "议课：古诗教学",
    } | changes


async def held(studio: Studio, path: str, people: list[Any], **changes: Any) -> str:
    """The path of an activity that took place with these people."""
    body = activity(**changes)
    made = await studio.done("teacher", f"{path}/activities", body)
    one = f"{path}/activities/{made['id']}"
    day = body["starts_on"]
    told = {"day": day, "teacher_ids": [str(who) for who in people]}
    await studio.done("teacher", f"{one}/attendance", told, at=day)
    await studio.done("teacher", f"{one}:hold", {"summary": "全体成员参加"}, at=day)
    return one


async def stored(clone: Clone) -> dict[str, int]:
    """How many rows the tables hold, and the sum of versions; refusals put on record do not count."""
    connection = await clone.connect()
    found = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in TABLES}
    found["events"] -= await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'access.refused'")
    found["versions"] = await connection.fetchval("SELECT coalesce(sum(version), 0)::int FROM workshops")
    await connection.close()
    return found


def ident(what: str, place: str) -> UUID:
    """The id of a thing of the matrix at a place."""
    return uuid5(NAMESPACE_OID, f"{what} {place}")


async def put(connection: asyncpg.Connection, region: int, place: str, unit: UUID, teacher: UUID) -> None:
    """A registered city workshop at a place of the matrix, with one member and an adjustment somebody proposed."""
    somebody, one = uuid4(), ident("workshop", place)
    await connection.execute(
        "INSERT INTO workshops (region_id, id, family, kind, level, unit_id, unit_kind, leader_id, name, stage,"
        " subject, theme, start_year, end_year, status, created_by, submitted_by, submitted_role, registered_by)"
        " VALUES ($1, $2, 'teacher_workshop', 'master_studio', 'city', $3, 'school', $4, '矩阵', 'primary', 'chinese',"
        " '矩阵', 2026, 2027, 'registered', $5, $5, 'school', $6)",
        region, one, unit, teacher, somebody, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_members (region_id, id, workshop_id, teacher_id, role, joined_on)"
        " VALUES ($1, $2, $3, $4, 'core', '2026-09-01')",
        region, ident("member", place), one, teacher,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_adjustments (region_id, id, workshop_id, start_year, number, effective_on, changes,"
        " reason, proposed_by) VALUES ($1, $2, $3, 2026, 1, '2026-11-01', $4, '矩阵', $5)",
        region, ident("adjustment", place), one,
        f'{{"members": [{{"teacher_id": "{teacher}", "name": "矩阵", "role": null}}]}}', somebody,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_acts (region_id, id, workshop_id, act, status, account_id, acting_role,"
        " acting_organisation_id) VALUES ($1, $2, $3, 'register', 'registered', $2, 'training_school', $4)",
        region, uuid4(), one, unit,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_plans (region_id, id, workshop_id, start_year, theme, schedule, evaluation, status,"
        " submitted_by) VALUES ($1, $2, $3, 2026, '矩阵', '[]', '矩阵', 'submitted', $4)",
        region, ident("plan", place), one, somebody,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_activities (region_id, id, workshop_id, title, starts_on, ends_on, host_school_id, mode,"
        " is_reading_forum, created_by)"
        " VALUES ($1, $2, $3, '矩阵', '2026-11-20', '2026-11-20', $4, 'offline', false, $5)",
        region, ident("activity", place), one, unit, somebody,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_reviews (region_id, id, workshop_id, month, statistics, grade, feedback, reviewed_by)"
        " VALUES ($1, $2, $3, '2026-10-01', $4, 'good', '矩阵', $5)",
        region, ident("review", place), one,
        '{"activities": 1, "attendance_rate": 0.9, "outputs": 0}', somebody,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO mentor_pairs (region_id, id, workshop_id, mentor_id, apprentice_id, starts_on, plan, created_by)"
        " SELECT $1, $2, $3, $4, t.id, '2026-09-10', '矩阵', $5 FROM teachers t WHERE t.region_id = $1 AND t.id <> $4"
        " ORDER BY t.school_id = $6 DESC, t.staff_no LIMIT 1",
        region, ident("pair", place), one, teacher, somebody, unit,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_subsidies (region_id, id, workshop_id, teacher_id, school_id, start_year, amount_fen,"
        " recorded_by) VALUES ($1, $2, $3, $4, $5, 2026, 100000, $6)",
        region, ident("subsidy", place), one, teacher, unit, somebody,
    )  # fmt: skip
    await _put_pair(connection, region, place, unit, teacher)


async def _put_pair(connection: asyncpg.Connection, region: int, place: str, unit: UUID, teacher: UUID) -> None:
    """A town workshop of the same place, which its city studio is proposed to help."""
    somebody, town = uuid4(), ident("town workshop", place)
    await connection.execute(
        "INSERT INTO workshops (region_id, id, family, kind, level, unit_id, unit_kind, leader_id, name, stage,"
        " subject, theme, start_year, end_year, status, created_by, submitted_by, submitted_role, registered_by)"
        " VALUES ($1, $2, 'teacher_workshop', 'grade_subject', 'town', $3, 'school', $4, '镇工作坊', 'primary',"
        " 'chinese', '矩阵', 2026, 2027, 'registered', $5, $5, 'school', $6)",
        region, town, unit, teacher, somebody, uuid4(),
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_pairs (region_id, id, studio_id, town_id, starts_on, plan, asked_by)"
        " VALUES ($1, $2, $3, $4, '2026-10-10', '矩阵', $5)",
        region, ident("workshop pair", place), ident("workshop", place), town, somebody,
    )  # fmt: skip
