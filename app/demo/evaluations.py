"""Evaluations of the demo 演示评价与评选: last December from nomination to award, and campaigns of this year."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from app.access.context import Context
from app.assistance import service as assistance
from app.core.clock import Clock
from app.core.db import AnyRow, Database
from app.core.ids import new_id
from app.demo.county import County
from app.demo.facts import LAST_DAY, DemoOrganisation
from app.demo.sheets import principal_of
from app.evaluations import schemas, service
from app.evaluations.models import Award, CampaignCandidate, CampaignQuota, RubricMark, ScoreMark, ScoreSheet
from app.policy.load import Regulation
from app.workshops.models import Workshop

PAST_YEAR = 2025
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


async def hold(database: Database, made: County, regulation: Regulation) -> None:
    """The campaigns of last December, one that takes nominations today, and one that is prepared for this December."""
    acting = {one.username: one for one in made.accounts}

    async def act(username: str, on: date, what: Act) -> Any:
        who = principal_of(made, acting[username])
        async with database.begin(who.region_id) as db:
            return await what(Context(db, who, regulation, Clock.at(on)))

    evaluators = [acting[one].id for one in ("training_school", "training_school_2")]
    region = acting["bureau"].region_code
    subjects = await act("bureau", PREPARED, lambda ctx: _subjects(ctx, made, region))
    for kind, chosen, places in subjects:
        campaign = await act("bureau", PREPARED, lambda ctx, kind=kind, n=places: _open(ctx, kind, n))  # type: ignore[misc]
        await act("bureau", PREPARED, lambda ctx, one=campaign, who=chosen: _nominate(ctx, one, who))  # type: ignore[misc]
        await act("bureau", SCORED, lambda ctx, one=campaign: _score(ctx, one, evaluators))  # type: ignore[misc]
        await act("training_school", PUBLICISED, lambda ctx, one=campaign, n=places: _publicise(ctx, one, n))  # type: ignore[misc]
        await act("bureau", DECIDED, lambda ctx, one=campaign: _decide(ctx, one))  # type: ignore[misc]
    running = await act("bureau", OPEN.opens_on or LAST_DAY, lambda ctx: _begin(ctx, OPEN))
    school = acting["school"].organisation_id
    nominated = schemas.CandidateNominate(subject_id=school, grounds=GROUNDS)
    await act("training_school", LAST_DAY, lambda ctx: service.nominate(ctx, running.id, nominated))
    this_december = schemas.CampaignCreate(kind="demonstration_school", year=LAST_DAY.year, places=6)
    await act("bureau", LAST_DAY, lambda ctx: service.create_campaign(ctx, this_december))


async def _begin(ctx: Context, new: schemas.CampaignCreate) -> AnyRow:
    made = await service.create_campaign(ctx, new)
    return await service.open_campaign(ctx, made.id, schemas.EvaluationMove(), version=None)


async def _open(ctx: Context, kind: str, places: int) -> AnyRow:
    new = schemas.CampaignCreate(kind=kind, year=PAST_YEAR, nominate_until=NOMINATE_UNTIL, places=places)
    return await _begin(ctx, new)


async def _subjects(ctx: Context, made: County, region: str) -> list[tuple[str, list[_Subject], int]]:
    """Kind of campaign, who is nominated in it, and how many awards there are."""
    own = [one for one in made.organisations if one.region_code == region]
    bureau, training = (next(one.id for one in own if one.kind == kind) for kind in ("bureau", "training_school"))
    places = sorted((one for one in own if one.kind == "school" and not one.is_weak), key=lambda one: one.code)
    schools = [_place(one, "school", training, bureau) for one in places]
    towns = [_place(one, "organisation", training, bureau) for one in own if one.kind == "central_school"]
    people = list(_people(made, region, training))
    wanted = (Workshop.region_id == ctx.principal.region_id, Workshop.status == "registered")
    columns = (Workshop.id, Workshop.name, Workshop.unit_id, Workshop.leader_id, Workshop.family, Workshop.kind)
    rows = (await ctx.db.execute(select(*columns).where(*wanted).order_by(Workshop.name, Workshop.id))).all()
    groups = [_group(row, training) for row in rows if row.family == "teacher_workshop"]
    studios = [_group(row, training) for row in rows if row.kind == "master_studio"]
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


async def _nominate(ctx: Context, campaign: AnyRow, chosen: Sequence[_Subject]) -> None:
    """All candidates of a campaign in one statement, and the places their nominators used up."""
    region = ctx.principal.region_id
    rows = [
        {
            "region_id": region,
            "id": new_id(),
            "campaign_id": campaign.id,
            "subject": one.subject,
            "subject_id": one.id,
            "name": one.name,
            "unit_id": one.unit_id,
            "teacher_id": one.teacher_id,
            "workshop_id": one.workshop_id,
            "route": one.route,
            "nominator_id": one.nominator_id,
            "grounds": GROUNDS,
            "findings": [],
            "nominated_by": ctx.principal.account_id,
        }
        for one in chosen
    ]
    await ctx.db.execute(insert(CampaignCandidate), rows)
    used: dict[UUID, int] = {}
    for one in chosen:
        used[one.nominator_id] = used.get(one.nominator_id, 0) + 1
    quotas = [{"id": new_id(), "organisation_id": unit, "places": count, "used": count} for unit, count in used.items()]
    own = {"region_id": region, "campaign_id": campaign.id}
    await ctx.db.execute(insert(CampaignQuota), [{**own, **one} for one in quotas])


async def _score(ctx: Context, campaign: AnyRow, evaluators: Sequence[UUID]) -> None:
    """Name the panel, give out the sheets, and fill all of them in; another person has confirmed them."""
    members = [{"account_id": one, "is_chair": at == 0} for at, one in enumerate(evaluators)]
    panel = schemas.CampaignPanelWrite.model_validate({"members": members})
    await service.set_panel(ctx, campaign.id, panel, version=None)
    await service.start_scoring(ctx, campaign.id, schemas.EvaluationMove(), version=None)
    if campaign.rubric_id is None:
        return
    region = ctx.principal.region_id
    mine = (ScoreSheet.region_id == region, ScoreSheet.campaign_id == campaign.id)
    sheets = (await ctx.db.execute(select(ScoreSheet.id).where(*mine).order_by(ScoreSheet.id))).scalars().all()
    wanted = (RubricMark.region_id == region, RubricMark.rubric_id == campaign.rubric_id)
    marks = (await ctx.db.execute(select(RubricMark.code, RubricMark.points, RubricMark.place).where(*wanted))).all()
    rows = [
        {
            "region_id": region,
            "id": new_id(),
            "sheet_id": sheet,
            "rubric_id": campaign.rubric_id,
            "code": mark.code,
            "points_max": mark.points,
            "points": mark.points - Decimal((at * 7 + mark.place * 3) % 5) / 2,
        }
        for at, sheet in enumerate(sheets)
        for mark in marks
    ]
    await ctx.db.execute(insert(ScoreMark), rows)
    now = ctx.clock.now()
    by = {"confirmed_by": ctx.principal.account_id, "confirmed_at": now, "submitted_at": now}
    await ctx.db.execute(update(ScoreSheet).where(*mine).values(status="confirmed", **by))


async def _publicise(ctx: Context, campaign: AnyRow, places: int) -> None:
    mine = (CampaignCandidate.region_id == ctx.principal.region_id, CampaignCandidate.campaign_id == campaign.id)
    names = (await ctx.db.execute(select(CampaignCandidate.id).where(*mine).order_by(CampaignCandidate.id))).scalars()
    chosen = None if campaign.rubric_id else list(names)[:places]
    await service.publicise(ctx, campaign.id, schemas.CampaignPublicise(candidate_ids=chosen), version=None)


async def _decide(ctx: Context, campaign: AnyRow) -> None:
    """Decide, and let the titles of schools follow, as the assembly's reactions do."""
    decided = await service.decide(ctx, campaign.id, schemas.EvaluationMove(), version=None)
    mine = (Award.region_id == ctx.principal.region_id, Award.campaign_id == campaign.id)
    for row in (await ctx.db.execute(select(Award.id, Award.subject_id, Award.number).where(*mine))).all():
        about = {"kind": campaign.kind, "subject_id": row.subject_id, "number": str(row.number)}
        await assistance.grant_awarded_title(ctx, award_id=row.id, **about, proposed_by=decided.publicised_by)
