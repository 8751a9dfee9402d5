"""Indexes the scorecard's counts and lists read a year by, at the size of a province. [A4.1]

The one of attendance is the constraint itself, which now carries the presence: no further index is written to.
"""

from alembic import op

revision = "0042_scorecard_indexes"
down_revision = "0041_evaluations_rest"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_projects_days": "projects (region_id, starts_on, id)",
    "ix_project_nominations_unit": "project_nominations (region_id, project_id, unit_id)",
    "ix_publications_day": "publications (region_id, published_on, id) WHERE status = 'published'",
    "ix_typical_cases_answered": "typical_cases (region_id, answered_at) WHERE status IN ('accepted', 'recommended')",
    "ix_payments_day": "payments (region_id, paid_on, id) WHERE status = 'confirmed'",
    "ix_awards_day": "awards (region_id, awarded_on, id)",
}
ONCE = "uq_training_attendances_once UNIQUE (region_id, session_id, trainee_id)"


def upgrade() -> None:
    """Apply."""
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")
    op.execute("ALTER TABLE training_attendances DROP CONSTRAINT uq_training_attendances_once")
    op.execute(f"ALTER TABLE training_attendances ADD CONSTRAINT {ONCE} INCLUDE (presence)")


def downgrade() -> None:
    """Undo."""
    op.execute("ALTER TABLE training_attendances DROP CONSTRAINT uq_training_attendances_once")
    op.execute(f"ALTER TABLE training_attendances ADD CONSTRAINT {ONCE}")
    for name in reversed(INDEXES):
        op.execute(f"DROP INDEX {name}")
