"""Tables of communities by subject, their sessions, the yearly concentrated study, and who attended. [A7.9] [M4.4]"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.trainers.models.applications import one_of
from app.trainers.states import CommunityStatus


class TrainerCommunity(RegionRow, Base):
    """A community of trainers of a subject 研修共同体, made by 进修学校; one open at a time per subject. [A7.9]"""

    __tablename__ = "trainer_communities"
    subject: Mapped[str]
    name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    made_by: Mapped[UUID]

    __table_args__ = (
        CheckConstraint(one_of("status", CommunityStatus), name="status"),
        CheckConstraint("length(name) > 0", name="name"),
        Index(
            "uq_trainer_communities_open",
            "region_id",
            "subject",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
    )


class TrainerMember(RegionRow, Base):
    """A trainer in a community 研修共同体成员, one of whom convenes it 召集人. [A7.9]"""

    __tablename__ = "trainer_community_members"
    community_id: Mapped[UUID]
    appointment_id: Mapped[UUID]
    is_convener: Mapped[bool]
    added_by: Mapped[UUID]

    __table_args__ = (
        region_reference("community_id", "trainer_communities"),
        region_reference("appointment_id", "trainer_appointments"),
        UniqueConstraint("region_id", "community_id", "appointment_id", name="uq_trainer_community_members_once"),
        Index(
            "uq_trainer_community_members_convener",
            "region_id",
            "community_id",
            unique=True,
            postgresql_where=text("is_convener"),
        ),
    )


class TrainerSession(RegionRow, Base):
    """A session of a community, or without one the yearly concentrated study of the team 集中研修. [A7.9] [M4.4]"""

    __tablename__ = "trainer_sessions"
    community_id: Mapped[UUID | None]
    title: Mapped[str]
    held_on: Mapped[date]
    start_year: Mapped[int]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("community_id", "trainer_communities"),
        CheckConstraint("length(title) > 0", name="title"),
        CheckConstraint("start_year BETWEEN 2022 AND 9999", name="start_year"),
        CheckConstraint("hours > 0 AND hours * 2 = trunc(hours * 2)", name="hours"),
        Index("ix_trainer_sessions_community", "region_id", "community_id", "id"),
    )


class TrainerAttendance(RegionRow, Base):
    """That a trainer attended a session 出勤, within the own term."""

    __tablename__ = "trainer_attendances"
    session_id: Mapped[UUID]
    appointment_id: Mapped[UUID]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("session_id", "trainer_sessions"),
        region_reference("appointment_id", "trainer_appointments"),
        UniqueConstraint("region_id", "session_id", "appointment_id", name="uq_trainer_attendances_once"),
    )
