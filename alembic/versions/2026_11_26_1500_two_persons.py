"""What one person asks and another one answers: corrections of teachers' records, and accounts of schools' clerks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0015_two_persons"
down_revision = "0014_imports_whole"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ANSWER = "status, answered_by, answered_at, answer_reason, updated_at, version"
CORRECTIONS = "teacher_corrections"
CORRECTION_CHECKS = {
    "status": "status IN ('asked', 'approved', 'refused', 'withdrawn')",
    "facts": "jsonb_typeof(facts) = 'array' AND jsonb_array_length(facts) > 0",
    "reason": "length(reason) > 0",
    "id_number": "(id_number IS NULL) = (id_number_before IS NULL)",
    "number_forgotten": "status = 'asked' OR id_number IS NULL",
    "answer": "(status IN ('approved', 'refused')) = (answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status = 'refused') = (answer_reason IS NOT NULL)",
    "two_persons": "asked_by <> answered_by",
}
REQUESTS = "account_requests"
REQUEST_CHECKS = {
    "status": "status IN ('asked', 'confirmed', 'refused', 'withdrawn')",
    "new_account": "(username IS NULL) = (display_name IS NULL)",
    "whose": "(account_id IS NULL) = (username IS NOT NULL AND status <> 'confirmed')",
    "in_force": "(status = 'confirmed') = (grant_id IS NOT NULL)",
    "answer": "(status IN ('confirmed', 'refused')) = (answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status = 'refused') = (answer_reason IS NOT NULL)",
    "two_persons": "asked_by <> answered_by",
    "not_to_oneself": "account_id <> asked_by AND account_id <> answered_by",
}


def upgrade() -> None:
    """Apply."""
    _make(
        CORRECTIONS,
        [
            sa.Column("teacher_id", sa.Uuid(), nullable=False),
            sa.Column("facts", postgresql.JSONB(), nullable=False),
            sa.Column("id_number", sa.LargeBinary(), nullable=True),
            sa.Column("id_number_before", sa.LargeBinary(), nullable=True),
            sa.Column("reason", sa.Text(), nullable=False),
        ],
        CORRECTION_CHECKS,
        {"teacher_id": "teachers"},
        grants=f"SELECT, INSERT, UPDATE (id_number, id_number_before, {ANSWER})",
    )
    op.create_index(
        "uq_teacher_corrections_open",
        CORRECTIONS,
        ["region_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_index("ix_teacher_corrections_teacher", CORRECTIONS, ["region_id", "teacher_id", "id"])
    _make(
        REQUESTS,
        [
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            sa.Column("username", sa.Text(), nullable=True),
            sa.Column("display_name", sa.Text(), nullable=True),
            sa.Column("account_id", sa.Uuid(), nullable=True),
            sa.Column("ends_on", sa.Date(), nullable=True),
            sa.Column("grant_id", sa.Uuid(), nullable=True),
        ],
        REQUEST_CHECKS,
        {"organisation_id": "organisations", "account_id": "accounts", "grant_id": "account_grants"},
        grants=f"SELECT, INSERT, UPDATE (account_id, grant_id, {ANSWER})",
    )
    op.create_index("ix_account_requests_organisation", REQUESTS, ["region_id", "organisation_id", "id"])
    waiting = {"username": ["username"], "account": ["account_id", "organisation_id"]}
    for name, columns in waiting.items():
        op.create_index(
            f"uq_account_requests_{name}",
            REQUESTS,
            ["region_id", *columns],
            unique=True,
            postgresql_where=sa.text(f"status = 'asked' AND {columns[0]} IS NOT NULL"),
        )


def _make(
    table: str, columns: list[sa.Column], checks: dict[str, str], references: dict[str, str], *, grants: str
) -> None:
    """A table of requests with its answers, behind the wall of the region."""
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{other}.region_id", f"{other}.id"],
                name=op.f(f"fk_{table}_region_id_{column}"),
            )
            for column, other in references.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table(REQUESTS)
    op.drop_table(CORRECTIONS)
