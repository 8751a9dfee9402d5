"""Training projects: plans, projects, phases, teams, quotas, conditions, nominations, trainees. [M3.1] [A2.2]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0026_projects"
down_revision = "0025_research_archive"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "training_plans": "SELECT, INSERT, UPDATE (parent_id, first_year, last_year, title, text, items, departments, status,"
    f" submitted_by, submitted_at, decided_by, decided_at, return_reason, {ROW})",
    "projects": "SELECT, INSERT, UPDATE (plan_id, level, kind, name, aim, start_year, stage, subject, quota, allotted,"
    " host_institution_id, host_kind, starts_on, ends_on, nominate_until, hours, hours_category, joint_departments,"
    f" is_published, status, submitted_by, approved_by, approved_at, reason, {ROW})",
    "project_phases": f"SELECT, INSERT, UPDATE (kind, name, starts_on, ends_on, mode, place, {ROW})",
    "sub_projects": f"SELECT, INSERT, UPDATE (name, content, {ROW})",
    "sub_project_members": "SELECT, INSERT, DELETE",
    "project_people": "SELECT, INSERT, DELETE",
    "project_quotas": f"SELECT, INSERT, UPDATE (places, taken, {ROW})",
    "project_criteria": "SELECT, INSERT, DELETE",
    "project_nominations": "SELECT, INSERT, UPDATE (teacher_id, status, findings, priority, statement, nominated_by, nominated_on,"
    f" passed_by, checked_by, decided_by, decided_at, reason, {ROW})",
    "project_trainees": f"SELECT, INSERT, UPDATE (teacher_id, status, left_on, left_reason, asked_by, asked_reason, {ROW})",
}


def upgrade() -> None:
    """Apply."""
    _make_training_plans()
    _make_projects()
    _make_project_phases()
    _make_sub_projects()
    _make_sub_project_members()
    _make_project_people()
    _make_project_quotas()
    _make_project_criteria()
    _make_project_nominations()
    _make_project_trainees()
    op.create_foreign_key(
        "fk_project_nominations_replaces",
        "project_nominations",
        "project_trainees",
        ["region_id", "replaces_id"],
        ["region_id", "id"],
    )
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    _make_stage()


def downgrade() -> None:
    """Undo."""
    op.drop_table("import_stage_nominations")
    op.drop_constraint("fk_project_nominations_replaces", "project_nominations")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _make_stage() -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    table = "import_stage_nominations"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("project", "staff_no", "name", "statement")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("project_id", "teacher_id")),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")


def _make_training_plans() -> None:
    op.create_table(
        "training_plans",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("departments", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
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
            "(status IN ('approved', 'returned')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR length(return_reason) > 0)",
            name=op.f("ck_training_plans_decided"),
        ),
        sa.CheckConstraint(
            "(submitted_by IS NULL) = (submitted_at IS NULL) AND (status = 'draft' OR submitted_by IS NOT NULL)",
            name=op.f("ck_training_plans_submitted"),
        ),
        sa.CheckConstraint(
            "first_year BETWEEN 2000 AND 2100 AND last_year BETWEEN first_year AND 2100 AND (kind = 'five_year' OR last_year = first_year)",
            name=op.f("ck_training_plans_years"),
        ),
        sa.CheckConstraint("jsonb_typeof(items) = 'array'", name=op.f("ck_training_plans_items")),
        sa.CheckConstraint("kind IN ('five_year', 'annual')", name=op.f("ck_training_plans_kind")),
        sa.CheckConstraint("parent_id IS NULL OR kind = 'annual'", name=op.f("ck_training_plans_parent")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'returned')", name=op.f("ck_training_plans_status")
        ),
        sa.CheckConstraint("length(title) > 0 AND length(text) > 0", name=op.f("ck_training_plans_told")),
        sa.CheckConstraint("submitted_by <> decided_by", name=op.f("ck_training_plans_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "parent_id"],
            ["training_plans.region_id", "training_plans.id"],
            name=op.f("fk_training_plans_region_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_plans_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_plans")),
    )
    op.create_index(
        "uq_training_plans_approved",
        "training_plans",
        ["region_id", "kind", "first_year"],
        unique=True,
        postgresql_where=sa.text("status = 'approved'"),
    )


def _make_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("allotted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("host_institution_id", sa.Uuid(), nullable=True),
        sa.Column("host_kind", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("nominate_until", sa.Date(), nullable=True),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("hours_category", sa.Text(), nullable=False),
        sa.Column("joint_departments", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(host_institution_id IS NULL) = (host_kind IS NULL) AND (host_kind IS NULL OR host_kind = 'host_institution')",
            name=op.f("ck_projects_host_kind"),
        ),
        sa.CheckConstraint("status <> 'cancelled' OR length(reason) > 0", name=op.f("ck_projects_reason")),
        sa.CheckConstraint(
            "status IN ('draft', 'cancelled') OR submitted_by IS NOT NULL AND (status = 'submitted' OR approved_by IS NOT NULL)",
            name=op.f("ck_projects_approved"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'selecting', 'running', 'practice', 'evaluating', 'closed', 'archived', 'cancelled')",
            name=op.f("ck_projects_status"),
        ),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_projects_approved_whole")),
        sa.CheckConstraint("allotted BETWEEN 0 AND quota", name=op.f("ck_projects_allotted")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_projects_days")),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND 999 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_projects_hours")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200 AND length(aim) > 0", name=op.f("ck_projects_told")),
        sa.CheckConstraint("nominate_until <= ends_on", name=op.f("ck_projects_nominate_until")),
        sa.CheckConstraint("quota BETWEEN 1 AND 100000", name=op.f("ck_projects_quota")),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_projects_start_year")),
        sa.CheckConstraint("submitted_by <> approved_by", name=op.f("ck_projects_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "host_institution_id", "host_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_projects_host",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "plan_id"],
            ["training_plans.region_id", "training_plans.id"],
            name=op.f("fk_projects_region_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_projects_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_projects")),
    )
    op.create_index("ix_projects_status", "projects", ["region_id", "status", "id"], unique=False)
    op.create_index("ix_projects_year", "projects", ["region_id", "start_year", "id"], unique=False)
    op.create_index(
        "uq_projects_name",
        "projects",
        ["region_id", "start_year", "name"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def _make_project_phases() -> None:
    op.create_table(
        "project_phases",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("kind IN ('team_building', 'study', 'practice')", name=op.f("ck_project_phases_kind")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_project_phases_days")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_project_phases_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_phases_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_phases_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_phases")),
    )
    op.create_index("ix_project_phases_project", "project_phases", ["region_id", "project_id", "id"], unique=False)


def _make_sub_projects() -> None:
    op.create_table(
        "sub_projects",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 200", name=op.f("ck_sub_projects_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_sub_projects_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sub_projects_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_sub_projects")),
        sa.UniqueConstraint("region_id", "project_id", "name", name="uq_sub_projects_name"),
    )


def _make_sub_project_members() -> None:
    op.create_table(
        "sub_project_members",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 50", name=op.f("ck_sub_project_members_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "sub_project_id"],
            ["sub_projects.region_id", "sub_projects.id"],
            name=op.f("fk_sub_project_members_region_id_sub_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_sub_project_members_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sub_project_members_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_sub_project_members")),
    )
    op.create_index(
        "ix_sub_project_members_sub_project", "sub_project_members", ["region_id", "sub_project_id", "id"], unique=False
    )
    op.create_index("ix_sub_project_members_teacher", "sub_project_members", ["region_id", "teacher_id"], unique=False)
    op.create_index(
        "uq_sub_project_members_lead",
        "sub_project_members",
        ["region_id", "sub_project_id"],
        unique=True,
        postgresql_where=sa.text("is_lead"),
    )


def _make_project_people() -> None:
    op.create_table(
        "project_people",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("duty", sa.Text(), nullable=True),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("follows_whole", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(role = 'guide') = (appointment_id IS NOT NULL)", name=op.f("ck_project_people_guide_is_trainer")
        ),
        sa.CheckConstraint("(role = 'manager') = (rank IS NOT NULL)", name=op.f("ck_project_people_rank_of_role")),
        sa.CheckConstraint(
            "rank IN ('desk_leader', 'vice_principal', 'full_time', 'part_time')", name=op.f("ck_project_people_rank")
        ),
        sa.CheckConstraint("role = 'manager' OR NOT follows_whole", name=op.f("ck_project_people_follows_whole")),
        sa.CheckConstraint("role IN ('manager', 'guide', 'tracker')", name=op.f("ck_project_people_role")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 50", name=op.f("ck_project_people_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_project_people_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_people_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_project_people_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_people_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_people")),
        sa.UniqueConstraint("region_id", "project_id", "role", "appointment_id", name="uq_project_people_appointment"),
    )
    op.create_index(
        "ix_project_people_project", "project_people", ["region_id", "project_id", "role", "id"], unique=False
    )
    op.create_index("ix_project_people_teacher", "project_people", ["region_id", "teacher_id"], unique=False)


def _make_project_quotas() -> None:
    op.create_table(
        "project_quotas",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("places BETWEEN 0 AND 100000", name=op.f("ck_project_quotas_places")),
        sa.CheckConstraint("taken BETWEEN 0 AND places", name=op.f("ck_project_quotas_taken")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_quotas_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_project_quotas_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_quotas_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_quotas")),
        sa.UniqueConstraint("region_id", "project_id", "unit_id", name="uq_project_quotas_unit"),
    )
    op.create_index("ix_project_quotas_unit", "project_quotas", ["region_id", "unit_id"], unique=False)


def _make_project_criteria() -> None:
    op.create_table(
        "project_criteria",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(cardinality(codes) > 0) = (criterion IN ('stage', 'subject', 'title', 'title_rank', 'workshop_level', 'honour', 'post'))",
            name=op.f("ck_project_criteria_codes"),
        ),
        sa.CheckConstraint(
            "(criterion IN ('age_min', 'age_max', 'service_years_min')) = (number IS NOT NULL)",
            name=op.f("ck_project_criteria_number"),
        ),
        sa.CheckConstraint(
            "criterion IN ('stage', 'subject', 'title', 'title_rank', 'age_min', 'age_max', 'service_years_min', 'workshop_level', 'honour', 'post', 'not_in_another')",
            name=op.f("ck_project_criteria_criterion"),
        ),
        sa.CheckConstraint("number BETWEEN 0 AND 100", name=op.f("ck_project_criteria_number_range")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_criteria_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_criteria_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_criteria")),
        sa.UniqueConstraint("region_id", "project_id", "criterion", name="uq_project_criteria_once"),
    )


def _make_project_nominations() -> None:
    op.create_table(
        "project_nominations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("nominated_by", sa.Uuid(), nullable=True),
        sa.Column("nominated_on", sa.Date(), nullable=True),
        sa.Column("passed_by", sa.Uuid(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (status NOT IN ('confirmed', 'rejected', 'withdrawn') OR decided_by IS NOT NULL) AND (status <> 'rejected' OR length(reason) > 0)",
            name=op.f("ck_project_nominations_decided"),
        ),
        sa.CheckConstraint(
            "(nominated_by IS NULL) = (nominated_on IS NULL) AND (status NOT IN ('nominated', 'passed', 'checked', 'confirmed') OR nominated_by IS NOT NULL)",
            name=op.f("ck_project_nominations_nominated"),
        ),
        sa.CheckConstraint(
            "(route = 'application') = (applied_by IS NOT NULL)", name=op.f("ck_project_nominations_application")
        ),
        sa.CheckConstraint(
            "(route = 'substitution') = (replaces_id IS NOT NULL) AND (replaces_id IS NULL) = (effective_on IS NULL)",
            name=op.f("ck_project_nominations_substitution"),
        ),
        sa.CheckConstraint(
            "(route = 'whole_class') = (workshop_id IS NOT NULL)", name=op.f("ck_project_nominations_whole_class")
        ),
        sa.CheckConstraint(
            "applied_by <> nominated_by AND nominated_by <> passed_by AND applied_by <> passed_by AND checked_by <> applied_by AND checked_by <> passed_by AND (checked_by <> nominated_by OR route = 'substitution')",
            name=op.f("ck_project_nominations_other_persons"),
        ),
        sa.CheckConstraint("jsonb_typeof(findings) = 'array'", name=op.f("ck_project_nominations_findings")),
        sa.CheckConstraint(
            "route IN ('application', 'school', 'whole_class', 'substitution')",
            name=op.f("ck_project_nominations_route"),
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' OR decided_by <> checked_by AND decided_by <> nominated_by AND decided_by IS DISTINCT FROM passed_by AND decided_by IS DISTINCT FROM applied_by",
            name=op.f("ck_project_nominations_confirmed_by_another"),
        ),
        sa.CheckConstraint("status <> 'passed' OR passed_by IS NOT NULL", name=op.f("ck_project_nominations_passed")),
        sa.CheckConstraint(
            "status IN ('applied', 'nominated', 'passed', 'checked', 'confirmed', 'rejected', 'withdrawn')",
            name=op.f("ck_project_nominations_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('checked', 'confirmed') OR checked_by IS NOT NULL",
            name=op.f("ck_project_nominations_checked"),
        ),
        sa.CheckConstraint("priority BETWEEN 0 AND 2", name=op.f("ck_project_nominations_priority")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_nominations_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_project_nominations_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_project_nominations_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_project_nominations_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_project_nominations_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_nominations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_nominations")),
    )
    op.create_index(
        "ix_project_nominations_project", "project_nominations", ["region_id", "project_id", "id"], unique=False
    )
    op.create_index(
        "ix_project_nominations_school", "project_nominations", ["region_id", "school_id", "id"], unique=False
    )
    op.create_index(
        "ix_project_nominations_teacher", "project_nominations", ["region_id", "teacher_id", "id"], unique=False
    )
    op.create_index(
        "uq_project_nominations_open",
        "project_nominations",
        ["region_id", "project_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('rejected', 'withdrawn')"),
    )
    op.create_index(
        "uq_project_nominations_substitute",
        "project_nominations",
        ["region_id", "replaces_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('rejected', 'withdrawn')"),
    )


def _make_project_trainees() -> None:
    op.create_table(
        "project_trainees",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'enrolled'"), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'enrolled') = (left_on IS NULL) AND (left_on IS NULL) = (left_reason IS NULL) AND left_on >= joined_on",
            name=op.f("ck_project_trainees_left_whole"),
        ),
        sa.CheckConstraint("status IN ('enrolled', 'withdrawn', 'replaced')", name=op.f("ck_project_trainees_status")),
        sa.CheckConstraint("(asked_by IS NULL) = (asked_reason IS NULL)", name=op.f("ck_project_trainees_asked_whole")),
        sa.ForeignKeyConstraint(
            ["region_id", "nomination_id"],
            ["project_nominations.region_id", "project_nominations.id"],
            name=op.f("fk_project_trainees_region_id_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_project_trainees_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "replaces_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_project_trainees_region_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_project_trainees_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_project_trainees_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_project_trainees_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_project_trainees_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_project_trainees_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_project_trainees")),
        sa.UniqueConstraint("region_id", "nomination_id", name="uq_project_trainees_nomination"),
        sa.UniqueConstraint("region_id", "replaces_id", name="uq_project_trainees_replaces"),
    )
    op.create_index("ix_project_trainees_project", "project_trainees", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_project_trainees_school", "project_trainees", ["region_id", "school_id", "id"], unique=False)
    op.create_index("ix_project_trainees_teacher", "project_trainees", ["region_id", "teacher_id", "id"], unique=False)
    op.create_index(
        "uq_project_trainees_enrolled",
        "project_trainees",
        ["region_id", "project_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("status = 'enrolled'"),
    )
