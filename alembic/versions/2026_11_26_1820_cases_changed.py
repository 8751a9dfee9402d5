"""A case that is not reviewed yet may be changed."""

from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0029_cases_changed"
down_revision = "0028_workshop_successions"
branch_labels = None
depends_on = None

COLUMNS = "term, title, summary"


def upgrade() -> None:
    """Apply."""
    op.execute(f"GRANT UPDATE ({COLUMNS}) ON typical_cases TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.execute(f"REVOKE UPDATE ({COLUMNS}) ON typical_cases FROM {SERVICE_ROLE}")
