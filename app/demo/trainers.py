"""The trainer team of the demo 演示培训者团队: 54 people of every subject but one, most of whom took part."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.permissions import TEACHER_EDUCATION, Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.core.ids import new_id
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.policy.load import Regulation
from app.trainers import service
from app.trainers.models import TrainerInvitation
from app.trainers.queries import people
from app.trainers.schemas import TrainerAppoint, TrainerAssignmentCreate
from app.trainers.states import AssignmentPlace

TEAM, IDLE = 54, 4
UNCOVERED = "music"
DAYS = (date(2024, 9, 1), date(2025, 9, 1), date(2026, 9, 1))
"""First days of the terms, a third of the team each: some end within the forecast."""
SOURCES = ("front_line_master", "research_officer", "full_time_trainer", "renowned_principal", "field_expert")
DUTIES = ("delivery", "mentoring", "planning", "tracking", "resources")
BORN = (date(1967, 1, 1), date(1988, 1, 1))
"""Between these, everybody is 35 to 60 on the first day of the term."""
TITLES = ("edu_senior", "edu_prof")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Somebody who may be appointed, and for what."""

    id: UUID
    school_id: UUID
    stage: str
    subject: str


async def appoint(database: Database, made: County, regulation: Regulation) -> None:
    """Appoint the team with letters and give most of them a task, in the name of 教师教育科."""
    account = next(one for one in made.accounts if one.username == "bureau")
    bureau = next(one for one in made.organisations if one.region_code == account.region_code and one.kind == "bureau")
    own = frozenset({bureau.id})
    who = Principal(int(account.region_code), account.id, Role.BUREAU, bureau.id, own, desk=TEACHER_EDUCATION)
    team = _team(made, account.region_code, regulation)
    third = -(-len(team) // len(DAYS))
    for at, day in enumerate(DAYS):
        async with database.begin(who.region_id) as db:
            ctx = Context(db, who, regulation, Clock.at(day))
            terms = [
                await _term(ctx, row, SOURCES[(at + place) % len(SOURCES)])
                for place, row in enumerate(team[at * third : (at + 1) * third])
            ]
        async with database.begin(who.region_id) as db:
            ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
            for place, term in enumerate(terms[IDLE if at == 0 else 0 :]):
                await service.assign(ctx, _task(term, DUTIES[place % len(DUTIES)], place))


def _team(made: County, region: str, regulation: Regulation) -> list[_Candidate]:
    """Senior teachers on post, of every stage and subject but one in turn."""
    schools = {one.teacher_id: one.school_id for one in made.employments if one.is_on_post and one.covers(LAST_DAY)}
    places: Counter[tuple[str, str]] = Counter()
    found = []
    for one in made.teachers:
        given = (("titles", one.title), ("stages", one.stage), ("subjects", one.subject))
        title, stage, subject = (_code(regulation, name, value) for name, value in given)
        is_fit = one.region_code == region and one.id in schools and title in TITLES and subject != UNCOVERED
        if is_fit and BORN[0] <= one.birth_date < BORN[1]:
            places[stage, subject] += 1
            candidate = _Candidate(one.id, schools[one.id], stage, subject)
            found.append((places[stage, subject], stage, subject, candidate))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[:TEAM]]


def _code(regulation: Regulation, name: str, given: str) -> str:
    known = regulation.codes(name).match(given)
    return known[0].code if known else given


async def _term(ctx: Context, row: _Candidate, source: str) -> UUID:
    """A term by direct appointment, to which the person has consented."""
    made, day = new_id(), ctx.clock.today
    field = {"source": source, "stage": row.stage, "subject": row.subject, "reason": "长期承担教师培训任务"}
    asked = {"id": made, "teacher_id": row.id, "school_id": row.school_id, "asked_by": ctx.principal.account_id}
    answered = {"status": "consented", "answered_by": row.id, "answered_at": ctx.clock.now()}
    await people.add(ctx, TrainerInvitation, {**asked, **field, **answered})
    waiver = "业务能力突出，同意放宽"
    term = await service.appoint_invited(ctx, made, TrainerAppoint(starts_on=day, waiver_reason=waiver), version=None)
    found: UUID = term.id
    return found


def _task(appointment_id: UUID, duty: str, place: int) -> TrainerAssignmentCreate:
    """A task of this autumn; every third has a fee, of which some are overdue."""
    fee = {"fee_fen": 60_000, "fee_due_on": date(2026, 11, 10 + place)} if place % 3 == 0 else {}
    given = {
        "appointment_id": appointment_id,
        "duty": duty,
        "place": AssignmentPlace.WORKSHOP if place % 2 else AssignmentPlace.SCHOOL_RESEARCH,
        "title": "市级工作坊集中研修" if place % 2 else "校本研修指导",
        "done_on": date(2026, 10, 12 + place),
        "hours": 4,
    }
    return TrainerAssignmentCreate.model_validate({**given, **fee})
