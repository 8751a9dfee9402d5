"""Use cases of trainees' cases: named by the trainee's side, judged by 进修学校. [A4.5]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.cases.states import CaseStatus
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.practice.models import PracticeCase
from app.practice.queries import outputs as queries
from app.practice.queries import people
from app.practice.queries.outputs import PracticeCaseFilter
from app.practice.schemas import PracticeCaseAnswer, PracticeCaseCreate, PracticeMove, PracticeReason
from app.practice.service import checks
from app.practice.states import OUTPUT_JUDGED, PRACTICE_CASE_LIFECYCLE, PracticeCaseStatus
from app.projects.queries.rows import NOW, add, change
from app.projects.states import ProjectStatus

explain(
    {
        "uq_practice_cases_standing": (
            "PRACTICE_CASE_STANDING",
            "该学员这一类案例已申报或已认定；先撤回原申报，再重新申报。",
        )
    }
)
READ, SUBMIT, JUDGE = Permission.PRACTICE_READ, Permission.PRACTICE_SUBMIT, Permission.PRACTICE_JUDGE
TAKEN_IN = frozenset({CaseStatus.ACCEPTED, CaseStatus.RECOMMENDED})
WHILE = (*checks.AT_WORK, ProjectStatus.CLOSED)
"""Cases come late: also after the project is closed, before it is archived."""


async def find_cases(ctx: Context, request: PageRequest, only: PracticeCaseFilter) -> Page[AnyRow]:
    """Trainees' cases within the scope, newest first 学员案例列表 [A4.5]."""
    ctx.require(READ)
    return await queries.case_page(ctx, request, only)


async def get_case(ctx: Context, case_id: UUID) -> AnyRow:
    """One trainee's case 学员案例 [A4.5]."""
    ctx.require(READ)
    return checks.found(await queries.case_by_id(ctx, case_id))


async def get_cases(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Trainees' cases (n,) -> rows (n,), None where missing or not to be seen."""
    ctx.require(READ)
    return await queries.cases_by_ids(ctx, ids)


async def submit_case(ctx: Context, new: PracticeCaseCreate) -> AnyRow:
    """Name a marked output or a typical case that was taken in as the trainee's case 申报学员案例. [A4.5]"""
    ctx.require(SUBMIT)
    trainee = await people.trainee(ctx, new.trainee_id, SUBMIT, lock=True)
    if trainee is None:
        checks.refuse([FieldFault("/trainee_id", "REFERENCE_UNKNOWN", "没有这名在训学员，或不在您的范围内")])
    person = checks.found(trainee)
    faults = []
    if new.output_id and await queries.output_of(ctx, new.output_id, person.id) not in OUTPUT_JUDGED:
        message = "没有该学员的这份成果，或还没有评定"
        faults.append(FieldFault("/output_id", "REFERENCE_UNKNOWN", message))
    if new.case_id and await queries.typical_case(ctx, new.case_id, person.teacher_id) not in TAKEN_IN:
        message = "没有该学员报送的这个典型案例，或还没有入选"
        faults.append(FieldFault("/case_id", "REFERENCE_UNKNOWN", message))
    checks.refuse(faults)
    checks.require_project(person.project_status, WHILE)
    made = new_id()
    whose = {"teacher_id": person.teacher_id, "school_id": person.school_id, "project_id": person.project_id}
    by = {"id": made, "status": str(PracticeCaseStatus.SUBMITTED), "asked_by": ctx.principal.account_id}
    await add(ctx, PracticeCase, {**by, **whose, **new.model_dump(), "kind": str(new.kind)})
    return await _told(ctx, made, "submitted")


async def judge_case(ctx: Context, case_id: UUID, given: PracticeCaseAnswer, *, version: int | None) -> AnyRow:
    """Accept a case or not, with a reason 认定案例; never who named it. [A4.5]"""
    ctx.require(JUDGE)
    row, status = await _held(ctx, case_id, JUDGE, given.decision, version)
    answer = {"answered_by": ctx.principal.account_id, "answer_reason": given.reason}
    await change(ctx, PracticeCase, row.id, {"status": status, "answered_at": NOW, **answer})
    return await _told(ctx, row.id, status)


async def revoke_case(ctx: Context, case_id: UUID, given: PracticeReason, *, version: int | None) -> AnyRow:
    """Undo an acceptance, with a reason 撤销认定. [A4.5]"""
    ctx.require(JUDGE)
    row, status = await _held(ctx, case_id, JUDGE, "revoke", version)
    answer = {"answered_by": ctx.principal.account_id, "answer_reason": given.reason}
    await change(ctx, PracticeCase, row.id, {"status": status, "answered_at": NOW, **answer})
    return await _told(ctx, row.id, status)


async def withdraw_case(ctx: Context, case_id: UUID, given: PracticeMove, *, version: int | None) -> AnyRow:
    """Take a case back before it is judged 撤回申报."""
    del given
    ctx.require(SUBMIT)
    row, status = await _held(ctx, case_id, SUBMIT, "withdraw", version)
    await change(ctx, PracticeCase, row.id, {"status": status})
    return await _told(ctx, row.id, status)


async def _held(
    ctx: Context, case_id: UUID, permission: Permission, verb: str, version: int | None
) -> tuple[AnyRow, str]:
    """A trainee's case, held for an act of its own side or of somebody else, and the status the verb leads to."""
    row = checks.found(await queries.case_by_id(ctx, case_id, lock=True))
    ctx.require(permission, on=checks.place_of(row))
    if permission is JUDGE:
        checks.other_person(ctx, permission, row.asked_by, teacher=row.teacher_id)
    check_version(row, version)
    return row, str(PRACTICE_CASE_LIFECYCLE.move(PracticeCaseStatus(row.status), verb))


async def _told(ctx: Context, case_id: UUID, act: str) -> AnyRow:
    row = checks.found(await queries.case_by_id(ctx, case_id))
    facts: dict[str, Any] = {"kind": row.kind, "trainee_id": str(row.trainee_id)}
    place = checks.place_of(row)
    await ctx.record(f"practice_case.{act}", entity="practice_case", entity_id=row.id, place=place, facts=facts)
    return row
