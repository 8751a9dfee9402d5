"""Indexes by person for the portfolio 成长档案: mentoring, lessons, lecturers, authors of cases. [M3.5]"""

from alembic import op

revision = "0044_portfolio"
down_revision = "0043_consultations"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_mentor_pairs_mentor": "mentor_pairs (region_id, mentor_id)",
    "ix_mentor_pairs_apprentice": "mentor_pairs (region_id, apprentice_id)",
    "ix_workshop_activities_host": "workshop_activities (region_id, host_teacher_id) WHERE host_teacher_id IS NOT NULL",
    "ix_workshop_activities_lessons": "workshop_activities USING gin (lessons jsonb_path_ops)",
    "ix_workshop_cases_author": "workshop_cases (region_id, author_id)",
    "ix_training_sessions_lecturer": "training_sessions (region_id, lecturer_teacher_id) WHERE lecturer_teacher_id IS NOT NULL",
    "ix_training_sessions_appointment": "training_sessions (region_id, lecturer_appointment_id) WHERE lecturer_appointment_id IS NOT NULL",
    "ix_delivery_lessons_teacher": "delivery_lessons (region_id, teacher_id) WHERE teacher_id IS NOT NULL",
    "ix_delivery_lessons_appointment": "delivery_lessons (region_id, appointment_id) WHERE appointment_id IS NOT NULL",
}


def upgrade() -> None:
    """Apply."""
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")


def downgrade() -> None:
    """Undo."""
    for name in reversed(INDEXES):
        op.execute(f"DROP INDEX {name}")
