"""Honours that follow from awards, sheets of who stands back, personal objections, what a merge moved. [M7.1b] [SoD3]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0041_evaluations_rest"
down_revision = "0040_scorecard_lists"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ROW = "updated_at, version"
GRANTS = {
    "teacher_honours": f"SELECT, INSERT, UPDATE (withdrawn_by, withdrawn_at, withdrawn_reason, {ROW})",
    "teacher_successions": f"SELECT, INSERT, UPDATE (undone_at, {ROW})",
}
NAMED = {
    "sub_project_members": f"teacher_id, {ROW}",
    "project_people": f"teacher_id, {ROW}",
    "training_answers": f"teacher_id, {ROW}",
    "course_designs": "author_teacher_id",
    "practice_pairings": "teacher_id",
    "tracking_visits": "tracker_id",
    "expert_fees": "teacher_id",
    "leading_group_holders": "teacher_id",
    "experts": "teacher_id",
}
"""What names a person and follows a merge: columns by table."""
SHEETS = {
    "status": (
        "status IN ('draft', 'submitted', 'confirmed', 'recused')",
        "status IN ('draft', 'submitted', 'confirmed')",
    ),
    "submitted": (
        "status = 'recused' OR (status <> 'draft') = (submitted_at IS NOT NULL)",
        "(status <> 'draft') = (submitted_at IS NOT NULL)",
    ),
}
"""Checks of score sheets as they are, and as they were."""


def upgrade() -> None:
    """Apply."""
    op.create_unique_constraint("uq_awards_holder", "awards", ["region_id", "id", "teacher_id"])
    _make_honours()
    _make_successions()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    for table, columns in NAMED.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO {SERVICE_ROLE}")
    _add_personal()
    for name, (now, _) in SHEETS.items():
        _check(name, now)
    op.create_check_constraint(
        op.f("ck_score_sheets_recused"), "score_sheets", "status <> 'recused' OR return_reason IS NOT NULL"
    )


def downgrade() -> None:
    """Undo; refused where a sheet was taken out of the count."""
    op.drop_constraint("ck_score_sheets_recused", "score_sheets")
    op.drop_column("campaign_objections", "is_personal")
    for name, (_, before) in SHEETS.items():
        _check(name, before)
    for table, columns in NAMED.items():
        op.execute(f"REVOKE UPDATE ({columns}) ON {table} FROM {SERVICE_ROLE}")
    for table in reversed(GRANTS):
        op.drop_table(table)
    op.drop_constraint("uq_awards_holder", "awards")


def _add_personal() -> None:
    """Objections of teachers are their own; those there are taken as such."""
    table = "campaign_objections"
    op.add_column(table, sa.Column("is_personal", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    personal = sa.table(table, sa.column("is_personal"), sa.column("teacher_id"))
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(personal.update().values(is_personal=True).where(personal.c.teacher_id.is_not(None)))
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.create_check_constraint(op.f(f"ck_{table}_personal"), table, "NOT is_personal OR teacher_id IS NOT NULL")


def _check(name: str, condition: str) -> None:
    constraint = f"ck_score_sheets_{name}"
    op.execute(f"ALTER TABLE score_sheets DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE score_sheets ADD CONSTRAINT {constraint} CHECK ({condition}) NOT VALID")
    op.execute(f"ALTER TABLE score_sheets VALIDATE CONSTRAINT {constraint}")


def _row() -> list[sa.Column]:
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
    ]


def _keys(table: str, **whose: str) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{other}.region_id", f"{other}.id"],
                name=op.f(f"fk_{table}_region_id_{column}"),
            )
            for column, other in whose.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
    ]


def _make_honours() -> None:
    table = "teacher_honours"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        *_row(),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL) = (withdrawn_reason IS NULL)",
            name=op.f(f"ck_{table}_withdrawn_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "award_id", "teacher_id"],
            ["awards.region_id", "awards.id", "awards.teacher_id"],
            name="fk_teacher_honours_award",
            onupdate="CASCADE",
        ),
        sa.UniqueConstraint("region_id", "award_id", name="uq_teacher_honours_award"),
        *_keys(table, teacher_id="teachers"),
    )
    op.create_index(f"ix_{table}_teacher", table, ["region_id", "teacher_id", "awarded_on"])


def _make_successions() -> None:
    table = "teacher_successions"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        *_row(),
        sa.CheckConstraint("kind ~ '^[a-z_]+[.][a-z_]+$'", name=op.f(f"ck_{table}_kind")),
        sa.CheckConstraint("teacher_id <> into_id", name=op.f(f"ck_{table}_two_records")),
        *_keys(table, teacher_id="teachers", into_id="teachers"),
    )
    op.create_index(f"ix_{table}_teacher", table, ["region_id", "teacher_id"])
    op.create_index(
        f"uq_{table}_row",
        table,
        ["region_id", "kind", "row_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
