"""GraphQL of teachers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    First,
    Graph,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, extend, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.teachers import schemas, service
from app.teachers.queries import TeacherFilter
from app.teachers.states import TeacherSort, TeacherStatus

READ, CHANGE = Permission.TEACHER_READ, Permission.TEACHER_CHANGE
B = TypeVar("B", bound=BaseModel)
Search = Annotated[str, Field(max_length=50)] | None
Code = Annotated[str, Field(max_length=40)] | None
Key = Annotated[str, strawberry.argument(description="每个新请求一个新值（例如 UUID）；重试时沿用原值")]
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


async def _school(root: strawberry.Parent[schemas.Teacher], info: Info) -> organisation_schemas.Organisation | None:
    """The present or, after leaving, the last school 任职单位."""
    return await info.context.loader(organisations_by_ids).load(root.school_id)


async def _employments(root: strawberry.Parent[schemas.Teacher], info: Info) -> list[schemas.Employment | None]:
    """Where the teacher was employed, newest first 任职经历."""
    spells = await info.context.fetch(lambda ctx: service.history(ctx, root.id))
    return shown_many(schemas.Employment, spells)


@output(schemas.Teacher)
class Teacher(Node):
    """A teacher 教师 with the present (or, after leaving, the last) school; numbers are masked."""

    school = field(Permission.ORGANISATION_READ, _school, Organisation | None)
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


@input_of(schemas.TeacherCreate)
class TeacherCreateInput:
    """A new teacher 新增教师, with the first day at the school."""


@input_of(schemas.TeacherPatch)
class TeacherPatchInput:
    """Changes of a teacher's facts 修改教师; absent fields stay, null clears."""


@input_of(schemas.Transfer)
class TransferInput:
    """A transfer to another school 调动."""


@input_of(schemas.Leave)
class LeaveInput:
    """Leaving the region's schools 离开."""


@input_of(schemas.Rejoin)
class RejoinInput:
    """Being taken on again after having left 重新任职."""


@input_of(schemas.OnPost)
class OnPostInput:
    """Going off post or coming back at the same school 离岗、返岗."""


@input_of(schemas.ContactPatch)
class ContactPatchInput:
    """A teacher's own contact data 本人联系方式; null clears."""


@input_of(schemas.TeacherMerge)
class TeacherMergeInput:
    """Which record stays 合并到哪份档案, and why."""


@input_of(schemas.TeacherUnmerge)
class TeacherUnmergeInput:
    """Why a merge is undone 撤销合并."""


@input_of(schemas.Unmask)
class UnmaskInput:
    """A request for one full value 查看完整号码; the reason is kept in the audit log."""


_name = strawberry.argument(name="input")


async def _create_teacher(info: Info, new: Annotated[TeacherCreateInput, _name]) -> schemas.Teacher | Problem:
    """Add a teacher 新增教师."""
    graph = info.context
    return await graph.change(schemas.Teacher, lambda ctx: service.create(ctx, graph.given(schemas.TeacherCreate, new)))


async def _change_teacher(
    info: Info, uuid: UUID, patch: Annotated[TeacherPatchInput, _name]
) -> schemas.Teacher | Problem:
    """Correct facts of a teacher 修改教师."""
    return await _moved(info.context, uuid, patch, schemas.TeacherPatch, service.change)


async def _transfer_teacher(info: Info, uuid: UUID, move: Annotated[TransferInput, _name]) -> schemas.Teacher | Problem:
    """Move a teacher to another school 调动."""
    return await _moved(info.context, uuid, move, schemas.Transfer, service.transfer)


async def _leave_teacher(info: Info, uuid: UUID, leave: Annotated[LeaveInput, _name]) -> schemas.Teacher | Problem:
    """End a teacher's employment 离开."""
    return await _moved(info.context, uuid, leave, schemas.Leave, service.leave)


async def _rejoin_teacher(info: Info, uuid: UUID, rejoin: Annotated[RejoinInput, _name]) -> schemas.Teacher | Problem:
    """Take a teacher on again 重新任职."""
    return await _moved(info.context, uuid, rejoin, schemas.Rejoin, service.rejoin)


async def _set_teacher_on_post(
    info: Info, uuid: UUID, on_post: Annotated[OnPostInput, _name]
) -> schemas.Teacher | Problem:
    """Put a teacher off post or back on it 离岗、返岗."""
    return await _moved(info.context, uuid, on_post, schemas.OnPost, service.set_on_post)


async def _moved(
    graph: Graph, uuid: UUID, value: object, schema: type[B], act: Callable[..., Awaitable[AnyRow]]
) -> schemas.Teacher | Problem:
    """What a service function of (ctx, id, body, version=) makes of a teacher."""

    async def move(ctx: Context) -> AnyRow:
        body = graph.given(schema, value)
        return await act(ctx, uuid, body, version=_version(body))

    return await graph.change(schemas.Teacher, move)


async def _merge_teacher(
    info: Info, uuid: UUID, merge: Annotated[TeacherMergeInput, _name], idempotency_key: Key
) -> schemas.Teacher | Problem:
    """Make a record the other name of another one of the same person 合并重复档案."""
    return await _once(info, uuid, merge, schemas.TeacherMerge, service.merge, verb="mergeTeacher", key=idempotency_key)


async def _unmerge_teacher(
    info: Info, uuid: UUID, unmerge: Annotated[TeacherUnmergeInput, _name], idempotency_key: Key
) -> schemas.Teacher | Problem:
    """Make a merged record stand by itself again 撤销合并."""
    schema, act = schemas.TeacherUnmerge, service.unmerge
    return await _once(info, uuid, unmerge, schema, act, verb="unmergeTeacher", key=idempotency_key)


async def _once(  # noqa: PLR0913 - what tells two verbs apart
    info: Info,
    uuid: UUID,
    value: object,
    schema: type[B],
    act: Callable[..., Awaitable[AnyRow]],
    *,
    verb: str,
    key: str,
) -> schemas.Teacher | Problem:
    graph = info.context

    async def acted(ctx: Context, body: B) -> AnyRow:
        return await act(ctx, uuid, body, version=_version(body))

    return await graph.change_once(
        schemas.Teacher, lambda: graph.given(schema, value), acted, verb=f"{verb} {uuid}", key=key
    )


async def _change_own_contact(info: Info, patch: Annotated[ContactPatchInput, _name]) -> schemas.Teacher | Problem:
    """A teacher's own mobile number 修改本人联系方式."""
    graph = info.context

    async def change(ctx: Context) -> AnyRow:
        body = graph.given(schemas.ContactPatch, patch)
        return await service.change_contact(ctx, body, version=_version(body))

    return await graph.change(schemas.Teacher, change)


async def _unmask_teacher(info: Info, uuid: UUID, unmask: Annotated[UnmaskInput, _name]) -> schemas.Unmasked | Problem:
    """One full number of one teacher, on the audit log 查看完整号码."""
    graph = info.context

    async def open_number(ctx: Context) -> schemas.Unmasked:
        graph.door.take("unmask")
        return await service.unmask(ctx, uuid, graph.given(schemas.Unmask, unmask))

    return await graph.change(schemas.Unmasked, open_number)


def _version(body: BaseModel) -> int | None:
    return expected_version(getattr(body, "etag", None))


@output(schemas.Unmasked)
class Unmasked:
    """One full value 完整号码."""


TeacherPayload = Annotated[Teacher | Problem, strawberry.union("TeacherPayload")]
UnmaskedPayload = Annotated[Unmasked | Problem, strawberry.union("UnmaskedPayload")]


@strawberry.type
class Mutation:
    """What changes teachers."""

    create_teacher = field(CHANGE, _create_teacher, TeacherPayload)
    change_teacher = field(CHANGE, _change_teacher, TeacherPayload)
    transfer_teacher = field(Permission.TEACHER_TRANSFER, _transfer_teacher, TeacherPayload)
    leave_teacher = field(CHANGE, _leave_teacher, TeacherPayload)
    rejoin_teacher = field(CHANGE, _rejoin_teacher, TeacherPayload)
    set_teacher_on_post = field(CHANGE, _set_teacher_on_post, TeacherPayload)
    merge_teacher = field(Permission.TEACHER_MERGE, _merge_teacher, TeacherPayload)
    unmerge_teacher = field(Permission.TEACHER_MERGE, _unmerge_teacher, TeacherPayload)
    change_own_contact = field(Permission.TEACHER_CHANGE_CONTACT, _change_own_contact, TeacherPayload)
    unmask_teacher = field(Permission.TEACHER_UNMASK, _unmask_teacher, UnmaskedPayload)


NODES = {"Teacher": teachers_by_ids}
