"""The leading group with its offices and holders, and the experts with their reviews. [A1] [A3.1] [M6.1.2]"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0032_steering"
down_revision = "0031_spot_checks"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "leading_groups": f"SELECT, INSERT, UPDATE (until, status, end_reason, ended_by, {ROW})",
    "leading_group_holders": f"SELECT, INSERT, UPDATE (until, status, end_reason, ended_by, {ROW})",
    "experts": f"SELECT, INSERT, UPDATE (until, status, end_reason, ended_by, {ROW})",
    "expert_reviews": "SELECT, INSERT",
}


def upgrade() -> None:
    """Apply."""
    _make_leading_groups()
    _make_leading_group_holders()
    _make_experts()
    _make_expert_reviews()
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


def _make_leading_groups() -> None:
    op.create_table(
        "leading_groups",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'standing'"), nullable=False),
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
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("kind"), "="),
            (sa.text("daterange(starts_on, until)"), "&&"),
            using="gist",
            name="ex_leading_groups_one_of_a_kind",
        ),
        sa.CheckConstraint(
            "(status = 'dissolved') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL) AND (ended_by IS NULL) = (until IS NULL)",
            name=op.f("ck_leading_groups_ended_whole"),
        ),
        sa.CheckConstraint(
            "kind IN ('leading_group', 'leading_group_office', 'project_office')", name=op.f("ck_leading_groups_kind")
        ),
        sa.CheckConstraint("status IN ('standing', 'dissolved')", name=op.f("ck_leading_groups_status")),
        sa.CheckConstraint("until >= starts_on", name=op.f("ck_leading_groups_days")),
        sa.ForeignKeyConstraint(
            ["region_id", "body_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_leading_groups_region_id_body_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_leading_groups_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_leading_groups")),
    )


def _make_leading_group_holders() -> None:
    op.create_table(
        "leading_group_holders",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("is_single", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'in_post'"), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("appointed_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("group_id"), "="),
            (sa.text("post"), "="),
            (sa.text("daterange(starts_on, until)"), "&&"),
            where=sa.text("is_single"),
            using="gist",
            name="ex_leading_group_holders_single",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("group_id"), "="),
            (sa.text("teacher_id"), "="),
            (sa.text("daterange(starts_on, until)"), "&&"),
            using="gist",
            name="ex_leading_group_holders_teacher",
        ),
        sa.CheckConstraint(
            "(status = 'left') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL) AND (ended_by IS NULL) = (until IS NULL)",
            name=op.f("ck_leading_group_holders_ended_whole"),
        ),
        sa.CheckConstraint("rank IN ('principal', 'deputy', 'other')", name=op.f("ck_leading_group_holders_rank")),
        sa.CheckConstraint("status IN ('in_post', 'left')", name=op.f("ck_leading_group_holders_status")),
        sa.CheckConstraint("until >= starts_on", name=op.f("ck_leading_group_holders_days")),
        sa.ForeignKeyConstraint(
            ["region_id", "group_id"],
            ["leading_groups.region_id", "leading_groups.id"],
            name=op.f("fk_leading_group_holders_region_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_leading_group_holders_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_leading_group_holders_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_leading_group_holders")),
    )
    op.create_index(
        "ix_leading_group_holders_group", "leading_group_holders", ["region_id", "group_id", "id"], unique=False
    )


def _make_experts() -> None:
    op.create_table(
        "experts",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'engaged'"), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("engaged_by", sa.Uuid(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("name"), "="),
            (sa.text("institution"), "="),
            (sa.text("stage"), "="),
            (sa.text("coalesce(subject, '')"), "="),
            (sa.text("daterange(starts_on, until)"), "&&"),
            using="gist",
            name="ex_experts_one_at_a_time",
        ),
        sa.CheckConstraint(
            "(status = 'ended') = (ended_by IS NOT NULL) AND (ended_by IS NULL) = (end_reason IS NULL) AND (status = 'ended' OR until = ends_on)",
            name=op.f("ck_experts_ended_whole"),
        ),
        sa.CheckConstraint("status IN ('engaged', 'ended')", name=op.f("ck_experts_status")),
        sa.CheckConstraint("ends_on > starts_on AND until BETWEEN starts_on AND ends_on", name=op.f("ck_experts_days")),
        sa.CheckConstraint("teacher_id IS NULL OR is_local", name=op.f("ck_experts_local")),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_experts_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_experts_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_experts")),
    )
    op.create_index("ix_experts_days", "experts", ["region_id", "until", "starts_on"], unique=False)


def _make_expert_reviews() -> None:
    op.create_table(
        "expert_reviews",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("result IN ('continue', 'not_again')", name=op.f("ck_expert_reviews_result")),
        sa.CheckConstraint("length(opinion) > 0", name=op.f("ck_expert_reviews_opinion")),
        sa.CheckConstraint("start_year BETWEEN 2022 AND 9999", name=op.f("ck_expert_reviews_start_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "expert_id"],
            ["experts.region_id", "experts.id"],
            name=op.f("fk_expert_reviews_region_id_expert_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_expert_reviews_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_expert_reviews")),
        sa.UniqueConstraint("region_id", "expert_id", "start_year", name="uq_expert_reviews_year"),
    )
