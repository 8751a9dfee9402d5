"""Bulk imports: the import, its faults, and the stage tables that COPY fills."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0005_imports"
down_revision = "0004_operations"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
STATUSES = (
    "'uploaded', 'validating', 'validated', 'invalid', 'committing', 'committed', 'partially_committed', 'failed',"
    " 'cancelled'"
)
CHANGED = (
    "status, on_error, total, to_create, to_update, unchanged, warning, error, skipped, columns, notes, outcomes, staged,"
    " applied_through, applied, operation_id, refusal, validated_at, finished_at, updated_at, version"
)
GRANTS = {
    "imports": f"SELECT, INSERT, UPDATE ({CHANGED})",
    "import_faults": 'SELECT, DELETE, INSERT (region_id, import_id, row, level, code, "column", cell, message, value, suggestion)',
    "import_stage_organisations": "SELECT, INSERT, UPDATE, DELETE",
    "import_stage_teachers": "SELECT, INSERT, UPDATE, DELETE",
    "import_stage_hours": "SELECT, INSERT, UPDATE, DELETE",
}
# A stage is empty when autovacuum looks at it and full when it is joined: without fresh figures the planner takes
# nested loops over 100,000 rows. Only an owner may look, so a function of the owner does.
ANALYZE = """
CREATE FUNCTION analyze_import_stages() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE import_stage_organisations;
    ANALYZE import_stage_teachers;
    ANALYZE import_stage_hours;
END $$
"""
WALLED = ("imports", "import_faults")


def upgrade() -> None:
    """Apply."""
    _make_imports()
    _make_faults()
    _make_stages()
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
    for table, grants in GRANTS.items():
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    op.execute(ANALYZE)
    op.execute("REVOKE ALL ON FUNCTION analyze_import_stages() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION analyze_import_stages() TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.execute("DROP FUNCTION analyze_import_stages()")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _count(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _make_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'uploaded'"), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("on_error", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        sa.Column("file_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=True),
        sa.Column("include_hidden_rows", sa.Boolean(), nullable=False),
        _count("total"),
        _count("to_create"),
        _count("to_update"),
        _count("unchanged"),
        _count("warning"),
        _count("error"),
        _count("skipped"),
        sa.Column("columns", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("notes", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=True),
        sa.Column("staged", sa.Integer(), nullable=True),
        _count("applied_through"),
        _count("applied"),
        sa.Column("operation_id", sa.Uuid(), nullable=True),
        sa.Column("refusal", postgresql.JSONB(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("validated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_imports_status")),
        sa.CheckConstraint("mode IN ('validate', 'commit')", name=op.f("ck_imports_mode")),
        sa.CheckConstraint("on_error IN ('abort', 'skip')", name=op.f("ck_imports_on_error")),
        sa.CheckConstraint("octet_length(file_sha256) = 32", name=op.f("ck_imports_sha256")),
        sa.CheckConstraint("length(filename) BETWEEN 1 AND 255", name=op.f("ck_imports_filename")),
        sa.CheckConstraint(
            "total >= 0 AND to_create >= 0 AND to_update >= 0 AND unchanged >= 0 AND warning >= 0 AND error >= 0"
            " AND skipped >= 0 AND applied >= 0 AND applied_through >= 0",
            name=op.f("ck_imports_counts"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_imports_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_imports_region_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_organisation", "imports", ["region_id", "organisation_id", "id"])
    op.create_index("ix_imports_file", "imports", ["region_id", "file_sha256"])


def _make_faults() -> None:
    op.create_table(
        "import_faults",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.CheckConstraint("level IN ('fixed', 'warning', 'error', 'stop')", name=op.f("ck_import_faults_level")),
        sa.ForeignKeyConstraint(
            ["region_id", "import_id"],
            ["imports.region_id", "imports.id"],
            name=op.f("fk_import_faults_region_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "import_id", "row", "place", name=op.f("pk_import_faults")),
    )


def _make_stages() -> None:
    _stage(
        "organisations",
        *(sa.Column(name, sa.Text()) for name in ("code", "name", "kind", "parent", "short_name", "town")),
        sa.Column("stages", postgresql.ARRAY(sa.Text())),
        sa.Column("is_compulsory", sa.Boolean()),
        sa.Column("is_weak", sa.Boolean()),
        sa.Column("cleared", postgresql.ARRAY(sa.Text())),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("parent_id", sa.Uuid()),
    )
    _stage(
        "teachers",
        *(sa.Column(name, sa.Text()) for name in ("staff_no", "name", "sex")),
        sa.Column("birth_date", sa.Date()),
        sa.Column("id_number", sa.LargeBinary()),
        sa.Column("id_number_index", sa.LargeBinary()),
        sa.Column("id_number_masked", sa.Text()),
        sa.Column("mobile", sa.LargeBinary()),
        sa.Column("mobile_masked", sa.Text()),
        *(sa.Column(name, sa.Text()) for name in ("school_code", "school_name", "stage", "subject", "title")),
        sa.Column("is_on_post", sa.Boolean()),
        sa.Column("joined_profession_on", sa.Date()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("cleared", postgresql.ARRAY(sa.Text())),
        sa.Column("record_id", sa.Uuid()),
        sa.Column("spell_id", sa.Uuid()),
        sa.Column("teacher_id", sa.Uuid()),
        sa.Column("school_id", sa.Uuid()),
    )
    _stage(
        "hours",
        sa.Column("staff_no", sa.Text()),
        sa.Column("id_number_index", sa.LargeBinary()),
        *(sa.Column(name, sa.Text()) for name in ("name", "category")),
        sa.Column("claimed", sa.Numeric()),
        sa.Column("activity_title", sa.Text()),
        sa.Column("activity_date", sa.Date()),
        *(sa.Column(name, sa.Text()) for name in ("session", "external_key")),
        sa.Column("year_named", sa.Integer()),
        sa.Column("teacher_id", sa.Uuid()),
        sa.Column("school_id", sa.Uuid()),
        sa.Column("is_on_post", sa.Boolean()),
        sa.Column("name_found", sa.Text()),
        sa.Column("is_two", sa.Boolean()),
        sa.Column("school_year", sa.Integer()),
        sa.Column("line_key", sa.Text()),
        *(sa.Column(name, sa.Numeric()) for name in ("cap", "target", "per_day")),
    )


def _stage(name: str, *columns: sa.Column[object]) -> None:
    """COPY cannot pass row-level security, and a crash may empty a stage: it is made again from the stored file."""
    table = f"import_stage_{name}"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer()),
        *columns,
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
