"""Tables of school titles 学校称号 and of assistance pairs 结对帮扶."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.assistance.states import AssistanceStatus, TitleKind
from app.core.asked import Asked
from app.core.db import Base, region_reference

STATUSES = ", ".join(repr(str(status)) for status in AssistanceStatus)
KINDS = ", ".join(repr(str(kind)) for kind in TitleKind)
IN_FORCE = "status IN ('confirmed', 'ended')"
CHECKS = {
    "status": f"status IN ({STATUSES})",
    "dates": "ends_on >= starts_on",
    "answer": (
        "(status = 'recommended') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
        " AND (status IN ('refused', 'ended')) = (answer_reason IS NOT NULL)"
    ),
    "ended": "status <> 'ended' OR ends_on IS NOT NULL",
    "two_persons": "asked_by <> answered_by",
}


class Term(Asked):
    """Mixin of what 进修学校 recommends and 教师教育科 sets, from a day to a day (both counted; None: open)."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=text("'recommended'"), sort_order=90)


def _checks() -> tuple[CheckConstraint, ...]:
    return tuple(CheckConstraint(sql, name=name) for name, sql in CHECKS.items())


def _one_at_a_time(name: str, *columns: str) -> ExcludeConstraint:
    return ExcludeConstraint(
        *((text(column), "=") for column in ("region_id", *columns)),
        (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
        name=name,
        using="gist",
        where=text(IN_FORCE),
    )


class SchoolTitle(Term, Base):
    """A title of a school for a time; a school holds one of a kind at a time."""

    __tablename__ = "school_titles"
    school_id: Mapped[UUID]
    kind: Mapped[str]
    document: Mapped[str | None]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "id", "school_id"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        *_checks(),
        _one_at_a_time("ex_school_titles_one_at_a_time", "school_id", "kind"),
        Index("ix_school_titles_school", "region_id", "school_id", "id"),
    )


class AssistancePair(Term, Base):
    """A titled school that helps another one for a time 结对帮扶. findings: what the rules said when it was set."""

    __tablename__ = "assistance_pairs"
    title_id: Mapped[UUID]
    helper_id: Mapped[UUID]
    helped_id: Mapped[UUID]
    goal: Mapped[str | None]
    findings: Mapped[list[dict[str, Any]]]

    __table_args__ = (
        ForeignKeyConstraint(
            ["region_id", "title_id", "helper_id"],
            ["school_titles.region_id", "school_titles.id", "school_titles.school_id"],
            name="fk_assistance_pairs_title",
        ),
        region_reference("helped_id", "organisations"),
        CheckConstraint("helper_id <> helped_id", name="two_schools"),
        *_checks(),
        _one_at_a_time("ex_assistance_pairs_one_at_a_time", "title_id", "helped_id"),
        Index("ix_assistance_pairs_helper", "region_id", "helper_id", "id"),
        Index("ix_assistance_pairs_helped", "region_id", "helped_id", "id"),
    )
