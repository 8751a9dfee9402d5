"""The trainer team: terms that letters on paper stand for, and the stage of their import. [A7.6]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0026_trainers_whole"
down_revision = "0023_school_research"
branch_labels = None
depends_on = None

TERMS = "trainer_appointments"
ROUTE = "route IN ('application', 'direct', 'renewal'{more})"
SAME = "(number IS NULL) = (certificate_id IS NULL)"
LETTER = f"CASE WHEN route = 'recorded' THEN number IS NOT NULL AND certificate_id IS NULL ELSE {SAME} END"


def upgrade() -> None:
    """Apply."""
    _allow(ROUTE.format(more=", 'recorded'"), LETTER)
    op.create_index(
        "uq_trainer_appointments_recorded",
        TERMS,
        ["region_id", "number"],
        unique=True,
        postgresql_where=sa.text("route = 'recorded'"),
    )
    _make_stage()


def downgrade() -> None:
    """Undo; refused where terms on paper are on record."""
    op.drop_table("import_stage_trainers")
    op.drop_index("uq_trainer_appointments_recorded", TERMS)
    _allow(ROUTE.format(more=""), SAME)


def _allow(route: str, letter: str) -> None:
    for name, condition in (("route", route), ("letter", letter)):
        op.drop_constraint(op.f(f"ck_{TERMS}_{name}"), TERMS)
        op.create_check_constraint(op.f(f"ck_{TERMS}_{name}"), TERMS, condition)


def _make_stage() -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    table = "import_stage_trainers"
    texts = ("staff_no", "name", "source", "stage", "subject")
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in texts),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("letter", sa.Text(), nullable=True),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")
