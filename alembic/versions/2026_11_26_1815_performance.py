"""The scorecard: years, rows with self-assessment and mark, and snapshots that only grow."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0038_performance"
down_revision = "0037_practice"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
GRANTS = {
    "scorecard_years": "SELECT, INSERT, UPDATE (updated_at, version)",
    "scorecard_rows": "SELECT, INSERT, UPDATE (designated, status, department, points, note, links, assessed_by,"
    " assessed_at, scored_points, score_note, scored_by, scored_at, returned_reason, returned_by, updated_at, version)",
    "scorecard_snapshots": "SELECT, INSERT",
}
YEAR = "year BETWEEN 2022 AND 2100"
HALVES = "{0} >= 0 AND {0} <= 100 AND {0} * 2 = trunc({0} * 2)"


def upgrade() -> None:
    """Apply."""
    _make("scorecard_years", [], {"year": YEAR}, unique={"year": ["year"]})
    _make("scorecard_rows", _row_columns(), _row_checks(), unique={"requirement": ["year", "requirement"]}, places=True)
    _make(
        "scorecard_snapshots",
        [
            sa.Column("number", sa.Integer(), nullable=False),
            *(sa.Column(name, sa.Text(), nullable=False) for name in ("content", "sha256")),
            *(sa.Column(name, sa.Numeric(5, 1), nullable=False) for name in ("self_assessed", "decided")),
            sa.Column("reason", sa.Text(), nullable=True),
            sa.Column("frozen_by", sa.Uuid(), nullable=False),
        ],
        {
            "year": YEAR,
            "number": "number >= 1",
            "reason": "number = 1 OR length(reason) > 0",
            "sha256": "sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')",
            "totals": "self_assessed >= 0 AND decided >= 0",
        },
        unique={"number": ["year", "number"]},
    )


def downgrade() -> None:
    """Undo."""
    for table in reversed(GRANTS):
        op.drop_table(table)


def _row_columns() -> list[sa.Column[Any]]:
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("requirement", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("designated", ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("points", sa.Numeric(4, 1), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("links", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.Column("assessed_at", moment, nullable=True),
        sa.Column("scored_points", sa.Numeric(4, 1), nullable=True),
        sa.Column("score_note", sa.Text(), nullable=True),
        sa.Column("scored_by", sa.Uuid(), nullable=True),
        sa.Column("scored_at", moment, nullable=True),
        sa.Column("returned_reason", sa.Text(), nullable=True),
        sa.Column("returned_by", sa.Uuid(), nullable=True),
    ]


def _row_checks() -> dict[str, str]:
    return {
        "year": YEAR,
        "requirement": "requirement ~ '^[a-z_]+(\\.[a-z_]+){2}$'",
        "status": "status IN ('open', 'assessed', 'returned', 'scored')",
        "points": HALVES.format("points"),
        "scored_points": HALVES.format("scored_points"),
        "links": "jsonb_typeof(links) = 'array'",
        "assessed_whole": "(status = 'open') = (points IS NULL) AND (points IS NULL) = (note IS NULL)"
        " AND (points IS NULL) = (department IS NULL) AND (points IS NULL) = (assessed_by IS NULL)"
        " AND (points IS NULL) = (assessed_at IS NULL)",
        "scored_whole": "(status = 'scored') = (scored_points IS NOT NULL) AND (scored_points IS NULL) ="
        " (scored_by IS NULL) AND (scored_points IS NULL) = (scored_at IS NULL)",
        "returned_whole": "(status = 'returned') = (returned_reason IS NOT NULL)"
        " AND (returned_reason IS NULL) = (returned_by IS NULL)",
        "two_persons": "assessed_by <> scored_by AND assessed_by <> returned_by",
    }


def _make(
    table: str,
    columns: list[sa.Column[Any]],
    checks: dict[str, str],
    *,
    unique: dict[str, list[str]],
    places: bool = False,
) -> None:
    """A table of calendar years behind the wall of the region."""
    moment, now = sa.DateTime(timezone=True), sa.text("clock_timestamp()")
    place = sa.ForeignKeyConstraint(
        ["region_id", "organisation_id"],
        ["organisations.region_id", "organisations.id"],
        name=op.f(f"fk_{table}_region_id_organisation_id"),
    )
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *columns,
        *(sa.Column(name, moment, server_default=now, nullable=False) for name in ("created_at", "updated_at")),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()),
        *([place] if places else []),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint("region_id", *names, name=f"uq_{table}_{key}") for key, names in unique.items()),
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT {GRANTS[table]} ON {table} TO {SERVICE_ROLE}")
