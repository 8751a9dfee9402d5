"""Return practice: tasks, outputs, cases, base schools, pairings, tracking visits, weights, results. [M5.3] [A2.5a]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0037_practice"
down_revision = "0036_training"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "practice_tasks": "SELECT, INSERT, UPDATE (workshop_id, kind, title, requirement, due_on, status, findings,"
    f" published_by, published_on, reason, {ROW})",
    "practice_outputs": "SELECT, INSERT, UPDATE (teacher_id, title, text, status, handed_in, submitted_by, submitted_on, mark,"
    f" marked_by, marked_at, published_by, published_on, {ROW})",
    "practice_opinions": "SELECT, INSERT",
    "practice_cases": f"SELECT, INSERT, UPDATE (teacher_id, status, answered_by, answered_at, answer_reason, {ROW})",
    "base_schools": f"SELECT, INSERT, UPDATE (ended_on, end_reason, ended_by, {ROW})",
    "practice_pairings": f"SELECT, INSERT, UPDATE (ended_on, end_reason, ended_by, {ROW})",
    "pairing_visits": "SELECT, INSERT",
    "tracking_visits": f"SELECT, INSERT, UPDATE (followed_up_on, follow_up_result, followed_up_by, {ROW})",
    "practice_weights": "SELECT, INSERT, UPDATE (training, school_research, demonstration, published_on, set_by,"
    f" {ROW})",
    "practice_results": "SELECT, INSERT, UPDATE (teacher_id, training, school_research, demonstration, opinion, status, recorded_by,"
    f" published_by, published_on, reopen_reason, proposed_by, proposed_on, proposal_reason, {ROW})",
}


def upgrade() -> None:
    """Apply."""
    _make_practice_tasks()
    _make_practice_outputs()
    _make_practice_opinions()
    _make_practice_cases()
    _make_base_schools()
    _make_practice_pairings()
    _make_pairing_visits()
    _make_tracking_visits()
    _make_practice_weights()
    _make_practice_results()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for table in ("pairing_visits", "practice_pairings", "base_schools"):
        op.drop_table(table)
    for table in ("practice_cases", "practice_opinions", "practice_outputs", "practice_tasks"):
        op.drop_table(table)
    for table in ("practice_results", "practice_weights", "tracking_visits"):
        op.drop_table(table)


def _make_practice_tasks() -> None:
    op.create_table(
        "practice_tasks",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(published_by IS NULL) = (published_on IS NULL) AND (status <> 'published' OR published_on IS NOT NULL) AND (status <> 'draft' OR published_on IS NULL)",
            name=op.f("ck_practice_tasks_published"),
        ),
        sa.CheckConstraint("(status = 'withdrawn') = (reason IS NOT NULL)", name=op.f("ck_practice_tasks_reason")),
        sa.CheckConstraint("jsonb_typeof(findings) = 'array'", name=op.f("ck_practice_tasks_findings")),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_practice_tasks_status")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(requirement) > 0", name=op.f("ck_practice_tasks_told")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_practice_tasks_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_practice_tasks_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_tasks_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_tasks")),
        sa.UniqueConstraint("region_id", "id", "project_id", name="uq_practice_tasks_project"),
    )
    op.create_index("ix_practice_tasks_project", "practice_tasks", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_practice_tasks_workshop", "practice_tasks", ["region_id", "workshop_id"], unique=False)


def _make_practice_outputs() -> None:
    op.create_table(
        "practice_outputs",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'submitted'"), nullable=False),
        sa.Column("handed_in", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_by IS NOT NULL) AND (published_by IS NULL) = (published_on IS NULL)",
            name=op.f("ck_practice_outputs_published"),
        ),
        sa.CheckConstraint(
            "(status IN ('marked', 'published')) = (marked_by IS NOT NULL) AND (marked_by IS NULL) = (mark IS NULL) AND (marked_by IS NULL) = (marked_at IS NULL)",
            name=op.f("ck_practice_outputs_marked"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'returned', 'marked', 'published', 'withdrawn')",
            name=op.f("ck_practice_outputs_status"),
        ),
        sa.CheckConstraint("handed_in BETWEEN 1 AND 100", name=op.f("ck_practice_outputs_handed_in")),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(text) > 0", name=op.f("ck_practice_outputs_told")
        ),
        sa.CheckConstraint(
            "mark BETWEEN 0 AND 100 AND mark * 2 = trunc(mark * 2)", name=op.f("ck_practice_outputs_mark")
        ),
        sa.CheckConstraint("submitted_by <> marked_by", name=op.f("ck_practice_outputs_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_practice_outputs_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "task_id", "project_id"],
            ["practice_tasks.region_id", "practice_tasks.id", "practice_tasks.project_id"],
            name="fk_practice_outputs_task",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_practice_outputs_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_practice_outputs_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_outputs_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_outputs")),
        sa.UniqueConstraint("region_id", "id", "trainee_id", name="uq_practice_outputs_trainee"),
    )
    op.create_index("ix_practice_outputs_project", "practice_outputs", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_practice_outputs_school", "practice_outputs", ["region_id", "school_id", "id"], unique=False)
    op.create_index("ix_practice_outputs_teacher", "practice_outputs", ["region_id", "teacher_id", "id"], unique=False)
    op.create_index("ix_practice_outputs_trainee", "practice_outputs", ["region_id", "trainee_id", "id"], unique=False)
    op.create_index(
        "uq_practice_outputs_open",
        "practice_outputs",
        ["region_id", "task_id", "trainee_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )


def _make_practice_opinions() -> None:
    op.create_table(
        "practice_opinions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("output_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("giver_name", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(kind = 'mark') = (mark IS NOT NULL)", name=op.f("ck_practice_opinions_mark_of_kind")),
        sa.CheckConstraint("kind IN ('guidance', 'return', 'mark')", name=op.f("ck_practice_opinions_kind")),
        sa.CheckConstraint("length(opinion) > 0 AND length(giver_name) > 0", name=op.f("ck_practice_opinions_told")),
        sa.CheckConstraint(
            "mark BETWEEN 0 AND 100 AND mark * 2 = trunc(mark * 2)", name=op.f("ck_practice_opinions_mark")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "output_id"],
            ["practice_outputs.region_id", "practice_outputs.id"],
            name=op.f("fk_practice_opinions_region_id_output_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_opinions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_opinions")),
    )
    op.create_index("ix_practice_opinions_output", "practice_opinions", ["region_id", "output_id", "id"], unique=False)


def _make_practice_cases() -> None:
    op.create_table(
        "practice_cases",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("output_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status IN ('accepted', 'declined', 'revoked')) = (answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status NOT IN ('declined', 'revoked') OR answer_reason IS NOT NULL)",
            name=op.f("ck_practice_cases_answer"),
        ),
        sa.CheckConstraint("kind IN ('transfer', 'leading')", name=op.f("ck_practice_cases_kind")),
        sa.CheckConstraint(
            "status IN ('submitted', 'accepted', 'declined', 'withdrawn', 'revoked')",
            name=op.f("ck_practice_cases_status"),
        ),
        sa.CheckConstraint("asked_by <> answered_by", name=op.f("ck_practice_cases_two_persons")),
        sa.CheckConstraint("num_nonnulls(output_id, case_id) = 1", name=op.f("ck_practice_cases_one_reference")),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["typical_cases.region_id", "typical_cases.id"],
            name=op.f("fk_practice_cases_region_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "output_id", "trainee_id"],
            ["practice_outputs.region_id", "practice_outputs.id", "practice_outputs.trainee_id"],
            name="fk_practice_cases_output",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_practice_cases_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_practice_cases_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_practice_cases_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_practice_cases_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_cases_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_cases")),
    )
    op.create_index("ix_practice_cases_project", "practice_cases", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_practice_cases_school", "practice_cases", ["region_id", "school_id", "id"], unique=False)
    op.create_index("ix_practice_cases_teacher", "practice_cases", ["region_id", "teacher_id", "id"], unique=False)
    op.create_index(
        "uq_practice_cases_standing",
        "practice_cases",
        ["region_id", "trainee_id", "kind"],
        unique=True,
        postgresql_where=sa.text("status IN ('submitted', 'accepted')"),
    )


def _make_base_schools() -> None:
    op.create_table(
        "base_schools",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("central_school_id", sa.Uuid(), nullable=False),
        sa.Column("central_kind", sa.Text(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("central_kind = 'central_school'", name=op.f("ck_base_schools_central_kind")),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL) AND ended_on >= starts_on",
            name=op.f("ck_base_schools_ended_whole"),
        ),
        sa.CheckConstraint("slot BETWEEN 1 AND slots", name=op.f("ck_base_schools_slot")),
        sa.ForeignKeyConstraint(
            ["region_id", "central_school_id", "central_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_base_schools_town",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_base_schools_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_base_schools_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_base_schools")),
    )
    op.create_index(
        "uq_base_schools_school",
        "base_schools",
        ["region_id", "school_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_index(
        "uq_base_schools_slot",
        "base_schools",
        ["region_id", "central_school_id", "slot"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )


def _make_practice_pairings() -> None:
    op.create_table(
        "practice_pairings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("base_school_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL) AND ended_on >= starts_on",
            name=op.f("ck_practice_pairings_ended_whole"),
        ),
        sa.CheckConstraint("length(duty) > 0", name=op.f("ck_practice_pairings_duty")),
        sa.CheckConstraint(
            "num_nonnulls(workshop_id, base_school_id) = 1", name=op.f("ck_practice_pairings_one_target")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_practice_pairings_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "base_school_id"],
            ["base_schools.region_id", "base_schools.id"],
            name=op.f("fk_practice_pairings_region_id_base_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_practice_pairings_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_practice_pairings_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_practice_pairings_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_pairings_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_pairings")),
    )
    op.create_index(
        "ix_practice_pairings_project", "practice_pairings", ["region_id", "project_id", "id"], unique=False
    )
    op.create_index("ix_practice_pairings_teacher", "practice_pairings", ["region_id", "teacher_id"], unique=False)
    op.create_index(
        "uq_practice_pairings_base_school",
        "practice_pairings",
        ["region_id", "project_id", "appointment_id", "base_school_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL AND base_school_id IS NOT NULL"),
    )
    op.create_index(
        "uq_practice_pairings_workshop",
        "practice_pairings",
        ["region_id", "project_id", "appointment_id", "workshop_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL AND workshop_id IS NOT NULL"),
    )


def _make_pairing_visits() -> None:
    op.create_table(
        "pairing_visits",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pairing_id", sa.Uuid(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("length(content) > 0", name=op.f("ck_pairing_visits_content")),
        sa.ForeignKeyConstraint(
            ["region_id", "pairing_id"],
            ["practice_pairings.region_id", "practice_pairings.id"],
            name=op.f("fk_pairing_visits_region_id_pairing_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_pairing_visits_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_pairing_visits")),
        sa.UniqueConstraint("region_id", "pairing_id", "visited_on", name="uq_pairing_visits_day"),
    )


def _make_tracking_visits() -> None:
    op.create_table(
        "tracking_visits",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("tracker_id", sa.Uuid(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("follow_up_due_on", sa.Date(), nullable=True),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.Column("follow_up_result", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("followed_up_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(follow_up IS NULL) = (follow_up_due_on IS NULL) AND follow_up_due_on >= visited_on",
            name=op.f("ck_tracking_visits_follow_up"),
        ),
        sa.CheckConstraint(
            "(followed_up_on IS NULL) = (follow_up_result IS NULL) AND (followed_up_on IS NULL) = (followed_up_by IS NULL) AND (followed_up_on IS NULL OR follow_up IS NOT NULL) AND followed_up_on >= visited_on",
            name=op.f("ck_tracking_visits_followed_up"),
        ),
        sa.CheckConstraint("length(found) > 0", name=op.f("ck_tracking_visits_found")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_tracking_visits_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_tracking_visits_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "tracker_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_tracking_visits_region_id_tracker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_tracking_visits_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_tracking_visits_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_tracking_visits")),
    )
    op.create_index("ix_tracking_visits_project", "tracking_visits", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_tracking_visits_school", "tracking_visits", ["region_id", "school_id", "id"], unique=False)


def _make_practice_weights() -> None:
    op.create_table(
        "practice_weights",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("training", sa.Integer(), nullable=False),
        sa.Column("school_research", sa.Integer(), nullable=False),
        sa.Column("demonstration", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "training + school_research + demonstration = 100", name=op.f("ck_practice_weights_hundred")
        ),
        sa.CheckConstraint(
            "training >= 0 AND school_research >= 0 AND demonstration >= 0", name=op.f("ck_practice_weights_parts")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_practice_weights_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_weights_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_weights")),
        sa.UniqueConstraint("region_id", "project_id", name="uq_practice_weights_project"),
    )


def _make_practice_results() -> None:
    op.create_table(
        "practice_results",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("training", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("school_research", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("demonstration", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'recorded'"), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reopen_reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("proposal_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(proposed_by IS NULL) = (proposed_on IS NULL) AND (proposed_by IS NULL) = (proposal_reason IS NULL) AND (proposed_by IS NULL OR status = 'published')",
            name=op.f("ck_practice_results_proposed"),
        ),
        sa.CheckConstraint(
            "(status = 'published') = (published_by IS NOT NULL) AND (published_by IS NULL) = (published_on IS NULL)",
            name=op.f("ck_practice_results_published"),
        ),
        sa.CheckConstraint("status IN ('recorded', 'published')", name=op.f("ck_practice_results_status")),
        sa.CheckConstraint(
            "demonstration BETWEEN 0 AND 100 AND demonstration * 2 = trunc(demonstration * 2)",
            name=op.f("ck_practice_results_demonstration"),
        ),
        sa.CheckConstraint("recorded_by <> published_by", name=op.f("ck_practice_results_two_persons")),
        sa.CheckConstraint(
            "school_research BETWEEN 0 AND 100 AND school_research * 2 = trunc(school_research * 2)",
            name=op.f("ck_practice_results_school_research"),
        ),
        sa.CheckConstraint(
            "training BETWEEN 0 AND 100 AND training * 2 = trunc(training * 2)",
            name=op.f("ck_practice_results_training"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_practice_results_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_practice_results_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_practice_results_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_practice_results_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_practice_results_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_practice_results")),
        sa.UniqueConstraint("region_id", "trainee_id", name="uq_practice_results_trainee"),
    )
    op.create_index("ix_practice_results_project", "practice_results", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_practice_results_school", "practice_results", ["region_id", "school_id", "id"], unique=False)
    op.create_index("ix_practice_results_teacher", "practice_results", ["region_id", "teacher_id", "id"], unique=False)
