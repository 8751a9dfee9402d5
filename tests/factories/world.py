"""The world of the tests: two small regions with exact, known rows. Everything in it is synthetic.

Region 419001: bureau with desks te and be; training school; central schools A (schools A1, A2) and B (school B1);
direct school D; four teachers at A1, two at A2, two at B1, two at D. Region 999001: bureau, central X, school X1, one
teacher. School years 2025-2026 and 2026-2027 are set. Password of every account: shixun-test.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.crypto import Vault
from tests.factories.people import id_number

HOME, ABROAD = 419001, 999001
PASSWORD = "shixun-test"
PACKS = ["jiyuan_2022_109"]
TODAY = date(2026, 11, 23)
_SPACE = UUID("00000000-0000-4000-8000-000000419001")


def uid(name: str) -> UUID:
    """The id of a named thing of the world."""
    return uuid5(_SPACE, name)


@dataclass(frozen=True)
class TestAccount:
    """An account of the world."""

    username: str
    role: str
    region_id: int
    organisation: str
    department: str | None = None
    teacher: str | None = None

    @property
    def id(self) -> UUID:
        """Account id."""
        return uid(f"account {self.username}")

    @property
    def session_id(self) -> UUID:
        """Id of its open session."""
        return uid(f"session {self.username}")

    @property
    def grant_id(self) -> UUID:
        """Id of its grant."""
        return uid(f"grant {self.username}")


OrganisationFacts = tuple[int, str, str, str | None, dict[str, Any]]


def _school(region: int, key: str, parent: str, name: str, **facts: str) -> OrganisationFacts:
    stages = [facts.pop("stage")]
    return region, key, "school", parent, {"name": name, "stages": stages, **facts}


_TEACHER_EDUCATION = {"name": "教师教育科", "department_code": "teacher_education"}

# (region, name in the world, kind, parent, columns)
ORGANISATIONS: tuple[OrganisationFacts, ...] = (
    (HOME, "bureau", "bureau", None, {"name": "测试教体局"}),
    (HOME, "desk te", "department", "bureau", _TEACHER_EDUCATION),
    (HOME, "desk be", "department", "bureau", {"name": "基础教育科", "department_code": "basic_education"}),
    (HOME, "training school", "training_school", "bureau", {"name": "测试进修学校"}),
    (HOME, "central A", "central_school", "bureau", {"name": "甲镇中心校", "town": "甲镇"}),
    (HOME, "central B", "central_school", "bureau", {"name": "乙镇中心校", "town": "乙镇"}),
    _school(HOME, "A1", "central A", "甲镇第一小学", code="2141990001", stage="primary", town="甲镇"),
    _school(HOME, "A2", "central A", "甲镇第二小学", code="2141990002", stage="primary", town="甲镇"),
    _school(HOME, "B1", "central B", "乙镇初级中学", code="3141990003", stage="junior_middle", town="乙镇"),
    _school(HOME, "D", "bureau", "市直实验幼儿园", code="1141990004", stage="preschool"),
    (ABROAD, "abroad bureau", "bureau", None, {"name": "邻县教体局"}),
    (ABROAD, "abroad desk te", "department", "abroad bureau", _TEACHER_EDUCATION),
    (ABROAD, "central X", "central_school", "abroad bureau", {"name": "丙镇中心校", "town": "丙镇"}),
    _school(ABROAD, "X1", "central X", "丙镇小学", code="2141990009", stage="primary", town="丙镇"),
)

# (name in the world, name of the person, school, subject, is on post)
TEACHERS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("a1-1", "赵一", "A1", "chinese", True),
    ("a1-2", "钱二", "A1", "mathematics", True),
    ("a1-3", "孙三", "A1", "chinese", True),
    ("a1-4", "李四", "A1", "mathematics", False),
    ("a2-1", "周五", "A2", "chinese", True),
    ("a2-2", "吴六", "A2", "mathematics", True),
    ("b1-1", "郑七", "B1", "chinese", True),
    ("b1-2", "王八一", "B1", "mathematics", True),
    ("d-1", "冯九", "D", "preschool_health", True),
    ("d-2", "陈十", "D", "preschool_language", True),
    ("x1-1", "褚外", "X1", "chinese", True),
)

ACCOUNTS: tuple[TestAccount, ...] = (
    TestAccount("bureau", "bureau", HOME, "bureau", "desk te"),
    TestAccount("bureau_2", "bureau", HOME, "bureau", "desk te"),
    TestAccount("bureau_be", "bureau", HOME, "bureau", "desk be"),
    TestAccount("training_school", "training_school", HOME, "training school"),
    TestAccount("training_school_2", "training_school", HOME, "training school"),
    TestAccount("central_school", "central_school", HOME, "central A"),
    TestAccount("central_b", "central_school", HOME, "central B"),
    TestAccount("school", "school", HOME, "A1"),
    TestAccount("school_a2", "school", HOME, "A2"),
    TestAccount("school_b1", "school", HOME, "B1"),
    TestAccount("school_d", "school", HOME, "D"),
    TestAccount("teacher", "teacher", HOME, "A1", teacher="a1-1"),
    TestAccount("teacher_a2", "teacher", HOME, "A2", teacher="a2-1"),
    TestAccount("abroad_bureau", "bureau", ABROAD, "abroad bureau", "abroad desk te"),
    TestAccount("abroad_school", "school", ABROAD, "X1"),
)


@dataclass(frozen=True)
class World:
    """Ids by the names above."""

    region: int = HOME
    abroad: int = ABROAD
    today: date = TODAY
    usernames: tuple[str, ...] = field(default=tuple(account.username for account in ACCOUNTS))

    def organisation(self, name: str) -> UUID:
        """Id of an organisation."""
        return uid(f"organisation {name}")

    def teacher(self, name: str) -> UUID:
        """Id of a teacher."""
        return uid(f"teacher {name}")

    def staff_no(self, name: str) -> str:
        """Staff number of a teacher."""
        return _staff_no(name)

    def id_number(self, name: str) -> str:
        """Identity number of a teacher."""
        return _id_number(name)

    def account(self, username: str) -> TestAccount:
        """An account by username."""
        return next(account for account in ACCOUNTS if account.username == username)


async def build(connection: asyncpg.Connection) -> None:
    """Fill a migrated database; the connection is an administrator's, whom row-level security does not bind."""
    from tests.factories.keys import vault  # noqa: PLC0415 - keys needs TestAccount from here

    await connection.execute("INSERT INTO installation (purpose) VALUES ('test')")
    for region, name in ((HOME, "测试县"), (ABROAD, "邻县")):
        await connection.execute(
            "INSERT INTO regions (id, name, policy_packs) VALUES ($1, $2, $3)", region, name, PACKS
        )
    await _organisations(connection)
    await _school_years(connection)
    await _teachers(connection, vault())
    await _accounts(connection)


async def _organisations(connection: asyncpg.Connection) -> None:
    kinds = {name: kind for _, name, kind, _, _ in ORGANISATIONS}
    for region, name, kind, parent, facts in ORGANISATIONS:
        await _insert(
            connection,
            "organisations",
            region_id=region,
            id=uid(f"organisation {name}"),
            kind=kind,
            parent_id=uid(f"organisation {parent}") if parent else None,
            parent_kind=kinds[parent] if parent else None,
            is_compulsory="primary" in facts.get("stages", ()) or "junior_middle" in facts.get("stages", ()),
            **facts,
        )


async def _school_years(connection: asyncpg.Connection) -> None:
    for region in (HOME, ABROAD):
        for start in (2025, 2026):
            await _insert(
                connection,
                "school_years",
                region_id=region,
                id=uid(f"school year {region} {start}"),
                start_year=start,
                first_term_starts_on=date(start, 9, 1),
                first_term_ends_on=date(start + 1, 1, 20),
                second_term_starts_on=date(start + 1, 2, 24),
                second_term_ends_on=date(start + 1, 7, 5),
            )


async def _teachers(connection: asyncpg.Connection, safe: Vault) -> None:
    regions = {name: region for region, name, _, _, _ in ORGANISATIONS}
    stages = {name: facts.get("stages", [None])[0] for _, name, _, _, facts in ORGANISATIONS}
    for number, (name, person, school, subject, on_post) in enumerate(TEACHERS):
        teacher, plain = uid(f"teacher {name}"), _id_number(name)
        index = safe.blind_index("id_number", plain)
        spell = {
            "region_id": regions[school],
            "school_id": uid(f"organisation {school}"),
            "is_on_post": on_post,
        }
        await _insert(
            connection,
            "teachers",
            **spell,
            id=teacher,
            staff_no=_staff_no(name),
            name=person,
            sex="male",
            birth_date=date(1985, 6, 1 + number),
            id_number=safe.encrypt(plain, place="teachers.id_number", row=teacher),
            id_number_index=index,
            id_number_masked="*" * 14 + plain[-4:],
            stage=stages[school],
            subject=subject,
            title="edu_l1",
            joined_profession_on=date(2008, 8, 1),
        )
        await _insert(connection, "identity_numbers", number_index=index, region_id=regions[school], teacher_id=teacher)
        await _insert(
            connection,
            "employments",
            **spell,
            id=uid(f"employment {name}"),
            teacher_id=teacher,
            starts_on=date(2015, 9, 1),
        )


async def _accounts(connection: asyncpg.Connection) -> None:
    for account in ACCOUNTS:
        owner = {"region_id": account.region_id}
        await _insert(
            connection, "sign_in_names", **owner, name=account.username, kind="account", subject_id=account.id
        )
        await _insert(
            connection,
            "accounts",
            **owner,
            id=account.id,
            username=account.username,
            display_name=f"测试账号 {account.username}",
            password_hash=_password_hash(),
            teacher_id=uid(f"teacher {account.teacher}") if account.teacher else None,
        )
        await _insert(
            connection,
            "account_grants",
            **owner,
            id=account.grant_id,
            account_id=account.id,
            role=account.role,
            organisation_id=uid(f"organisation {account.organisation}"),
            department_id=uid(f"organisation {account.department}") if account.department else None,
            starts_on=date(2022, 9, 1),
        )
        far = "now() + interval '60 days'"
        await connection.execute(
            f"INSERT INTO sessions (region_id, id, account_id, idle_until, ends_at) VALUES ($1, $2, $3, {far}, {far})",
            account.region_id,
            account.session_id,
            account.id,
        )


async def _insert(connection: asyncpg.Connection, table: str, **values: Any) -> None:
    columns = ", ".join(values)
    marks = ", ".join(f"${place}" for place in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *map(_plain, values.values()))


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


@cache
def _password_hash() -> str:
    return Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)


def _position(name: str) -> int:
    return next(place for place, teacher in enumerate(TEACHERS) if teacher[0] == name)


def _staff_no(name: str) -> str:
    return f"1000{_position(name):04d}"


def _id_number(name: str) -> str:
    place = _position(name)
    return id_number(date(1985, 6, 1 + place), 100 + 2 * place + 1)
