"""Evaluations of the demo 演示评价与评选: last December from nomination to award, and campaigns of this year."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from app.access.context import Context
from app.assistance import service as assistance
from app.cases import service as cases
from app.cases.queries import CaseFilter
from app.core.clock import Clock
from app.core.db import AnyRow, Database
from app.core.pages import LIMIT_MAX, PageRequest
from app.demo import selections
from app.demo.county import County
from app.demo.facts import LAST_DAY, DemoOrganisation
from app.demo.sheets import principal_of
from app.evaluations import schemas, service
from app.evaluations.models import CampaignCandidate, CampaignQuota, ScoreMark, ScoreSheet
from app.evaluations.queries import records, rubrics
from app.evaluations.queries.awards import AwardFilter
from app.evaluations.queries.candidates import CandidateFilter
from app.evaluations.queries.scoring import SheetFilter
from app.policy.load import Regulation
from app.projects import service as projects
from app.projects.queries.projects import ProjectFilter
from app.projects.states import ProjectStatus
from app.teachers import service as teachers
from app.workshops import service as workshops
from app.workshops.queries.workshops import WorkshopFilter
from app.workshops.states import WorkshopStatus

PAST_YEAR = 2025
FOUNDED = date(PAST_YEAR, 11, 18)
PREPARED, SCORED = date(PAST_YEAR, 12, 1), date(PAST_YEAR, 12, 12)
PUBLICISED, DECIDED = date(PAST_YEAR, 12, 16), date(PAST_YEAR, 12, 25)
NOMINATE_UNTIL = date(PAST_YEAR, 12, 10)
OPEN = schemas.CampaignCreate(
    kind="advanced_unit",
    year=LAST_DAY.year,
    opens_on=date(2026, 11, 2),
    nominate_until=date(2026, 12, 10),
    closes_on=date(2026, 12, 31),
    places=5,
)
ALL = PageRequest(LIMIT_MAX)
GROUNDS = "材料齐全，成绩突出"
Act = Callable[[Context], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Subject:
    """Who is nominated, and by whom."""

    subject: str
    id: UUID
    name: str
    unit_id: UUID
    route: str
    nominator_id: UUID
    teacher_id: UUID | None = None
    workshop_id: UUID | None = None
    case_id: UUID | None = None


async def hold(database: Database, made: County, regulation: Regulation) -> None:
    """The campaigns of last December, one that takes nominations today, and one that is prepared for this December."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, on: date, what: Act) -> Any:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            return await what(Context(db, who, regulation, Clock.at(on)))

    evaluators = [acting[one].id for one in ("training_school", "training_school_2")]
    region = acting["bureau"].region_code
    rubric = await act("training_school", FOUNDED, lambda ctx: selections.write_rubric(ctx, PAST_YEAR))
    await act("bureau", FOUNDED, lambda ctx: selections.publish_rubric(ctx, rubric))
    made_cases = [
        await act(one, FOUNDED, lambda ctx, who=one: selections.hand_in(ctx, who))  # type: ignore[misc]
        for one in selections.CASES
    ]
    await act("training_school", FOUNDED, lambda ctx: selections.take_in(ctx, made_cases))
    own = {"excellent_trainee": rubric}
    subjects = await act("bureau", PREPARED, lambda ctx: _subjects(ctx, made, region))
    for kind, chosen, places in subjects:
        campaign = await act("bureau", PREPARED, lambda ctx, kind=kind, n=places: _open(ctx, kind, n, own.get(kind)))  # type: ignore[misc]
        await act("bureau", PREPARED, lambda ctx, one=campaign, who=chosen: _nominate(ctx, one, who))  # type: ignore[misc]
        await act("bureau", SCORED, lambda ctx, one=campaign: _score(ctx, one, evaluators))  # type: ignore[misc]
        await act("training_school", PUBLICISED, lambda ctx, one=campaign, n=places: _publicise(ctx, one, n))  # type: ignore[misc]
        await act("bureau", DECIDED, lambda ctx, one=campaign: _decide(ctx, one))  # type: ignore[misc]
    running = await act("bureau", OPEN.opens_on or LAST_DAY, lambda ctx: _begin(ctx, OPEN))
    school = acting["school"].organisation_id
    nominated = schemas.CandidateNominate(subject_id=school, grounds=GROUNDS)
    await act("training_school", LAST_DAY, lambda ctx: service.nominate(ctx, running.id, nominated))
    teams = await act("bureau", LAST_DAY, _score_teams)
    second = replace(principal_of(made, acting["bureau"]), account_id=uuid5(acting["bureau"].id, "second"))
    async with database.begin(second.region_id) as db:
        await _confirm_teams(Context(db, second, regulation, Clock.at(LAST_DAY)), teams)
    this_december = schemas.CampaignCreate(
        kind="demonstration_school", year=LAST_DAY.year, places=6, nominate_until=OPEN.nominate_until
    )
    await act("bureau", LAST_DAY, lambda ctx: service.create_campaign(ctx, this_december))


async def _score_teams(ctx: Context) -> list[UUID]:
    """Score the teams of the sub-projects of closed projects, for the year each began in. [A3.6]"""
    standard, made = ctx.regulation.rubric("subproject_team"), []
    closed = await projects.find_projects(ctx, ALL, ProjectFilter(status=ProjectStatus.CLOSED))
    for at, project in enumerate(closed.items):
        marks = [
            {"code": one.code, "points": one.points - Decimal((at + place) % 4) / 2}
            for place, one in enumerate(standard.marks)
        ]
        for team in (await projects.find_sub_projects(ctx, ALL, project.id)).items:
            about = {"sub_project_id": team.id, "year": project.starts_on.year, "opinion": "过程扎实，材料完整"}
            new = schemas.TeamEvaluationCreate.model_validate({**about, "marks": marks})
            made.append((await service.evaluate_team(ctx, new)).id)
    return made


async def _confirm_teams(ctx: Context, teams: Sequence[UUID]) -> None:
    for one in teams:
        await service.confirm_team(ctx, one, schemas.EvaluationMove(), version=None)


async def _begin(ctx: Context, new: schemas.CampaignCreate) -> AnyRow:
    made = await service.create_campaign(ctx, new)
    return await service.open_campaign(ctx, made.id, schemas.EvaluationMove(), version=None)


async def _open(ctx: Context, kind: str, places: int, rubric: UUID | None) -> AnyRow:
    until = NOMINATE_UNTIL
    new = schemas.CampaignCreate(kind=kind, year=PAST_YEAR, nominate_until=until, places=places, rubric_id=rubric)
    return await _begin(ctx, new)


async def _subjects(ctx: Context, made: County, region: str) -> list[tuple[str, list[_Subject], int]]:
    """Kind of campaign, who is nominated in it, and how many awards there are."""
    own = [one for one in made.organisations if one.region_code == region]
    bureau, training = (next(one.id for one in own if one.kind == kind) for kind in ("bureau", "training_school"))
    places = sorted((one for one in own if one.kind == "school" and not one.is_weak), key=lambda one: one.code)
    schools = [_place(one, "school", training, bureau) for one in places]
    towns = [_place(one, "organisation", training, bureau) for one in own if one.kind == "central_school"]
    people = list(_people(made, region, training))
    live = WorkshopFilter(status=WorkshopStatus.REGISTERED)
    rows = (await workshops.find_workshops(ctx, ALL, live)).items
    groups = [_group(row, training) for row in rows if row.family == "teacher_workshop"]
    studios = [_group(row, training) for row in rows if row.kind == "master_studio"]
    told = (await cases.find(ctx, ALL, CaseFilter(term=selections.TERM))).items
    chosen = [
        ("demonstration_school", schools[:6], 3),
        ("excellent_workshop", groups[:5], 2),
        ("master_studio", studios[:3], 1),
        ("development_school", schools[6:9], 1),
        ("advanced_unit", towns[:3], 1),
        ("advanced_person", people[:5], 3),
        ("excellent_trainee", people[5:9], 2),
        ("backbone_teacher", people[9:12], 2),
        ("commended_unit", towns[1:3], 1),
        ("workshop_exhibition", groups[:4], 2),
        ("excellent_case", [_case(row, training) for row in told], 2),
    ]
    return [(kind, some, most) for kind, some, most in chosen if some]


def _place(one: DemoOrganisation, subject: str, training: UUID, bureau: UUID) -> _Subject:
    is_school = subject == "school"
    route = "training_school" if not is_school else "direct_school" if one.parent_id == bureau else "central_school"
    nominator = {"training_school": training, "direct_school": one.id}.get(route, one.parent_id or training)
    return _Subject(subject, one.id, one.name, one.id, route, nominator)


def _people(made: County, region: str, training: UUID) -> Iterator[_Subject]:
    """Teachers on post last December, each of another school."""
    names = {one.id: one.name for one in made.teachers if one.region_code == region}
    seen: set[UUID] = set()
    for one in made.employments:
        if one.teacher_id in names and one.is_on_post and one.covers(PREPARED) and one.school_id not in seen:
            seen.add(one.school_id)
            person = one.teacher_id
            yield _Subject("teacher", person, names[person], one.school_id, "training_school", training, person)


def _group(row: AnyRow, training: UUID) -> _Subject:
    return _Subject(
        "workshop", row.id, row.name, row.unit_id, "training_school", training, row.leader_id, workshop_id=row.id
    )


def _case(row: AnyRow, training: UUID) -> _Subject:
    unit, author = row.organisation_id, row.teacher_id
    return _Subject("case", row.id, row.title, unit, "training_school", training, author, case_id=row.id)


async def _nominate(ctx: Context, campaign: AnyRow, chosen: Sequence[_Subject]) -> None:
    """All candidates of a campaign in one statement, and the places their nominators used up."""
    rows = [
        {
            "campaign_id": campaign.id,
            "subject": one.subject,
            "subject_id": one.id,
            "name": one.name,
            "unit_id": one.unit_id,
            "teacher_id": one.teacher_id,
            "workshop_id": one.workshop_id,
            "case_id": one.case_id,
            "route": one.route,
            "nominator_id": one.nominator_id,
            "grounds": GROUNDS,
            "findings": [],
            "nominated_by": ctx.principal.account_id,
        }
        for one in chosen
    ]
    await records.add_many(ctx, CampaignCandidate, rows)
    used = Counter(one.nominator_id for one in chosen)
    quotas = [
        {"campaign_id": campaign.id, "organisation_id": unit, "places": count, "used": count}
        for unit, count in used.items()
    ]
    await records.add_many(ctx, CampaignQuota, quotas)


async def _score(ctx: Context, campaign: AnyRow, evaluators: Sequence[UUID]) -> None:
    """Name the panel, give out the sheets, and fill all of them in; another person has confirmed them."""
    members = [{"account_id": one, "is_chair": at == 0} for at, one in enumerate(evaluators)]
    panel = schemas.CampaignPanelWrite.model_validate({"members": members})
    await service.set_panel(ctx, campaign.id, panel, version=None)
    await service.start_scoring(ctx, campaign.id, schemas.EvaluationMove(), version=None)
    if campaign.rubric_id is None:
        return
    sheets = (await service.find_sheets(ctx, ALL, SheetFilter(campaign_id=campaign.id))).items
    marks = await rubrics.marks_of(ctx, campaign.rubric_id)
    rows = [
        {
            "sheet_id": sheet.id,
            "rubric_id": campaign.rubric_id,
            "code": mark.code,
            "points_max": mark.points,
            "points": mark.points - Decimal((at * 7 + mark.place * 3) % 5) / 2,
        }
        for at, sheet in enumerate(sheets)
        for mark in marks
    ]
    await records.add_many(ctx, ScoreMark, rows)
    now = ctx.clock.now()
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": now, "submitted_at": now}
    for sheet in sheets:
        await records.change(ctx, ScoreSheet, sheet.id, {"status": "confirmed", **by})


async def _publicise(ctx: Context, campaign: AnyRow, places: int) -> None:
    names = [one.id for one in (await service.find_candidates(ctx, ALL, campaign.id, CandidateFilter())).items]
    chosen = None if campaign.rubric_id else names[:places]
    await service.publicise(ctx, campaign.id, schemas.CampaignPublicise(candidate_ids=chosen), version=None)


async def _decide(ctx: Context, campaign: AnyRow) -> None:
    """Decide, and let titles of schools and honours of teachers follow, as the assembly's reactions do."""
    decided = await service.decide(ctx, campaign.id, schemas.EvaluationMove(), version=None)
    given = AwardFilter(kind=campaign.kind, year=campaign.year)
    for row in (await service.find_awards(ctx, ALL, given)).items:
        about = {"kind": campaign.kind, "subject_id": row.subject_id, "number": str(row.number)}
        about |= {"award_id": row.id, "proposed_by": decided.publicised_by}
        await assistance.grant_awarded_title(ctx, **about)
        await teachers.grant_honour(ctx, **about)
