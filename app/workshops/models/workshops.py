"""Tables of workshops: the workshop, its two-year registrations, its confirmed terms, and every act on it. [A6.13a]"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.workshops.states import WorkshopFamily, WorkshopKind, WorkshopLevel, WorkshopStatus


def one_of(column: str, values: type[StrEnum]) -> str:
    """The SQL of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


YEAR = "start_year BETWEEN 2000 AND 2100"


class Workshop(RegionRow, Base):
    """A workshop or studio 工作坊（室） of a 中心校 or 市直学校, for the school years from `start_year` on. [A6.1]"""

    __tablename__ = "workshops"
    family: Mapped[str]
    kind: Mapped[str | None]
    level: Mapped[str]
    unit_id: Mapped[UUID]
    unit_kind: Mapped[str]
    leader_id: Mapped[UUID]
    name: Mapped[str]
    stage: Mapped[str]
    subject: Mapped[str]
    theme: Mapped[str]
    start_year: Mapped[int]
    end_year: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    created_by: Mapped[UUID]
    submitted_by: Mapped[UUID | None]
    submitted_role: Mapped[str | None]
    recommended_by: Mapped[UUID | None]
    registered_by: Mapped[UUID | None]
    closed_on: Mapped[date | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "unit_id", "unit_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_workshops_unit",
        ),
        region_reference("leader_id", "teachers"),
        CheckConstraint("unit_kind IN ('central_school', 'school')", name="unit_kind"),
        CheckConstraint(one_of("family", WorkshopFamily), name="family"),
        CheckConstraint(one_of("kind", WorkshopKind), name="kind"),
        CheckConstraint("(family = 'teacher_workshop') = (kind IS NOT NULL)", name="kind_of_family"),
        CheckConstraint(one_of("level", WorkshopLevel), name="level"),
        CheckConstraint(one_of("status", WorkshopStatus), name="status"),
        CheckConstraint("length(name) BETWEEN 1 AND 200 AND length(theme) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name="years"),
        CheckConstraint(
            "submitted_by <> recommended_by AND submitted_by <> registered_by AND recommended_by <> registered_by",
            name="three_persons",
        ),
        CheckConstraint("(submitted_by IS NULL) = (submitted_role IS NULL)", name="submitted_whole"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint(
            "status <> 'registered' OR registered_by IS NOT NULL AND (submitted_role <> 'teacher'"
            " OR recommended_by IS NOT NULL OR level IN ('town', 'school'))",
            name="registered_whole",
        ),
        Index("ix_workshops_unit", "region_id", "unit_id", "id"),
        Index("ix_workshops_leader", "region_id", "leader_id"),
        Index("ix_workshops_status", "region_id", "status", "id"),
        Index(
            "uq_workshops_name",
            "region_id",
            "unit_id",
            "name",
            unique=True,
            postgresql_where=text("status <> 'closed'"),
        ),
    )


class WorkshopRegistration(RegionRow, Base):
    """A registration or renewal 注册、续期: school years of one workshop never overlap. Only grows. [A6.13a]"""

    __tablename__ = "workshop_registrations"
    workshop_id: Mapped[UUID]
    start_year: Mapped[int]
    end_year: Mapped[int]
    registered_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        CheckConstraint("start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name="years"),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("workshop_id"), "="),
            (func.int4range(text("start_year"), text("end_year"), text("'[]'")), "&&"),
            name="ex_workshop_registrations_one_at_a_time",
            using="gist",
        ),
    )


class WorkshopTerm(RegionRow, Base):
    """A term in which the workshop was found alive 学期注册. Only grows. [M6.2.3b]"""

    __tablename__ = "workshop_terms"
    workshop_id: Mapped[UUID]
    start_year: Mapped[int]
    term: Mapped[int]
    confirmed_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        UniqueConstraint("region_id", "workshop_id", "start_year", "term", name="uq_workshop_terms_term"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("term IN (1, 2)", name="term"),
    )


class WorkshopAct(Base):
    """An act on a workshop 办理记录: who, when, what, which status came of it, and why. Only grows."""

    __tablename__ = "workshop_acts"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    workshop_id: Mapped[UUID]
    act: Mapped[str]
    status: Mapped[str]
    account_id: Mapped[UUID]
    acting_role: Mapped[str]
    acting_organisation_id: Mapped[UUID]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("acting_organisation_id", "organisations"),
        CheckConstraint(one_of("status", WorkshopStatus), name="status"),
        CheckConstraint("act NOT IN ('return', 'close') OR length(note) > 0", name="reason"),
        Index("ix_workshop_acts_workshop", "region_id", "workshop_id", "seq"),
    )
