"""GraphQL of corrections."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Info, shown_many
from app.access.graph_types import Node, field, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.corrections import schemas, service
from app.corrections.queries import CorrectionFilter
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids

READ, ASK, ANSWER = (
    Permission.TEACHER_CORRECTION_READ,
    Permission.TEACHER_CORRECTION_ASK,
    Permission.TEACHER_CHANGE,
)
Correction = schemas.TeacherCorrection


async def corrections_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.TeacherCorrection | None]:
    """One correction with its answer 更正申请详情."""
    return shown_many(schemas.TeacherCorrection, await service.get_many(ctx, list(ids)))


async def _teacher(root: strawberry.Parent[schemas.TeacherCorrection], info: Info) -> teacher_schemas.Teacher | None:
    """The teacher who asks 申请的教师."""
    return await info.context.loader(teachers_by_ids).load(root.teacher_id)


@output(schemas.TeacherCorrection)
class TeacherCorrection(Node):
    """A correction 更正申请: what a teacher asks to be changed in the own record, and the answer."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None)


@strawberry.type
class Query:
    """What corrections answer."""

    teacher_correction = record(READ, corrections_by_ids, Correction)
    teacher_corrections = pages(READ, service.find, Correction, only=CorrectionFilter)


@strawberry.type
class Mutation:
    """What moves corrections."""

    ask_teacher_correction = verb(ASK, service.ask, schemas.TeacherCorrectionCreate, Correction, at=())
    approve_teacher_correction = verb(ANSWER, service.approve, None, Correction)
    refuse_teacher_correction = verb(ANSWER, service.refuse, schemas.TeacherCorrectionRefusal, Correction)
    withdraw_teacher_correction = verb(ASK, service.withdraw, None, Correction)


NODES = {"TeacherCorrection": corrections_by_ids}
