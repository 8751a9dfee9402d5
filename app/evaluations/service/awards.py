"""Use cases of awards: grant with number and certificate, revoke by two persons, and what follows. [M7.1b] [A6.13b]"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.certificates import printing
from app.certificates import service as certificates
from app.certificates.states import CertificateKind
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.evaluations.models import Award
from app.evaluations.queries import awards as queries
from app.evaluations.queries import records
from app.evaluations.queries.awards import AwardFilter
from app.evaluations.schemas import BackboneClaim, EvaluationMove, EvaluationReason
from app.evaluations.service import checks
from app.evaluations.states import AWARD_LIFECYCLE, AwardRoute, AwardStatus, EvaluatedKind
from app.workshops import service as workshops

explain({"uq_awards_yearly": ("AWARD_THERE", "该对象本年度已有同一奖项。")})
READ, REVOKE = Permission.AWARD_READ, Permission.AWARD_REVOKE
OF_PLACES = frozenset({EvaluatedKind.SCHOOL, EvaluatedKind.ORGANISATION})
"""What a certificate names in full also to the public: places, not persons."""


async def find_awards(ctx: Context, request: PageRequest, only: AwardFilter) -> Page[AnyRow]:
    """Awards, newest first 奖项列表."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get_award(ctx: Context, award_id: UUID) -> AnyRow:
    """One award; NotFound outside the region."""
    ctx.require(READ)
    return checks.found(await queries.by_id(ctx, award_id))


async def get_awards(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Awards (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def grant(ctx: Context, campaign: AnyRow, candidate: AnyRow) -> None:
    """Write the award and issue its certificate; the award comes first, so that a double one takes no number."""
    ctx.require(Permission.CAMPAIGN_DECIDE)
    made = new_id()
    whose = {
        name: getattr(candidate, name)
        for name in ("subject", "subject_id", "unit_id", "teacher_id", "workshop_id", "case_id", "place")
    }
    values = {
        "id": made,
        "kind": campaign.kind,
        "year": campaign.year,
        **whose,
        "holder_name": candidate.name,
        "route": str(AwardRoute.CAMPAIGN),
        "campaign_id": campaign.id,
        "candidate_id": candidate.id,
        "awarded_on": ctx.clock.today,
        "granted_by": ctx.principal.account_id,
    }
    await records.add(ctx, Award, values)
    issued = await certificates.issue(ctx, await _draft(ctx, campaign, candidate, made))
    await records.change(ctx, Award, made, {"number": issued.number, "certificate_id": issued.id})
    await happened(ctx, "award.granted", award_id=made, **_consequence(campaign, candidate, issued.number))
    await _told(ctx, made, "granted")


def _consequence(campaign: AnyRow, candidate: AnyRow, number: str) -> dict[str, Any]:
    return {
        "kind": campaign.kind,
        "subject_id": candidate.subject_id,
        "number": number,
        "proposed_by": campaign.publicised_by,
    }


async def _draft(ctx: Context, campaign: AnyRow, candidate: AnyRow, made: UUID) -> certificates.Draft:
    label = ctx.regulation.codes("campaign_kinds").get(campaign.kind).label
    body = await records.issuing_body(ctx)
    is_place = candidate.subject in OF_PLACES
    is_person = candidate.subject == EvaluatedKind.TEACHER
    said = {"award": label, "year": str(campaign.year)}
    statement = f"授予 {candidate.name} {'同志 ' if is_person else ''}{campaign.year} 年度“{label}”称号。"
    whose = checks.place_of(candidate)
    if is_place:
        whose = type(whose)(candidate.unit_id)
    period = f"{campaign.year}/{campaign.kind}"
    if not (is_place or is_person):  # a unit or a person may have several workshops or cases in a year
        period = f"{period}/{candidate.subject_id.hex[-8:]}"
    return certificates.Draft(
        kind=CertificateKind.AWARD,
        permission=Permission.CAMPAIGN_DECIDE,
        place=whose,
        period=period,
        holder_name=candidate.name,
        issuer=body.name,
        content={"name": candidate.name, "statement": statement, **said},
        shown={**said, "holder": candidate.name} if is_place else said,
        records=(made,),
        page=printing.Page(
            authority=body.region,
            facts=(),
            statement=statement,
            tables=(),
            notes=("称号是否有效以扫码核验的结果为准。",),
            form="letter",
        ),
    )


async def ask_revocation(ctx: Context, award_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Ask that an award be revoked 提出撤销奖项; another person confirms it."""
    row, status = await _held(ctx, award_id, "ask_revocation", version=version)
    asked = {"revocation_asked_by": ctx.principal.account_id, "revocation_reason": given.reason}
    await records.change(ctx, Award, row.id, {"status": str(status), **asked})
    return await _told(ctx, row.id, "revocation_asked")


async def confirm_revocation(ctx: Context, award_id: UUID, given: EvaluationMove, *, version: int | None) -> AnyRow:
    """Revoke an award 撤销奖项, as a second person: its certificate says so from today, title and honour end."""
    del given
    row, status = await _held(ctx, award_id, "confirm_revocation", version=version)
    checks.other_person(ctx, REVOKE, row.revocation_asked_by)
    by = {"revoked_by": ctx.principal.account_id, "revoked_at": records.NOW}
    await records.change(ctx, Award, row.id, {"status": str(status), **by})
    if row.certificate_id:  # a certificate on paper is taken back on paper
        await certificates.take_back(ctx, row.certificate_id, row.revocation_reason)
    about = {"award_id": row.id, "kind": row.kind, "subject_id": row.subject_id, "number": row.number}
    by_whom = {"reason": row.revocation_reason, "asked_by": row.revocation_asked_by}
    await happened(ctx, "award.revoked", **about, **by_whom)
    return await _told(ctx, row.id, "revoked")


async def refuse_revocation(ctx: Context, award_id: UUID, given: EvaluationReason, *, version: int | None) -> AnyRow:
    """Leave an award as it is 不予撤销, as a second person, with a reason."""
    row, status = await _held(ctx, award_id, "refuse_revocation", version=version)
    checks.other_person(ctx, REVOKE, row.revocation_asked_by)
    blank = {"revocation_asked_by": None, "revocation_reason": None}
    await records.change(ctx, Award, row.id, {"status": str(status), **blank})
    return await _told(ctx, row.id, "revocation_refused", reason=given.reason)


async def backbone_claims(ctx: Context) -> list[BackboneClaim]:
    """Who may be recommended as backbone teacher today 骨干教师推荐资格: computed from workshops' awards. [A6.13b]"""
    ctx.require(Permission.BACKBONE_READ)
    excellent = await queries.excellent_workshops(ctx)
    claims = await workshops.backbone_claims(ctx, excellent, on=ctx.clock.today)
    people = await queries.claimants(ctx, [one.teacher_id for one in claims])
    names = await queries.workshop_names(ctx, [one.workshop_id for one in claims])
    return [
        BackboneClaim(
            teacher_id=one.teacher_id,
            teacher_name=people[one.teacher_id].name,
            school_id=people[one.teacher_id].school_id,
            workshop_id=one.workshop_id,
            workshop_name=names[one.workshop_id],
            school_years=[year.name for year in one.school_years],
        )
        for one in claims
        if one.teacher_id in people
    ]


async def _held(ctx: Context, award_id: UUID, verb: str, *, version: int | None) -> tuple[AnyRow, AwardStatus]:
    """The award, locked, and the status a step leads to."""
    ctx.require(REVOKE)
    row = checks.found(await queries.by_id(ctx, award_id, lock=True))
    ctx.require(REVOKE, on=checks.place_of(row))
    check_version(row, version)
    return row, AWARD_LIFECYCLE.move(AwardStatus(row.status), verb)


async def _told(ctx: Context, award_id: UUID, act: str, **facts: Any) -> AnyRow:
    row = checks.found(await queries.by_id(ctx, award_id))
    facts |= {"kind": row.kind, "year": row.year, "number": row.number}
    place = checks.place_of(row)
    await ctx.record(f"award.{act}", entity="award", entity_id=row.id, place=place, facts=facts)
    return row
