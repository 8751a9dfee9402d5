"""The trainer team: applications, direct appointments, terms with letters, revocations, assessments, work. [A7.1]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0022_trainers"
down_revision = "0021_publications"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "trainer_applications": f"SELECT, INSERT, UPDATE (source, stage, subject, statements, status, submitted_by, submitted_at, recommended_by,"
    f" recommended_at, opinion, return_reason, decided_by, decided_at, decision_reason, {ROW})",
    "trainer_invitations": f"SELECT, INSERT, UPDATE (status, answered_by, answered_at, decided_by, decided_at, {ROW})",
    "trainer_appointments": f"SELECT, INSERT, UPDATE (until, status, number, certificate_id, ended_by, end_reason, {ROW})",
    "trainer_revocations": f"SELECT, INSERT, UPDATE (status, answered_by, answered_at, answer_reason, {ROW})",
    "trainer_assessments": f"SELECT, INSERT, UPDATE (reply, replied_by, replied_at, {ROW})",
    "trainer_assignments": f"SELECT, INSERT, UPDATE (fee_paid_on, {ROW})",
    "trainer_communities": f"SELECT, INSERT, UPDATE (status, {ROW})",
    "trainer_sessions": f"SELECT, INSERT, UPDATE ({ROW})",
    "trainer_attendances": "SELECT, INSERT",
}


def upgrade() -> None:
    """Apply."""
    _make_trainer_applications()
    _make_trainer_invitations()
    _make_trainer_appointments()
    _make_trainer_revocations()
    _make_trainer_assessments()
    _make_trainer_assignments()
    _make_trainer_communities()
    _make_trainer_sessions()
    _make_trainer_attendances()
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


def _make_trainer_applications() -> None:
    op.create_table(
        "trainer_applications",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("statements", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'submitted'"), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recommended_by", sa.Uuid(), nullable=True),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(recommended_by IS NULL) = (recommended_at IS NULL) AND (recommended_by IS NULL) = (opinion IS NULL) AND (status NOT IN ('recommended', 'appointed', 'rejected') OR recommended_by IS NOT NULL)",
            name=op.f("ck_trainer_applications_recommendation"),
        ),
        sa.CheckConstraint(
            "(status IN ('appointed', 'rejected')) = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL) AND (status <> 'rejected' OR length(decision_reason) > 0)",
            name=op.f("ck_trainer_applications_decision"),
        ),
        sa.CheckConstraint("jsonb_typeof(statements) = 'array'", name=op.f("ck_trainer_applications_statements")),
        sa.CheckConstraint(
            "status <> 'returned' OR length(return_reason) > 0", name=op.f("ck_trainer_applications_return_reason")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'recommended', 'returned', 'appointed', 'rejected', 'withdrawn')",
            name=op.f("ck_trainer_applications_status"),
        ),
        sa.CheckConstraint(
            "submitted_by <> recommended_by AND recommended_by <> decided_by AND submitted_by <> decided_by",
            name=op.f("ck_trainer_applications_three_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_applications_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_applications_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_applications_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_applications")),
    )
    op.create_index("ix_trainer_applications_school", "trainer_applications", ["region_id", "school_id", "id"])
    op.create_index(
        "uq_trainer_applications_open",
        "trainer_applications",
        ["region_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('submitted', 'recommended', 'returned')"),
    )


def _make_trainer_invitations() -> None:
    op.create_table(
        "trainer_invitations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL) AND (status NOT IN ('consented', 'declined', 'appointed') OR answered_by IS NOT NULL)",
            name=op.f("ck_trainer_invitations_consent"),
        ),
        sa.CheckConstraint(
            "(status = 'appointed') = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_trainer_invitations_decision"),
        ),
        sa.CheckConstraint(
            "status IN ('asked', 'consented', 'declined', 'appointed', 'withdrawn')",
            name=op.f("ck_trainer_invitations_status"),
        ),
        sa.CheckConstraint(
            "asked_by <> answered_by AND answered_by <> decided_by", name=op.f("ck_trainer_invitations_two_persons")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_trainer_invitations_reason")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_invitations_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_invitations_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_invitations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_invitations")),
    )
    op.create_index(
        "uq_trainer_invitations_open",
        "trainer_invitations",
        ["region_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('asked', 'consented')"),
    )


def _make_trainer_appointments() -> None:
    op.create_table(
        "trainer_appointments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'appointed'"), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("renews_id", sa.Uuid(), nullable=True),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("waiver_reason", sa.Text(), nullable=True),
        sa.Column("appointed_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("teacher_id"), "="),
            (sa.text("daterange(starts_on, until)"), "&&"),
            using="gist",
            name="ex_trainer_appointments_one_at_a_time",
        ),
        sa.CheckConstraint(
            "(route = 'application') = (application_id IS NOT NULL) AND (route = 'direct') = (invitation_id IS NOT NULL) AND (route = 'renewal') = (renews_id IS NOT NULL)",
            name=op.f("ck_trainer_appointments_origin"),
        ),
        sa.CheckConstraint(
            "(status = 'appointed') = (ended_by IS NULL) AND (ended_by IS NULL) = (end_reason IS NULL) AND (status <> 'appointed' OR until = ends_on)",
            name=op.f("ck_trainer_appointments_ended_whole"),
        ),
        sa.CheckConstraint("jsonb_typeof(findings) = 'array'", name=op.f("ck_trainer_appointments_findings")),
        sa.CheckConstraint("route IN ('application', 'direct', 'renewal')", name=op.f("ck_trainer_appointments_route")),
        sa.CheckConstraint(
            "status IN ('appointed', 'dismissed', 'revoked')", name=op.f("ck_trainer_appointments_status")
        ),
        sa.CheckConstraint("(number IS NULL) = (certificate_id IS NULL)", name=op.f("ck_trainer_appointments_letter")),
        sa.CheckConstraint(
            "ends_on > starts_on AND until BETWEEN starts_on AND ends_on", name=op.f("ck_trainer_appointments_term")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "application_id"],
            ["trainer_applications.region_id", "trainer_applications.id"],
            name=op.f("fk_trainer_appointments_region_id_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "certificate_id"],
            ["certificates.region_id", "certificates.id"],
            name=op.f("fk_trainer_appointments_region_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "invitation_id"],
            ["trainer_invitations.region_id", "trainer_invitations.id"],
            name=op.f("fk_trainer_appointments_region_id_invitation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "renews_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_trainer_appointments_region_id_renews_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_appointments_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_appointments_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_appointments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_appointments")),
    )
    op.create_index("ix_trainer_appointments_days", "trainer_appointments", ["region_id", "until", "starts_on"])
    op.create_index("ix_trainer_appointments_school", "trainer_appointments", ["region_id", "school_id", "id"])


def _make_trainer_revocations() -> None:
    op.create_table(
        "trainer_revocations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
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
            "(status = 'asked') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status = 'refused') = (answer_reason IS NOT NULL)",
            name=op.f("ck_trainer_revocations_answer"),
        ),
        sa.CheckConstraint(
            "ground IN ('conduct_code', 'duties_unmet', 'discipline', 'criminal')",
            name=op.f("ck_trainer_revocations_ground"),
        ),
        sa.CheckConstraint("status IN ('asked', 'confirmed', 'refused')", name=op.f("ck_trainer_revocations_status")),
        sa.CheckConstraint("asked_by <> answered_by", name=op.f("ck_trainer_revocations_two_persons")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_trainer_revocations_reason")),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_trainer_revocations_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_revocations_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_revocations_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_revocations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_revocations")),
    )
    op.create_index("ix_trainer_revocations_teacher", "trainer_revocations", ["region_id", "teacher_id", "id"])
    op.create_index(
        "uq_trainer_revocations_open",
        "trainer_revocations",
        ["region_id", "appointment_id"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )


def _make_trainer_assessments() -> None:
    op.create_table(
        "trainer_assessments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_by", sa.Uuid(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("result IN ('qualified', 'unqualified')", name=op.f("ck_trainer_assessments_result")),
        sa.CheckConstraint(
            "(reply IS NULL) = (replied_by IS NULL) AND (reply IS NULL) = (replied_at IS NULL)",
            name=op.f("ck_trainer_assessments_reply"),
        ),
        sa.CheckConstraint("assessed_by <> replied_by", name=op.f("ck_trainer_assessments_two_persons")),
        sa.CheckConstraint("length(opinion) > 0", name=op.f("ck_trainer_assessments_opinion")),
        sa.CheckConstraint("start_year BETWEEN 2022 AND 9999", name=op.f("ck_trainer_assessments_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_trainer_assessments_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_assessments_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_assessments_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_assessments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_assessments")),
        sa.UniqueConstraint("region_id", "appointment_id", "start_year", name="uq_trainer_assessments_year"),
    )
    op.create_index("ix_trainer_assessments_teacher", "trainer_assessments", ["region_id", "teacher_id", "id"])


def _make_trainer_assignments() -> None:
    op.create_table(
        "trainer_assignments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
        sa.Column("fee_due_on", sa.Date(), nullable=True),
        sa.Column("fee_paid_on", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "place IN ('workshop', 'school_research', 'project', 'other')", name=op.f("ck_trainer_assignments_place")
        ),
        sa.CheckConstraint("(fee_fen > 0) = (fee_due_on IS NOT NULL)", name=op.f("ck_trainer_assignments_fee_due")),
        sa.CheckConstraint("fee_fen BETWEEN 0 AND 100000000", name=op.f("ck_trainer_assignments_fee_fen")),
        sa.CheckConstraint("fee_paid_on IS NULL OR fee_fen > 0", name=op.f("ck_trainer_assignments_fee_paid")),
        sa.CheckConstraint("hours >= 0 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_trainer_assignments_hours")),
        sa.CheckConstraint("start_year BETWEEN 2022 AND 9999", name=op.f("ck_trainer_assignments_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_trainer_assignments_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_trainer_assignments_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_trainer_assignments_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_assignments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_assignments")),
    )
    op.create_index(
        "ix_trainer_assignments_school", "trainer_assignments", ["region_id", "school_id", "start_year", "id"]
    )
    op.create_index("ix_trainer_assignments_teacher", "trainer_assignments", ["region_id", "teacher_id", "id"])


def _make_trainer_communities() -> None:
    op.create_table(
        "trainer_communities",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_trainer_communities_status")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_trainer_communities_name")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_communities_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_communities")),
    )
    op.create_index(
        "uq_trainer_communities_open",
        "trainer_communities",
        ["region_id", "subject"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )


def _make_trainer_sessions() -> None:
    op.create_table(
        "trainer_sessions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("hours > 0 AND hours * 2 = trunc(hours * 2)", name=op.f("ck_trainer_sessions_hours")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_trainer_sessions_title")),
        sa.CheckConstraint("start_year BETWEEN 2022 AND 9999", name=op.f("ck_trainer_sessions_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "community_id"],
            ["trainer_communities.region_id", "trainer_communities.id"],
            name=op.f("fk_trainer_sessions_region_id_community_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_sessions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_sessions")),
    )
    op.create_index("ix_trainer_sessions_community", "trainer_sessions", ["region_id", "community_id", "id"])


def _make_trainer_attendances() -> None:
    op.create_table(
        "trainer_attendances",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "appointment_id"],
            ["trainer_appointments.region_id", "trainer_appointments.id"],
            name=op.f("fk_trainer_attendances_region_id_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "session_id"],
            ["trainer_sessions.region_id", "trainer_sessions.id"],
            name=op.f("fk_trainer_attendances_region_id_session_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_trainer_attendances_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_trainer_attendances")),
        sa.UniqueConstraint("region_id", "session_id", "appointment_id", name="uq_trainer_attendances_once"),
    )
