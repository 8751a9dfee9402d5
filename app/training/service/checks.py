"""What every act of training checks: the project, how far it is, the trainee, other persons."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotPermitted
from app.projects.service.checks import found, held, require_status, shown
from app.projects.states import ProjectStatus

__all__ = [
    "ACTIVE",
    "PREPARED",
    "fault",
    "found",
    "held",
    "other_person",
    "place_of",
    "refuse",
    "require_status",
    "run",
    "shown",
    "unknown_code",
]
ACTIVE = (ProjectStatus.RUNNING, ProjectStatus.PRACTICE, ProjectStatus.EVALUATING)
"""Projects in which people train."""
PREPARED = (ProjectStatus.APPROVED, ProjectStatus.SELECTING, *ACTIVE)
"""Projects that are approved and not over."""


async def run(ctx: Context, project_id: UUID, permission: Permission, *statuses: ProjectStatus) -> AnyRow:
    """The project, as far as it must be, once the caller may do this to it; it is not locked."""
    ctx.require(permission)
    row = await shown(ctx, project_id)
    require_status(row, *statuses)
    return row


def place_of(row: Any) -> Place:
    """Whose a record is: the school's of the trainee, and the person's."""
    return Place(row.school_id, row.teacher_id)


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None, teacher: UUID | None = None) -> None:
    """Persons are compared, never roles: nobody decides what they asked for, nor about themselves."""
    who = ctx.principal
    if who.account_id in accounts or (teacher is not None and who.teacher_id == teacher):
        message = "提出的人和决定的人须为不同的人，也不能决定本人的事项。请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


def fault(pointer: str, code: str, message: str) -> FieldFault:
    """A fault of a field."""
    return FieldFault(pointer, code, message)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("TRAINING_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def unknown_code(ctx: Context, pointer: str, listed: str, code: str | None) -> list[FieldFault]:
    """A fault where a code list does not have a code."""
    if code is None or code in ctx.regulation.codes(listed):
        return []
    return [FieldFault(pointer, "CODE_UNKNOWN", f"没有代码 {code}，见 /v1/reference-data/{listed}", {"set": listed})]
