"""Funds: budget lines and payments, experts' fees, reimbursements of trainees' costs. [M6.1.2] [M6.2.2] [M6.3.2]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0034_funds"
down_revision = "0033_deliveries"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "budget_lines": f"SELECT, INSERT, UPDATE (amount_fen, spent_fen, adjust_reason, adjusted_by, {ROW})",
    "expert_fees": f"SELECT, INSERT, UPDATE (status, paid_on, withdraw_reason, {ROW})",
    "reimbursements": f"SELECT, INSERT, UPDATE (matter, spent_on, amount_fen, status, submitted_on, submitted_by, checked_on, checked_by, paid_on, reason, {ROW})",
    "payments": f"SELECT, INSERT, UPDATE (status, confirmed_by, confirmed_at, reversed_by, reversed_at, reverse_reason, {ROW})",
}


def upgrade() -> None:
    """Apply."""
    _make_budget_lines()
    _make_expert_fees()
    _make_reimbursements()
    _make_payments()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for table in reversed(GRANTS):
        op.drop_table(table)


def _make_budget_lines() -> None:
    op.create_table(
        "budget_lines",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("spent_fen", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("adjust_reason", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("adjusted_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(adjusted_by IS NULL) = (adjust_reason IS NULL)", name=op.f("ck_budget_lines_adjusted_whole")
        ),
        sa.CheckConstraint("amount_fen BETWEEN 0 AND 2000000000", name=op.f("ck_budget_lines_amount_fen")),
        sa.CheckConstraint("spent_fen BETWEEN 0 AND amount_fen", name=op.f("ck_budget_lines_covered")),
        sa.CheckConstraint("year BETWEEN 2022 AND 2100", name=op.f("ck_budget_lines_year")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_budget_lines_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_budget_lines_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_budget_lines")),
    )
    op.create_index(
        "uq_budget_lines_county",
        "budget_lines",
        ["region_id", "year", "purpose", "title"],
        unique=True,
        postgresql_where=sa.text("project_id IS NULL"),
    )
    op.create_index(
        "uq_budget_lines_project",
        "budget_lines",
        ["region_id", "project_id", "year", "purpose", "title"],
        unique=True,
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )


def _make_expert_fees() -> None:
    op.create_table(
        "expert_fees",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'due'"), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("withdraw_reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status = 'paid') = (paid_on IS NOT NULL) AND (status = 'withdrawn') = (withdraw_reason IS NOT NULL)",
            name=op.f("ck_expert_fees_status_whole"),
        ),
        sa.CheckConstraint("status IN ('due', 'paid', 'withdrawn')", name=op.f("ck_expert_fees_status")),
        sa.CheckConstraint("amount_fen BETWEEN 1 AND 2000000000", name=op.f("ck_expert_fees_amount_fen")),
        sa.CheckConstraint("due_on >= done_on", name=op.f("ck_expert_fees_due_on")),
        sa.ForeignKeyConstraint(
            ["region_id", "expert_id"],
            ["experts.region_id", "experts.id"],
            name=op.f("fk_expert_fees_region_id_expert_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_expert_fees_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_expert_fees_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_expert_fees_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_expert_fees")),
    )
    op.create_index(
        "ix_expert_fees_due",
        "expert_fees",
        ["region_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'due'"),
    )
    op.create_index("ix_expert_fees_expert", "expert_fees", ["region_id", "expert_id", "id"], unique=False)


def _make_reimbursements() -> None:
    op.create_table(
        "reimbursements",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("trainee_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'submitted'"), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(status IN ('checked', 'paid')) = (checked_by IS NOT NULL) AND (checked_by IS NULL) = (checked_on IS NULL) AND (status = 'paid') = (paid_on IS NOT NULL) AND (status NOT IN ('returned', 'withdrawn') OR reason IS NOT NULL)",
            name=op.f("ck_reimbursements_status_whole"),
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'returned', 'checked', 'paid', 'withdrawn')", name=op.f("ck_reimbursements_status")
        ),
        sa.CheckConstraint("amount_fen BETWEEN 1 AND 2000000000", name=op.f("ck_reimbursements_amount_fen")),
        sa.CheckConstraint("submitted_by <> checked_by", name=op.f("ck_reimbursements_two_persons")),
        sa.CheckConstraint("submitted_on >= spent_on", name=op.f("ck_reimbursements_submitted_on")),
        sa.ForeignKeyConstraint(
            ["region_id", "project_id"],
            ["projects.region_id", "projects.id"],
            name=op.f("fk_reimbursements_region_id_project_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_reimbursements_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_reimbursements_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "trainee_id"],
            ["project_trainees.region_id", "project_trainees.id"],
            name=op.f("fk_reimbursements_region_id_trainee_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_reimbursements_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_reimbursements")),
    )
    op.create_index("ix_reimbursements_project", "reimbursements", ["region_id", "project_id", "id"], unique=False)
    op.create_index("ix_reimbursements_school", "reimbursements", ["region_id", "school_id", "id"], unique=False)
    op.create_index("ix_reimbursements_teacher", "reimbursements", ["region_id", "teacher_id", "id"], unique=False)


def _make_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=True),
        sa.Column("fee_id", sa.Uuid(), nullable=True),
        sa.Column("reimbursement_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'recorded'"), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversed_by", sa.Uuid(), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reverse_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL) AND (status <> 'confirmed' OR confirmed_by IS NOT NULL) AND (status <> 'recorded' OR confirmed_by IS NULL)",
            name=op.f("ck_payments_confirmed_whole"),
        ),
        sa.CheckConstraint(
            "(status = 'reversed') = (reversed_by IS NOT NULL) AND (reversed_by IS NULL) = (reversed_at IS NULL) AND (reversed_by IS NULL) = (reverse_reason IS NULL)",
            name=op.f("ck_payments_reversed_whole"),
        ),
        sa.CheckConstraint("status IN ('recorded', 'confirmed', 'reversed')", name=op.f("ck_payments_status")),
        sa.CheckConstraint("amount_fen BETWEEN 1 AND 2000000000", name=op.f("ck_payments_amount_fen")),
        sa.CheckConstraint("fee_id IS NULL OR reimbursement_id IS NULL", name=op.f("ck_payments_one_claim")),
        sa.CheckConstraint(
            "recorded_by <> confirmed_by AND recorded_by <> reversed_by", name=op.f("ck_payments_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "fee_id"],
            ["expert_fees.region_id", "expert_fees.id"],
            name=op.f("fk_payments_region_id_fee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "line_id"],
            ["budget_lines.region_id", "budget_lines.id"],
            name=op.f("fk_payments_region_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "reimbursement_id"],
            ["reimbursements.region_id", "reimbursements.id"],
            name=op.f("fk_payments_region_id_reimbursement_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_payments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_payments")),
    )
    op.create_index("ix_payments_line", "payments", ["region_id", "line_id", "id"], unique=False)
    op.create_index(
        "uq_payments_fee",
        "payments",
        ["region_id", "fee_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'reversed'"),
    )
    op.create_index(
        "uq_payments_reimbursement",
        "payments",
        ["region_id", "reimbursement_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'reversed'"),
    )
