"""Tables of campaigns 评选: window, quotas of units, candidates, panel, objections. [M7.1b] [A5.9] [A2.5b]"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.asked import Asked
from app.core.db import Base, RegionRow, region_reference
from app.evaluations.models.rubrics import one_of
from app.evaluations.states import (
    PLACES_MAX,
    CampaignRoute,
    CampaignStatus,
    CandidateStatus,
    EvaluatedKind,
    ObjectionStatus,
)


class Campaign(RegionRow, Base):
    """A campaign 评选 of one kind in one year; the database lets one of a kind run in a year.

    opens_on, closes_on: the window; nominate_until: the last day of nominations; places: awards at most; unit_places:
    nominations a unit may make unless its quota says otherwise. objections_until: the last day of publicity.
    """

    __tablename__ = "campaigns"
    kind: Mapped[str]
    year: Mapped[int]
    title: Mapped[str]
    subject: Mapped[str]
    rubric_id: Mapped[UUID | None]
    opens_on: Mapped[date]
    nominate_until: Mapped[date]
    closes_on: Mapped[date]
    places: Mapped[int]
    unit_places: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    made_by: Mapped[UUID]
    publicised_by: Mapped[UUID | None]
    publicised_on: Mapped[date | None]
    objections_until: Mapped[date | None]
    decided_by: Mapped[UUID | None]
    decided_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("rubric_id", "rubrics"),
        UniqueConstraint("region_id", "id", "rubric_id", name="uq_campaigns_rubric"),
        CheckConstraint("year BETWEEN 2022 AND 2100", name="year"),
        CheckConstraint(one_of("subject", EvaluatedKind), name="subject"),
        CheckConstraint(one_of("status", CampaignStatus), name="status"),
        CheckConstraint("opens_on <= nominate_until AND nominate_until <= closes_on", name="window"),
        CheckConstraint(f"places BETWEEN 1 AND {PLACES_MAX} AND unit_places BETWEEN 0 AND {PLACES_MAX}", name="places"),
        CheckConstraint(
            "(status IN ('publicised', 'decided')) <= (publicised_by IS NOT NULL)"
            " AND (publicised_by IS NULL) = (publicised_on IS NULL)"
            " AND (publicised_by IS NULL) = (objections_until IS NULL)",
            name="publicised",
        ),
        CheckConstraint(
            "(status = 'decided') = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_on IS NULL)"
            " AND decided_on > objections_until",
            name="decided",
        ),
        CheckConstraint("publicised_by <> decided_by", name="two_persons"),
        CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled"),
        Index(
            "uq_campaigns_yearly",
            "region_id",
            "kind",
            "year",
            unique=True,
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )


class CampaignQuota(RegionRow, Base):
    """How many a unit may nominate 推荐名额, and how many it has: the row is the queue for the last place."""

    __tablename__ = "campaign_quotas"
    campaign_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    places: Mapped[int]
    used: Mapped[int] = mapped_column(server_default=text("0"))

    __table_args__ = (
        region_reference("campaign_id", "campaigns"),
        region_reference("organisation_id", "organisations"),
        UniqueConstraint("region_id", "campaign_id", "organisation_id", name="uq_campaign_quotas_unit"),
        CheckConstraint("places >= 0 AND used BETWEEN 0 AND places", name="used"),
    )


class CampaignCandidate(RegionRow, Base):
    """A candidate 候选对象: who is nominated, whose it is, by whom; and the result as it was publicised.

    unit_id: the organisation the subject belongs to; teacher_id: the person, a workshop's leader, a case's author.
    points, share: raw points and the share of 100 at the last publicity.
    """

    __tablename__ = "campaign_candidates"
    campaign_id: Mapped[UUID]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    name: Mapped[str]
    unit_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    workshop_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    route: Mapped[str]
    nominator_id: Mapped[UUID]
    grounds: Mapped[str]
    findings: Mapped[list[dict[str, Any]]]
    status: Mapped[str] = mapped_column(server_default=text("'nominated'"))
    nominated_by: Mapped[UUID]
    status_reason: Mapped[str | None]
    points: Mapped[Decimal | None] = mapped_column(Numeric())
    share: Mapped[Decimal | None] = mapped_column(Numeric())
    place: Mapped[int | None]
    is_selected: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        region_reference("campaign_id", "campaigns"),
        region_reference("unit_id", "organisations"),
        region_reference("nominator_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        region_reference("workshop_id", "workshops"),
        region_reference("case_id", "typical_cases"),
        UniqueConstraint("region_id", "id", "unit_id", "campaign_id", name="uq_campaign_candidates_unit"),
        CheckConstraint(one_of("subject", EvaluatedKind), name="subject"),
        CheckConstraint(one_of("route", CampaignRoute), name="route"),
        CheckConstraint(one_of("status", CandidateStatus), name="status"),
        CheckConstraint(
            "(subject <> 'teacher' OR subject_id IS NOT DISTINCT FROM teacher_id)"
            " AND (subject <> 'workshop' OR subject_id IS NOT DISTINCT FROM workshop_id)"
            " AND (subject <> 'case' OR subject_id IS NOT DISTINCT FROM case_id)"
            " AND (subject IN ('teacher', 'workshop', 'case') OR subject_id = unit_id)"
            " AND (subject = 'workshop') = (workshop_id IS NOT NULL) AND (subject = 'case') = (case_id IS NOT NULL)"
            " AND (subject NOT IN ('teacher', 'workshop') OR teacher_id IS NOT NULL)",
            name="subject_whole",
        ),
        CheckConstraint("(status = 'nominated') = (status_reason IS NULL)", name="status_reason"),
        CheckConstraint("(points IS NULL) = (share IS NULL) AND share BETWEEN 0 AND 100", name="result"),
        CheckConstraint("NOT is_selected OR status = 'nominated'", name="selected"),
        Index(
            "uq_campaign_candidates_subject",
            "region_id",
            "campaign_id",
            "subject_id",
            unique=True,
            postgresql_where=text("status <> 'withdrawn'"),
        ),
        Index("ix_campaign_candidates_campaign", "region_id", "campaign_id", "id"),
        Index("ix_campaign_candidates_unit", "region_id", "unit_id", "id"),
        Index("ix_campaign_candidates_teacher", "region_id", "teacher_id", "id"),
    )


class CampaignPanel(RegionRow, Base):
    """A member of the panel 评审组. person_id: the teacher's record, of an account without one the account."""

    __tablename__ = "campaign_panels"
    campaign_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID]
    is_chair: Mapped[bool]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("campaign_id", "campaigns"),
        region_reference("account_id", "accounts"),
        region_reference("teacher_id", "teachers"),
        region_reference("organisation_id", "organisations"),
        CheckConstraint("person_id = coalesce(teacher_id, account_id)", name="person"),
        Index(
            "uq_campaign_panels_account",
            "region_id",
            "campaign_id",
            "person_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
        Index(
            "uq_campaign_panels_chair",
            "region_id",
            "campaign_id",
            unique=True,
            postgresql_where=text("is_chair AND left_at IS NULL"),
        ),
    )


class CampaignObjection(Asked, Base):
    """An objection 异议 to a candidate within publicity; asked_by with organisation and teacher: who lodged it.

    is_personal: lodged as a teacher, not for the unit; the own unit does not read it.
    """

    __tablename__ = "campaign_objections"
    campaign_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    is_personal: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'open'"), sort_order=90)

    __table_args__ = (
        region_reference("campaign_id", "campaigns"),
        region_reference("candidate_id", "campaign_candidates"),
        region_reference("organisation_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint(one_of("status", ObjectionStatus), name="status"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("NOT is_personal OR teacher_id IS NOT NULL", name="personal"),
        CheckConstraint(
            "(status = 'open') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (answered_by IS NULL) = (answer_reason IS NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index(
            "uq_campaign_objections_open",
            "region_id",
            "candidate_id",
            "asked_by",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_campaign_objections_campaign", "region_id", "campaign_id", "id"),
    )
