"""Use cases of course designs: handed in by version, reviewed by experts, accepted or returned. [A2.3a]"""

from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding
from app.projects.queries.rows import NOW, add, change
from app.projects.states import ProjectStatus
from app.training.models import CourseDesign, CourseReview
from app.training.queries import designs as queries
from app.training.queries import sessions, surveys
from app.training.rules.process import Readiness, check_start
from app.training.schemas import CourseDesignCreate, CourseReviewWrite, TrainingMove, TrainingReason
from app.training.service import checks
from app.training.states import DESIGN_LIFECYCLE, CourseDesignStatus

READ, WRITE, REVIEW = Permission.COURSE_DESIGN_READ, Permission.COURSE_DESIGN_WRITE, Permission.COURSE_DESIGN_REVIEW
BEFORE_START = (ProjectStatus.APPROVED, ProjectStatus.SELECTING, ProjectStatus.RUNNING)
explain(
    {
        "uq_course_reviews_expert": ("COURSE_REVIEWED", "这位专家对这一版课程设计已有意见。"),
        "ck_course_reviews_not_the_author": ("COURSE_REVIEW_OWN", "设计人不能评审自己的课程设计。"),
    }
)


async def find_designs(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Versions of the course design, newest first 课程设计各版 [A2.3a]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id)


async def get_design(ctx: Context, project_id: UUID, design_id: UUID) -> AnyRow:
    """One version of the course design 课程设计详情 [A2.3a]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return checks.found(await queries.by_id(ctx, project_id, design_id))


async def find_reviews(ctx: Context, request: PageRequest, project_id: UUID, design_id: UUID) -> Page[AnyRow]:
    """What experts said of a version 专家意见 [A2.3a]."""
    ctx.require(Permission.COURSE_REVIEW_READ)
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.by_id(ctx, project_id, design_id))
    return await queries.review_page(ctx, request, row.id)


async def hand_in_design(ctx: Context, project_id: UUID, new: CourseDesignCreate) -> AnyRow:
    """Hand in a version of the host's course design 提交课程设计 [A2.3a]."""
    ctx.require(WRITE)
    row = await checks.held(ctx, project_id, WRITE)
    checks.require_status(row, *BEFORE_START)
    if new.author_teacher_id and await sessions.teacher_name(ctx, new.author_teacher_id) is None:
        checks.refuse([FieldFault("/author_teacher_id", "REFERENCE_UNKNOWN", "没有这位教师")])
    made = new_id()
    modules = [one.model_dump(mode="json") for one in new.modules]
    own = {"id": made, "project_id": row.id, "number": await queries.next_number(ctx, row.id)}
    by = {"hours": sum((one.hours for one in new.modules), Decimal(0)), "submitted_by": ctx.principal.account_id}
    said = new.model_dump(exclude={"modules"})
    await add(ctx, CourseDesign, {**own, **by, **said, "modules": modules})
    return await _told(ctx, row.id, made, "handed_in")


async def review_design(ctx: Context, project_id: UUID, design_id: UUID, new: CourseReviewWrite) -> AnyRow:
    """Put an expert's opinion on record; never the author's 登记专家意见 [A2.3a]."""
    ctx.require(REVIEW)
    row = await _held(ctx, project_id, design_id, None)
    if row.status != CourseDesignStatus.SUBMITTED:
        raise Conflict("COURSE_DESIGN_DECIDED", "这一版课程设计已经有了决定，不再评审。", status=row.status)
    faults = []
    is_author = new.expert_name == row.author_name
    if is_author or (new.expert_teacher_id is not None and new.expert_teacher_id == row.author_teacher_id):
        faults.append(FieldFault("/expert_name", "COURSE_REVIEW_OWN", "设计人不能评审自己的课程设计"))
    if new.expert_teacher_id and await sessions.teacher_name(ctx, new.expert_teacher_id) is None:
        faults.append(FieldFault("/expert_teacher_id", "REFERENCE_UNKNOWN", "没有这位教师"))
    if new.reviewed_on > ctx.clock.today:
        faults.append(FieldFault("/reviewed_on", "OUT_OF_ORDER", f"评审日期 {new.reviewed_on} 晚于今天"))
    checks.refuse(faults)
    made = new_id()
    by = {"author_name": row.author_name, "recorded_by": ctx.principal.account_id}
    await add(ctx, CourseReview, {"id": made, "design_id": row.id, **by, **new.model_dump()})
    await _told(ctx, row.project_id, row.id, "reviewed")
    return await queries.review(ctx, made)


async def accept_design(
    ctx: Context, project_id: UUID, design_id: UUID, given: TrainingMove, *, version: int | None
) -> AnyRow:
    """Accept a version that experts reviewed; the one before is replaced 通过课程设计 [A2.3a]."""
    del given
    ctx.require(REVIEW)
    row = await _held(ctx, project_id, design_id, version)
    status = DESIGN_LIFECYCLE.move(CourseDesignStatus(row.status), "accept")
    checks.other_person(ctx, REVIEW, row.submitted_by, teacher=row.author_teacher_id)
    if not row.reviews:
        raise Conflict("COURSE_DESIGN_UNREVIEWED", "还没有专家意见，不能通过。请先登记专家评审意见。", reviews=0)
    former = await queries.accepted(ctx, row.project_id)
    if former is not None:
        replaced = DESIGN_LIFECYCLE.move(CourseDesignStatus.ACCEPTED, "replace")
        await change(ctx, CourseDesign, former, {"status": str(replaced)})
    by = {"decided_by": ctx.principal.account_id, "decided_at": NOW}
    await change(ctx, CourseDesign, row.id, {"status": str(status), **by})
    return await _told(ctx, row.project_id, row.id, "accepted")


async def return_design(
    ctx: Context, project_id: UUID, design_id: UUID, given: TrainingReason, *, version: int | None
) -> AnyRow:
    """Send a version back to the host with a reason 退回课程设计 [A2.3a]."""
    ctx.require(REVIEW)
    row = await _held(ctx, project_id, design_id, version)
    status = DESIGN_LIFECYCLE.move(CourseDesignStatus(row.status), "return")
    checks.other_person(ctx, REVIEW, row.submitted_by)
    by = {"decided_by": ctx.principal.account_id, "decided_at": NOW, "reason": given.reason}
    await change(ctx, CourseDesign, row.id, {"status": str(status), **by})
    return await _told(ctx, row.project_id, row.id, "returned")


async def ask_design(ctx: Context, *, project: AnyRow, findings: list[Finding]) -> None:
    """Reaction to the start of a project: an accepted course design, and a questionnaire before it. [A2.3a]"""
    ctx.require(Permission.PROJECT_RUN)
    opened = await surveys.published(ctx, project.id)
    facts = Readiness(await queries.accepted(ctx, project.id) is not None, opened)
    findings += check_start(ctx.regulation, facts, on=ctx.clock.today)


async def _held(ctx: Context, project_id: UUID, design_id: UUID, version: int | None) -> AnyRow:
    project = await checks.held(ctx, project_id, REVIEW)
    checks.require_status(project, *BEFORE_START)
    row = checks.found(await queries.by_id(ctx, project.id, design_id, lock=True))
    check_version(row, version)
    return row


async def _told(ctx: Context, project_id: UUID, design_id: UUID, event: str) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, project_id, design_id))
    facts = {"project_id": str(project_id), "number": row.number}
    await ctx.record(f"course_design.{event}", entity="course_design", entity_id=design_id, facts=facts)
    return row
