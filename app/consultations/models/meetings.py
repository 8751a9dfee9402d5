"""Tables of meetings of consultation 会商会议 and of what they decided 议定事项. [A3.4]"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.consultations.models.reports import one_of
from app.consultations.states import ConsultationDecisionStatus, ConsultationMeetingStatus
from app.core.db import Base, RegionRow, region_reference


class ConsultationMeeting(RegionRow, Base):
    """A meeting with its minutes 会商会议: who was there, what was on the agenda; confirmed by another person.

    attendees: [{name, teacher_id, expert_id, organisation_id}], the ids of those who have a record.
    """

    __tablename__ = "consultation_meetings"
    title: Mapped[str]
    held_on: Mapped[date]
    place: Mapped[str]
    project_id: Mapped[UUID | None]
    attendees: Mapped[list[dict[str, Any]]]
    agenda: Mapped[list[str]] = mapped_column(ARRAY(Text))
    minutes: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    written_by: Mapped[UUID]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint("length(title) BETWEEN 1 AND 200 AND length(place) BETWEEN 1 AND 200", name="told"),
        CheckConstraint("jsonb_typeof(attendees) = 'array' AND jsonb_array_length(attendees) > 0", name="attendees"),
        CheckConstraint("cardinality(agenda) > 0", name="agenda"),
        CheckConstraint(one_of("status", ConsultationMeetingStatus), name="status"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (status <> 'draft' OR confirmed_by IS NULL)"
            " AND (status <> 'confirmed' OR confirmed_by IS NOT NULL AND coalesce(length(minutes), 0) > 0)"
            " AND (status = 'withdrawn') = (withdraw_reason IS NOT NULL)",
            name="status_whole",
        ),
        CheckConstraint("written_by <> confirmed_by", name="two_persons"),
        Index("ix_consultation_meetings_held_on", "region_id", "held_on", "id"),
    )


class ConsultationDecision(RegionRow, Base):
    """What a meeting decided 议定事项: who is to do what until when, and what became of it. [A3.4]"""

    __tablename__ = "consultation_decisions"
    meeting_id: Mapped[UUID]
    position: Mapped[int]
    matter: Mapped[str]
    responsible: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    ended_on: Mapped[date | None]
    ended_by: Mapped[UUID | None]
    outcome: Mapped[str | None]
    reopen_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("meeting_id", "consultation_meetings"),
        UniqueConstraint("region_id", "meeting_id", "position", name="uq_consultation_decisions_position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("length(matter) > 0 AND length(responsible) > 0", name="told"),
        CheckConstraint(one_of("status", ConsultationDecisionStatus), name="status"),
        CheckConstraint(
            "(status = 'open') = (ended_on IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL)"
            " AND (ended_on IS NULL) = (outcome IS NULL)",
            name="ended_whole",
        ),
        Index("ix_consultation_decisions_due", "region_id", "due_on", "id", postgresql_where=text("status = 'open'")),
    )
