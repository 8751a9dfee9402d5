"""Disputes about the ledger: who asks for what, how it was answered, and the entries the answer made."""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0011_hours_disputes"
down_revision = "0010_hours_submissions"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
TABLE = "hours_disputes"
ANSWER = "status, answered_by, answered_at, answer_reason, reversal_id, recredit_id, updated_at, version"
CATEGORIES = "'national', 'provincial', 'city', 'school_research', 'workshop', 'post_training'"
CHECKS = {
    "status": "status IN ('open', 'upheld', 'rejected', 'withdrawn')",
    "category": f"category IN ({CATEGORIES})",
    "claimed": "claimed IS NULL OR (claimed <> 'NaN' AND claimed > 0 AND claimed <= 400 AND claimed * 2 = trunc(claimed * 2))",
    "subject": "entry_id IS NOT NULL OR (category IS NOT NULL AND claimed IS NOT NULL AND activity_title IS NOT NULL AND activity_date IS NOT NULL)",
    "reason": "length(reason) > 0",
    "answer": "(status IN ('upheld', 'rejected')) = (answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer_reason IS NULL)",
    "effect": "(status = 'upheld') = (reversal_id IS NOT NULL OR recredit_id IS NOT NULL)",
    "two_persons": "asked_by <> answered_by",
}
REFERENCES = {
    "teacher_id": "teachers",
    "school_id": "organisations",
    "entry_id": "hours_entries",
    "reversal_id": "hours_entries",
    "recredit_id": "hours_entries",
}


def upgrade() -> None:
    """Apply."""
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        TABLE,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("claimed", sa.Numeric(), nullable=True),
        sa.Column("activity_title", sa.Text(), nullable=True),
        sa.Column("activity_date", sa.Date(), nullable=True),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_role", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("reversal_id", sa.Uuid(), nullable=True),
        sa.Column("recredit_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{TABLE}_{name}")) for name, text in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{table}.region_id", f"{table}.id"],
                name=op.f(f"fk_{TABLE}_region_id_{column}"),
            )
            for column, table in REFERENCES.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{TABLE}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index("ix_hours_disputes_entry", TABLE, ["region_id", "entry_id"])
    op.create_index("ix_hours_disputes_teacher", TABLE, ["region_id", "teacher_id", "id"])
    op.create_index("ix_hours_disputes_school", TABLE, ["region_id", "school_id", "id"])
    op.create_index(
        "uq_hours_disputes_open_entry",
        TABLE,
        ["region_id", "entry_id", "asked_by"],
        unique=True,
        postgresql_where=sa.text("status = 'open' AND entry_id IS NOT NULL"),
    )
    op.create_index(
        "uq_hours_disputes_open_missing",
        TABLE,
        ["region_id", "teacher_id", "category", "activity_date", "activity_title"],
        unique=True,
        postgresql_where=sa.text("status = 'open' AND entry_id IS NULL"),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {TABLE} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({ANSWER}) ON {TABLE} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table(TABLE)
