"""Terms recorded by mistake are withdrawn; a task names the workshop it is done in. [A7.6] [A7.7]"""

import sqlalchemy as sa
from alembic import op

revision = "0030_trainer_terms_withdrawn"
down_revision = "0029_cases_changed"
branch_labels = None
depends_on = None

TERMS, TASKS = "trainer_appointments", "trainer_assignments"
STATUS = "status IN ('appointed', 'dismissed', 'revoked'{more})"
RECORDED = "uq_trainer_appointments_recorded"


def upgrade() -> None:
    """Apply."""
    _allow(STATUS.format(more=", 'withdrawn'"), "route = 'recorded' AND status <> 'withdrawn'")
    op.create_check_constraint(
        op.f(f"ck_{TERMS}_withdrawn"), TERMS, "status <> 'withdrawn' OR (route = 'recorded' AND until = starts_on)"
    )
    op.add_column(TASKS, sa.Column("workshop_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f(f"fk_{TASKS}_region_id_workshop_id"), TASKS, "workshops", ["region_id", "workshop_id"], ["region_id", "id"]
    )
    op.create_check_constraint(op.f(f"ck_{TASKS}_workshop"), TASKS, "workshop_id IS NULL OR place = 'workshop'")
    op.create_index(f"ix_{TASKS}_workshop", TASKS, ["region_id", "workshop_id", "id"])


def downgrade() -> None:
    """Undo; refused where terms were withdrawn."""
    op.drop_index(f"ix_{TASKS}_workshop", TASKS)
    op.drop_column(TASKS, "workshop_id")
    op.drop_constraint(op.f(f"ck_{TERMS}_withdrawn"), TERMS)
    _allow(STATUS.format(more=""), "route = 'recorded'")


def _allow(status: str, recorded: str) -> None:
    op.drop_constraint(op.f(f"ck_{TERMS}_status"), TERMS)
    op.create_check_constraint(op.f(f"ck_{TERMS}_status"), TERMS, status)
    op.drop_index(RECORDED, TERMS)
    op.create_index(RECORDED, TERMS, ["region_id", "number"], unique=True, postgresql_where=sa.text(recorded))
