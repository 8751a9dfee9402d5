"""What imports bring into sheets, other keys of corrected lines, refusals of the sealer, an index for reports."""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0017_ledger_whole"
down_revision = "0016_runs_that_get_further"
branch_labels = None
depends_on = None

LINES, ALIASES, REFUSALS = "hours_submission_lines", "hours_line_aliases", "hours_seal_refusals"
YEAR = "ix_hours_entries_year"
GRANTS = {
    ALIASES: "SELECT, INSERT, UPDATE (line_key)",
    REFUSALS: "SELECT, INSERT, UPDATE (reason, times, since, is_standing)",
}
REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"


def upgrade() -> None:
    """Apply."""
    op.add_column(LINES, sa.Column("import_id", sa.Uuid(), nullable=True))
    op.create_index("ix_hours_submission_lines_teacher", LINES, ["region_id", "teacher_id", "activity_date"])
    op.create_index(
        "ix_hours_submission_lines_import",
        LINES,
        ["region_id", "import_id", "submission_id"],
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )
    op.create_index(
        YEAR,
        "hours_entries",
        ["region_id", "school_year", "teacher_id", "activity_date"],
        postgresql_include=["category", "credited"],
    )
    op.create_table(
        ALIASES,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("line_key", sa.Text(), nullable=False),
        sa.CheckConstraint("alias <> line_key", name=op.f("ck_hours_line_aliases_another")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_line_aliases_region_id")),
        sa.PrimaryKeyConstraint("region_id", "alias", name=op.f("pk_hours_line_aliases")),
    )
    op.create_index("ix_hours_line_aliases_line_key", ALIASES, ["region_id", "line_key"])
    op.create_table(
        REFUSALS,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.CheckConstraint("times >= 1", name=op.f("ck_hours_seal_refusals_times")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_seal_refusals_region_id")),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_hours_seal_refusals")),
    )
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
    op.drop_index(YEAR, "hours_entries")
    op.drop_index("ix_hours_submission_lines_import", LINES)
    op.drop_index("ix_hours_submission_lines_teacher", LINES)
    op.drop_column(LINES, "import_id")
