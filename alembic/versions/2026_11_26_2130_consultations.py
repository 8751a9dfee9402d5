"""Consultations: reports of ten days, monthly summaries, meetings with decisions, numbered briefings. [A3.4]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0043_consultations"
down_revision = "0042_scorecard_indexes"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
SAID = "progress, experience, shortcomings, suggestions"
GRANTS = {
    "consultation_reports": f"SELECT, INSERT, UPDATE ({SAID}, difficulties, author_teacher_id, status, submitted_by, submitted_on, late_days, decided_by, decided_at, return_reason, {ROW})",
    "consultation_summaries": f"SELECT, INSERT, UPDATE (text, next_steps, status, written_by, closed_by, closed_at, reports_due, reports_in_time, reports_late, reports_missing, findings, reopen_reason, {ROW})",
    "consultation_meetings": f"SELECT, INSERT, UPDATE (title, held_on, place, attendees, agenda, minutes, status, written_by, confirmed_by, confirmed_at, withdraw_reason, {ROW})",
    "consultation_decisions": f"SELECT, INSERT, DELETE, UPDATE (status, ended_on, ended_by, outcome, reopen_reason, {ROW})",
    "briefings": f"SELECT, INSERT, UPDATE (title, foreword, {SAID}, report_to, copy_to, year, number, status, written_by, published_by, published_on, withdrawn_by, withdrawn_at, withdraw_reason, {ROW})",
    "briefing_reports": "SELECT, INSERT, DELETE",
    "briefing_counters": "SELECT, INSERT, UPDATE (last)",
}


def upgrade() -> None:
    """Apply."""
    _make_consultation_reports()
    _make_consultation_summaries()
    _make_consultation_meetings()
    _make_consultation_decisions()
    _make_briefings()
    _make_briefing_reports()
    _make_briefing_counters()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for table in reversed(GRANTS):
        op.drop_table(table)


def _make_consultation_reports() -> None:
    op.create_table(
        "consultation_reports",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_project_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("experience", sa.Text(), nullable=True),
        sa.Column("shortcomings", sa.Text(), nullable=True),
        sa.Column("difficulties", sa.Text(), nullable=True),
        sa.Column("suggestions", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("author_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'draft') = (submitted_by IS NULL) AND (submitted_by IS NULL) = (submitted_on IS NULL) AND (submitted_by IS NULL) = (late_days IS NULL)",
            name=op.f("ck_consultation_reports_submitted_whole"),
        ),
        sa.CheckConstraint(
            "(status IN ('returned', 'accepted')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR return_reason IS NOT NULL)",
            name=op.f("ck_consultation_reports_decided_whole"),
        ),
        sa.CheckConstraint(
            "status = 'draft' OR least(coalesce(length(progress), 0), coalesce(length(experience), 0), coalesce(length(shortcomings), 0), coalesce(length(suggestions), 0)) > 0",
            name=op.f("ck_consultation_reports_told"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'accepted')", name=op.f("ck_consultation_reports_status")
        ),
        sa.CheckConstraint(
            "ends_on >= starts_on AND extract(month FROM starts_on) = extract(month FROM ends_on) AND extract(year FROM starts_on) = extract(year FROM ends_on)",
            name=op.f("ck_consultation_reports_window"),
        ),
        sa.CheckConstraint(
            "late_days = greatest(0, submitted_on - ends_on)", name=op.f("ck_consultation_reports_late_days")
        ),
        sa.CheckConstraint("length(author) BETWEEN 1 AND 50", name=op.f("ck_consultation_reports_author")),
        sa.CheckConstraint("submitted_by <> decided_by", name=op.f("ck_consultation_reports_two_persons")),
        sa.CheckConstraint("submitted_on >= starts_on", name=op.f("ck_consultation_reports_submitted_on")),
        sa.ForeignKeyConstraint(
            ["region_id", "author_teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_consultation_reports_region_id_author_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "sub_project_id"],
            ["sub_projects.region_id", "sub_projects.id"],
            name=op.f("fk_consultation_reports_region_id_sub_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_reports_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_consultation_reports")),
        sa.UniqueConstraint("region_id", "sub_project_id", "starts_on", name="uq_consultation_reports_window"),
    )
    op.create_index(
        "ix_consultation_reports_author", "consultation_reports", ["region_id", "author_teacher_id"], unique=False
    )
    op.create_index(
        "ix_consultation_reports_window", "consultation_reports", ["region_id", "starts_on", "id"], unique=False
    )


def _make_consultation_summaries() -> None:
    op.create_table(
        "consultation_summaries",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reports_due", sa.Integer(), nullable=True),
        sa.Column("reports_in_time", sa.Integer(), nullable=True),
        sa.Column("reports_late", sa.Integer(), nullable=True),
        sa.Column("reports_missing", sa.Integer(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("reopen_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_by IS NOT NULL) AND (closed_by IS NULL) = (closed_at IS NULL) AND (closed_by IS NULL) = (reports_due IS NULL)",
            name=op.f("ck_consultation_summaries_closed_whole"),
        ),
        sa.CheckConstraint("jsonb_typeof(findings) = 'array'", name=op.f("ck_consultation_summaries_findings")),
        sa.CheckConstraint("status IN ('draft', 'closed')", name=op.f("ck_consultation_summaries_status")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_consultation_summaries_month")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_consultation_summaries_text")),
        sa.CheckConstraint(
            "reports_due = reports_in_time + reports_late + reports_missing AND reports_in_time >= 0 AND reports_late >= 0 AND reports_missing >= 0",
            name=op.f("ck_consultation_summaries_counts"),
        ),
        sa.CheckConstraint("written_by <> closed_by", name=op.f("ck_consultation_summaries_two_persons")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_summaries_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_consultation_summaries")),
        sa.UniqueConstraint("region_id", "month", name="uq_consultation_summaries_month"),
    )


def _make_consultation_meetings() -> None:
    op.create_table(
        "consultation_meetings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("attendees", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("agenda", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (status <> 'draft' OR confirmed_by IS NULL) AND (status <> 'confirmed' OR confirmed_by IS NOT NULL AND coalesce(length(minutes), 0) > 0) AND (status = 'withdrawn') = (withdraw_reason IS NOT NULL)",
            name=op.f("ck_consultation_meetings_status_whole"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(attendees) = 'array' AND jsonb_array_length(attendees) > 0",
            name=op.f("ck_consultation_meetings_attendees"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'confirmed', 'withdrawn')", name=op.f("ck_consultation_meetings_status")
        ),
        sa.CheckConstraint("cardinality(agenda) > 0", name=op.f("ck_consultation_meetings_agenda")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(place) BETWEEN 1 AND 200",
            name=op.f("ck_consultation_meetings_told"),
        ),
        sa.CheckConstraint("written_by <> confirmed_by", name=op.f("ck_consultation_meetings_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_consultation_meetings_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_meetings_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_consultation_meetings")),
    )
    op.create_index(
        "ix_consultation_meetings_held_on", "consultation_meetings", ["region_id", "held_on", "id"], unique=False
    )


def _make_consultation_decisions() -> None:
    op.create_table(
        "consultation_decisions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (ended_on IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL) AND (ended_on IS NULL) = (outcome IS NULL)",
            name=op.f("ck_consultation_decisions_ended_whole"),
        ),
        sa.CheckConstraint("status IN ('open', 'done', 'dropped')", name=op.f("ck_consultation_decisions_status")),
        sa.CheckConstraint(
            "length(matter) > 0 AND length(responsible) > 0", name=op.f("ck_consultation_decisions_told")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_consultation_decisions_position")),
        sa.ForeignKeyConstraint(
            ["region_id", "meeting_id"],
            ["consultation_meetings.region_id", "consultation_meetings.id"],
            name=op.f("fk_consultation_decisions_region_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_consultation_decisions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_consultation_decisions")),
        sa.UniqueConstraint("region_id", "meeting_id", "position", name="uq_consultation_decisions_position"),
    )
    op.create_index(
        "ix_consultation_decisions_due",
        "consultation_decisions",
        ["region_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )


def _make_briefings() -> None:
    op.create_table(
        "briefings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("foreword", sa.Text(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("experience", sa.Text(), nullable=True),
        sa.Column("shortcomings", sa.Text(), nullable=True),
        sa.Column("suggestions", sa.Text(), nullable=True),
        sa.Column("report_to", sa.Text(), nullable=True),
        sa.Column("copy_to", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(published_by IS NULL) = (published_on IS NULL) AND (published_by IS NULL) = (number IS NULL) AND (number IS NULL) = (year IS NULL) AND (status <> 'published' OR number IS NOT NULL) AND (status <> 'draft' OR number IS NULL)",
            name=op.f("ck_briefings_published_whole"),
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdraw_reason IS NULL)",
            name=op.f("ck_briefings_withdrawn_whole"),
        ),
        sa.CheckConstraint(
            "status <> 'published' OR least(coalesce(length(progress), 0), coalesce(length(experience), 0), coalesce(length(shortcomings), 0), coalesce(length(suggestions), 0)) > 0",
            name=op.f("ck_briefings_told"),
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_briefings_status")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_briefings_days")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_briefings_title")),
        sa.CheckConstraint("written_by <> published_by", name=op.f("ck_briefings_two_persons")),
        sa.CheckConstraint("year = extract(year FROM published_on) AND number >= 1", name=op.f("ck_briefings_number")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_briefings_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_briefings")),
        sa.UniqueConstraint("region_id", "year", "number", name="uq_briefings_number"),
    )
    op.create_index("ix_briefings_status", "briefings", ["region_id", "status", "id"], unique=False)


def _make_briefing_reports() -> None:
    op.create_table(
        "briefing_reports",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("briefing_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "briefing_id"],
            ["briefings.region_id", "briefings.id"],
            name=op.f("fk_briefing_reports_region_id_briefing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "report_id"],
            ["consultation_reports.region_id", "consultation_reports.id"],
            name=op.f("fk_briefing_reports_region_id_report_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_briefing_reports_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_briefing_reports")),
        sa.UniqueConstraint("region_id", "briefing_id", "report_id", name="uq_briefing_reports_once"),
    )
    op.create_index("ix_briefing_reports_report", "briefing_reports", ["region_id", "report_id"], unique=False)


def _make_briefing_counters() -> None:
    op.create_table(
        "briefing_counters",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_briefing_counters_last")),
        sa.PrimaryKeyConstraint("region_id", "year", name=op.f("pk_briefing_counters")),
    )
