"""The lists behind a frozen year's numbers, kept with it; they only grow."""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0040_scorecard_lists"
down_revision = "0039_training_merged"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
TABLE = "scorecard_records"
TRIGGERS = {"rows": "UPDATE OR DELETE ON {0} FOR EACH ROW", "whole": "TRUNCATE ON {0}"}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("href", sa.Text(), nullable=True),
        sa.CheckConstraint("place >= 1", name=op.f(f"ck_{TABLE}_place")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{TABLE}_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "snapshot_id"],
            ["scorecard_snapshots.region_id", "scorecard_snapshots.id"],
            name=op.f(f"fk_{TABLE}_region_id_snapshot_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("region_id", "snapshot_id", "figure", "place", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {TABLE} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    for name, on in TRIGGERS.items():
        act = on.format(TABLE)
        op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {act} EXECUTE FUNCTION refuse_rewrite()")
        op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER only_grows_{name}")
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table(TABLE)
