"""Imports to their end: causes, remembered mappings of columns, what rows held before, and taking back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0014_imports_whole"
down_revision = "0013_exports"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
OLD = (
    "'uploaded', 'validating', 'validated', 'invalid', 'committing', 'committed', 'partially_committed', 'failed',"
    " 'cancelled'"
)
ADDED = "causes, school_year, reason, reverted, kept, mode"
GRANTS = {
    "import_mappings": "SELECT, INSERT, UPDATE (columns, updated_at, version)",
    "import_changes": "SELECT, INSERT, UPDATE (undone)",
    "import_previews": "SELECT, DELETE, INSERT (region_id, import_id, row, plan, before, after)",
}


def upgrade() -> None:
    """Apply."""
    op.add_column("imports", sa.Column("causes", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False))
    op.add_column("imports", sa.Column("school_year", sa.Integer(), nullable=True))
    op.add_column("imports", sa.Column("reason", sa.Text(), nullable=True))
    for name in ("reverted", "kept"):
        op.add_column("imports", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.drop_constraint(op.f("ck_imports_status"), "imports")
    op.create_check_constraint(op.f("ck_imports_status"), "imports", f"status IN ({OLD}, 'reverting', 'reverted')")
    op.create_check_constraint(
        op.f("ck_imports_revert_reason"), "imports", "status NOT IN ('reverting', 'reverted') OR reason IS NOT NULL"
    )
    op.execute(f"GRANT UPDATE (causes, reason, reverted, kept, mode) ON imports TO {SERVICE_ROLE}")
    op.execute(f"GRANT INSERT (school_year) ON imports TO {SERVICE_ROLE}")
    _make_mappings()
    _make_changes()
    _make_previews()
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
    op.execute(f"REVOKE UPDATE (mode) ON imports FROM {SERVICE_ROLE}")
    op.drop_constraint(op.f("ck_imports_revert_reason"), "imports")
    op.drop_constraint(op.f("ck_imports_status"), "imports")
    op.create_check_constraint(op.f("ck_imports_status"), "imports", f"status IN ({OLD})")
    for name in ("kept", "reverted", "reason", "school_year", "causes"):
        op.drop_column("imports", name)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _make_mappings() -> None:
    op.create_table(
        "import_mappings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("octet_length(fingerprint) = 32", name=op.f("ck_import_mappings_fingerprint")),
        sa.CheckConstraint("jsonb_typeof(columns) = 'object'", name=op.f("ck_import_mappings_columns")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_import_mappings_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_import_mappings_region_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_import_mappings")),
        sa.UniqueConstraint(
            "region_id",
            "organisation_id",
            "kind",
            "fingerprint",
            name=op.f("uq_import_mappings_region_id_organisation_id_kind_fingerprint"),
        ),
    )


def _make_changes() -> None:
    op.create_table(
        "import_changes",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("entity_version", sa.BigInteger(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_id", "import_id"],
            ["imports.region_id", "imports.id"],
            name=op.f("fk_import_changes_region_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "import_id", "row", name=op.f("pk_import_changes")),
    )


def _make_previews() -> None:
    op.create_table(
        "import_previews",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("plan IN ('create', 'update', 'absent')", name=op.f("ck_import_previews_plan")),
        sa.ForeignKeyConstraint(
            ["region_id", "import_id"],
            ["imports.region_id", "imports.id"],
            name=op.f("fk_import_previews_region_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "import_id", "place", name=op.f("pk_import_previews")),
    )
