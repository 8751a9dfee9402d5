"""Loads the synthetic demo county into an empty database 装入演示数据; the same content every time."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.accounts.models import Account, AccountGrant, SignInName
from app.core.crypto import vault
from app.core.db import Database
from app.core.installation import Purpose
from app.demo import (
    certificates,
    consultations,
    deliveries,
    evaluations,
    funds,
    practice,
    projects,
    publicity,
    research,
    scorecard,
    sheets,
    steering,
    trainers,
    training,
    workshops,
)
from app.demo.county import County, DemoHoursLine, DemoTeacher
from app.demo.facts import LAST_DAY
from app.hours import rules
from app.hours.models import HoursSummary
from app.hours.queries import POST_HOURS
from app.hours.states import HoursCategory
from app.organisations.models import Organisation, SchoolYearRow
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.teachers.models import Employment, IdentityNumber, Teacher

PACKS = ("jiyuan_2022_109",)
PASSWORD = "shixun-demo"  # noqa: S105 - the documented password of demo accounts
CHUNK = 5000
Report = Callable[[str, int, int], None]
"""Called with stage, rows done, rows in all."""


class Standing(StrEnum):
    """What a database holds: nothing, a demo that was not finished, or something that is left alone."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner's address, and the role to assume after signing in as an administrator."""

    url: Any
    role: str | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of the owner."""
        settings = {"role": self.role} if self.role else {}
        engine = create_async_engine(self.url, poolclass=NullPool, connect_args={"server_settings": settings})
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()


async def standing(owner: Owner) -> Standing:
    """What the migrated database of an owner holds."""
    async with owner.begin() as connection:
        if await connection.scalar(text("SELECT NOT is_complete AND purpose = 'demo' FROM installation")):
            return Standing.UNFINISHED
        taken = await connection.scalar(text("SELECT EXISTS (SELECT 1 FROM regions)"))
    return Standing.TAKEN if taken else Standing.EMPTY


async def prepare(owner: Owner, purpose: Purpose, made: County) -> None:
    """As the owner: say what the database is for and name its regions."""
    async with owner.begin() as connection:
        add = text("INSERT INTO installation (purpose, is_complete) VALUES (:purpose, false)")
        await connection.execute(add, {"purpose": str(purpose)})
        region = text("INSERT INTO regions (id, name, policy_packs) VALUES (:id, :name, :packs)")
        for one in made.regions:
            await connection.execute(region, {"id": int(one.code), "name": one.label, "packs": list(PACKS)})


async def finish(owner: Owner) -> None:
    """As the owner: note that everything is loaded, and let the planner know how much it is."""
    async with owner.begin() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.execute(text("UPDATE installation SET is_complete = true"))


async def load(database: Database, made: County, report: Report) -> None:
    """As the service: fill the regions of a database that `prepare` has named."""
    regulation = Regulation.load(PACKS)
    password_hash = Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)
    for region in made.regions:
        async with database.begin(int(region.code)) as db:
            await db.execute(text("SET LOCAL statement_timeout = '10min'"))
            await _structure(db, made, region.code, regulation)
            await _people(db, made, region.code, regulation, report)
            await _accounts(db, made, region.code, password_hash)
    await _workshops(database, made, regulation)
    await _hours(database, made, regulation, report)
    await workshops.confirm(database, made, regulation)
    await certificates.issue(database, made, regulation)
    await sheets.file(database, made, regulation)
    await publicity.tell(database, made, regulation)
    await trainers.appoint(database, made, regulation)
    await steering.found(database, made, regulation)
    await deliveries.deliver(database, made, regulation)
    await funds.spend(database, made, regulation)
    await research.run(database, made, regulation)
    await _projects(database, made, regulation)
    await practice.run(database, made, regulation)
    await consultations.hold(database, made, regulation)
    await evaluations.hold(database, made, regulation)
    await scorecard.assess(database, made, regulation)


async def _structure(db: AsyncConnection, made: County, region: str, regulation: Regulation) -> None:
    kinds = {one.id: one.kind for one in made.organisations}
    departments = regulation.departments()
    rows = []
    for one in _of(made.organisations, region):
        desk = departments.match(one.name) if one.kind == "department" else None
        rows.append(
            {
                "region_id": int(region),
                "id": one.id,
                "kind": one.kind,
                "parent_id": one.parent_id,
                "parent_kind": kinds[one.parent_id] if one.parent_id else None,
                "code": one.code,
                "department_code": desk[0].code if desk else None,
                "name": one.name,
                "stages": list(one.stages),
                "is_compulsory": one.is_compulsory,
                "is_weak": one.is_weak,
                "town": one.town,
            }
        )
    await db.execute(insert(Organisation), rows)
    years = [
        {
            "region_id": int(region),
            "id": one.id,
            "start_year": one.start_year,
            "first_term_starts_on": one.term1_starts_on,
            "first_term_ends_on": one.term1_ends_on,
            "second_term_starts_on": one.term2_starts_on,
            "second_term_ends_on": one.term2_ends_on,
        }
        for one in _of(made.school_years, region)
    ]
    await db.execute(insert(SchoolYearRow), years)


async def _people(db: AsyncConnection, made: County, region: str, regulation: Regulation, report: Report) -> None:
    spells: dict[UUID, list[Any]] = {}
    for spell in _of(made.employments, region):
        spells.setdefault(spell.teacher_id, []).append(spell)
    everybody = list(_of(made.teachers, region))
    for done, part in enumerate(_batched(everybody, 1000)):
        rows = [_teacher(one, spells[one.id][-1], regulation) for one in part]
        await db.execute(insert(Teacher), rows)
        numbers = [
            {"number_index": row["id_number_index"], "region_id": row["region_id"], "teacher_id": row["id"]}
            for row in rows
        ]
        await db.execute(insert(IdentityNumber), numbers)
        report("教师", min((done + 1) * 1000, len(everybody)), len(everybody))
    for group in _batched(_of(made.employments, region), 2000):
        fields = ("id", "teacher_id", "school_id", "is_on_post", "starts_on", "ends_on")
        await db.execute(
            insert(Employment),
            [{"region_id": int(region), **{name: getattr(spell, name) for name in fields}} for spell in group],
        )


def _teacher(one: DemoTeacher, last: Any, regulation: Regulation) -> dict[str, Any]:
    left = last.ends_on is not None and last.ends_on <= LAST_DAY
    safe = vault()
    return {
        "region_id": int(one.region_code),
        "id": one.id,
        "staff_no": one.staff_no,
        "name": one.name,
        "sex": one.sex,
        "birth_date": one.birth_date,
        "id_number": safe.encrypt(one.id_number, place="teachers.id_number", row=one.id),
        "id_number_index": safe.blind_index("id_number", one.id_number),
        "id_number_masked": "*" * 14 + one.id_number[-4:],
        "mobile": safe.encrypt(one.mobile, place="teachers.mobile", row=one.id),
        "mobile_masked": f"{one.mobile[:3]}****{one.mobile[-4:]}",
        "school_id": last.school_id,
        "is_on_post": last.is_on_post and not left,
        "stage": _code(regulation, "stages", one.stage),
        "subject": _code(regulation, "subjects", one.subject),
        "title": _code(regulation, "titles", one.title),
        "posts": [_code(regulation, "posts", post) for post in one.posts],
        "honours": [
            {
                "code": _code(regulation, "honours", honour.code),
                "level": _code(regulation, "honour_levels", honour.level),
                "awarded_on": honour.awarded_on.isoformat(),
            }
            for honour in one.honours
        ],
        "joined_profession_on": one.joined_profession_on,
        "status": "left" if left else "active",
    }


def _code(regulation: Regulation, name: str, given: str) -> str:
    found = regulation.codes(name).match(given)
    if found is None:
        message = f"the pack's list {name} does not know {given!r}"
        raise LookupError(message)
    return found[0].code


async def _accounts(db: AsyncConnection, made: County, region: str, password_hash: str) -> None:
    organisations = {one.id: one for one in made.organisations}
    names, accounts, grants = [], [], []
    for one in _of(made.accounts, region):
        own = {"region_id": int(region)}
        granted = organisations[one.organisation_id]
        desk = granted.kind == "department"
        names.append({**own, "name": one.username, "kind": "account", "subject_id": one.id})
        accounts.append(
            {
                **own,
                "id": one.id,
                "username": one.username,
                "display_name": one.display_name,
                "password_hash": password_hash,
                "teacher_id": one.teacher_id,
            }
        )
        grants.append(
            {
                **own,
                "id": uuid5(one.id, "grant"),
                "account_id": one.id,
                "role": one.role,
                "organisation_id": granted.parent_id if desk else granted.id,
                "department_id": granted.id if desk else None,
                "starts_on": SchoolYear(2025).first_day,
            }
        )
    await db.execute(insert(SignInName), names)
    await db.execute(insert(Account), accounts)
    await db.execute(insert(AccountGrant), grants)


async def _workshops(database: Database, made: County, regulation: Regulation) -> None:
    async with database.begin(int(made.regions[0].code)) as db:
        for table, rows in workshops.rows(made, regulation):
            for part in _batched(rows, 1000):
                await db.execute(insert(table), part)


async def _projects(database: Database, made: County, regulation: Regulation) -> None:
    tables = await projects.rows(database, made, regulation)
    tables += training.rows(made, regulation, dict(tables))
    async with database.begin(int(made.regions[0].code)) as db:
        for table, rows in tables:
            for part in _batched(rows, 1000):
                await db.execute(insert(table), part)


async def _hours(database: Database, made: County, regulation: Regulation, report: Report) -> None:
    lines = list(made.hours_lines())
    poster = {one.region_code: one.id for one in made.accounts if one.role in ("training_school", "bureau")}
    ledger = _Ledger(regulation)
    done = 0
    for region in made.regions:
        for part in _batched(_of(lines, region.code), CHUNK):
            async with database.begin(int(region.code)) as db:
                await db.execute(text("SET LOCAL statement_timeout = '10min'"))
                rows = [ledger.row(line, poster[region.code]) for line in part]
                if fresh := ledger.new_accounts():
                    await db.execute(insert(HoursSummary), [{"region_id": int(region.code), **one} for one in fresh])
                values = {"region": int(region.code), "lines": json.dumps(rows, default=str), "today": LAST_DAY}
                await db.execute(POST_HOURS, values)
            done += len(part)
            report("学时", done, len(lines))


class _Ledger:
    """Credits the demo's lines one after the other by the rules of the ledger."""

    def __init__(self, regulation: Regulation) -> None:
        """regulation: whose figures hold."""
        self._regulation = regulation
        self._policies: dict[tuple[str, SchoolYear], rules.CategoryPolicy] = {}
        self._years: dict[tuple[UUID, int, str], Any] = {}
        self._days: dict[tuple[UUID, str, Any], Any] = {}
        self._new: list[dict[str, Any]] = []

    def new_accounts(self) -> list[dict[str, Any]]:
        """Summary rows that the rows made since the last call need."""
        fresh, self._new = self._new, []
        return fresh

    def row(self, line: DemoHoursLine, posted_by: UUID) -> dict[str, Any]:
        """A line as columns of `hours_line`."""
        policy = self._policy(line)
        account = (line.teacher_id, line.school_year, line.category)
        day = (line.teacher_id, line.category, line.activity_date)
        if account not in self._years:
            names = ("teacher_id", "school_year", "category")
            self._new.append({**dict(zip(names, account, strict=True)), "cap": policy.cap, "target": policy.target})
        used = rules.Used(self._days.get(day, rules.ZERO), self._years.get(account, rules.ZERO))
        given = rules.credit(line.claimed, used, policy)
        self._days[day] = used.day + given.credited
        self._years[account] = used.year + given.credited
        return {
            "id": line.id,
            "teacher_id": line.teacher_id,
            "school_id": line.school_id,
            "school_year": line.school_year,
            "category": line.category,
            "claimed": line.claimed,
            "credited": given.credited,
            "activity_title": line.activity_title,
            "activity_date": line.activity_date,
            "source": line.source,
            "line_key": rules.line_key(line.teacher_id, line.activity_date, line.category, line.activity_title, None),
            "revision": 1,
            "findings": [finding.as_json() for finding in given.findings],
            "policy_version": self._regulation.version,
            "posted_by": posted_by,
        }

    def _policy(self, line: DemoHoursLine) -> rules.CategoryPolicy:
        key = (line.category, SchoolYear(line.school_year))
        if key not in self._policies:
            on = line.activity_date
            self._policies[key] = rules.category_policy(self._regulation, HoursCategory(line.category), on=on)
        return self._policies[key]


def _of(rows: Iterable[Any], region: str) -> Iterator[Any]:
    return (row for row in rows if row.region_code == region)


def _batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part
