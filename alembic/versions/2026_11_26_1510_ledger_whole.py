"""Lines of school sheets that an import has brought."""

import sqlalchemy as sa
from alembic import op

revision = "0016_ledger_whole"
down_revision = "0014_imports_whole"
branch_labels = None
depends_on = None

LINES = "hours_submission_lines"


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


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_hours_submission_lines_import", LINES)
    op.drop_index("ix_hours_submission_lines_teacher", LINES)
    op.drop_column(LINES, "import_id")
