"""Evaluations: rubrics, campaigns with quotas, panel and objections, score sheets, awards. [M7.1b] [A5.9] [A5.R] [A6.R]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0035_evaluations"
down_revision = "0034_funds"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "rubrics": f"SELECT, INSERT, UPDATE (status, published_by, published_at, {ROW})",
    "rubric_marks": "SELECT, INSERT",
    "campaigns": f"SELECT, INSERT, UPDATE (status, publicised_by, publicised_on, objections_until, decided_by, decided_on,"
    f" cancel_reason, {ROW})",
    "campaign_quotas": f"SELECT, INSERT, UPDATE (places, used, {ROW})",
    "campaign_candidates": f"SELECT, INSERT, UPDATE (subject_id, teacher_id, status, status_reason, points, share,"
    f" place, is_selected, {ROW})",
    "campaign_panels": f"SELECT, INSERT, UPDATE (person_id, teacher_id, is_chair, left_at, {ROW})",
    "campaign_objections": f"SELECT, INSERT, UPDATE (status, answered_by, answered_at, answer_reason, {ROW})",
    "candidate_persons": "SELECT, INSERT",
    "score_sheets": f"SELECT, INSERT, UPDATE (person_id, teacher_id, status, return_reason, submitted_at,"
    f" confirmed_by, confirmed_at, {ROW})",
    "score_marks": f"SELECT, INSERT, UPDATE (points, note, {ROW})",
    "chair_marks": "SELECT, INSERT",
    "awards": f"SELECT, INSERT, UPDATE (subject_id, teacher_id, number, certificate_id, status,"
    f" revocation_asked_by, revocation_reason, revoked_by,"
    f" revoked_at, {ROW})",
    "team_evaluations": f"SELECT, INSERT, UPDATE (marks, points, opinion, status, scored_by, confirmed_by, confirmed_at, {ROW})",
}


def upgrade() -> None:
    """Apply."""
    _make_rubrics()
    _make_rubric_marks()
    _make_campaigns()
    _make_campaign_quotas()
    _make_campaign_candidates()
    _make_campaign_panels()
    _make_campaign_objections()
    _make_candidate_persons()
    _make_score_sheets()
    _make_score_marks()
    _make_chair_marks()
    _make_awards()
    _make_team_evaluations()
    _make_stage()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table("import_stage_awards")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _make_rubrics() -> None:
    op.create_table(
        "rubrics",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("points_declared", sa.Numeric(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_reason", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'published') = (published_at IS NOT NULL) AND (published_at IS NOT NULL AND source = 'own') = (published_by IS NOT NULL)",
            name=op.f("ck_rubrics_published"),
        ),
        sa.CheckConstraint(
            "jsonb_typeof(content) = 'object' AND jsonb_typeof(findings) = 'array'", name=op.f("ck_rubrics_content")
        ),
        sa.CheckConstraint("name ~ '^[a-z][a-z0-9_]{2,49}$'", name=op.f("ck_rubrics_name")),
        sa.CheckConstraint(
            "points >= 0 AND points <> 'NaN' AND points * 2 = trunc(points * 2) AND points > 0 AND points_declared >= 0 AND points_declared <> 'NaN' AND points_declared * 2 = trunc(points_declared * 2)",
            name=op.f("ck_rubrics_points"),
        ),
        sa.CheckConstraint("source IN ('printed', 'own')", name=op.f("ck_rubrics_source")),
        sa.CheckConstraint("status IN ('draft', 'published', 'withdrawn')", name=op.f("ck_rubrics_status")),
        sa.CheckConstraint(
            "subject IN ('school', 'organisation', 'teacher', 'workshop', 'case', 'subproject')",
            name=op.f("ck_rubrics_subject"),
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_rubrics_digest")),
        sa.CheckConstraint("written_by <> published_by", name=op.f("ck_rubrics_two_persons")),
        sa.CheckConstraint("year BETWEEN 2022 AND 2100", name=op.f("ck_rubrics_year")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_rubrics_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_rubrics")),
    )
    op.create_index(
        "uq_rubrics_frozen",
        "rubrics",
        ["region_id", "name", "digest"],
        unique=True,
        postgresql_where=sa.text("source = 'printed'"),
    )
    op.create_index(
        "uq_rubrics_published",
        "rubrics",
        ["region_id", "name", "year"],
        unique=True,
        postgresql_where=sa.text("status = 'published' AND source = 'own'"),
    )


def _make_rubric_marks() -> None:
    op.create_table(
        "rubric_marks",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND points <> 'NaN' AND points * 2 = trunc(points * 2) AND points > 0",
            name=op.f("ck_rubric_marks_points"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "rubric_id"],
            ["rubrics.region_id", "rubrics.id"],
            name=op.f("fk_rubric_marks_region_id_rubric_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_rubric_marks_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_rubric_marks")),
        sa.UniqueConstraint("region_id", "rubric_id", "code", "points", name="uq_rubric_marks_points"),
        sa.UniqueConstraint("region_id", "rubric_id", "code", name="uq_rubric_marks_code"),
    )


def _make_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("nominate_until", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("unit_places", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("publicised_by", sa.Uuid(), nullable=True),
        sa.Column("publicised_on", sa.Date(), nullable=True),
        sa.Column("objections_until", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_campaigns_cancelled")),
        sa.CheckConstraint(
            "(status = 'decided') = (decided_by IS NOT NULL) AND (decided_by IS NULL) = (decided_on IS NULL) AND decided_on > objections_until",
            name=op.f("ck_campaigns_decided"),
        ),
        sa.CheckConstraint(
            "(status IN ('publicised', 'decided')) <= (publicised_by IS NOT NULL) AND (publicised_by IS NULL) = (publicised_on IS NULL) AND (publicised_by IS NULL) = (objections_until IS NULL)",
            name=op.f("ck_campaigns_publicised"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'scoring', 'publicised', 'decided', 'cancelled')",
            name=op.f("ck_campaigns_status"),
        ),
        sa.CheckConstraint(
            "subject IN ('school', 'organisation', 'teacher', 'workshop', 'case', 'subproject')",
            name=op.f("ck_campaigns_subject"),
        ),
        sa.CheckConstraint(
            "opens_on <= nominate_until AND nominate_until <= closes_on", name=op.f("ck_campaigns_window")
        ),
        sa.CheckConstraint(
            "places BETWEEN 1 AND 500 AND unit_places BETWEEN 0 AND 500", name=op.f("ck_campaigns_places")
        ),
        sa.CheckConstraint("publicised_by <> decided_by", name=op.f("ck_campaigns_two_persons")),
        sa.CheckConstraint("year BETWEEN 2022 AND 2100", name=op.f("ck_campaigns_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "rubric_id"],
            ["rubrics.region_id", "rubrics.id"],
            name=op.f("fk_campaigns_region_id_rubric_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_campaigns_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("region_id", "id", "rubric_id", name="uq_campaigns_rubric"),
    )
    op.create_index(
        "uq_campaigns_yearly",
        "campaigns",
        ["region_id", "kind", "year"],
        unique=True,
        postgresql_where=sa.text("status <> 'cancelled'"),
    )


def _make_campaign_quotas() -> None:
    op.create_table(
        "campaign_quotas",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("places >= 0 AND used BETWEEN 0 AND places", name=op.f("ck_campaign_quotas_used")),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name=op.f("fk_campaign_quotas_region_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_campaign_quotas_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_campaign_quotas_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaign_quotas")),
        sa.UniqueConstraint("region_id", "campaign_id", "organisation_id", name="uq_campaign_quotas_unit"),
    )


def _make_campaign_candidates() -> None:
    op.create_table(
        "campaign_candidates",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("nominator_id", sa.Uuid(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'nominated'"), nullable=False),
        sa.Column("nominated_by", sa.Uuid(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("points", sa.Numeric(), nullable=True),
        sa.Column("share", sa.Numeric(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("is_selected", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'nominated') = (status_reason IS NULL)", name=op.f("ck_campaign_candidates_status_reason")
        ),
        sa.CheckConstraint("NOT is_selected OR status = 'nominated'", name=op.f("ck_campaign_candidates_selected")),
        sa.CheckConstraint(
            "route IN ('central_school', 'direct_school', 'training_school', 'workshop')",
            name=op.f("ck_campaign_candidates_route"),
        ),
        sa.CheckConstraint(
            "status IN ('nominated', 'withdrawn', 'excluded')", name=op.f("ck_campaign_candidates_status")
        ),
        sa.CheckConstraint(
            "subject IN ('school', 'organisation', 'teacher', 'workshop', 'case', 'subproject')",
            name=op.f("ck_campaign_candidates_subject"),
        ),
        sa.CheckConstraint(
            "(subject <> 'teacher' OR subject_id IS NOT DISTINCT FROM teacher_id) AND (subject <> 'workshop' OR subject_id IS NOT DISTINCT FROM workshop_id) AND (subject <> 'case' OR subject_id IS NOT DISTINCT FROM case_id) AND (subject IN ('teacher', 'workshop', 'case') OR subject_id = unit_id) AND (subject = 'workshop') = (workshop_id IS NOT NULL) AND (subject = 'case') = (case_id IS NOT NULL) AND (subject NOT IN ('teacher', 'workshop') OR teacher_id IS NOT NULL)",
            name=op.f("ck_campaign_candidates_subject_whole"),
        ),
        sa.CheckConstraint(
            "(points IS NULL) = (share IS NULL) AND share BETWEEN 0 AND 100", name=op.f("ck_campaign_candidates_result")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name=op.f("fk_campaign_candidates_region_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["typical_cases.region_id", "typical_cases.id"],
            name=op.f("fk_campaign_candidates_region_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "nominator_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_campaign_candidates_region_id_nominator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_campaign_candidates_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_campaign_candidates_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_campaign_candidates_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_campaign_candidates_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaign_candidates")),
        sa.UniqueConstraint("region_id", "id", "unit_id", "campaign_id", name="uq_campaign_candidates_unit"),
    )
    op.create_index(
        "ix_campaign_candidates_campaign", "campaign_candidates", ["region_id", "campaign_id", "id"], unique=False
    )
    op.create_index(
        "ix_campaign_candidates_teacher", "campaign_candidates", ["region_id", "teacher_id", "id"], unique=False
    )
    op.create_index("ix_campaign_candidates_unit", "campaign_candidates", ["region_id", "unit_id", "id"], unique=False)
    op.create_index(
        "uq_campaign_candidates_subject",
        "campaign_candidates",
        ["region_id", "campaign_id", "subject_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )


def _make_campaign_panels() -> None:
    op.create_table(
        "campaign_panels",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("person_id = coalesce(teacher_id, account_id)", name=op.f("ck_campaign_panels_person")),
        sa.ForeignKeyConstraint(
            ["region_id", "account_id"],
            ["accounts.region_id", "accounts.id"],
            name=op.f("fk_campaign_panels_region_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name=op.f("fk_campaign_panels_region_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_campaign_panels_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_campaign_panels_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_campaign_panels_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaign_panels")),
    )
    op.create_index(
        "uq_campaign_panels_account",
        "campaign_panels",
        ["region_id", "campaign_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_index(
        "uq_campaign_panels_chair",
        "campaign_panels",
        ["region_id", "campaign_id"],
        unique=True,
        postgresql_where=sa.text("is_chair AND left_at IS NULL"),
    )


def _make_campaign_objections() -> None:
    op.create_table(
        "campaign_objections",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
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
            "(status = 'open') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer_reason IS NULL)",
            name=op.f("ck_campaign_objections_answer"),
        ),
        sa.CheckConstraint("status IN ('open', 'upheld', 'rejected')", name=op.f("ck_campaign_objections_status")),
        sa.CheckConstraint("asked_by <> answered_by", name=op.f("ck_campaign_objections_two_persons")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_campaign_objections_reason")),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name=op.f("fk_campaign_objections_region_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id"],
            ["campaign_candidates.region_id", "campaign_candidates.id"],
            name=op.f("fk_campaign_objections_region_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_campaign_objections_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_campaign_objections_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_campaign_objections_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_campaign_objections")),
    )
    op.create_index(
        "ix_campaign_objections_campaign", "campaign_objections", ["region_id", "campaign_id", "id"], unique=False
    )
    op.create_index(
        "uq_campaign_objections_open",
        "campaign_objections",
        ["region_id", "candidate_id", "asked_by"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )


def _make_candidate_persons() -> None:
    op.create_table(
        "candidate_persons",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(capacity = 'barred') = (ground IS NOT NULL)", name=op.f("ck_candidate_persons_ground_whole")
        ),
        sa.CheckConstraint("capacity IN ('scorer', 'barred')", name=op.f("ck_candidate_persons_capacity")),
        sa.CheckConstraint(
            "ground IN ('own_unit', 'candidate', 'nominator', 'own_workshop', 'former_core')",
            name=op.f("ck_candidate_persons_ground"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id"],
            ["campaign_candidates.region_id", "campaign_candidates.id"],
            name=op.f("fk_candidate_persons_region_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_candidate_persons_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_candidate_persons")),
        sa.UniqueConstraint("region_id", "candidate_id", "person_id", "capacity", name="uq_candidate_persons_capacity"),
        sa.UniqueConstraint("region_id", "candidate_id", "person_id", name="uq_candidate_persons_one_capacity"),
    )


def _make_score_sheets() -> None:
    op.create_table(
        "score_sheets",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("evaluator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), server_default=sa.text("'scorer'"), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status <> 'draft') = (submitted_at IS NOT NULL)", name=op.f("ck_score_sheets_submitted")),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_by IS NOT NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_score_sheets_confirmed"),
        ),
        sa.CheckConstraint("capacity = 'scorer'", name=op.f("ck_score_sheets_capacity")),
        sa.CheckConstraint("status IN ('draft', 'submitted', 'confirmed')", name=op.f("ck_score_sheets_status")),
        sa.CheckConstraint("evaluator_id <> confirmed_by", name=op.f("ck_score_sheets_two_persons")),
        sa.CheckConstraint("organisation_id <> unit_id", name=op.f("ck_score_sheets_recusal")),
        sa.CheckConstraint("person_id = coalesce(teacher_id, evaluator_id)", name=op.f("ck_score_sheets_person")),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id", "rubric_id"],
            ["campaigns.region_id", "campaigns.id", "campaigns.rubric_id"],
            name="fk_score_sheets_rubric",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id", "person_id", "capacity"],
            [
                "candidate_persons.region_id",
                "candidate_persons.candidate_id",
                "candidate_persons.person_id",
                "candidate_persons.capacity",
            ],
            name="fk_score_sheets_person",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id", "unit_id", "campaign_id"],
            [
                "campaign_candidates.region_id",
                "campaign_candidates.id",
                "campaign_candidates.unit_id",
                "campaign_candidates.campaign_id",
            ],
            name="fk_score_sheets_candidate",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "evaluator_id"],
            ["accounts.region_id", "accounts.id"],
            name=op.f("fk_score_sheets_region_id_evaluator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_score_sheets_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_score_sheets_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_score_sheets_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_score_sheets")),
        sa.UniqueConstraint("region_id", "candidate_id", "person_id", name="uq_score_sheets_evaluator"),
        sa.UniqueConstraint("region_id", "id", "rubric_id", name="uq_score_sheets_rubric"),
    )
    op.create_index("ix_score_sheets_campaign", "score_sheets", ["region_id", "campaign_id", "id"], unique=False)
    op.create_index("ix_score_sheets_teacher", "score_sheets", ["region_id", "teacher_id", "id"], unique=False)


def _make_score_marks() -> None:
    op.create_table(
        "score_marks",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("points_max", sa.Numeric(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND points <> 'NaN' AND points * 2 = trunc(points * 2) AND points <= points_max",
            name=op.f("ck_score_marks_points"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "rubric_id", "code", "points_max"],
            ["rubric_marks.region_id", "rubric_marks.rubric_id", "rubric_marks.code", "rubric_marks.points"],
            name="fk_score_marks_mark",
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "sheet_id", "rubric_id"],
            ["score_sheets.region_id", "score_sheets.id", "score_sheets.rubric_id"],
            name="fk_score_marks_sheet",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_score_marks_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_score_marks")),
        sa.UniqueConstraint("region_id", "sheet_id", "code", name="uq_score_marks_code"),
    )


def _make_chair_marks() -> None:
    op.create_table(
        "chair_marks",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("candidate_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("points_max", sa.Numeric(), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "points >= 0 AND points <> 'NaN' AND points * 2 = trunc(points * 2) AND points <= points_max",
            name=op.f("ck_chair_marks_points"),
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_chair_marks_reason")),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id"],
            ["campaign_candidates.region_id", "campaign_candidates.id"],
            name=op.f("fk_chair_marks_region_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "rubric_id", "code", "points_max"],
            ["rubric_marks.region_id", "rubric_marks.rubric_id", "rubric_marks.code", "rubric_marks.points"],
            name="fk_chair_marks_mark",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_chair_marks_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_chair_marks")),
    )
    op.create_index(
        "ix_chair_marks_candidate", "chair_marks", ["region_id", "candidate_id", "code", "id"], unique=False
    )


def _make_awards() -> None:
    op.create_table(
        "awards",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("workshop_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("candidate_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'granted'"), nullable=False),
        sa.Column("revocation_asked_by", sa.Uuid(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(route = 'campaign') = (candidate_id IS NOT NULL) AND (candidate_id IS NULL) = (campaign_id IS NULL) AND (route = 'recorded') = (number IS NOT NULL AND certificate_id IS NULL) AND (number IS NOT NULL OR certificate_id IS NULL)",
            name=op.f("ck_awards_origin"),
        ),
        sa.CheckConstraint(
            "(status IN ('revoking', 'revoked')) = (revocation_asked_by IS NOT NULL) AND (status = 'granted') = (revocation_reason IS NULL) AND (status IN ('revoked', 'withdrawn')) = (revoked_by IS NOT NULL) AND (revoked_by IS NULL) = (revoked_at IS NULL) AND (status <> 'withdrawn' OR route = 'recorded')",
            name=op.f("ck_awards_revocation"),
        ),
        sa.CheckConstraint("route IN ('campaign', 'recorded')", name=op.f("ck_awards_route")),
        sa.CheckConstraint("status IN ('granted', 'revoking', 'revoked', 'withdrawn')", name=op.f("ck_awards_status")),
        sa.CheckConstraint(
            "subject IN ('school', 'organisation', 'teacher', 'workshop', 'case', 'subproject')",
            name=op.f("ck_awards_subject"),
        ),
        sa.CheckConstraint(
            "(subject <> 'teacher' OR subject_id IS NOT DISTINCT FROM teacher_id) AND (subject <> 'workshop' OR subject_id IS NOT DISTINCT FROM workshop_id) AND (subject <> 'case' OR subject_id IS NOT DISTINCT FROM case_id) AND (subject IN ('teacher', 'workshop', 'case') OR subject_id = unit_id) AND (subject = 'workshop') = (workshop_id IS NOT NULL) AND (subject = 'case') = (case_id IS NOT NULL)",
            name=op.f("ck_awards_subject_whole"),
        ),
        sa.CheckConstraint("revocation_asked_by <> revoked_by", name=op.f("ck_awards_two_persons")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_awards_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "campaign_id"],
            ["campaigns.region_id", "campaigns.id"],
            name=op.f("fk_awards_region_id_campaign_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "candidate_id"],
            ["campaign_candidates.region_id", "campaign_candidates.id"],
            name=op.f("fk_awards_region_id_candidate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "case_id"],
            ["typical_cases.region_id", "typical_cases.id"],
            name=op.f("fk_awards_region_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "certificate_id"],
            ["certificates.region_id", "certificates.id"],
            name=op.f("fk_awards_region_id_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_awards_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "unit_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_awards_region_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "workshop_id"],
            ["workshops.region_id", "workshops.id"],
            name=op.f("fk_awards_region_id_workshop_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_awards_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_awards")),
        sa.UniqueConstraint("region_id", "candidate_id", name="uq_awards_candidate"),
    )
    op.create_index("ix_awards_teacher", "awards", ["region_id", "teacher_id", "id"], unique=False)
    op.create_index("ix_awards_unit", "awards", ["region_id", "unit_id", "id"], unique=False)
    op.create_index(
        "uq_awards_recorded",
        "awards",
        ["region_id", "number"],
        unique=True,
        postgresql_where=sa.text("route = 'recorded' AND status <> 'withdrawn'"),
    )
    op.create_index(
        "uq_awards_yearly",
        "awards",
        ["region_id", "kind", "year", "subject_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('revoked', 'withdrawn')"),
    )


def _make_team_evaluations() -> None:
    op.create_table(
        "team_evaluations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sub_project_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.Numeric(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'scored'"), nullable=False),
        sa.Column("scored_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_by IS NOT NULL) AND (confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_team_evaluations_confirmed"),
        ),
        sa.CheckConstraint("jsonb_typeof(marks) = 'array'", name=op.f("ck_team_evaluations_marks")),
        sa.CheckConstraint(
            "points >= 0 AND points <> 'NaN' AND points * 2 = trunc(points * 2)",
            name=op.f("ck_team_evaluations_points"),
        ),
        sa.CheckConstraint("status IN ('scored', 'confirmed')", name=op.f("ck_team_evaluations_status")),
        sa.CheckConstraint("length(opinion) > 0", name=op.f("ck_team_evaluations_opinion")),
        sa.CheckConstraint("scored_by <> confirmed_by", name=op.f("ck_team_evaluations_two_persons")),
        sa.CheckConstraint("year BETWEEN 2022 AND 2100", name=op.f("ck_team_evaluations_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "rubric_id"],
            ["rubrics.region_id", "rubrics.id"],
            name=op.f("fk_team_evaluations_region_id_rubric_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "sub_project_id"],
            ["sub_projects.region_id", "sub_projects.id"],
            name=op.f("fk_team_evaluations_region_id_sub_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_team_evaluations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_team_evaluations")),
        sa.UniqueConstraint("region_id", "sub_project_id", "year", name="uq_team_evaluations_year"),
    )


def _make_stage() -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    table = "import_stage_awards"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Uuid(), nullable=True) for name in ("subject_id", "unit_id", "teacher_id", "workshop_id")),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("holder_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")
