"""Tables of what a workshop does: plans of a school year, activities, attendance, cases. [A6.6a]"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.workshops.models.workshops import YEAR, one_of
from app.workshops.states import ActivityMode, ActivityStatus, PlanStatus, SignInMeans, TalkKind


class WorkshopPlan(RegionRow, Base):
    """The plan of a school year 学年活动方案: theme, schedule by month, demands of evaluation. [A6.6a]"""

    __tablename__ = "workshop_plans"
    workshop_id: Mapped[UUID]
    start_year: Mapped[int]
    theme: Mapped[str]
    schedule: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    evaluation: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    submitted_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decision_note: Mapped[str | None]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        UniqueConstraint("region_id", "workshop_id", "start_year", name="uq_workshop_plans_year"),
        CheckConstraint(one_of("status", PlanStatus), name="status"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("submitted_by <> decided_by", name="two_persons"),
        CheckConstraint("status = 'draft' OR submitted_by IS NOT NULL", name="submitted"),
        CheckConstraint("(status IN ('accepted', 'returned')) = (decided_by IS NOT NULL)", name="decided"),
    )


class WorkshopActivity(RegionRow, Base):
    """An activity 集中研修活动 of one or several days: who hosts, which lessons, what talk, what came of it. [A6.6b]"""

    __tablename__ = "workshop_activities"
    workshop_id: Mapped[UUID]
    title: Mapped[str]
    theme: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    host_school_id: Mapped[UUID]
    host_teacher_id: Mapped[UUID | None]
    mode: Mapped[str]
    lessons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    talk_kind: Mapped[str | None]
    talk_title: Mapped[str | None]
    is_reading_forum: Mapped[bool]
    summary: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    sign_in_code: Mapped[str | None]
    created_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("host_school_id", "organisations"),
        region_reference("host_teacher_id", "teachers"),
        CheckConstraint("ends_on BETWEEN starts_on AND starts_on + 6", name="days"),
        CheckConstraint(one_of("mode", ActivityMode), name="mode"),
        CheckConstraint(one_of("status", ActivityStatus), name="status"),
        CheckConstraint(one_of("talk_kind", TalkKind), name="talk_kind"),
        CheckConstraint("(talk_kind IS NULL) = (talk_title IS NULL)", name="talk_whole"),
        CheckConstraint("status <> 'held' OR length(summary) > 0", name="held_is_told"),
        CheckConstraint("sign_in_code ~ '^[0-9]{6}$'", name="sign_in_code"),
        Index("ix_workshop_activities_workshop", "region_id", "workshop_id", "starts_on", "id"),
        Index(
            "ix_workshop_activities_host",
            "region_id",
            "host_teacher_id",
            postgresql_where=text("host_teacher_id IS NOT NULL"),
        ),
        Index(
            "ix_workshop_activities_lessons",
            "lessons",
            postgresql_using="gin",
            postgresql_ops={"lessons": "jsonb_path_ops"},
        ),
    )


class WorkshopAttendance(RegionRow, Base):
    """A member at an activity on one day 出勤; `entry_id` names the entry that counts it. [A6.13c]"""

    __tablename__ = "workshop_attendances"
    activity_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    day: Mapped[date]
    means: Mapped[str]
    recorded_by: Mapped[UUID]
    entry_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("activity_id", "workshop_activities"),
        region_reference("teacher_id", "teachers"),
        region_reference("entry_id", "hours_entries"),
        UniqueConstraint("region_id", "activity_id", "teacher_id", "day", name="uq_workshop_attendances_day"),
        CheckConstraint(one_of("means", SignInMeans), name="means"),
        Index("ix_workshop_attendances_entry", "region_id", "entry_id"),
        Index("ix_workshop_attendances_teacher", "region_id", "teacher_id", "day"),
    )


class WorkshopCase(RegionRow, Base):
    """A practice case of a term 教学实践案例. [A6.R]"""

    __tablename__ = "workshop_cases"
    workshop_id: Mapped[UUID]
    start_year: Mapped[int]
    term: Mapped[int]
    title: Mapped[str]
    author_id: Mapped[UUID]
    summary: Mapped[str]
    created_by: Mapped[UUID]

    __table_args__ = (
        region_reference("workshop_id", "workshops"),
        region_reference("author_id", "teachers"),
        CheckConstraint(YEAR, name="start_year"),
        CheckConstraint("term IN (1, 2)", name="term"),
        UniqueConstraint("region_id", "workshop_id", "start_year", "term", "title", name="uq_workshop_cases_title"),
        Index("ix_workshop_cases_author", "region_id", "author_id"),
    )
