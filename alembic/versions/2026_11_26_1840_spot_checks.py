"""进修学校 may spot-check a school's research beside the mid-term check of the 中心校. [A5.8.1]"""

from alembic import op

revision = "0031_spot_checks"
down_revision = "0030_trainer_terms_withdrawn"
branch_labels = None
depends_on = None

NAME, TABLE = "ck_inspections_kind", "inspections"


def upgrade() -> None:
    """Apply."""
    _allow("'midterm', 'spot_check', 'sample'")


def downgrade() -> None:
    """Undo; refused where spot-checks are on record."""
    _allow("'midterm', 'sample'")


def _allow(kinds: str) -> None:
    op.drop_constraint(op.f(NAME), TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, f"kind IN ({kinds})")
