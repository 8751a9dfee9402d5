"""Tables of members and of the one change of them a school year. [A6.4] [A6.13a]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.workshops.models.workshops import YEAR, one_of
from app.workshops.states import AdjustmentStatus, MemberRole


class WorkshopMember(RegionRow, Base):
    """A spell as a member 成员: from `joined_on` to the day before `left_on`; another role is another spell.

    A spell that leaves on the day it joined never was: one that a merge made and its undoing took back.
    """

    __tablename__ = "workshop_members"
    workshop_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    role: Mapped[str]
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    consented_by: Mapped[UUID | None]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint(one_of("role", MemberRole), name="role"),
        CheckConstraint("left_on >= joined_on", name="spell"),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="left_whole"),
        CheckConstraint("(consented_at IS NULL) = (consented_by IS NULL)", name="consent_whole"),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("workshop_id"), "="),
            (text("teacher_id"), "="),
            (func.daterange(text("joined_on"), text("left_on")), "&&"),
            name="ex_workshop_members_one_role_at_a_time",
            using="gist",
        ),
        Index("ix_workshop_members_workshop", "region_id", "workshop_id", "id"),
        Index("ix_workshop_members_teacher", "region_id", "teacher_id", "workshop_id"),
    )


class WorkshopAdjustment(RegionRow, Base):
    """A dated change set of members 学年调整; one a school year, the database counts as well. [A6.13a]"""

    __tablename__ = "workshop_adjustments"
    workshop_id: Mapped[UUID]
    start_year: Mapped[int]
    number: Mapped[int]
    effective_on: Mapped[date]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'proposed'"))
    proposed_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str | None]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        CheckConstraint(one_of("status", AdjustmentStatus), name="status"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (status <> 'returned' OR length(decision_note) > 0)",
            name="decision",
        ),
        CheckConstraint("proposed_by <> decided_by", name="two_persons"),
        Index("ix_workshop_adjustments_workshop", "region_id", "workshop_id", "id"),
        Index(
            "uq_workshop_adjustments_year",
            "region_id",
            "workshop_id",
            "start_year",
            "number",
            unique=True,
            postgresql_where=text("status <> 'returned'"),
        ),
    )


class WorkshopSuccession(RegionRow, Base):
    """What a record took over from another when they were merged 合并承接, until the merge is undone. Decision 14.

    One row for leading, one for each spell: ended_id ended (left_on and left_reason: what it said before), made_id
    began in its place, None where the record that stays had its own. No foreign key: a draft may lose its spells.
    """

    __tablename__ = "workshop_successions"
    workshop_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    into_id: Mapped[UUID]
    was_leader: Mapped[bool]
    ended_id: Mapped[UUID | None]
    made_id: Mapped[UUID | None]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("teacher_id", "teachers"),
        region_reference("into_id", "teachers"),
        CheckConstraint("teacher_id <> into_id", name="two_records"),
        CheckConstraint("was_leader = (ended_id IS NULL)", name="what"),
        Index("ix_workshop_successions_teacher", "region_id", "teacher_id"),
        Index("ix_workshop_successions_workshop", "region_id", "workshop_id", "id"),
    )
