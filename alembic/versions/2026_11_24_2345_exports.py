"""Bulk exports: what was asked for, who decided, and the file."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0013_exports"
down_revision = "0012_files"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
CHANGED = "status, total, file_size, decided_by, decided_at, decision, operation_id, expires_at, updated_at, version"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "exports",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("asker", postgresql.JSONB(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status IN ('awaiting_approval', 'preparing', 'ready', 'refused', 'failed')",
            name=op.f("ck_exports_status"),
        ),
        sa.CheckConstraint("format IN ('xlsx', 'csv', 'ndjson')", name=op.f("ck_exports_format")),
        sa.CheckConstraint("decided_by <> account_id", name=op.f("ck_exports_two_persons")),
        sa.CheckConstraint(
            "NOT needs_second OR decided_by IS NOT NULL OR status = 'awaiting_approval'",
            name=op.f("ck_exports_second_person"),
        ),
        sa.CheckConstraint("(status = 'ready') = (expires_at IS NOT NULL)", name=op.f("ck_exports_expiry")),
        sa.CheckConstraint("total >= 0 AND file_size >= 0", name=op.f("ck_exports_counts")),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 2000", name=op.f("ck_exports_reason")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_exports_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_exports_region_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_account", "exports", ["region_id", "account_id", "id"])
    op.execute("ALTER TABLE exports ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE exports FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON exports USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({CHANGED}) ON exports TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table("exports")


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)
