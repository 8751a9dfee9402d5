"""Tables of score sheets 评分表, with the walls of recusal: see CandidatePerson and ScoreSheet. [SoD3]"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.evaluations.models.rubrics import halves, one_of
from app.evaluations.states import PersonCapacity, RecusalGround, SheetStatus


class CandidatePerson(RegionRow, Base):
    """What a person is to a candidate 与候选对象的关系: a scorer or barred, never both. Only grows. [SoD3]"""

    __tablename__ = "candidate_persons"
    candidate_id: Mapped[UUID]
    person_id: Mapped[UUID]
    capacity: Mapped[str]
    ground: Mapped[str | None]

    __table_args__ = (
        region_reference("candidate_id", "campaign_candidates"),
        UniqueConstraint("region_id", "candidate_id", "person_id", name="uq_candidate_persons_one_capacity"),
        UniqueConstraint("region_id", "candidate_id", "person_id", "capacity", name="uq_candidate_persons_capacity"),
        CheckConstraint(one_of("capacity", PersonCapacity), name="capacity"),
        CheckConstraint(one_of("ground", RecusalGround), name="ground"),
        CheckConstraint("(capacity = 'barred') = (ground IS NOT NULL)", name="ground_whole"),
    )


class ScoreSheet(RegionRow, Base):
    """A sheet 评分表 of one evaluator about one candidate.

    The walls of SoD3: the evaluator's organisation is not the candidate's unit, which the composite key proves; the
    evaluator is a scorer of this candidate, so not one of the barred. Who confirms is somebody else.
    """

    __tablename__ = "score_sheets"
    campaign_id: Mapped[UUID]
    candidate_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    rubric_id: Mapped[UUID]
    evaluator_id: Mapped[UUID]
    person_id: Mapped[UUID]
    capacity: Mapped[str] = mapped_column(server_default=text("'scorer'"))
    teacher_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    return_reason: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "candidate_id", "unit_id", "campaign_id"],
            [f"campaign_candidates.{one}" for one in ("region_id", "id", "unit_id", "campaign_id")],
            name="fk_score_sheets_candidate",
        ),
        ForeignKeyConstraint(
            ["region_id", "campaign_id", "rubric_id"],
            ["campaigns.region_id", "campaigns.id", "campaigns.rubric_id"],
            name="fk_score_sheets_rubric",
        ),
        ForeignKeyConstraint(
            ["region_id", "candidate_id", "person_id", "capacity"],
            [f"candidate_persons.{one}" for one in ("region_id", "candidate_id", "person_id", "capacity")],
            name="fk_score_sheets_person",
        ),
        region_reference("evaluator_id", "accounts"),
        region_reference("teacher_id", "teachers"),
        region_reference("organisation_id", "organisations"),
        UniqueConstraint("region_id", "candidate_id", "person_id", name="uq_score_sheets_evaluator"),
        UniqueConstraint("region_id", "id", "rubric_id", name="uq_score_sheets_rubric"),
        CheckConstraint("capacity = 'scorer'", name="capacity"),
        CheckConstraint("person_id = coalesce(teacher_id, evaluator_id)", name="person"),
        CheckConstraint("organisation_id <> unit_id", name="recusal"),
        CheckConstraint(one_of("status", SheetStatus), name="status"),
        CheckConstraint("status = 'recused' OR (status <> 'draft') = (submitted_at IS NOT NULL)", name="submitted"),
        CheckConstraint("status <> 'recused' OR return_reason IS NOT NULL", name="recused"),
        CheckConstraint(
            "(status = 'confirmed') = (confirmed_by IS NOT NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name="confirmed",
        ),
        CheckConstraint("evaluator_id <> confirmed_by", name="two_persons"),
        Index("ix_score_sheets_campaign", "region_id", "campaign_id", "id"),
        Index("ix_score_sheets_teacher", "region_id", "teacher_id", "id"),
    )


def _mark(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["region_id", "rubric_id", "code", "points_max"],
        [f"rubric_marks.{one}" for one in ("region_id", "rubric_id", "code", "points")],
        name=name,
    )


POINTS = f"{halves('points')} AND points <= points_max"


class ScoreMark(RegionRow, Base):
    """A mark 得分 on a sheet, 0 to the points the rubric prints, in steps of a half; files hang on it."""

    __tablename__ = "score_marks"
    sheet_id: Mapped[UUID]
    rubric_id: Mapped[UUID]
    code: Mapped[str]
    points_max: Mapped[Decimal] = mapped_column(Numeric())
    points: Mapped[Decimal] = mapped_column(Numeric())
    note: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "sheet_id", "rubric_id"],
            ["score_sheets.region_id", "score_sheets.id", "score_sheets.rubric_id"],
            name="fk_score_marks_sheet",
        ),
        _mark("fk_score_marks_mark"),
        UniqueConstraint("region_id", "sheet_id", "code", name="uq_score_marks_code"),
        CheckConstraint(POINTS, name="points"),
    )


class ChairMark(RegionRow, Base):
    """A mark the chair has set 组长裁定 with a reason, in the place of the evaluators' mean. Only grows."""

    __tablename__ = "chair_marks"
    candidate_id: Mapped[UUID]
    rubric_id: Mapped[UUID]
    code: Mapped[str]
    points_max: Mapped[Decimal] = mapped_column(Numeric())
    points: Mapped[Decimal] = mapped_column(Numeric())
    reason: Mapped[str]
    set_by: Mapped[UUID]

    __table_args__ = (
        region_reference("candidate_id", "campaign_candidates"),
        _mark("fk_chair_marks_mark"),
        CheckConstraint(POINTS, name="points"),
        CheckConstraint("length(reason) > 0", name="reason"),
        Index("ix_chair_marks_candidate", "region_id", "candidate_id", "code", "id"),
    )
