"""The trainer team: terms on paper and their import, input to assessments, reports, community members. [A7.6] [A7.10]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0024_trainers_whole"
down_revision = "0023_school_research"
branch_labels = None
depends_on = None

TERMS = "trainer_appointments"
ROUTE = "route IN ('application', 'direct', 'renewal'{more})"
SAME = "(number IS NULL) = (certificate_id IS NULL)"
WHOSE = {"appointment_id": TERMS, "teacher_id": "teachers", "school_id": "organisations"}
REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
GRANTS = {
    "trainer_inputs": "SELECT, INSERT",
    "trainer_reports": "SELECT, INSERT, UPDATE (status, answered_by, answered_at, answer_reason, revocation_id,"
    " updated_at, version)",
    "trainer_community_members": "SELECT, INSERT, DELETE",
}
LETTER = "(route = 'recorded') = (number IS NOT NULL AND certificate_id IS NULL) AND (number IS NOT NULL OR certificate_id IS NULL)"


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
    _make_inputs()
    _make_reports()
    _make_members()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo; refused where terms on paper are on record."""
    for made in reversed(GRANTS):
        op.drop_table(made)
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


def _table(name: str, references: dict[str, str], *columns: sa.Column[object] | sa.Constraint) -> None:
    """A table of rows of a region; references: column of an id → the table it names."""
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        name,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(column, sa.Uuid(), nullable=column == "revocation_id") for column in references),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{other}.region_id", f"{other}.id"],
                name=op.f(f"fk_{name}_region_id_{column}"),
            )
            for column, other in references.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{name}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{name}")),
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _make_inputs() -> None:
    table = "trainer_inputs"
    _table(
        table,
        WHOSE,
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("region_id", "appointment_id", "start_year", "giver", name="uq_trainer_inputs_year"),
        _check(table, "giver", "giver IN ('unit', 'training_school')"),
        _check(table, "start_year", "start_year BETWEEN 2022 AND 9999"),
        _check(table, "opinion", "length(opinion) > 0"),
    )
    op.create_index("ix_trainer_inputs_school", table, ["region_id", "school_id", "id"])


def _make_reports() -> None:
    table = "trainer_reports"
    _table(
        table,
        {**WHOSE, "revocation_id": "trainer_revocations"},
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'asked'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        _check(table, "status", "status IN ('asked', 'taken_up', 'set_aside')"),
        _check(table, "ground", "ground IN ('conduct_code', 'duties_unmet', 'discipline', 'criminal')"),
        _check(table, "reason", "length(reason) > 0"),
        _check(
            table,
            "answer",
            "(status = 'asked') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'set_aside') = (answer_reason IS NOT NULL)"
            " AND (status = 'taken_up') = (revocation_id IS NOT NULL)",
        ),
        _check(table, "two_persons", "asked_by <> answered_by"),
    )
    op.create_index(
        "uq_trainer_reports_open",
        table,
        ["region_id", "appointment_id", "asked_by"],
        unique=True,
        postgresql_where=sa.text("status = 'asked'"),
    )


def _make_members() -> None:
    table = "trainer_community_members"
    once = "uq_trainer_community_members_once"
    _table(
        table,
        {"community_id": "trainer_communities", "appointment_id": TERMS},
        sa.Column("is_convener", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.UniqueConstraint("region_id", "community_id", "appointment_id", name=once),
    )
    op.create_index(
        "uq_trainer_community_members_convener",
        table,
        ["region_id", "community_id"],
        unique=True,
        postgresql_where=sa.text("is_convener"),
    )
