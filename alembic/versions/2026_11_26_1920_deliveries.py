"""送教送培: programmes, visits, lessons, attendance, and hours that come of them. [M4.3]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0033_deliveries"
down_revision = "0032_steering"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
SOURCE = "source IN ('manual', 'external', 'import', 'reversal', 'submission', 'workshop'{more})"
GRANTS = {
    "delivery_programmes": f"SELECT, INSERT, UPDATE (status, end_reason, ended_by, {ROW})",
    "delivery_visits": f"SELECT, INSERT, UPDATE (visit_on, status, summary, cancel_reason, ended_by, {ROW})",
    "delivery_lessons": f"SELECT, INSERT, UPDATE (assignment_id, {ROW})",
    "delivery_attendances": f"SELECT, INSERT, DELETE, UPDATE (entry_id, {ROW})",
}


def upgrade() -> None:
    """Apply."""
    _allow_sources(", 'delivery'")
    _make_delivery_programmes()
    _make_delivery_visits()
    _make_delivery_lessons()
    _make_delivery_attendances()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo; refused where entries from visits stand."""
    _allow_sources("")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _allow_sources(more: str) -> None:
    name = "ck_hours_entries_source"
    op.execute(f"ALTER TABLE hours_entries DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE hours_entries ADD CONSTRAINT {name} CHECK ({SOURCE.format(more=more)}) NOT VALID")
    op.execute(f"ALTER TABLE hours_entries VALIDATE CONSTRAINT {name}")


def _make_delivery_programmes() -> None:
    op.create_table(
        "delivery_programmes",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("visits_planned", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
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
            "(status = 'open') = (ended_by IS NULL) AND (status = 'cancelled') = (end_reason IS NOT NULL)",
            name=op.f("ck_delivery_programmes_ended_whole"),
        ),
        sa.CheckConstraint("status IN ('open', 'closed', 'cancelled')", name=op.f("ck_delivery_programmes_status")),
        sa.CheckConstraint("start_year BETWEEN 2022 AND 9999", name=op.f("ck_delivery_programmes_start_year")),
        sa.CheckConstraint("visits_planned BETWEEN 1 AND 1000", name=op.f("ck_delivery_programmes_visits_planned")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_delivery_programmes_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_delivery_programmes_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_delivery_programmes")),
        sa.UniqueConstraint(
            "region_id", "id", "start_year", name=op.f("uq_delivery_programmes_region_id_id_start_year")
        ),
    )
    op.create_index(
        "uq_delivery_programmes_field",
        "delivery_programmes",
        ["region_id", "start_year", "stage", "subject"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def _make_delivery_visits() -> None:
    op.create_table(
        "delivery_visits",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("host_school_id", sa.Uuid(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("planned_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'planned') = (ended_by IS NULL) AND (status = 'held') = (summary IS NOT NULL) AND (status = 'cancelled') = (cancel_reason IS NOT NULL)",
            name=op.f("ck_delivery_visits_ended_whole"),
        ),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled')", name=op.f("ck_delivery_visits_status")),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND 24 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_delivery_visits_hours")
        ),
        sa.CheckConstraint(
            "visit_on BETWEEN make_date(start_year, 9, 1) AND make_date(start_year + 1, 8, 31)",
            name=op.f("ck_delivery_visits_year"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "host_school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_delivery_visits_region_id_host_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "programme_id", "start_year"],
            ["delivery_programmes.region_id", "delivery_programmes.id", "delivery_programmes.start_year"],
            name="fk_delivery_visits_programme",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_delivery_visits_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_delivery_visits")),
    )
    op.create_index(
        "ix_delivery_visits_programme", "delivery_visits", ["region_id", "programme_id", "id"], unique=False
    )
    op.create_index(
        "ix_delivery_visits_school",
        "delivery_visits",
        ["region_id", "host_school_id", "start_year", "id"],
        unique=False,
    )


def _make_delivery_lessons() -> None:
    op.create_table(
        "delivery_lessons",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("lecturer_name", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("expert_id", sa.Uuid(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "assignment_id IS NULL OR appointment_id IS NOT NULL", name=op.f("ck_delivery_lessons_assignment")
        ),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND 24 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_delivery_lessons_hours")
        ),
        sa.CheckConstraint(
            "num_nonnulls(teacher_id, appointment_id, expert_id) = 1", name=op.f("ck_delivery_lessons_one_lecturer")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_delivery_lessons_position")),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_delivery_lessons_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "assignment_id"],
            ["trainer_assignments.region_id", "trainer_assignments.id"],
            name=op.f("fk_delivery_lessons_region_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "expert_id"],
            ["experts.region_id", "experts.id"],
            name=op.f("fk_delivery_lessons_region_id_expert_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_delivery_lessons_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "visit_id"],
            ["delivery_visits.region_id", "delivery_visits.id"],
            name=op.f("fk_delivery_lessons_region_id_visit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_delivery_lessons_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_delivery_lessons")),
        sa.UniqueConstraint("region_id", "visit_id", "position", name="uq_delivery_lessons_position"),
    )


def _make_delivery_attendances() -> None:
    op.create_table(
        "delivery_attendances",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "entry_id"],
            ["hours_entries.region_id", "hours_entries.id"],
            name=op.f("fk_delivery_attendances_region_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_delivery_attendances_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_delivery_attendances_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "visit_id"],
            ["delivery_visits.region_id", "delivery_visits.id"],
            name=op.f("fk_delivery_attendances_region_id_visit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_delivery_attendances_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_delivery_attendances")),
        sa.UniqueConstraint("region_id", "visit_id", "teacher_id", name="uq_delivery_attendances_once"),
    )
    op.create_index("ix_delivery_attendances_entry", "delivery_attendances", ["region_id", "entry_id"], unique=False)
    op.create_index(
        "ix_delivery_attendances_school", "delivery_attendances", ["region_id", "school_id", "id"], unique=False
    )
    op.create_index(
        "ix_delivery_attendances_teacher", "delivery_attendances", ["region_id", "teacher_id", "id"], unique=False
    )
