"""School-based research: what a school says at the end of a year, the exchange of each 中心校, and a stage for imports."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0025_research_archive"
down_revision = "0024_trainers_whole"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
GRANTS = {
    "research_years": "SELECT, INSERT, UPDATE (results, summary, written_by, updated_at, version)",
    "research_exchanges": "SELECT, INSERT, UPDATE (held_on, host, theme, participants, summary, written_by, updated_at,"
    " version)",
}


def upgrade() -> None:
    """Apply."""
    _make(
        "research_years",
        "school_id",
        [sa.Column(name, sa.Text(), nullable=True) for name in ("results", "summary")],
        {"said": "length(results) > 0 OR length(summary) > 0"},
    )
    _make(
        "research_exchanges",
        "central_school_id",
        [
            sa.Column("held_on", sa.Date(), nullable=False),
            *(sa.Column(name, sa.Text(), nullable=False) for name in ("host", "theme")),
            sa.Column("participants", sa.Integer(), nullable=False),
            sa.Column("summary", sa.Text(), nullable=False),
        ],
        {
            "participants": "participants >= 1",
            "year": "held_on BETWEEN make_date(start_year, 9, 1) AND make_date(start_year + 1, 8, 31)",
        },
    )
    _make_stage()


def downgrade() -> None:
    """Undo."""
    op.drop_table("import_stage_research")
    for table in reversed(GRANTS):
        op.drop_table(table)


def _make(table: str, place: str, columns: list[sa.Column[Any]], checks: dict[str, str]) -> None:
    """One row per place and school year."""
    moment, now = sa.DateTime(timezone=True), sa.text("clock_timestamp()")
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", place)),
        sa.Column("start_year", sa.Integer(), nullable=False),
        *columns,
        sa.Column("written_by", sa.Uuid(), nullable=False),
        *(sa.Column(name, moment, server_default=now, nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()),
        sa.ForeignKeyConstraint(
            ["region_id", place],
            ["organisations.region_id", "organisations.id"],
            name=op.f(f"fk_{table}_region_id_{place}"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("region_id", place, "start_year", name=f"uq_{table}_start_year"),
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT {GRANTS[table]} ON {table} TO {SERVICE_ROLE}")


def _make_stage() -> None:
    """Unlogged and without row-level security: COPY fills it, and its rows live while an import runs."""
    table = "import_stage_research"
    texts = ("title", "session", "content", "mode", "host", "leader", "record", "staff_no", "name")
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in texts),
        sa.Column("activity_date", sa.Date(), nullable=True),
        sa.Column("hours", sa.Numeric(), nullable=True),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("region_id", "import_id", "number", name=op.f(f"pk_{table}")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(f"ix_{table}_position", table, ["region_id", "import_id", "position"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {SERVICE_ROLE}")
