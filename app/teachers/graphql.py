"""GraphQL of teachers."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    First,
    Info,
    Listed,
    Loaded,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, extend, field, input_of, output, output_of
from app.access.graph_verbs import payload_of, verb
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.teachers import schemas, service
from app.teachers.queries.records import TeacherFilter
from app.teachers.states import TeacherSort, TeacherStatus

READ, CHANGE = Permission.TEACHER_READ, Permission.TEACHER_CHANGE
Search = Annotated[str, Field(max_length=50)] | None
Code = Annotated[str, Field(max_length=40)] | None
Text = Annotated[str | None, strawberry.argument(description="姓名的一部分，或完整的教师编号")]


async def teachers_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Teacher | None]:
    """Teachers (n,) -> answers (n,), None where missing or outside the scope."""
    try:
        return shown_many(schemas.Teacher, await service.get_many(ctx, ids))
    except NotFound as error:
        missing = frozenset(map(str, error.facts["missing"]))  # type: ignore[call-overload]  # a list of ids
    there = [one for one in ids if str(one) not in missing]
    found = dict(zip(there, await service.get_many(ctx, there), strict=True)) if there else {}
    return shown_many(schemas.Teacher, [found.get(one) for one in ids])


_SCHOOL = Loaded(organisations_by_ids, attrgetter("school_id"))


async def _school(root: strawberry.Parent[schemas.Teacher], info: Info) -> organisation_schemas.Organisation | None:
    """The present or, after leaving, the last school 任职单位."""
    found: organisation_schemas.Organisation | None = await info.context.load(_SCHOOL, root)
    return found


async def _employments(root: strawberry.Parent[schemas.Teacher], info: Info) -> list[schemas.Employment | None]:
    """Where the teacher was employed, newest first 任职经历."""
    spells = await info.context.fetch(lambda ctx: service.history(ctx, root.id))
    return shown_many(schemas.Employment, spells)


@output(schemas.Teacher)
class Teacher(Node):
    """A teacher 教师 with the present (or, after leaving, the last) school; numbers are masked."""

    school = field(Permission.ORGANISATION_READ, _school, Organisation | None, loaded=_SCHOOL)
    employments = field(READ, _employments, list[output_of(schemas.Employment)] | None, weight=STATEMENT_WEIGHT)  # type: ignore[misc]  # built at run time


async def _teachers_of(
    root: strawberry.Parent[organisation_schemas.Organisation],
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: TeacherStatus = TeacherStatus.ACTIVE,
    sort: TeacherSort = TeacherSort.NAME,
) -> Listed:
    """Teachers of this school 本单位教师."""
    return await _list(info, first, after, school_id=root.id, status=status, sort=sort)


@strawberry.type
class OrganisationTeachers:
    """What teachers add to organisations."""

    teachers = field(READ, _teachers_of, Connection[Teacher] | None, weight=STATEMENT_WEIGHT)


extend(Organisation, OrganisationTeachers)


async def _teacher(info: Info, uuid: UUID) -> schemas.Teacher:
    """One teacher 教师详情."""
    found = await info.context.loader(teachers_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _teachers(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    central_school_id: Annotated[UUID | None, strawberry.argument(description="中心校及其所属学校")] = None,
    stage: str | None = None,
    subject: str | None = None,
    title: str | None = None,
    is_on_post: bool | None = None,  # noqa: FBT001 - GraphQL names every argument
    status: TeacherStatus = TeacherStatus.ACTIVE,
    q: Text = None,
    sort: TeacherSort = TeacherSort.NAME,
) -> Listed:
    """Teachers by name or staff number 教师列表."""
    codes = {"stage": stage, "subject": subject, "title": title}
    checked = {name: info.context.valid(Code, code, at=name) for name, code in codes.items()}
    text = info.context.valid(Search, q, at="q")
    places = {"school_id": school_id, "central_school_id": central_school_id}
    return await _list(
        info, first, after, **places, **checked, is_on_post=is_on_post, status=status, text=text, sort=sort
    )


async def _list(info: Info, first: int, after: str | None, **only: Any) -> Listed:
    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, TeacherFilter(**only))

    return await listed(info, schemas.Teacher, find, first=first, after=after)


@strawberry.type
class Query:
    """What teachers answer."""

    teacher = field(READ, _teacher, Teacher | None)
    teachers = field(READ, _teachers, Connection[Teacher] | None)


_name = strawberry.argument(name="input")


@input_of(schemas.Unmask)
class UnmaskInput:
    """A request for one full value 查看完整号码; the reason is kept in the audit log."""


async def _unmask_teacher(info: Info, uuid: UUID, unmask: Annotated[UnmaskInput, _name]) -> schemas.Unmasked | Problem:
    """One full number of one teacher, on the audit log 查看完整号码."""
    graph = info.context

    async def open_number(ctx: Context) -> schemas.Unmasked:
        graph.door.take("unmask")
        return await service.unmask(ctx, uuid, graph.given(schemas.Unmask, unmask))

    return await graph.change(schemas.Unmasked, open_number)


@output(schemas.Unmasked)
class Unmasked:
    """One full value 完整号码."""


_T, TRANSFER, MERGE = schemas.Teacher, Permission.TEACHER_TRANSFER, Permission.TEACHER_MERGE


@strawberry.type
class Mutation:
    """What changes teachers."""

    create_teacher = verb(CHANGE, service.create, schemas.TeacherCreate, _T, at=())
    change_teacher = verb(CHANGE, service.change, schemas.TeacherPatch, _T)
    transfer_teacher = verb(TRANSFER, service.transfer, schemas.Transfer, _T)
    leave_teacher = verb(CHANGE, service.leave, schemas.Leave, _T)
    rejoin_teacher = verb(CHANGE, service.rejoin, schemas.Rejoin, _T)
    set_teacher_on_post = verb(CHANGE, service.set_on_post, schemas.OnPost, _T)
    merge_teacher = verb(MERGE, service.merge, schemas.TeacherMerge, _T, once=True)
    unmerge_teacher = verb(MERGE, service.unmerge, schemas.TeacherUnmerge, _T, once=True)
    change_own_contact = verb(
        Permission.TEACHER_CHANGE_CONTACT, service.change_contact, schemas.ContactPatch, _T, at=()
    )
    unmask_teacher = field(Permission.TEACHER_UNMASK, _unmask_teacher, payload_of(schemas.Unmasked))


NODES = {"Teacher": teachers_by_ids}
