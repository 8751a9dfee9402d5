"""送教送培 of the demo 演示送教送培: a programme of each stage, visits to some of the towns, hours of most of them."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.core.clock import Clock
from app.core.db import Database
from app.core.pages import PageRequest
from app.deliveries import schemas, service
from app.demo.county import County
from app.demo.facts import LAST_DAY, RUNNING_YEAR
from app.demo.sheets import at_post, principal_of
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.steering import service as steering
from app.steering.queries.experts import ExpertFilter
from app.trainers import service as trainers
from app.trainers.queries.appointments import AppointmentFilter

PROGRAMMES = (
    ("primary", "chinese", "小学语文系列送教"),
    ("junior_middle", "mathematics", "初中数学系列送教"),
    ("preschool", "preschool_language", "学前语言领域系列送教"),
)
TOWNS_PER_PROGRAMME, RECEIVERS, HOURS = 3, 6, 3
FIRST_DAY = date(2026, 10, 12)
PLANNED = date(2026, 12, 8)
"""The last visit of each programme is still to come."""
Act = Callable[[Context], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visit to be made: to which school, on which day, by whom."""

    programme: UUID
    title: str
    school_id: UUID
    on: date
    lessons: tuple[dict[str, Any], ...]


async def deliver(database: Database, made: County, regulation: Regulation) -> None:
    """Open the programmes, hold visits with their receivers, and confirm the hours of all but the last one held."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, on: date, what: Act) -> None:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            await what(Context(db, who, regulation, Clock.at(on)))

    planned: list[_Visit] = []
    await act("training_school", FIRST_DAY, lambda ctx: _open(ctx, made, planned))
    held: list[UUID] = []
    await act("training_school", LAST_DAY, lambda ctx: _hold(ctx, made, planned, held))
    await act("training_school_2", LAST_DAY, lambda ctx: _confirm(ctx, held[:-1]))


async def _open(ctx: Context, made: County, planned: list[_Visit]) -> None:
    """The programmes of the running year, and what is to be visited."""
    for place, (stage, subject, title) in enumerate(PROGRAMMES):
        new = schemas.DeliveryProgrammeCreate(
            school_year=SchoolYear(RUNNING_YEAR).name,
            stage=stage,
            subject=subject,
            title=title,
            content="新课标理念下的课堂教学改进：示范课、同课异构与专题讲座",
            visits_planned=TOWNS_PER_PROGRAMME + 1,
        )
        programme = await service.open_programme(ctx, new)
        lessons = tuple([one async for one in _lessons(ctx, stage, subject)])
        schools = list(_schools(made, str(ctx.principal.region_id), stage))[: TOWNS_PER_PROGRAMME + 1]
        for step, school_id in enumerate(schools):
            on = FIRST_DAY + timedelta(days=9 * step + place)
            day = PLANNED + timedelta(days=place) if step == len(schools) - 1 else on
            planned.append(_Visit(programme.id, title, school_id, day, lessons))


def _schools(made: County, region: str, stage: str) -> Iterator[UUID]:
    """The first school of a stage of each town."""
    towns = set()
    for one in made.organisations:
        is_fit = one.region_code == region and one.kind == "school" and stage in one.stages
        if is_fit and one.town and one.town not in towns:
            towns.add(one.town)
            yield one.id


async def _lessons(ctx: Context, stage: str, subject: str) -> Any:
    """A lesson of a trainer and one of an expert, where the field has them."""
    terms = await trainers.find_appointments(
        ctx, PageRequest(), AppointmentFilter(stage=stage, active_on=ctx.clock.today)
    )
    experts = await steering.find_experts(ctx, PageRequest(), ExpertFilter(stage=stage, subject=subject))
    if terms.items:
        yield {"title": "示范课与说课", "hours": 2, "appointment_id": terms.items[-1].id}
    if experts.items:
        yield {"title": "专题讲座：教学评一致", "hours": 1, "expert_id": experts.items[0].id}


async def _hold(ctx: Context, made: County, planned: list[_Visit], held: list[UUID]) -> None:
    """Plan every visit; hold those whose day has come, with teachers of the school as receivers."""
    for one in planned:
        given = {"programme_id": one.programme, "host_school_id": one.school_id, "visit_on": one.on}
        told = {"title": one.title, "hours": HOURS, "lessons": one.lessons}
        visit = await service.plan_visit(ctx, schemas.DeliveryVisitCreate.model_validate({**given, **told}))
        people = at_post(made, one.school_id, since=FIRST_DAY)[:RECEIVERS]
        if one.on > ctx.clock.today or not people:
            continue
        await service.attend(ctx, visit.id, schemas.DeliveryAttendanceWrite(teacher_ids=people))
        summary = schemas.DeliveryHeld(summary="听课、评课、讲座各一次，教师反映针对性强")
        await service.hold_visit(ctx, visit.id, summary, version=None)
        held.append(visit.id)


async def _confirm(ctx: Context, held: list[UUID]) -> None:
    """The second person of 进修学校 confirms the hours."""
    for one in held:
        await service.confirm_hours(ctx, one, schemas.DeliveryMove(), version=None)
