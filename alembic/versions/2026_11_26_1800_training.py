"""Training: questionnaires, course designs, sessions, attendance, assignments, scores, completion. [A2.3a] [A2.3b]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0036_training"
down_revision = "0035_evaluations"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
DECIDED = f"status, decided_by, decided_at, answer, {ROW}"
GRANTS = {
    "training_surveys": f"SELECT, INSERT, UPDATE (title, questions, closes_on, status, {ROW})",
    "training_answers": "SELECT, INSERT",
    "course_designs": f"SELECT, INSERT, UPDATE (status, decided_by, decided_at, reason, {ROW})",
    "course_reviews": "SELECT, INSERT",
    "training_sessions": "SELECT, INSERT, UPDATE (phase_id, held_on, part, hours, topic, mode, place, lecturer_name,"
    f" lecturer_teacher_id, lecturer_appointment_id, status, sign_in_code, {ROW})",
    "training_attendances": f"SELECT, INSERT, UPDATE (presence, source, recorded_by, {ROW})",
    "training_leaves": f"SELECT, INSERT, UPDATE ({DECIDED})",
    "training_corrections": f"SELECT, INSERT, UPDATE ({DECIDED})",
    "training_assignments": "SELECT, INSERT",
    "training_submissions": "SELECT, INSERT, UPDATE (text, handed_in_on, is_late, mark, comment, is_excellent, marked_by,"
    f" marked_at, {ROW})",
    "training_schemes": "SELECT, INSERT, UPDATE (attendance_weight, learning_weight, exchange_weight,"
    " assignments_weight, attendance_min, score_min, publications, published_by, published_at, written_by,"
    f" {ROW})",
    "training_grades": f"SELECT, INSERT, UPDATE (learning, exchange, graded_by, {ROW})",
    "training_scores": "SELECT, INSERT",
    "training_completions": "SELECT, INSERT, UPDATE (is_recommended, opinion, figures, findings, status, recommended_by,"
    f" decided_by, decided_on, reason, hours, certificate_id, number, entry_id, credited, {ROW})",
}
ONLY_GROW = ("training_answers", "course_reviews", "training_scores")
SOURCE = "source IN ('manual', 'external', 'import', 'reversal', 'submission', 'workshop', 'delivery'{more})"
KINDS = "kind IN ('hours', 'appointment', 'award'{more})"
PREFIXES = {"hours": "XSZM", "appointment": "PS", "award": "RYZS"}
COMPLETION = {"completion": "JYZS"}
# A completion that is decided is not decided again; what was published of the process stays.
GUARD = """CREATE FUNCTION guard_training_completions() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.status <> 'recommended' AND (NEW.status, NEW.decided_by, NEW.hours) IS DISTINCT FROM
     (OLD.status, OLD.decided_by, OLD.hours) OR OLD.entry_id IS NOT NULL AND NEW.entry_id IS DISTINCT FROM OLD.entry_id
  THEN
    RAISE EXCEPTION 'training_completions: what is official is not taken back' USING ERRCODE = '23514',
      CONSTRAINT = 'guard_training_completions';
  END IF;
  RETURN NEW;
END $$"""


def upgrade() -> None:
    """Apply."""
    _make_training_surveys()
    _make_training_answers()
    _make_course_designs()
    _make_course_reviews()
    _make_training_sessions()
    _make_training_attendances()
    _make_training_leaves()
    _make_training_corrections()
    _make_training_assignments()
    _make_training_submissions()
    _make_training_schemes()
    _make_training_grades()
    _make_training_scores()
    _make_training_completions()
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
    op.execute(GUARD)
    op.execute("REVOKE ALL ON FUNCTION guard_training_completions() FROM PUBLIC")
    table = "training_completions"
    op.execute(f"CREATE TRIGGER guard BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION guard_{table}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER guard")
    _make_stage("import_stage_training_attendance", ("project", "part", "topic", "presence"), ("held_on", sa.Date()))
    _make_stage("import_stage_training_marks", ("project", "assignment", "comment"), ("mark", sa.Integer()))
    _allow(", 'project'", ", 'completion'", PREFIXES | COMPLETION)


def downgrade() -> None:
    """Undo; refused where entries from projects or completion certificates stand."""
    _allow("", "", PREFIXES)
    op.drop_table("import_stage_training_marks")
    op.drop_table("import_stage_training_attendance")
    for table in reversed(GRANTS):
        op.drop_table(table)
    op.execute("DROP FUNCTION guard_training_completions()")


def _allow(source: str, kind: str, prefixes: dict[str, str]) -> None:
    numbers = " OR ".join(
        f"(kind = '{name}' AND number = '{prefix}-' || number_year || '-' || lpad(number_place::text, 6, '0'))"
        for name, prefix in prefixes.items()
    )
    for table, name, condition in (
        ("hours_entries", "ck_hours_entries_source", SOURCE.format(more=source)),
        ("certificates", "ck_certificates_kind", KINDS.format(more=kind)),
        ("certificate_counters", "ck_certificate_counters_kind", KINDS.format(more=kind)),
        ("certificates", "ck_certificates_number", numbers),
    ):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition}) NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _make_stage(table: str, texts: tuple[str, ...], more: tuple[str, sa.types.TypeEngine[object]]) -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in (*texts, "staff_no", "name")),
        sa.Column(more[0], more[1], nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("trainee_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")


def _make_training_surveys() -> None:
    op.create_table(
        "training_surveys",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(questions) = 'array' AND jsonb_array_length(questions) > 0",
            name=op.f("ck_training_surveys_questions"),
        ),
        sa.CheckConstraint("status IN ('draft', 'open', 'closed')", name=op.f("ck_training_surveys_status")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_training_surveys_title")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_surveys_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_surveys_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_surveys")),
    )
    op.create_index("ix_training_surveys_project", "training_surveys", ["region_id", "project_id", "id"], unique=False)


def _make_training_answers() -> None:
    op.create_table(
        "training_answers",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("jsonb_typeof(answers) = 'object'", name=op.f("ck_training_answers_answers")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_answers_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "survey_id"],
            ["training_surveys.region_id", "training_surveys.id"],
            name=op.f("fk_training_answers_region_id_survey_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_answers_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_answers_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_answers")),
        sa.UniqueConstraint("region_id", "survey_id", "teacher_id", name="uq_training_answers_once"),
    )


def _make_course_designs() -> None:
    op.create_table(
        "course_designs",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("modules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'submitted'"), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'submitted') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'returned' OR length(reason) > 0)",
            name=op.f("ck_course_designs_decided"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(modules) = 'array' AND jsonb_array_length(modules) > 0",
            name=op.f("ck_course_designs_modules"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'accepted', 'returned', 'replaced')", name=op.f("ck_course_designs_status")
        ),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND 999 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_course_designs_hours")
        ),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(text) > 0 AND length(author_name) BETWEEN 1 AND 50",
            name=op.f("ck_course_designs_told"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_course_designs_number")),
        sa.CheckConstraint("submitted_by <> decided_by", name=op.f("ck_course_designs_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "author_teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_course_designs_region_id_author_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_course_designs_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_course_designs_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_course_designs")),
        sa.UniqueConstraint("region_id", "project_id", "number", name="uq_course_designs_number"),
    )
    op.create_index(
        "uq_course_designs_accepted",
        "course_designs",
        ["region_id", "project_id"],
        unique=True,
        postgresql_where=sa.text("status = 'accepted'"),
    )


def _make_course_reviews() -> None:
    op.create_table(
        "course_reviews",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("design_id", sa.Uuid(), nullable=False),
        sa.Column("expert_name", sa.Text(), nullable=False),
        sa.Column("expert_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("verdict IN ('agree', 'amend', 'disagree')", name=op.f("ck_course_reviews_verdict")),
        sa.CheckConstraint("expert_name <> author_name", name=op.f("ck_course_reviews_not_the_author")),
        sa.CheckConstraint(
            "length(opinion) > 0 AND length(expert_name) BETWEEN 1 AND 50", name=op.f("ck_course_reviews_told")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "design_id"],
            ["course_designs.region_id", "course_designs.id"],
            name=op.f("fk_course_reviews_region_id_design_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "expert_teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_course_reviews_region_id_expert_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_course_reviews_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_course_reviews")),
        sa.UniqueConstraint("region_id", "design_id", "expert_name", name="uq_course_reviews_expert"),
    )


def _make_training_sessions() -> None:
    op.create_table(
        "training_sessions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("phase_id", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("lecturer_name", sa.Text(), nullable=False),
        sa.Column("lecturer_teacher_id", sa.Uuid(), nullable=True),
        sa.Column("lecturer_appointment_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'planned'"), nullable=False),
        sa.Column("sign_in_code", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("mode = 'online' OR length(place) > 0", name=op.f("ck_training_sessions_place")),
        sa.CheckConstraint(
            "part IN ('morning', 'afternoon', 'evening', 'whole')", name=op.f("ck_training_sessions_part")
        ),
        sa.CheckConstraint("sign_in_code ~ '^[0-9]{6}$'", name=op.f("ck_training_sessions_sign_in_code")),
        sa.CheckConstraint("status IN ('planned', 'held', 'cancelled')", name=op.f("ck_training_sessions_status")),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND 24 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_training_sessions_hours")
        ),
        sa.CheckConstraint(
            "lecturer_teacher_id IS NULL OR lecturer_appointment_id IS NULL",
            name=op.f("ck_training_sessions_one_lecturer"),
        ),
        sa.CheckConstraint(
            "length(topic) BETWEEN 1 AND 200 AND length(lecturer_name) BETWEEN 1 AND 50",
            name=op.f("ck_training_sessions_told"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "lecturer_appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_training_sessions_region_id_lecturer_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "lecturer_teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_sessions_region_id_lecturer_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "phase_id"],
            ["project_phases.region_id", "project_phases.id"],
            name=op.f("fk_training_sessions_region_id_phase_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_sessions_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_sessions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_sessions")),
    )
    op.create_index(
        "ix_training_sessions_project", "training_sessions", ["region_id", "project_id", "held_on", "id"], unique=False
    )
    op.create_index(
        "uq_training_sessions_topic",
        "training_sessions",
        ["region_id", "project_id", "held_on", "part", "topic"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def _make_training_attendances() -> None:
    op.create_table(
        "training_attendances",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("presence IN ('present', 'absent', 'leave')", name=op.f("ck_training_attendances_presence")),
        sa.CheckConstraint("source <> 'code' OR presence = 'present'", name=op.f("ck_training_attendances_signed_in")),
        sa.CheckConstraint(
            "source IN ('code', 'list', 'import', 'leave', 'correction')", name=op.f("ck_training_attendances_source")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_attendances_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "session_id"],
            ["training_sessions.region_id", "training_sessions.id"],
            name=op.f("fk_training_attendances_region_id_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_attendances_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_attendances_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_attendances_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_attendances")),
        sa.UniqueConstraint("region_id", "session_id", "trainee_id", name="uq_training_attendances_once"),
    )
    op.create_index(
        "ix_training_attendances_trainee", "training_attendances", ["region_id", "trainee_id"], unique=False
    )


def _make_training_leaves() -> None:
    op.create_table(
        "training_leaves",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("trainee_id"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            where=sa.text("status <> 'refused'"),
            using="gist",
            name="ex_training_leaves_overlap",
        ),
        sa.CheckConstraint(
            "(status = 'asked') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'refused' OR length(answer) > 0)",
            name=op.f("ck_training_leaves_decided"),
        ),
        sa.CheckConstraint("status IN ('asked', 'granted', 'refused')", name=op.f("ck_training_leaves_status")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_training_leaves_two_persons")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_training_leaves_days")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_leaves_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_leaves_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_leaves_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_leaves_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_leaves_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_leaves")),
    )
    op.create_index("ix_training_leaves_project", "training_leaves", ["region_id", "project_id", "id"], unique=False)


def _make_training_corrections() -> None:
    op.create_table(
        "training_corrections",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("attendance_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_contest", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'asked') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'refused' OR length(answer) > 0)",
            name=op.f("ck_training_corrections_decided"),
        ),
        sa.CheckConstraint("after IN ('present', 'absent', 'leave')", name=op.f("ck_training_corrections_after")),
        sa.CheckConstraint("before IN ('present', 'absent', 'leave')", name=op.f("ck_training_corrections_before")),
        sa.CheckConstraint("status IN ('asked', 'approved', 'refused')", name=op.f("ck_training_corrections_status")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_training_corrections_two_persons")),
        sa.CheckConstraint(
            "before <> after AND length(reason) > 0", name=op.f("ck_training_corrections_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "attendance_id"],
            ["training_attendances.region_id", "training_attendances.id"],
            name=op.f("fk_training_corrections_region_id_attendance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_corrections_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_corrections_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_corrections_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_corrections_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_corrections")),
    )
    op.create_index(
        "ix_training_corrections_project", "training_corrections", ["region_id", "project_id", "id"], unique=False
    )
    op.create_index(
        "uq_training_corrections_open",
        "training_corrections",
        ["region_id", "attendance_id"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )


def _make_training_assignments() -> None:
    op.create_table(
        "training_assignments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "length(title) BETWEEN 1 AND 200 AND length(text) > 0", name=op.f("ck_training_assignments_told")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_assignments_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_assignments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_assignments")),
        sa.UniqueConstraint("region_id", "project_id", "title", name="uq_training_assignments_title"),
    )


def _make_training_submissions() -> None:
    op.create_table(
        "training_submissions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("is_excellent", sa.Boolean(), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(mark IS NULL) = (marked_by IS NULL) AND (mark IS NULL) = (marked_at IS NULL)",
            name=op.f("ck_training_submissions_marked"),
        ),
        sa.CheckConstraint(
            "(text IS NULL) = (handed_in_on IS NULL) AND (text IS NOT NULL OR NOT is_late)",
            name=op.f("ck_training_submissions_handed"),
        ),
        sa.CheckConstraint(
            "NOT is_excellent OR mark IS NOT NULL AND text IS NOT NULL", name=op.f("ck_training_submissions_excellent")
        ),
        sa.CheckConstraint(
            "mark BETWEEN 0 AND 100 AND mark * 2 = trunc(mark * 2)", name=op.f("ck_training_submissions_mark")
        ),
        sa.CheckConstraint("text IS NOT NULL OR mark IS NOT NULL", name=op.f("ck_training_submissions_something")),
        sa.ForeignKeyConstraint(
            ["region_id", "assignment_id"],
            ["training_assignments.region_id", "training_assignments.id"],
            name=op.f("fk_training_submissions_region_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_submissions_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_submissions_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_submissions_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_submissions_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_submissions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_submissions")),
        sa.UniqueConstraint("region_id", "assignment_id", "trainee_id", name="uq_training_submissions_once"),
    )
    op.create_index(
        "ix_training_submissions_project", "training_submissions", ["region_id", "project_id", "id"], unique=False
    )
    op.create_index(
        "ix_training_submissions_trainee", "training_submissions", ["region_id", "trainee_id"], unique=False
    )


def _make_training_schemes() -> None:
    op.create_table(
        "training_schemes",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("attendance_weight", sa.Integer(), nullable=False),
        sa.Column("learning_weight", sa.Integer(), nullable=False),
        sa.Column("exchange_weight", sa.Integer(), nullable=False),
        sa.Column("assignments_weight", sa.Integer(), nullable=False),
        sa.Column("attendance_min", sa.Integer(), nullable=True),
        sa.Column("score_min", sa.Integer(), nullable=True),
        sa.Column("publications", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(published_by IS NULL) = (published_at IS NULL) AND (published_by IS NULL) = (publications = 0)",
            name=op.f("ck_training_schemes_published"),
        ),
        sa.CheckConstraint(
            "attendance_min BETWEEN 0 AND 100 AND score_min BETWEEN 0 AND 100", name=op.f("ck_training_schemes_least")
        ),
        sa.CheckConstraint(
            "least(attendance_weight, learning_weight, exchange_weight, assignments_weight) >= 0 AND attendance_weight + learning_weight + exchange_weight + assignments_weight = 100",
            name=op.f("ck_training_schemes_weights"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_schemes_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_schemes_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_schemes")),
        sa.UniqueConstraint("region_id", "project_id", name="uq_training_schemes_project"),
    )


def _make_training_grades() -> None:
    op.create_table(
        "training_grades",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("learning", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("exchange", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("graded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("exchange BETWEEN 0 AND 100", name=op.f("ck_training_grades_exchange")),
        sa.CheckConstraint("learning BETWEEN 0 AND 100", name=op.f("ck_training_grades_learning")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_grades_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_grades_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_grades_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_grades")),
        sa.UniqueConstraint("region_id", "trainee_id", name="uq_training_grades_trainee"),
    )


def _make_training_scores() -> None:
    op.create_table(
        "training_scores",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("on_leave", sa.Integer(), nullable=False),
        sa.Column("attendance", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("learning", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("exchange", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("assignments", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("total", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("assignments BETWEEN 0 AND 100", name=op.f("ck_training_scores_assignments")),
        sa.CheckConstraint("attendance BETWEEN 0 AND 100", name=op.f("ck_training_scores_attendance")),
        sa.CheckConstraint("exchange BETWEEN 0 AND 100", name=op.f("ck_training_scores_exchange")),
        sa.CheckConstraint("learning BETWEEN 0 AND 100", name=op.f("ck_training_scores_learning")),
        sa.CheckConstraint("on_leave BETWEEN 0 AND due - present", name=op.f("ck_training_scores_on_leave")),
        sa.CheckConstraint(
            "publication > 0 AND due >= 0 AND present BETWEEN 0 AND due", name=op.f("ck_training_scores_figures")
        ),
        sa.CheckConstraint("total BETWEEN 0 AND 100", name=op.f("ck_training_scores_total")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_scores_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_scores_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_scores_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_scores_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_scores_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_scores")),
        sa.UniqueConstraint("region_id", "trainee_id", "publication", name="uq_training_scores_publication"),
    )
    op.create_index(
        "ix_training_scores_project", "training_scores", ["region_id", "project_id", "publication", "id"], unique=False
    )


def _make_training_completions() -> None:
    op.create_table(
        "training_completions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("is_recommended", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'recommended'"), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("project_hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("credited", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(entry_id IS NULL) = (credited IS NULL) AND (entry_id IS NULL OR status = 'completed') AND credited BETWEEN 0 AND hours",
            name=op.f("ck_training_completions_posted"),
        ),
        sa.CheckConstraint(
            "(status = 'recommended') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND (status <> 'not_completed' OR length(reason) > 0)",
            name=op.f("ck_training_completions_decided"),
        ),
        sa.CheckConstraint(
            "certificate_id IS NULL OR status = 'completed'", name=op.f("ck_training_completions_certified")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(findings) = 'array' AND jsonb_typeof(figures) = 'object'",
            name=op.f("ck_training_completions_told"),
        ),
        sa.CheckConstraint(
            "status IN ('recommended', 'completed', 'not_completed')", name=op.f("ck_training_completions_status")
        ),
        sa.CheckConstraint(
            "(certificate_id IS NULL) = (number IS NULL)", name=op.f("ck_training_completions_certificate")
        ),
        sa.CheckConstraint(
            "hours BETWEEN 0.5 AND project_hours AND hours * 2 = trunc(hours * 2)",
            name=op.f("ck_training_completions_hours"),
        ),
        sa.CheckConstraint("recommended_by <> decided_by", name=op.f("ck_training_completions_two_persons")),
        sa.ForeignKeyConstraint(
            ["region_id", "certificate_id"],
            ["certificates.region_id", "certificates.id"],
            name=op.f("fk_training_completions_region_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "entry_id"],
            ["hours_entries.region_id", "hours_entries.id"],
            name=op.f("fk_training_completions_region_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_training_completions_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_training_completions_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_training_completions_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_training_completions_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_training_completions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_training_completions")),
        sa.UniqueConstraint("region_id", "entry_id", name="uq_training_completions_entry"),
        sa.UniqueConstraint("region_id", "trainee_id", name="uq_training_completions_trainee"),
    )
    op.create_index(
        "ix_training_completions_project", "training_completions", ["region_id", "project_id", "id"], unique=False
    )
