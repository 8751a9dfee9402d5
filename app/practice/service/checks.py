"""What every act on the practice checks: how far the project is, who stands by it, other persons."""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Role
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.practice.queries import people
from app.projects.service.checks import LABELS
from app.projects.states import ProjectPersonRole, ProjectStatus

PREPARED = (ProjectStatus.APPROVED, ProjectStatus.SELECTING, ProjectStatus.RUNNING, ProjectStatus.PRACTICE)
"""While the practice of a project can be planned: its phases overlap. [M5.2] [M5.3]"""
AT_WORK = (ProjectStatus.RUNNING, ProjectStatus.PRACTICE, ProjectStatus.EVALUATING)
"""While trainees hand in."""
JUDGED = (ProjectStatus.PRACTICE, ProjectStatus.EVALUATING)
"""While results are recorded and published."""
SAME_PERSON = "提交、评定、公布须为不同的人，本人的成果由他人办理。请由另一人办理。"


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


def place_of(row: AnyRow) -> Place:
    """Whose a record is: the school's at the time, and the person's."""
    return Place(row.school_id, row.teacher_id)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("PRACTICE_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def require_project(status: str, wanted: Sequence[ProjectStatus]) -> None:
    """Conflict 409 unless the project is that far."""
    if status not in wanted:
        names = "、".join(LABELS[one] for one in wanted)
        message = f"项目当前为“{LABELS[ProjectStatus(status)]}”，此项只在“{names}”时办理。"
        raise Conflict("PROJECT_STATUS", message, status=status, wanted=sorted(map(str, wanted)))


async def require_assigned(
    ctx: Context, permission: Permission, project_id: UUID, roles: Sequence[ProjectPersonRole]
) -> None:
    """A teacher acts for the group one belongs to; Forbidden 403 OTHER_BODY elsewhere. [A2.4] [A2.5a]"""
    ctx.require(permission)
    if ctx.principal.role is Role.TEACHER and not await people.is_assigned(ctx, project_id, roles):
        message = "您不在该项目的指导组或跟踪评价小组中，请由小组成员或进修学校办理。"
        raise NotPermitted("OTHER_BODY", message, permission=str(permission))


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None, teacher: UUID | None = None) -> None:
    """Persons are compared, never roles: nobody judges what they handed in, nor themselves."""
    who = ctx.principal
    if who.account_id in accounts or (teacher is not None and who.teacher_id == teacher):
        raise NotPermitted("SEPARATION_OF_DUTIES", SAME_PERSON, permission=str(permission))
