"""Tables of publications 信息发布 and of their readings over time 阅读量."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.asked import Asked
from app.core.db import Base, RegionRow, region_reference
from app.publications.states import PublicationStatus, SubjectKind

STATUSES = ", ".join(repr(str(status)) for status in PublicationStatus)
KINDS = ", ".join(repr(str(kind)) for kind in SubjectKind)
OUT = "status IN ('published', 'retracted')"


class Publication(Asked, Base):
    """One item: what is told in which column 板块, who is named in it and has consented, and where it came out.

    organisation_id: whose item it is; teacher_id: the teacher who handed it in, if it was one. subject: the workshop or
    the project it tells of; those packages stand above this one, so the reference carries no foreign key.
    """

    __tablename__ = "publications"
    organisation_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    column_code: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str | None]
    source: Mapped[str]
    happened_on: Mapped[date]
    persons: Mapped[list[dict[str, Any]]]
    channel: Mapped[str | None]
    link: Mapped[str | None]
    published_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(server_default=text("'submitted'"), sort_order=90)

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(f"subject_kind IN ({KINDS})", name="subject_kind"),
        CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("jsonb_typeof(persons) = 'array'", name="persons"),
        CheckConstraint(
            f"({OUT}) = (published_on IS NOT NULL) AND (published_on IS NULL) = (channel IS NULL)"
            " AND (published_on IS NULL) = (link IS NULL)",
            name="published_whole",
        ),
        CheckConstraint("published_on >= happened_on", name="published_after"),
        CheckConstraint(f"NOT ({OUT}) OR NOT persons @? '$[*] ? (@.consented_on == null)'", name="consent"),
        CheckConstraint(
            "(status NOT IN ('published', 'returned', 'retracted') OR answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status NOT IN ('returned', 'retracted') OR answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        Index("uq_publications_link", "region_id", "link", unique=True, postgresql_where=text("status = 'published'")),
        Index("ix_publications_organisation", "region_id", "organisation_id", "published_on", "id"),
        Index("ix_publications_day", "region_id", "published_on", "id", postgresql_where=text("status = 'published'")),
        Index("ix_publications_teacher", "region_id", "teacher_id", "id"),
        Index("ix_publications_subject", "region_id", "subject_id", "published_on", "id"),
    )


class PublicationReading(RegionRow, Base):
    """How often an item had been read by a day; never changed: a later day's figure takes the place of an earlier."""

    __tablename__ = "publication_readings"
    publication_id: Mapped[UUID]
    read_on: Mapped[date]
    readings: Mapped[int]
    recorded_by: Mapped[UUID]

    __table_args__ = (
        region_reference("publication_id", "publications"),
        UniqueConstraint("region_id", "publication_id", "read_on"),
        CheckConstraint("readings >= 0", name="readings"),
    )
