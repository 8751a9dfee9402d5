"""What every act on a project checks: that it is there, how far it is, other persons, codes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.core.versions import check_version
from app.projects.queries import projects
from app.projects.states import ProjectStatus

SAME_PERSON = (
    "SEPARATION_OF_DUTIES",
    "提交和批准须为不同的人；申请、选送、报送、审核、录取须为不同的人。请由另一人办理。",
)
CODE_SETS = {
    "level": "project_levels",
    "kind": "project_kinds",
    "stage": "stages",
    "subject": "subjects",
    "hours_category": "hours_categories",
    "mode": "training_modes",
}
"""Field → code list of its values."""
LABELS = {
    ProjectStatus.DRAFT: "草稿",
    ProjectStatus.SUBMITTED: "已提交",
    ProjectStatus.APPROVED: "已批准",
    ProjectStatus.SELECTING: "选学员",
    ProjectStatus.RUNNING: "培训中",
    ProjectStatus.PRACTICE: "返岗实践",
    ProjectStatus.EVALUATING: "评价",
    ProjectStatus.CLOSED: "已结束",
    ProjectStatus.ARCHIVED: "已归档",
    ProjectStatus.CANCELLED: "已取消",
}


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


async def shown(ctx: Context, project_id: UUID) -> AnyRow:
    """A project the caller may see; NotFound otherwise."""
    ctx.require(Permission.PROJECT_READ)
    return found(await projects.by_id(ctx, project_id))


async def held(ctx: Context, project_id: UUID, permission: Permission, *, version: int | None = None) -> AnyRow:
    """The project, locked, once the caller may do this to it and has read its last version."""
    ctx.require(permission)
    ctx.require(Permission.PROJECT_READ)
    row = found(await projects.by_id(ctx, project_id, lock=True))
    check_version(row, version)
    return row


def require_status(row: AnyRow, *statuses: ProjectStatus) -> None:
    """Conflict 409 unless the project is that far."""
    if row.status not in statuses:
        wanted = "、".join(LABELS[one] for one in ProjectStatus if one in statuses)
        message = f"项目当前为“{LABELS[ProjectStatus(row.status)]}”，此项只在“{wanted}”时办理。"
        raise Conflict("PROJECT_STATUS", message, status=row.status, wanted=sorted(map(str, statuses)))


def place_of(row: AnyRow) -> Place:
    """Whose a nomination or a trainee is: the school's at the time, and the person's."""
    return Place(row.school_id, row.teacher_id)


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None, teacher: UUID | None = None) -> None:
    """Persons are compared, never roles: nobody decides what they brought in, nor about themselves."""
    who = ctx.principal
    if who.account_id in accounts or (teacher is not None and who.teacher_id == teacher):
        code, message = SAME_PERSON
        raise NotPermitted(code, message, permission=str(permission))


def fault(pointer: str, code: str, message: str) -> FieldFault:
    """A fault of a field."""
    return FieldFault(pointer, code, message)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("PROJECT_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def unknown_codes(ctx: Context, given: Mapping[str, Any]) -> list[FieldFault]:
    """A fault for every code that its list does not have."""
    faults = []
    for name, listed in CODE_SETS.items():
        code = given.get(name)
        if code is not None and code not in ctx.regulation.codes(listed):
            faults.append(unknown(f"/{name}", listed, code))
    return faults


def unknown(pointer: str, listed: str, code: str) -> FieldFault:
    """The fault of a code that its list does not have."""
    return FieldFault(pointer, "CODE_UNKNOWN", f"没有代码 {code}，见 /v1/reference-data/{listed}", {"set": listed})
