"""Archived files and the room they take. [A5.10]"""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0012_files"
down_revision = "0011_hours_disputes"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
MEDIA_TYPES = (
    "'application/pdf', 'image/jpeg', 'image/png', 'image/webp',"
    " 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',"
    " 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'video/mp4'"
)
# A file is hidden, never changed and never deleted: that is all the service may do.
GRANTS = {
    "files": "SELECT, INSERT, UPDATE (hidden_at, hidden_by, hidden_reason, updated_at, version)",
    "file_usage": "SELECT, INSERT, UPDATE (used_bytes)",
}


def upgrade() -> None:
    """Apply."""
    _make_files()
    _make_usage()
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


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _make_files() -> None:
    op.create_table(
        "files",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_kind", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_as", sa.Text(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by", sa.Uuid(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=True),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("owner_kind ~ '^[a-z_]{1,40}$'", name=op.f("ck_files_owner_kind")),
        sa.CheckConstraint(f"media_type IN ({MEDIA_TYPES})", name=op.f("ck_files_media_type")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_files_size_bytes")),
        sa.CheckConstraint("octet_length(sha256) = 32", name=op.f("ck_files_sha256")),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 200 AND name !~ '[/\\\\[:cntrl:]]'",
            name=op.f("ck_files_name"),
        ),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_by IS NULL) AND (hidden_at IS NULL) = (hidden_reason IS NULL)",
            name=op.f("ck_files_hidden"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_files_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_files_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_files_region_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_files")),
    )
    op.create_index(
        "uq_files_content",
        "files",
        ["region_id", "owner_kind", "owner_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("hidden_at IS NULL"),
    )
    op.create_index("ix_files_owner", "files", ["region_id", "owner_kind", "owner_id", "id"])


def _make_usage() -> None:
    op.create_table(
        "file_usage",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("kind IN ('account', 'organisation')", name=op.f("ck_file_usage_kind")),
        sa.CheckConstraint("used_bytes >= 0", name=op.f("ck_file_usage_used_bytes")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_file_usage_region_id")),
        sa.PrimaryKeyConstraint("region_id", "kind", "subject_id", name=op.f("pk_file_usage")),
    )
