"""Training of merged records: what a trainee has follows the trainee to the record that stays. Decision 14."""

from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0039_training_merged"
down_revision = "0038_performance"
branch_labels = None
depends_on = None

TABLES = (
    "training_attendances",
    "training_leaves",
    "training_corrections",
    "training_submissions",
    "training_completions",
    "reimbursements",
)


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        op.execute(f"GRANT UPDATE (teacher_id) ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for table in TABLES:
        op.execute(f"REVOKE UPDATE (teacher_id) ON {table} FROM {SERVICE_ROLE}")
