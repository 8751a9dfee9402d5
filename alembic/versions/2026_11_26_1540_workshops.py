"""Workshops and studios: registration, members, plans, activities, attendance, reviews, pairs, subsidies. [A6.1]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0020_workshops"
down_revision = "0019_organisations_taken_back"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "workshops": "SELECT, INSERT, UPDATE (family, kind, level, leader_id, name, stage, subject, theme, start_year, end_year,"
    f" status, submitted_by, submitted_role, recommended_by, registered_by, closed_on, {ROW})",
    "mentor_pairs": f"SELECT, INSERT, UPDATE (ends_on, result, status, {ROW})",
    "workshop_activities": "SELECT, INSERT, UPDATE (title, theme, starts_on, ends_on, host_school_id, host_teacher_id, mode,"
    f" lessons, talk_kind, talk_title, is_reading_forum, summary, status, sign_in_code, {ROW})",
    "workshop_acts": "SELECT, INSERT (region_id, id, workshop_id, act, status, account_id, acting_role,"
    " acting_organisation_id, note)",
    "workshop_adjustments": f"SELECT, INSERT, UPDATE (status, decided_by, decided_at, decision_note, {ROW})",
    "workshop_cases": "SELECT, INSERT",
    "workshop_members": f"SELECT, INSERT, UPDATE (left_on, left_reason, consented_at, consented_by, {ROW}), DELETE",
    "workshop_plans": "SELECT, INSERT, UPDATE (theme, schedule, evaluation, status, submitted_by, decided_by, decision_note,"
    f" {ROW})",
    "workshop_registrations": "SELECT, INSERT",
    "workshop_reviews": f"SELECT, INSERT, UPDATE (statistics, grade, feedback, status, reviewed_by, closed_at, {ROW})",
    "workshop_subsidies": f"SELECT, INSERT, UPDATE (status, paid_on, {ROW})",
    "workshop_terms": "SELECT, INSERT",
    "workshop_attendances": f"SELECT, INSERT, UPDATE (entry_id, {ROW}), DELETE",
}
ONLY_GROW = ("workshop_acts", "workshop_registrations", "workshop_terms")
SOURCE = "source IN ('manual', 'external', 'import', 'reversal', 'submission'{more})"
# What was official stays: members leave by a date once registered, attendance stays once it has given hours, and a
# closed month is not judged again.
GUARDS = {
    "workshop_members": (
        "DELETE",
        """IF NOT EXISTS (SELECT 1 FROM workshops w WHERE w.region_id = OLD.region_id AND w.id = OLD.workshop_id
                          AND w.status IN ('draft', 'returned')) THEN""",
    ),
    "workshop_attendances": ("DELETE", "IF OLD.entry_id IS NOT NULL THEN"),
    "workshop_reviews": ("UPDATE OR DELETE", "IF OLD.status = 'closed' THEN"),
}


def upgrade() -> None:
    """Apply."""
    _make_workshops()
    _make_mentor_pairs()
    _make_workshop_activities()
    _make_workshop_acts()
    _make_workshop_adjustments()
    _make_workshop_cases()
    _make_workshop_members()
    _make_workshop_plans()
    _make_workshop_registrations()
    _make_workshop_reviews()
    _make_workshop_subsidies()
    _make_workshop_terms()
    _make_workshop_attendances()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    for table in ONLY_GROW:
        for name, when in (("rows", "UPDATE OR DELETE ON {t} FOR EACH ROW"), ("whole", "TRUNCATE ON {t}")):
            on = when.format(t=table)
            op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {on} EXECUTE FUNCTION refuse_rewrite()")
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_grows_{name}")
    for table, (act, condition) in GUARDS.items():
        op.execute(
            f"""CREATE FUNCTION guard_{table}() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
            BEGIN
              {condition}
                RAISE EXCEPTION '{table}: what is official is not taken back' USING ERRCODE = '23514',
                  CONSTRAINT = 'guard_{table}';
              END IF;
              RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END $$"""
        )
        op.execute(f"REVOKE ALL ON FUNCTION guard_{table}() FROM PUBLIC")
        op.execute(f"CREATE TRIGGER guard BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER guard")
    _make_stage()
    _allow_sources(", 'workshop'")


def downgrade() -> None:
    """Undo; refused where entries from workshops stand."""
    _allow_sources("")
    op.drop_table("import_stage_workshop_members")
    op.drop_table("workshop_attendances")
    op.drop_table("workshop_terms")
    op.drop_table("workshop_subsidies")
    op.drop_table("workshop_reviews")
    op.drop_table("workshop_registrations")
    op.drop_table("workshop_plans")
    op.drop_table("workshop_members")
    op.drop_table("workshop_cases")
    op.drop_table("workshop_adjustments")
    op.drop_table("workshop_acts")
    op.drop_table("workshop_activities")
    op.drop_table("mentor_pairs")
    op.drop_table("workshops")
    for table in GUARDS:
        op.execute(f"DROP FUNCTION guard_{table}()")


def _allow_sources(more: str) -> None:
    name = "ck_hours_entries_source"
    op.execute(f"ALTER TABLE hours_entries DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE hours_entries ADD CONSTRAINT {name} CHECK ({SOURCE.format(more=more)}) NOT VALID")
    op.execute(f"ALTER TABLE hours_entries VALIDATE CONSTRAINT {name}")


def _make_workshops() -> None:
    op.create_table(
        "workshops",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_kind", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("end_year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_role", sa.Text(), nullable=True),
        sa.Column("recommended_by", sa.Uuid(), nullable=True),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(family = 'teacher_workshop') = (kind IS NOT NULL)", name=op.f("ck_workshops_kind_of_family")
        ),
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_workshops_closed_on")),
        sa.CheckConstraint(
            "family IN ('teacher_workshop', 'principal_studio', 'homeroom_studio', 'rural_chief_studio')",
            name=op.f("ck_workshops_family"),
        ),
        sa.CheckConstraint("kind IN ('master_studio', 'grade_subject', 'cross_stage')", name=op.f("ck_workshops_kind")),
        sa.CheckConstraint("level IN ('provincial', 'city', 'town', 'school')", name=op.f("ck_workshops_level")),
        sa.CheckConstraint(
            "status <> 'registered' OR registered_by IS NOT NULL AND (submitted_role <> 'teacher' OR recommended_by IS NOT NULL OR level IN ('town', 'school'))",
            name=op.f("ck_workshops_registered_whole"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'recommended', 'registered', 'returned', 'closed')",
            name=op.f("ck_workshops_status"),
        ),
        sa.CheckConstraint("unit_kind IN ('central_school', 'school')", name=op.f("ck_workshops_unit_kind")),
        sa.CheckConstraint(
            "(submitted_by IS NULL) = (submitted_role IS NULL)", name=op.f("ck_workshops_submitted_whole")
        ),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 200 AND length(theme) BETWEEN 1 AND 200", name=op.f("ck_workshops_name")
        ),
        sa.CheckConstraint(
            "start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name=op.f("ck_workshops_years")
        ),
        sa.CheckConstraint(
            "submitted_by <> recommended_by AND submitted_by <> registered_by AND recommended_by <> registered_by",
            name=op.f("ck_workshops_three_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "leader_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshops_region_id_leader_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id", "unit_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_workshops_unit",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshops_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshops")),
    )
    op.create_index("ix_workshops_leader", "workshops", ["region_id", "leader_id"], unique=False)
    op.create_index("ix_workshops_status", "workshops", ["region_id", "status", "id"], unique=False)
    op.create_index("ix_workshops_unit", "workshops", ["region_id", "unit_id", "id"], unique=False)
    op.create_index(
        "uq_workshops_name",
        "workshops",
        ["region_id", "unit_id", "name"],
        unique=True,
        postgresql_where=sa.text("status <> 'closed'"),
    )


def _make_mentor_pairs() -> None:
    op.create_table(
        "mentor_pairs",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("mentor_id", sa.Uuid(), nullable=False),
        sa.Column("apprentice_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'running'"), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'finished') = (result IS NOT NULL) AND (status = 'finished') = (ends_on IS NOT NULL)",
            name=op.f("ck_mentor_pairs_finished_whole"),
        ),
        sa.CheckConstraint("status IN ('running', 'finished')", name=op.f("ck_mentor_pairs_status")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_mentor_pairs_days")),
        sa.CheckConstraint("mentor_id <> apprentice_id", name=op.f("ck_mentor_pairs_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "apprentice_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_mentor_pairs_region_id_apprentice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "mentor_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_mentor_pairs_region_id_mentor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_mentor_pairs_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_mentor_pairs_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_mentor_pairs")),
    )
    op.create_index("ix_mentor_pairs_workshop", "mentor_pairs", ["region_id", "workshop_id", "id"], unique=False)
    op.create_index(
        "uq_mentor_pairs_running",
        "mentor_pairs",
        ["region_id", "workshop_id", "mentor_id", "apprentice_id"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )


def _make_workshop_activities() -> None:
    op.create_table(
        "workshop_activities",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("host_school_id", sa.Uuid(), nullable=False),
        sa.Column("host_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("lessons", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("talk_kind", sa.Text(), nullable=True),
        sa.Column("talk_title", sa.Text(), nullable=True),
        sa.Column("is_reading_forum", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("sign_in_code", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("mode IN ('offline', 'online')", name=op.f("ck_workshop_activities_mode")),
        sa.CheckConstraint("sign_in_code ~ '^[0-9]{6}$'", name=op.f("ck_workshop_activities_sign_in_code")),
        sa.CheckConstraint("status <> 'held' OR length(summary) > 0", name=op.f("ck_workshop_activities_held_is_told")),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled')", name=op.f("ck_workshop_activities_status")),
        sa.CheckConstraint("talk_kind IN ('discussion', 'lecture')", name=op.f("ck_workshop_activities_talk_kind")),
        sa.CheckConstraint(
            "(talk_kind IS NULL) = (talk_title IS NULL)", name=op.f("ck_workshop_activities_talk_whole")
        ),
        sa.CheckConstraint("ends_on BETWEEN starts_on AND starts_on + 6", name=op.f("ck_workshop_activities_days")),
        sa.ForeignKeyConstraint(
            ["region_id", "host_school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_workshop_activities_region_id_host_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "host_teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshop_activities_region_id_host_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_activities_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_activities_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_activities")),
    )
    op.create_index(
        "ix_workshop_activities_workshop",
        "workshop_activities",
        ["region_id", "workshop_id", "starts_on", "id"],
        unique=False,
    )


def _make_workshop_acts() -> None:
    op.create_table(
        "workshop_acts",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("acting_role", sa.Text(), nullable=False),
        sa.Column("acting_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("act NOT IN ('return', 'close') OR length(note) > 0", name=op.f("ck_workshop_acts_reason")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'recommended', 'registered', 'returned', 'closed')",
            name=op.f("ck_workshop_acts_status"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "acting_organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_workshop_acts_region_id_acting_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_acts_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_acts_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_acts")),
    )
    op.create_index("ix_workshop_acts_workshop", "workshop_acts", ["region_id", "workshop_id", "seq"], unique=False)


def _make_workshop_adjustments() -> None:
    op.create_table(
        "workshop_adjustments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR length(decision_note) > 0)",
            name=op.f("ck_workshop_adjustments_decision"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'approved', 'returned')", name=op.f("ck_workshop_adjustments_status")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_workshop_adjustments_reason")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_workshop_adjustments_number")),
        sa.CheckConstraint("proposed_by <> decided_by", name=op.f("ck_workshop_adjustments_two_persons")),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_workshop_adjustments_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_adjustments_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_adjustments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_adjustments")),
    )
    op.create_index(
        "ix_workshop_adjustments_workshop", "workshop_adjustments", ["region_id", "workshop_id", "id"], unique=False
    )
    op.create_index(
        "uq_workshop_adjustments_year",
        "workshop_adjustments",
        ["region_id", "workshop_id", "start_year", "number"],
        unique=True,
        postgresql_where=sa.text("status <> 'returned'"),
    )


def _make_workshop_cases() -> None:
    op.create_table(
        "workshop_cases",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_workshop_cases_start_year")),
        sa.CheckConstraint("term IN (1, 2)", name=op.f("ck_workshop_cases_term")),
        sa.ForeignKeyConstraint(
            ["region_id", "author_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshop_cases_region_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_cases_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_cases_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_cases")),
        sa.UniqueConstraint("region_id", "workshop_id", "start_year", "term", "title", name="uq_workshop_cases_title"),
    )


def _make_workshop_members() -> None:
    op.create_table(
        "workshop_members",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("workshop_id"), "="),
            (sa.text("teacher_id"), "="),
            (sa.text("daterange(joined_on, left_on)"), "&&"),
            using="gist",
            name="ex_workshop_members_one_role_at_a_time",
        ),
        sa.CheckConstraint("role IN ('core', 'applicant')", name=op.f("ck_workshop_members_role")),
        sa.CheckConstraint(
            "(consented_at IS NULL) = (consented_by IS NULL)", name=op.f("ck_workshop_members_consent_whole")
        ),
        sa.CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name=op.f("ck_workshop_members_left_whole")),
        sa.CheckConstraint("left_on > joined_on", name=op.f("ck_workshop_members_spell")),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshop_members_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_members_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_members_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_members")),
    )
    op.create_index(
        "ix_workshop_members_teacher", "workshop_members", ["region_id", "teacher_id", "workshop_id"], unique=False
    )
    op.create_index(
        "ix_workshop_members_workshop", "workshop_members", ["region_id", "workshop_id", "id"], unique=False
    )


def _make_workshop_plans() -> None:
    op.create_table(
        "workshop_plans",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("schedule", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status IN ('accepted', 'returned')) = (decided_by IS NOT NULL)", name=op.f("ck_workshop_plans_decided")
        ),
        sa.CheckConstraint("status = 'draft' OR submitted_by IS NOT NULL", name=op.f("ck_workshop_plans_submitted")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'accepted', 'returned')", name=op.f("ck_workshop_plans_status")
        ),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_workshop_plans_start_year")),
        sa.CheckConstraint("submitted_by <> decided_by", name=op.f("ck_workshop_plans_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_plans_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_plans_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_plans")),
        sa.UniqueConstraint("region_id", "workshop_id", "start_year", name="uq_workshop_plans_year"),
    )


def _make_workshop_registrations() -> None:
    op.create_table(
        "workshop_registrations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("end_year", sa.Integer(), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("workshop_id"), "="),
            (sa.text("int4range(start_year, end_year, '[]')"), "&&"),
            using="gist",
            name="ex_workshop_registrations_one_at_a_time",
        ),
        sa.CheckConstraint(
            "start_year BETWEEN 2000 AND 2100 AND end_year >= start_year", name=op.f("ck_workshop_registrations_years")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_registrations_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_registrations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_registrations")),
    )


def _make_workshop_reviews() -> None:
    op.create_table(
        "workshop_reviews",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("statistics", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_workshop_reviews_closed_whole")
        ),
        sa.CheckConstraint(
            "grade IN ('excellent', 'good', 'passed', 'failed')", name=op.f("ck_workshop_reviews_grade")
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_workshop_reviews_status")),
        sa.CheckConstraint("extract(day FROM month) = 1", name=op.f("ck_workshop_reviews_month")),
        sa.CheckConstraint("length(feedback) > 0", name=op.f("ck_workshop_reviews_feedback")),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_reviews_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_reviews_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_reviews")),
        sa.UniqueConstraint("region_id", "workshop_id", "month", name="uq_workshop_reviews_month"),
    )
    op.create_index(
        "ix_workshop_reviews_month", "workshop_reviews", ["region_id", "month", "workshop_id"], unique=False
    )


def _make_workshop_subsidies() -> None:
    op.create_table(
        "workshop_subsidies",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'granted'"), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'paid') = (paid_on IS NOT NULL)", name=op.f("ck_workshop_subsidies_paid_whole")),
        sa.CheckConstraint("status IN ('granted', 'paid')", name=op.f("ck_workshop_subsidies_status")),
        sa.CheckConstraint("amount_fen BETWEEN 1 AND 100000000", name=op.f("ck_workshop_subsidies_amount_fen")),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_workshop_subsidies_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_workshop_subsidies_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshop_subsidies_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_subsidies_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_subsidies_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_subsidies")),
        sa.UniqueConstraint("region_id", "workshop_id", "teacher_id", "start_year", name="uq_workshop_subsidies_year"),
    )
    op.create_index("ix_workshop_subsidies_teacher", "workshop_subsidies", ["region_id", "teacher_id"], unique=False)


def _make_workshop_terms() -> None:
    op.create_table(
        "workshop_terms",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workshop_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_workshop_terms_start_year")),
        sa.CheckConstraint("term IN (1, 2)", name=op.f("ck_workshop_terms_term")),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_workshop_terms_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_terms_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_terms")),
        sa.UniqueConstraint("region_id", "workshop_id", "start_year", "term", name="uq_workshop_terms_term"),
    )


def _make_workshop_attendances() -> None:
    op.create_table(
        "workshop_attendances",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("means IN ('recorded', 'self')", name=op.f("ck_workshop_attendances_means")),
        sa.ForeignKeyConstraint(
            ["region_id", "activity_id"],
            ["workshop_activities.region_id", "workshop_activities.id"],
            name=op.f("fk_workshop_attendances_region_id_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "entry_id"],
            ["hours_entries.region_id", "hours_entries.id"],
            name=op.f("fk_workshop_attendances_region_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_workshop_attendances_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_workshop_attendances_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_workshop_attendances")),
        sa.UniqueConstraint("region_id", "activity_id", "teacher_id", "day", name="uq_workshop_attendances_day"),
    )
    op.create_index("ix_workshop_attendances_entry", "workshop_attendances", ["region_id", "entry_id"], unique=False)
    op.create_index(
        "ix_workshop_attendances_teacher", "workshop_attendances", ["region_id", "teacher_id", "day"], unique=False
    )


def _make_stage() -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    table = "import_stage_workshop_members"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("workshop", "staff_no", "name", "role")),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("workshop_id", "teacher_id")),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")
