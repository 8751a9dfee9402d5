"""City studios that help town workshops: proposed, set by another person, finished with what came of it. [M7.2b]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0027_workshop_pairs"
down_revision = "0026_projects"
branch_labels = None
depends_on = None

TABLE = "workshop_pairs"
REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
GRANTS = (
    "SELECT, INSERT, UPDATE (ends_on, result, status, answered_by, answered_at, answer_reason, updated_at, version)"
)
CHECKS = {
    "status": "status IN ('proposed', 'confirmed', 'refused', 'finished')",
    "two_workshops": "studio_id <> town_id",
    "days": "ends_on >= starts_on",
    "plan": "length(plan) > 0",
    "two_persons": "asked_by <> answered_by",
    "answer": "(status = 'proposed') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
    " AND (status = 'refused') = (answer_reason IS NOT NULL)",
    "finished_whole": "(status = 'finished') = (result IS NOT NULL) AND (status <> 'finished' OR ends_on IS NOT NULL)",
}


def upgrade() -> None:
    """Apply."""
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        TABLE,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("studio_id", sa.Uuid(), nullable=False),
        sa.Column("town_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'proposed'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(condition, name=op.f(f"ck_{TABLE}_{name}")) for name, condition in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                ["workshops.region_id", "workshops.id"],
                name=op.f(f"fk_{TABLE}_region_id_{column}"),
            )
            for column in ("studio_id", "town_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{TABLE}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT ex_{TABLE}_one_at_a_time EXCLUDE USING gist (region_id WITH =,"
        " studio_id WITH =, town_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
        " WHERE (status IN ('confirmed', 'finished'))"
    )
    for side in ("studio", "town"):
        op.create_index(f"ix_{TABLE}_{side}", TABLE, ["region_id", f"{side}_id", "id"])
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {TABLE} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT {GRANTS} ON {TABLE} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table(TABLE)
