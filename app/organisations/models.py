"""Tables of regions, organisations and school years."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow
from app.organisations.states import PARENT_KINDS, OrganisationKind, OrganisationStatus


def one_of(column: str, values: type[OrganisationKind] | type[OrganisationStatus]) -> str:
    """The SQL of a closed set."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _kinds_under_parents() -> str:
    pairs = [
        f"(kind = '{kind}' AND parent_kind IN ({', '.join(repr(str(parent)) for parent in sorted(parents))}))"
        if parents
        else f"(kind = '{kind}' AND parent_kind IS NULL)"
        for kind, parents in PARENT_KINDS.items()
    ]
    return " OR ".join(pairs)


class Region(Base):
    """A county-level unit that runs a project county 区域, keyed by its GB/T 2260 code."""

    __tablename__ = "regions"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str]
    policy_packs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (CheckConstraint("id BETWEEN 100000 AND 999999", name="six_digits"),)


class Installation(Base):
    """One row: what this database is for (the test clock runs in demo and test databases only).

    is_complete: false while the demo county is being loaded; what a crash leaves then is made anew.
    """

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    purpose: Mapped[str]
    is_complete: Mapped[bool] = mapped_column(server_default=text("true"))

    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("purpose IN ('production', 'demo', 'test')", name="purpose"),
    )


class Organisation(RegionRow, Base):
    """A node of the county's tree 机构; kinds descend strictly, so there are no cycles."""

    __tablename__ = "organisations"
    kind: Mapped[str]
    parent_id: Mapped[UUID | None]
    parent_kind: Mapped[str | None]
    code: Mapped[str | None]
    department_code: Mapped[str | None]
    name: Mapped[str]
    short_name: Mapped[str | None]
    stages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    is_compulsory: Mapped[bool] = mapped_column(server_default=text("false"))
    is_weak: Mapped[bool] = mapped_column(server_default=text("false"))
    town: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    closed_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("region_id", "id", "kind"),
        UniqueConstraint("region_id", "code"),
        ForeignKeyConstraint(
            ["region_id", "parent_id", "parent_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_organisations_parent",
        ),
        CheckConstraint(one_of("kind", OrganisationKind), name="kind"),
        CheckConstraint(_kinds_under_parents(), name="kind_under_parent"),
        CheckConstraint("(parent_id IS NULL) = (parent_kind IS NULL)", name="parent_whole"),
        CheckConstraint("(kind = 'department') = (department_code IS NOT NULL)", name="department_code"),
        CheckConstraint(one_of("status", OrganisationStatus), name="status"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint("length(name) BETWEEN 2 AND 100", name="name"),
        Index("uq_organisations_bureau", "region_id", unique=True, postgresql_where=text("kind = 'bureau'")),
        Index(
            "uq_organisations_department",
            "region_id",
            "department_code",
            unique=True,
            postgresql_where=text("kind = 'department' AND status = 'open'"),
        ),
        Index("ix_organisations_parent", "region_id", "parent_id"),
    )


class SchoolYearRow(RegionRow, Base):
    """The calendar of a school year 学年校历: first and last school day of its two terms."""

    __tablename__ = "school_years"
    start_year: Mapped[int]
    first_term_starts_on: Mapped[date]
    first_term_ends_on: Mapped[date]
    second_term_starts_on: Mapped[date]
    second_term_ends_on: Mapped[date]

    __table_args__ = (
        UniqueConstraint("region_id", "start_year"),
        CheckConstraint("start_year BETWEEN 2000 AND 2100", name="start_year"),
        CheckConstraint(
            "first_term_starts_on < first_term_ends_on AND first_term_ends_on < second_term_starts_on"
            " AND second_term_starts_on < second_term_ends_on",
            name="terms_in_order",
        ),
        CheckConstraint(
            "first_term_starts_on >= make_date(start_year, 8, 15)"
            " AND second_term_ends_on <= make_date(start_year + 1, 8, 31)",
            name="terms_in_year",
        ),
    )
