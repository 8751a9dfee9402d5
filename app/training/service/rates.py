"""The three rates and the person-times behind them, of one project and of many 选送率 参训率 结业率. [A4.2]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.projects.rules import rates as rules
from app.projects.rules.rates import UnitPlaces
from app.training.queries import rates as queries
from app.training.queries.figures import PROJECT_OVER
from app.training.rules.persons import Enrolled, Missing, missing_of
from app.training.schemas import ProjectRates
from app.training.service import checks


@dataclass(frozen=True, slots=True)
class PersonTimes:
    """What the rates of a project stand on: the places of units, who was enrolled, and who is behind a person-time."""

    units: list[UnitPlaces] = field(default_factory=list)
    enrolled: list[Enrolled] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def counts(self) -> Mapping[str, int]:
        """Person-times by ground."""
        found: dict[str, int] = {}
        for one in self.missing:
            found[str(one.ground)] = found.get(str(one.ground), 0) + one.person_times
        return found


async def person_times(ctx: Context, projects: Sequence[AnyRow]) -> dict[UUID, PersonTimes]:
    """Every project's person-times within the scope, in three statements: id → what its rates stand on. [A4.2]

    projects: rows with id and status.
    """
    ctx.require(Permission.NOMINATION_RATE_READ)
    found = {one.id: PersonTimes() for one in projects}
    over = {one.id for one in projects if one.status in PROJECT_OVER}
    for row in await queries.places(ctx, list(found)):
        found[row.project_id].units.append(UnitPlaces(row.unit_id, row.unit_name, row.places, row.in_time))
    for row in await queries.trainees(ctx, list(found)):
        found[row.project_id].enrolled.append(_enrolled(row, is_over=row.project_id in over))
    refused: dict[UUID, list[AnyRow]] = {}
    for row in await queries.refused(ctx, list(found)):
        refused.setdefault(row.project_id, []).append(row)
    for project_id, one in found.items():
        one.missing.extend(missing_of(one.units, one.enrolled, refused.get(project_id, ())))
    return found


async def project_rates(ctx: Context, project_id: UUID) -> ProjectRates:
    """The three rates of a project, with the names behind every person-time 选送率、参训率、结业率 [A4.2]."""
    ctx.require(Permission.NOMINATION_RATE_READ)
    project = await checks.shown(ctx, project_id)
    times = (await person_times(ctx, [project]))[project.id]
    on: date = project.starts_on
    came = [one for one in times.enrolled if one.has_begun]
    decided = [one for one in times.enrolled if one.is_decided]
    attended, completed = sum(one.attended for one in came), sum(one.has_completed for one in decided)
    answer = {
        "project_id": project.id,
        "nomination": _told(rules.nomination_rate(ctx.regulation, times.units, on=on)),
        "attendance": _told(rules.attendance_rate(ctx.regulation, attended=attended, enrolled=len(came), on=on)),
        "completion": _told(rules.completion_rate(ctx.regulation, completed=completed, enrolled=len(decided), on=on)),
        "person_times": rules.deductions(ctx.regulation, times.counts(), on=on),
        "missing": times.missing,
    }
    return ProjectRates.model_validate(answer)


def _enrolled(row: AnyRow, *, is_over: bool) -> Enrolled:
    return Enrolled(
        teacher_id=row.teacher_id,
        teacher_name=row.teacher_name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        has_left=row.status != "enrolled",
        due=row.due,
        present=row.present,
        completion=row.completion,
        is_over=is_over,
        note=row.reason,
    )


def _told(rate: rules.Rate) -> dict[str, Any]:
    return {"actual": rate.part, "required": rate.whole, "share": rate.share, "is_met": rate.is_met}
