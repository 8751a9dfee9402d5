"""The certificate of completion 结业证书, and the hours of a completion. [A4.2]"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.certificates import printing
from app.certificates import service as certificates
from app.certificates.states import CertificateKind
from app.core.db import AnyRow
from app.core.errors import Conflict
from app.hours.service import CreditLine, credit
from app.hours.states import HoursCategory, HoursSource
from app.trainers.queries.people import issuing_body
from app.training.queries import scores as queries
from app.training.rules.process import spread, with_room
from app.training.schemas import TrainingHoursPost, TrainingHoursPosted
from app.training.service import checks

LINE_MAX = "hours.line_per_day_max"
AT_ONCE = 200
"""How many completions one call credits."""


async def certify(ctx: Context, project: AnyRow, row: AnyRow) -> AnyRow:
    """Issue the certificate of a completion that is decided. [A4.2]"""
    permission = Permission.COMPLETION_DECIDE
    ctx.require(permission, on=checks.place_of(row))
    body = await issuing_body(ctx)
    level = ctx.regulation.codes("project_levels").get(project.level).label
    said = {"project": project.name, "level": level, "hours": f"{row.hours:f}"}
    statement = (
        f"{row.teacher_name} 同志参加{body.region}{level}“{project.name}”"
        f"（{_day(project.starts_on)}至{_day(project.ends_on)}），修业 {row.hours:f} 学时，准予结业。"
    )
    draft = certificates.Draft(
        kind=CertificateKind.COMPLETION,
        permission=permission,
        place=checks.place_of(row),
        period=str(project.id),
        holder_name=row.teacher_name,
        issuer=body.name,
        content={"name": row.teacher_name, "statement": statement, **said},
        shown=said,
        records=(row.id,),
        page=printing.Page(
            authority=body.region,
            facts=(),
            statement=statement,
            tables=(),
            notes=("是否有效以扫码核验的结果为准。",),
            form="letter",
        ),
    )
    return await certificates.issue(ctx, draft)


async def post_completion_hours(ctx: Context, project_id: UUID, given: TrainingHoursPost) -> TrainingHoursPosted:
    """Credit the hours of completions that have none yet, at most the project's 计入结业学时 [A4.2]."""
    permission = Permission.HOURS_POST
    ctx.require(permission)
    project = await checks.held(ctx, project_id, permission)
    rows = await queries.to_credit(ctx, project.id, given.trainee_ids, AT_ONCE)
    if not rows:
        raise Conflict("TRAINING_HOURS_NONE", "没有待计入学时的结业（须先决定结业）。", project_id=str(project.id))
    for row in rows:
        checks.other_person(ctx, permission, row.decided_by, teacher=row.teacher_id)
    days = await queries.days_attended(ctx, [row.trainee_id for row in rows])
    lines = [line for row in rows for line in _lines(ctx, project, row, days[row.trainee_id])]
    entries = await credit(ctx, lines)
    credited, first = _sums(lines, entries)
    await queries.link_entries(ctx, {one: (entry, credited[one]) for one, entry in first.items()})
    claimed = sum((line.claimed_hours for line in lines), Decimal(0))
    total = sum(credited.values(), Decimal(0))
    facts = {"people": len(first), "claimed": str(claimed), "credited": str(total)}
    await ctx.record("training_completion.hours_posted", entity="project", entity_id=project.id, facts=facts)
    answer = {
        "project_id": project.id,
        "people": len(first),
        "claimed_hours": claimed,
        "credited_hours": total,
        "items": await queries.completions_of(ctx, project.id, [row.trainee_id for row in rows]),
    }
    return TrainingHoursPosted.model_validate(answer)


def _lines(ctx: Context, project: AnyRow, row: AnyRow, days: Sequence[date]) -> list[CreditLine]:
    """The lines of a completion: its hours on the days attended; what they cannot hold, on other days of the project.

    A category that counts by the day takes no more than its figure on a day attended.
    """
    on: date = row.decided_on
    per_day = ctx.regulation.codes("hours_categories").get(project.hours_category).facts.get("per_day_param")
    most = ctx.regulation.decimal(str(per_day or LINE_MAX), on=on)
    if not per_day:
        days = with_room(row.hours, days, most, (min(project.starts_on, on), on))
    laid = spread(row.hours, days, most)
    if not per_day and sum((hours for _, hours in laid), Decimal(0)) < row.hours:
        message = (
            f"结业学时 {row.hours:f} 在项目开始至决定之日之间放不下（每天最多 {most:f} 学时），请核对项目的日期与学时。"
        )
        raise Conflict("TRAINING_HOURS_NO_ROOM", message, hours=str(row.hours), per_day=str(most))
    return [
        CreditLine(
            teacher_id=row.person_id,
            category=HoursCategory(project.hours_category),
            claimed_hours=hours,
            activity_title=project.name,
            activity_date=day,
            source=str(HoursSource.PROJECT),
            source_id=row.id,
            external_key=f"{row.id}/{place}",
            posted_by=ctx.principal.account_id,
            approved_by=row.decided_by,
        )
        for place, (day, hours) in enumerate(laid)
    ]


def _sums(lines: Sequence[CreditLine], entries: Sequence[AnyRow]) -> tuple[Mapping[UUID, Decimal], Mapping[UUID, UUID]]:
    """Of each completion what its lines were credited, and the first entry."""
    credited: dict[UUID, Decimal] = {}
    first: dict[UUID, UUID] = {}
    for line, entry in zip(lines, entries, strict=True):
        if line.source_id is not None:
            credited[line.source_id] = credited.get(line.source_id, Decimal(0)) + entry.credited_hours
            first.setdefault(line.source_id, entry.id)
    return credited, first


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
