"""GraphQL of the hours ledger."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    First,
    Graph,
    Info,
    Listed,
    Loaded,
    Plain,
    Problem,
    checked_first,
    listed,
    shown_many,
)
from app.access.graph_types import Node, extend, field, input_of, output, output_of
from app.access.graph_verbs import Key
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.hours.queries import EntryFilter
from app.hours.states import HoursCategory, HoursSource
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, SchoolYearName, organisations_by_ids
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids

READ, READ_COMPLETION = Permission.HOURS_READ, Permission.HOURS_COMPLETION_READ
NEWEST = 5
AsOf = Annotated[date | None, strawberry.argument(description="截至该日终了时的学时，按登记时间计")]


async def entries_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.HoursEntry | None]:
    """Entries (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.HoursEntry, await service.get_many(ctx, ids))


async def _newest_entries(ctx: Context, teacher_ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    found = await service.newest_of_teachers(ctx, teacher_ids, limit)
    return [shown_many(schemas.HoursEntry, found.get(one, [])) for one in teacher_ids]


_TEACHER = Loaded(teachers_by_ids, attrgetter("teacher_id"))
_SCHOOL = Loaded(organisations_by_ids, attrgetter("school_id"))


async def _teacher(root: strawberry.Parent[Any], info: Info) -> teacher_schemas.Teacher | None:
    """The teacher 教师."""
    found: teacher_schemas.Teacher | None = await info.context.load(_TEACHER, root)
    return found


async def _school(root: strawberry.Parent[Any], info: Info) -> organisation_schemas.Organisation | None:
    """The school of that day 学校."""
    found: organisation_schemas.Organisation | None = await info.context.load(_SCHOOL, root)
    return found


@output(schemas.HoursEntry)
class HoursEntry(Node):
    """One line of the ledger 学时记录; never changed, undone only by a reversal 红冲."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None, loaded=_TEACHER)
    school = field(Permission.ORGANISATION_READ, _school, Organisation | None, loaded=_SCHOOL)


@output(schemas.TeacherCompletion)
class TeacherCompletion:
    """A teacher in the completion list 教师完成情况."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None, loaded=_TEACHER)


def _of_year(graph: Graph, given: Mapping[str, Any]) -> tuple[SchoolYear, date | None]:
    year = SchoolYear.parse(graph.valid(YearName, given["school_year"], at="school_year"))
    return year, graph.valid(schemas.AsOf | None, given.get("as_of"), at="as_of")


def _explained(graph: Graph, given: Mapping[str, Any]) -> tuple[SchoolYear, HoursCategory | None, date | None]:
    year, day = _of_year(graph, given)
    return year, given.get("category"), day


_YEAR = Loaded(
    service.year_summaries,
    attrgetter("id"),
    _of_year,
    Plain(service.year_rows, frozenset(schemas.TeacherHours.model_fields)),
)
_EXPLANATION = Loaded(service.explanations, attrgetter("id"), _explained)
_NEWEST = Loaded(
    _newest_entries,
    attrgetter("id"),
    lambda _graph, given: (checked_first(given["first"]),),
    Plain(service.newest_rows, service.PLAIN),
)


async def _hours(
    root: strawberry.Parent[teacher_schemas.Teacher],
    info: Info,
    school_year: SchoolYearName,
    as_of: AsOf = None,
) -> schemas.TeacherHours | None:
    """A school year by category, and the five-year cycle 学年学时."""
    found: schemas.TeacherHours | None = await info.context.load(_YEAR, root, school_year=school_year, as_of=as_of)
    return found


async def _explanation(
    root: strawberry.Parent[teacher_schemas.Teacher],
    info: Info,
    school_year: SchoolYearName,
    category: HoursCategory | None = None,
    as_of: AsOf = None,
) -> schemas.HoursExplanation | None:
    """How the hours of a school year come about: every entry, and the rules that made it 学时说明."""
    given = {"school_year": school_year, "category": category, "as_of": as_of}
    found: schemas.HoursExplanation | None = await info.context.load(_EXPLANATION, root, **given)
    return found


async def _entries_of(
    root: strawberry.Parent[teacher_schemas.Teacher], info: Info, first: First = NEWEST
) -> list[schemas.HoursEntry]:
    """The newest entries of the ledger 最近的学时记录."""
    found: list[schemas.HoursEntry] = await info.context.load(_NEWEST, root, first=first)
    return found


@strawberry.type
class TeacherHoursFields:
    """What the ledger adds to teachers."""

    hours = field(READ, _hours, output_of(schemas.TeacherHours) | None, loaded=_YEAR)
    hours_explanation = field(READ, _explanation, output_of(schemas.HoursExplanation) | None, loaded=_EXPLANATION)
    hours_entries = field(READ, _entries_of, list[HoursEntry] | None, loaded=_NEWEST)


extend(Teacher, TeacherHoursFields)


async def _hours_entry(info: Info, uuid: UUID) -> schemas.HoursEntry:
    """One entry 学时记录."""
    found = await info.context.loader(entries_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _hours_entries(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    teacher_id: UUID | None = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: Annotated[str | None, strawberry.argument(description="学年，如 2026-2027")] = None,
    category: HoursCategory | None = None,
    source: HoursSource | None = None,
    activity_date_gte: date | None = None,
    activity_date_lte: date | None = None,
) -> Listed:
    """The ledger, newest first 学时台账."""
    year = _year(info, school_year).start if school_year is not None else None
    places = (teacher_id, school_id, central_school_id)
    only = EntryFilter(*places, year, category, source, activity_date_gte, activity_date_lte)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, only)

    return await listed(info, schemas.HoursEntry, find, first=first, after=after)


async def _hours_completion(info: Info, school_year: SchoolYearName, group_by: str = "school") -> schemas.Completion:
    """Who reached the hours of school-based research, by group 校本研修学时完成情况 [A5.7.1]."""
    year = _year(info, school_year)
    group = info.context.valid(schemas.CompletionGroup, group_by, at="group_by")
    return await info.context.fetch(lambda ctx: service.completion(ctx, year, group))


async def _hours_completion_teachers(
    info: Info,
    school_year: SchoolYearName,
    first: First = FIRST_DEFAULT,
    after: After = None,
    is_met: bool | None = None,  # noqa: FBT001 - GraphQL names every argument
    school_id: UUID | None = None,
) -> Listed:
    """Teachers at post with what is missing 教师完成情况."""
    year = _year(info, school_year)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.teacher_completion(ctx, request, year, is_met=is_met, school_id=school_id)

    return await listed(info, schemas.TeacherCompletion, find, first=first, after=after)


def _year(info: Info, name: str) -> SchoolYear:
    return SchoolYear.parse(info.context.valid(YearName, name, at="school_year"))


@strawberry.type
class Query:
    """What the ledger answers."""

    hours_entry = field(READ, _hours_entry, HoursEntry | None)
    hours_entries = field(READ, _hours_entries, Connection[HoursEntry] | None)
    hours_completion = field(READ_COMPLETION, _hours_completion, output_of(schemas.Completion) | None)
    hours_completion_teachers = field(READ_COMPLETION, _hours_completion_teachers, Connection[TeacherCompletion] | None)


@input_of(schemas.HoursEntryCreate)
class HoursEntryCreateInput:
    """A line to be credited 登记学时. [A5.6] 核准"""


@input_of(schemas.HoursEntriesCreate)
class HoursEntriesCreateInput:
    """Lines posted together: all or none 批量登记."""


@input_of(schemas.HoursReversal)
class HoursReversalInput:
    """Why an entry is undone 红冲理由."""


_name = strawberry.argument(name="input")


async def _post_hours_entry(
    info: Info, new: Annotated[HoursEntryCreateInput, _name], idempotency_key: Key
) -> schemas.HoursEntry | Problem:
    """Credit one line 核准并登记学时 [A5.6]."""
    body = lambda: info.context.given(schemas.HoursEntryCreate, new)  # noqa: E731
    return await info.context.change_once(
        schemas.HoursEntry, body, service.post, verb="postHoursEntry", key=idempotency_key
    )


async def _post_hours_entries(
    info: Info, new: Annotated[HoursEntriesCreateInput, _name], idempotency_key: Key
) -> schemas.HoursEntriesPosted | Problem:
    """Credit up to 500 lines, all or none 批量登记学时."""

    async def post(ctx: Context, body: schemas.HoursEntriesCreate) -> object:
        return {"items": await service.post_many(ctx, body.entries)}

    body = lambda: info.context.given(schemas.HoursEntriesCreate, new)  # noqa: E731
    return await info.context.change_once(
        schemas.HoursEntriesPosted, body, post, verb="postHoursEntries", key=idempotency_key
    )


async def _reverse_hours_entry(
    info: Info, uuid: UUID, why: Annotated[HoursReversalInput, _name], idempotency_key: Key
) -> schemas.HoursEntry | Problem:
    """Undo an entry by its exact negation 红冲."""

    async def reverse(ctx: Context, body: schemas.HoursReversal) -> object:
        return await service.reverse(ctx, uuid, body.reason)

    body = lambda: info.context.given(schemas.HoursReversal, why)  # noqa: E731
    return await info.context.change_once(
        schemas.HoursEntry, body, reverse, verb=f"reverseHoursEntry {uuid}", key=idempotency_key
    )


@output(schemas.HoursEntriesPosted)
class HoursEntriesPosted:
    """The entries of a batch, in the order sent."""


HoursEntryPayload = Annotated[HoursEntry | Problem, strawberry.union("HoursEntryPayload")]
HoursEntriesPayload = Annotated[HoursEntriesPosted | Problem, strawberry.union("HoursEntriesPayload")]


@strawberry.type
class Mutation:
    """What changes the ledger."""

    post_hours_entry = field(Permission.HOURS_POST, _post_hours_entry, HoursEntryPayload)
    post_hours_entries = field(Permission.HOURS_POST, _post_hours_entries, HoursEntriesPayload)
    reverse_hours_entry = field(Permission.HOURS_REVERSE, _reverse_hours_entry, HoursEntryPayload)


NODES = {"HoursEntry": entries_by_ids}
