"""What is to be said of people who are nominated: whose they are, which conditions they miss, who goes first. [A2.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.core.db import AnyRow
from app.core.ids import new_id
from app.policy.finding import Finding, Severity
from app.projects.models import ProjectNomination
from app.projects.queries import nominations, parts
from app.projects.queries.rows import add
from app.projects.rules.eligibility import Candidate, Condition, check_candidate, check_in_time, check_priority
from app.projects.states import Criterion, NominationRoute, NominationStatus
from app.workshops import service as workshops


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of one person."""

    findings: Sequence[Finding]
    priority: int


def unit_of(who: AnyRow) -> UUID:
    """The unit whose place somebody takes: the 中心校, or the school itself where none is above it."""
    unit: UUID = who.parent_id if who.parent_kind == "central_school" else who.school_id
    return unit


def is_unfit(one: Judged) -> bool:
    """Whether a required condition is missed."""
    return any(finding.severity is Severity.MUST for finding in one.findings)


async def judge(ctx: Context, project: AnyRow, people: Mapping[UUID, AnyRow]) -> dict[UUID, Judged]:
    """Teacher → findings and priority, for a project; in a handful of statements however many they are. [A6.7]"""
    ids = list(people)
    if not ids:
        return {}
    conditions = [
        Condition(Criterion(one.criterion), one.codes, one.number, one.is_required)
        for one in await parts.criteria(ctx, project.id)
    ]
    today = ctx.clock.today
    places = dict(zip(ids, await workshops.nomination_priority(ctx, ids, on=today), strict=True))
    levels = await workshops.workshop_levels(ctx, ids, on=today)
    others = await nominations.others(ctx, project, ids)
    late = check_in_time(today, project.nominate_until)
    judged = {}
    for one, who in people.items():
        candidate = Candidate(
            stage=who.stage,
            subject=who.subject,
            title=who.title,
            birth_date=who.birth_date,
            joined_profession_on=who.joined_profession_on,
            posts=who.posts,
            honours=[honour["code"] for honour in (*who.honours, *who.awarded_honours)],
            workshop_levels=levels.get(one, ()),
            others=others.get(one, ()),
        )
        found = check_candidate(ctx.regulation, conditions, candidate, on=project.starts_on)
        judged[one] = Judged([*found, *check_priority(project.level, places[one]), *late], places[one])
    return judged


def draft(
    ctx: Context,
    project: AnyRow,
    who: AnyRow,
    judged: Judged,
    route: NominationRoute,
    status: NominationStatus,
) -> dict[str, Any]:
    """A nomination as it is stored, by the caller."""
    account, today = ctx.principal.account_id, ctx.clock.today
    is_application = route is NominationRoute.APPLICATION
    return {
        "id": new_id(),
        "project_id": project.id,
        "teacher_id": who.id,
        "school_id": who.school_id,
        "unit_id": unit_of(who),
        "route": str(route),
        "status": str(status),
        "findings": [one.as_json() for one in judged.findings],
        "priority": judged.priority,
        "applied_by": account if is_application else None,
        "nominated_by": None if is_application else account,
        "nominated_on": None if is_application else today,
    }


async def store(ctx: Context, lines: Sequence[dict[str, Any]]) -> None:
    """Write nominations."""
    await add(ctx, ProjectNomination, *lines)


def as_of(judged: Judged, nominated_on: date, until: date | None) -> Judged:
    """The same, where lateness is a matter of the day of the nomination."""
    kept = [one for one in judged.findings if one.rule != "projects.nominated_late"]
    return Judged([*kept, *check_in_time(nominated_on, until)], judged.priority)
