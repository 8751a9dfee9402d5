"""How far runs have come: one that gets further than those before it is not given up, and checks are not repeated."""

import sqlalchemy as sa
from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0016_runs_that_get_further"
down_revision = "0015_two_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("operations", sa.Column("furthest", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.execute(f"GRANT UPDATE (furthest) ON operations TO {SERVICE_ROLE}")
    op.add_column("imports", sa.Column("checked", sa.Integer(), nullable=True))
    op.execute(f"GRANT UPDATE (checked) ON imports TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_column("imports", "checked")
    op.drop_column("operations", "furthest")
