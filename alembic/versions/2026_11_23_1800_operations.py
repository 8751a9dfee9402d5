"""Long-running operations, the job queue in a schema of its own, and workers' signs of life."""

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE
from app.core.jobs import SCHEMA, queue_settings

revision = "0004_operations"
down_revision = "0003_post_hours"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
RUN_COLUMNS = "status, stage, processed, total, response, error, attempts, fence, finished_at, updated_at, version"
GRANTS = {
    "operations": f"SELECT, INSERT, UPDATE ({RUN_COLUMNS}), DELETE",
    "workers": "SELECT, INSERT, UPDATE (seen_at), DELETE",
    f"{SCHEMA}.pgqueuer": "SELECT, INSERT, UPDATE, DELETE",
    f"{SCHEMA}.pgqueuer_log": "SELECT, INSERT, DELETE",
    f"{SCHEMA}.pgqueuer_statistics": "SELECT",
    f"{SCHEMA}.pgqueuer_schedules": "SELECT",
}


def upgrade() -> None:
    """Apply."""
    _make_operations()
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "started_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    # The installed library's own script: a release that changes its tables needs a migration of its own.
    op.execute(f"CREATE SCHEMA {SCHEMA}")
    _each(QueryBuilderEnvironment(queue_settings()).build_install_query(create_schema=False))
    op.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {SERVICE_ROLE}")
    op.execute(f"GRANT USAGE ON SEQUENCE {SCHEMA}.pgqueuer_id_seq TO {SERVICE_ROLE}")
    for table, grants in GRANTS.items():
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    _each(QueryBuilderEnvironment(queue_settings()).build_uninstall_query())
    op.execute(f"DROP SCHEMA {SCHEMA}")
    op.drop_table("workers")
    op.drop_table("operations")


def _make_operations() -> None:
    op.create_table(
        "operations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("stage", sa.Text(), server_default=sa.text("'queued'"), nullable=False),
        sa.Column("processed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("acting_role", sa.Text(), nullable=False),
        sa.Column("principal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("(clock_timestamp() + '30 days'::interval)"),
            nullable=False,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'succeeded', 'failed', 'needs_attention', 'cancelled')",
            name=op.f("ck_operations_status"),
        ),
        sa.CheckConstraint(
            "(status IN ('queued', 'running')) = (finished_at IS NULL)", name=op.f("ck_operations_finished")
        ),
        sa.CheckConstraint(
            "(status IN ('failed', 'needs_attention')) = (error IS NOT NULL)", name=op.f("ck_operations_error")
        ),
        sa.CheckConstraint("response IS NULL OR status = 'succeeded'", name=op.f("ck_operations_response")),
        sa.CheckConstraint(
            "processed >= 0 AND total >= 0 AND attempts >= 0 AND fence >= 0", name=op.f("ck_operations_counts")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_operations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_operations")),
    )
    op.create_index("ix_operations_account", "operations", ["region_id", "account_id", "id"])
    op.create_index("ix_operations_expiry", "operations", ["region_id", "expires_at"])
    op.execute("ALTER TABLE operations ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE operations FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY region_wall ON operations USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
    )


def _each(script: str) -> None:
    """Run a script one statement at a time, as the driver wants it; a function's body between $$ stays whole."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";") and statement.count("$$") % 2 == 0:
            op.get_bind().exec_driver_sql(statement)
            statement = ""
