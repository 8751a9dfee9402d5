"""School sheets: submissions, their lines, and the acts on them; entries may come from a submission. [A5.6]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0010_hours_submissions"
down_revision = "0009_merged_teachers"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
STATUSES = "'draft', 'submitted', 'recommended', 'approved', 'returned', 'withdrawn'"
MOVED = (
    "note, status, submitted_by, submitted_at, recommended_by, recommended_at, approved_by, approved_at,"
    " updated_at, version"
)
LINE = "position, teacher_id, activity_title, activity_date, session, claimed, entry_id, updated_at, version"
GRANTS = {
    "hours_submissions": f"SELECT, INSERT, UPDATE ({MOVED})",
    "hours_submission_lines": f"SELECT, INSERT, UPDATE ({LINE}), DELETE",
    "hours_submission_acts": "SELECT, INSERT (region_id, id, submission_id, act, status, account_id, acting_role,"
    " acting_organisation_id, note)",
}
SOURCE = "source IN ('manual', 'external', 'import', 'reversal'{more})"


def upgrade() -> None:
    """Apply."""
    _make_submissions()
    _make_lines()
    _make_acts()
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    for name, when in (("rows", "UPDATE OR DELETE ON {t} FOR EACH ROW"), ("whole", "TRUNCATE ON {t}")):
        table = "hours_submission_acts"
        op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {when.format(t=table)} EXECUTE FUNCTION refuse_rewrite()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_grows_{name}")
    _allow_sources(", 'submission'")


def downgrade() -> None:
    """Undo; refused where entries from submissions stand."""
    _allow_sources("")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _allow_sources(more: str) -> None:
    name = "ck_hours_entries_source"
    op.execute(f"ALTER TABLE hours_entries DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE hours_entries ADD CONSTRAINT {name} CHECK ({SOURCE.format(more=more)}) NOT VALID")
    op.execute(f"ALTER TABLE hours_entries VALIDATE CONSTRAINT {name}")


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _version() -> sa.Column[object]:
    return sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False)


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_region_id_{column}")
    return sa.ForeignKeyConstraint(["region_id", column], [f"{to}.region_id", f"{to}.id"], name=name)


def _region(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id"))


def _make_submissions() -> None:
    op.create_table(
        "hours_submissions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        *(
            column
            for act in ("submitted", "recommended", "approved")
            for column in (sa.Column(f"{act}_by", sa.Uuid()), sa.Column(f"{act}_at", sa.DateTime(timezone=True)))
        ),
        _time("created_at"),
        _time("updated_at"),
        _version(),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_hours_submissions_status")),
        sa.CheckConstraint("category IN ('school_research', 'workshop')", name=op.f("ck_hours_submissions_category")),
        sa.CheckConstraint("term IN (1, 2)", name=op.f("ck_hours_submissions_term")),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 2000", name=op.f("ck_hours_submissions_note")),
        sa.CheckConstraint(
            "submitted_by <> recommended_by AND submitted_by <> approved_by AND recommended_by <> approved_by",
            name=op.f("ck_hours_submissions_three_persons"),
        ),
        sa.CheckConstraint(
            "(submitted_by IS NULL) = (submitted_at IS NULL) AND (recommended_by IS NULL) = (recommended_at IS NULL)"
            " AND (approved_by IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_hours_submissions_acts_whole"),
        ),
        sa.CheckConstraint(
            "(status = 'approved') = (approved_by IS NOT NULL)"
            " AND (status NOT IN ('submitted', 'recommended', 'approved') OR submitted_by IS NOT NULL)"
            " AND (status <> 'recommended' OR recommended_by IS NOT NULL)",
            name=op.f("ck_hours_submissions_status_whole"),
        ),
        _region("hours_submissions"),
        _reference("hours_submissions", "school_id", "organisations"),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_hours_submissions")),
    )
    op.create_index("ix_hours_submissions_school", "hours_submissions", ["region_id", "school_id", "id"])
    op.create_index("ix_hours_submissions_status", "hours_submissions", ["region_id", "status", "id"])


def _make_lines() -> None:
    table = "hours_submission_lines"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("activity_title", sa.Text(), nullable=False),
        sa.Column("activity_date", sa.Date(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("claimed", sa.Numeric(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        _time("created_at"),
        _time("updated_at"),
        _version(),
        sa.CheckConstraint(
            "claimed <> 'NaN' AND abs(claimed) <= 400 AND claimed * 2 = trunc(claimed * 2) AND claimed > 0",
            name=op.f("ck_hours_submission_lines_claimed"),
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_hours_submission_lines_position")),
        _region(table),
        _reference(table, "submission_id", "hours_submissions"),
        _reference(table, "teacher_id", "teachers"),
        _reference(table, "entry_id", "hours_entries"),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_hours_submission_lines")),
        sa.UniqueConstraint("region_id", "submission_id", "position", name=op.f("uq_hours_submission_lines_position")),
        sa.UniqueConstraint("region_id", "entry_id", name=op.f("uq_hours_submission_lines_entry")),
    )


def _make_acts() -> None:
    table = "hours_submission_acts"
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("acting_role", sa.Text(), nullable=False),
        sa.Column("acting_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _time("created_at"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_hours_submission_acts_status")),
        sa.CheckConstraint("act <> 'return' OR length(note) > 0", name=op.f("ck_hours_submission_acts_reason")),
        _region(table),
        _reference(table, "submission_id", "hours_submissions"),
        _reference(table, "acting_organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_hours_submission_acts")),
    )
    op.create_index("ix_hours_submission_acts_submission", table, ["region_id", "submission_id", "seq"])
