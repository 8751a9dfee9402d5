"""Use cases of the process score: weights, grades, publication. [A2.3b]"""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.policy.finding import Finding, Severity
from app.projects.queries.rows import NOW, add, change
from app.training.models import TrainingScheme, TrainingScore
from app.training.queries import scores as queries
from app.training.queries.scores import TrainingScoreFilter
from app.training.rules import process
from app.training.rules.process import Parts, Presence
from app.training.schemas import TrainingGradesRecorded, TrainingGradesWrite, TrainingMove, TrainingSchemeWrite
from app.training.service import checks
from app.training.states import PARTS

WRITE = Permission.TRAINING_SCORE_WRITE


async def get_scheme(ctx: Context, project_id: UUID) -> AnyRow:
    """How the process of a project is assessed 过程考核办法 [A2.3b]."""
    ctx.require(Permission.TRAINING_SCHEME_READ)
    await checks.shown(ctx, project_id)
    return checks.found(await queries.scheme(ctx, project_id))


async def write_scheme(ctx: Context, project_id: UUID, new: TrainingSchemeWrite, *, version: int | None) -> AnyRow:
    """Set the weights, and what completion asks; fixed once scores are published 制定过程考核办法 [A2.3b]."""
    ctx.require(WRITE)
    project = await checks.held(ctx, project_id, WRITE)
    checks.require_status(project, *checks.PREPARED)
    ctx.enforce(process.check_weights({part: getattr(new, f"{part}_weight") for part in PARTS}))
    known = await queries.scheme(ctx, project.id, lock=True)
    values = new.model_dump(exclude={"etag"}) | {"written_by": ctx.principal.account_id}
    if known is None:
        await add(ctx, TrainingScheme, {"id": new_id(), "project_id": project.id, **values})
        return await _told(ctx, project.id, "written")
    check_version(known, version)
    if known.publications:
        message = "成绩已按此办法公布，权重和结业要求不能再改。"
        raise Conflict("TRAINING_SCHEME_PUBLISHED", message, publications=known.publications)
    await change(ctx, TrainingScheme, known.id, values)
    return await _told(ctx, project.id, "written")


async def grade_trainees(ctx: Context, project_id: UUID, given: TrainingGradesWrite) -> TrainingGradesRecorded:
    """Put grades for learning and exchange on record; shown with the next publication 登记学习交流成绩 [A2.3b]."""
    project = await checks.run(ctx, project_id, WRITE, *checks.ACTIVE)
    people = {one.id: one for one in await queries.figures(ctx, project.id, [one.trainee_id for one in given.grades])}
    faults, seen = [], set()
    for place, one in enumerate(given.grades):
        if one.trainee_id not in people:
            faults.append(checks.fault(f"/grades/{place}/trainee_id", "REFERENCE_UNKNOWN", "没有这名在训学员"))
        elif one.trainee_id in seen:
            faults.append(checks.fault(f"/grades/{place}/trainee_id", "DUPLICATE", "学员重复"))
        elif people[one.trainee_id].teacher_id == ctx.principal.teacher_id:
            faults.append(checks.fault(f"/grades/{place}/trainee_id", "OWN_GRADE", "不能给本人打分"))
        seen.add(one.trainee_id)
    checks.refuse(faults)
    await queries.grade(ctx, project.id, [one.model_dump() for one in given.grades])
    facts = {"trainees": len(given.grades)}
    await ctx.record("training_score.graded", entity="project", entity_id=project.id, facts=facts)
    now = await queries.graded(ctx, project.id)
    return TrainingGradesRecorded(project_id=project.id, trainees=now.trainees, graded=now.graded)


async def publish_scores(ctx: Context, project_id: UUID, given: TrainingMove, *, version: int | None) -> AnyRow:
    """Compute and publish the process scores of everybody; what was published before stays 公布过程考核成绩 [A2.3b]."""
    del given
    project = await checks.run(ctx, project_id, WRITE, *checks.ACTIVE)
    scheme = checks.found(await queries.scheme(ctx, project.id, lock=True))
    check_version(scheme, version)
    people = await queries.figures(ctx, project.id)
    ctx.enforce(_ungraded(scheme, people))
    set_ones, publication = await queries.assignments(ctx, project.id), scheme.publications + 1
    weights = {part: getattr(scheme, f"{part}_weight") for part in PARTS}
    by = {"project_id": project.id, "publication": publication, "published_by": ctx.principal.account_id}
    await add(ctx, TrainingScore, *({**by, **_score(one, weights, set_ones)} for one in people))
    told = {"publications": publication, "published_by": ctx.principal.account_id, "published_at": NOW}
    await change(ctx, TrainingScheme, scheme.id, told)
    return await _told(ctx, project.id, "published")


async def find_scores(ctx: Context, request: PageRequest, project_id: UUID, only: TrainingScoreFilter) -> Page[AnyRow]:
    """Process scores as published, within the scope 过程考核成绩 [A2.3b]."""
    ctx.require(Permission.TRAINING_SCORE_READ)
    await checks.shown(ctx, project_id)
    return await queries.score_page(ctx, request, project_id, only)


async def tell_scores(
    ctx: Context, *, project_id: UUID, trainee_ids: Sequence[UUID], scores: dict[UUID, Decimal]
) -> None:
    """Add the newest published score of each trainee, in halves, to `scores` 过程考核成绩 [A2.3b]."""
    ctx.require(Permission.TRAINING_SCORE_READ)
    for one in await queries.figures(ctx, project_id, trainee_ids):
        if one.score is not None:
            scores[one.id] = process.in_halves(one.score)


def _ungraded(scheme: AnyRow, people: Sequence[AnyRow]) -> list[Finding]:
    missing = [one for one in people if one.learning is None]
    if not missing or not (scheme.learning_weight or scheme.exchange_weight):
        return []
    message = f"还有 {len(missing)} 名学员没有学习、交流成绩。"
    return [Finding("training.grades_missing", Severity.MUST, "A2.3b", message, len(missing), 0)]


def _score(one: AnyRow, weights: dict[str, int], assignments: int) -> dict[str, object]:
    presence = Presence(one.due, one.present, one.on_leave)
    parts = Parts(
        presence.points,
        one.learning or process.ZERO,
        one.exchange or process.ZERO,
        process.assignment_points([one.marks], assignments),
    )
    return {
        "id": new_id(),
        "trainee_id": one.id,
        "teacher_id": one.teacher_id,
        "school_id": one.school_id,
        "due": one.due,
        "present": one.present,
        "on_leave": one.on_leave,
        **{name: getattr(parts, name) for name in PARTS},
        "total": process.total(parts, weights),
    }


async def _told(ctx: Context, project_id: UUID, event: str) -> AnyRow:
    row = checks.found(await queries.scheme(ctx, project_id))
    facts = {"publications": row.publications}
    await ctx.record(f"training_score.{event}", entity="project", entity_id=project_id, facts=facts)
    return row
