"""What every act on consultations checks: that it is there, may still change, days, other persons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.consultations.states import HEADINGS
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid, NotFound, NotPermitted
from app.policy.finding import Finding


def found(row: AnyRow | None) -> AnyRow:
    """The row; NotFound outside the scope."""
    if row is None:
        raise NotFound
    return row


def refuse(faults: Sequence[FieldFault]) -> None:
    """Invalid 422 with every fault."""
    if faults:
        raise Invalid("CONSULTATION_INVALID", "；".join(one.message for one in faults[:5]) + "。", errors=faults)


def require_open(row: AnyRow, statuses: Collection[StrEnum], what: str) -> None:
    """Conflict 409 where the text of a record may not change any more."""
    if row.status not in statuses:
        may = "、".join(statuses)
        raise Conflict(
            "STATUS_CONFLICT", f"{what}当前状态为 {row.status}，只有 {may} 的可以修改。", status=row.status, possible=[]
        )


def other_person(ctx: Context, permission: Permission, *accounts: UUID | None) -> None:
    """Persons are compared, never roles: nobody decides, confirms, closes or publishes what they wrote."""
    if ctx.principal.account_id in accounts:
        message = "提交与接收、撰写与办结、记录与确认、起草与发布须为不同的人，请由另一人办理。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(permission))


def future(pointer: str, day: date, today: date) -> list[FieldFault]:
    """A fault where a day lies in the future."""
    return [FieldFault(pointer, "OUT_OF_ORDER", f"日期 {day} 晚于今天 {today}")] if day > today else []


def labels(ctx: Context) -> Mapping[str, str]:
    """The headings of a report with their words, in the order of the list. [A3.4]"""
    known = ctx.regulation.codes("consultation_headings")
    return {code: known.get(code).label for code in HEADINGS}


def facts_of(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings as they are kept on a record."""
    return [{**one.as_json()} for one in findings]
