"""GraphQL of corrections."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    Etag,
    First,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import Node, field, input_of, output
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.corrections import schemas, service
from app.corrections.queries import CorrectionFilter
from app.corrections.states import CorrectionStatus
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids

READ, ASK, ANSWER = (
    Permission.TEACHER_CORRECTION_READ,
    Permission.TEACHER_CORRECTION_ASK,
    Permission.TEACHER_CHANGE,
)


async def corrections_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TeacherCorrection | None]:
    """Corrections (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.TeacherCorrection, await service.get_many(ctx, list(ids)))


async def _teacher(root: strawberry.Parent[schemas.TeacherCorrection], info: Info) -> teacher_schemas.Teacher | None:
    """The teacher who asks 申请的教师."""
    return await info.context.loader(teachers_by_ids).load(root.teacher_id)


@output(schemas.TeacherCorrection)
class TeacherCorrection(Node):
    """A correction 更正申请: what a teacher asks to be changed in the own record, and the answer."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None)


async def _teacher_correction(info: Info, uuid: UUID) -> schemas.TeacherCorrection:
    """One correction with its answer 更正申请详情."""
    found = await info.context.loader(corrections_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _teacher_corrections(
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: CorrectionStatus | None = None,
    teacher_id: UUID | None = None,
    school_id: UUID | None = None,
) -> Listed:
    """Corrections asked for, newest first 更正申请列表."""
    only = CorrectionFilter(status, teacher_id, school_id)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find(ctx, request, only)

    return await listed(info, schemas.TeacherCorrection, find, first=first, after=after)


@strawberry.type
class Query:
    """What corrections answer."""

    teacher_correction = field(READ, _teacher_correction, TeacherCorrection | None)
    teacher_corrections = field(READ, _teacher_corrections, Connection[TeacherCorrection] | None)


@input_of(schemas.TeacherCorrectionCreate)
class TeacherCorrectionCreateInput:
    """Ask for a correction of the own record 申请更正: what it should say, and why."""


@input_of(schemas.TeacherCorrectionRefusal)
class TeacherCorrectionRefusalInput:
    """Why a correction is refused 不予更正的理由."""


_name = strawberry.argument(name="input")
TeacherCorrectionPayload = Annotated[TeacherCorrection | Problem, strawberry.union("TeacherCorrectionPayload")]


async def _ask(info: Info, new: Annotated[TeacherCorrectionCreateInput, _name]) -> schemas.TeacherCorrection | Problem:
    """Ask for a correction of the own record 申请更正."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.TeacherCorrectionCreate, new)
        return await service.ask(ctx, body, version=expected_version(body.etag))

    return await graph.change(schemas.TeacherCorrection, act)


async def _approve(info: Info, uuid: UUID, etag: Etag = None) -> schemas.TeacherCorrection | Problem:
    """Change the record as asked 同意更正; never by the person who asked."""
    return await info.context.change(
        schemas.TeacherCorrection, lambda ctx: service.approve(ctx, uuid, version=expected_version(etag))
    )


async def _refuse(
    info: Info, uuid: UUID, refusal: Annotated[TeacherCorrectionRefusalInput, _name]
) -> schemas.TeacherCorrection | Problem:
    """Leave the record as it is, with a reason 不同意更正."""
    graph = info.context

    async def act(ctx: Context) -> object:
        body = graph.given(schemas.TeacherCorrectionRefusal, refusal)
        return await service.refuse(ctx, uuid, body, version=expected_version(body.etag))

    return await graph.change(schemas.TeacherCorrection, act)


async def _withdraw(info: Info, uuid: UUID, etag: Etag = None) -> schemas.TeacherCorrection | Problem:
    """Take an own correction back before it is answered 撤回更正申请."""
    return await info.context.change(
        schemas.TeacherCorrection, lambda ctx: service.withdraw(ctx, uuid, version=expected_version(etag))
    )


@strawberry.type
class Mutation:
    """What moves corrections."""

    ask_teacher_correction = field(ASK, _ask, TeacherCorrectionPayload)
    approve_teacher_correction = field(ANSWER, _approve, TeacherCorrectionPayload)
    refuse_teacher_correction = field(ANSWER, _refuse, TeacherCorrectionPayload)
    withdraw_teacher_correction = field(ASK, _withdraw, TeacherCorrectionPayload)


NODES = {"TeacherCorrection": corrections_by_ids}
