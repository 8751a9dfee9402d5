"""What a record took over in workshops when two were merged, so that undoing the merge puts it back. Decision 14."""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0028_workshop_successions"
down_revision = "0027_workshop_pairs"
branch_labels = None
depends_on = None

TABLE = "workshop_successions"
REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
WHOSE = {"workshop_id": "workshops", "teacher_id": "teachers", "into_id": "teachers"}
SPELL = "ck_workshop_members_spell"


def upgrade() -> None:
    """Apply."""
    _allow_spells("left_on >= joined_on")
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        TABLE,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in WHOSE),
        sa.Column("was_leader", sa.Boolean(), nullable=False),
        sa.Column("ended_id", sa.Uuid(), nullable=True),
        sa.Column("made_id", sa.Uuid(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("teacher_id <> into_id", name=op.f(f"ck_{TABLE}_two_records")),
        sa.CheckConstraint("was_leader = (ended_id IS NULL)", name=op.f(f"ck_{TABLE}_what")),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{other}.region_id", f"{other}.id"],
                name=op.f(f"fk_{TABLE}_region_id_{column}"),
            )
            for column, other in WHOSE.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{TABLE}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_teacher", TABLE, ["region_id", "teacher_id"])
    op.create_index(f"ix_{TABLE}_workshop", TABLE, ["region_id", "workshop_id", "id"])
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {TABLE} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE (undone_at, updated_at, version) ON {TABLE} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo; refused where the undoing of a merge has left a spell that never was."""
    op.drop_table(TABLE)
    _allow_spells("left_on > joined_on")


def _allow_spells(condition: str) -> None:
    op.execute(f"ALTER TABLE workshop_members DROP CONSTRAINT {SPELL}")
    op.execute(f"ALTER TABLE workshop_members ADD CONSTRAINT {SPELL} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE workshop_members VALIDATE CONSTRAINT {SPELL}")
