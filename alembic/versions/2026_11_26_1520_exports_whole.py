"""Exports to their end: numbers in full, why one failed, and whether the file was fetched."""

import sqlalchemy as sa
from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0018_exports_whole"
down_revision = "0017_ledger_whole"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("exports", sa.Column("is_unmasked", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("exports", sa.Column("failure", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_exports_unmasked"), "exports", "NOT is_unmasked OR format = 'xlsx'")
    op.create_check_constraint(op.f("ck_exports_failure"), "exports", "failure IS NULL OR status = 'failed'")
    op.create_check_constraint(op.f("ck_exports_fetched"), "exports", "fetched_at IS NULL OR status = 'ready'")
    op.execute(f"GRANT UPDATE (failure, fetched_at) ON exports TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for name in ("is_unmasked", "failure", "fetched_at"):
        op.drop_column("exports", name)
