"""Walls: row-level security by region, what the service role may do, and tables that only grow."""

from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0002_walls"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"

REGIONAL = (
    "account_grants",
    "accounts",
    "api_clients",
    "employments",
    "events",
    "hours_completion_counters",
    "hours_entries",
    "hours_summaries",
    "idempotency_keys",
    "organisations",
    "refresh_tokens",
    "school_years",
    "sessions",
    "teachers",
)

GRANTS = {
    "alembic_version": "SELECT",
    "account_grants": "SELECT, INSERT, UPDATE (ends_on, updated_at, version)",
    "accounts": "SELECT, INSERT, UPDATE",
    "api_clients": "SELECT, INSERT, UPDATE",
    "employments": "SELECT, INSERT, UPDATE (ends_on, is_on_post, reason, updated_at, version)",
    "events": "SELECT, INSERT (region_id, id, channel, kind, entity, entity_id, organisation_id, teacher_id, account_id,"
    " acting_role, acting_organisation_id, session_id, request_id, remote_address, facts, decided_under)",
    "feed_epochs": "SELECT",
    "hours_completion_counters": "SELECT",
    "hours_entries": "SELECT",
    "hours_summaries": "SELECT, INSERT (region_id, teacher_id, school_year, category, cap, target), UPDATE (locked_at)",
    "idempotency_keys": "SELECT, INSERT, UPDATE (status, body), DELETE",
    "identity_numbers": "SELECT, INSERT, DELETE",
    "installation": "SELECT",
    "organisations": "SELECT, INSERT, UPDATE",
    "refresh_tokens": "SELECT, INSERT, UPDATE (used_at), DELETE",
    "regions": "SELECT",
    "school_years": "SELECT, INSERT, UPDATE",
    "sessions": "SELECT, INSERT, UPDATE",
    "sign_in_names": "SELECT, INSERT",
    "teachers": "SELECT, INSERT, UPDATE",
}

APPEND_ONLY = ("events", "hours_entries")


def upgrade() -> None:
    """Apply."""
    op.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {SERVICE_ROLE}")
    for table in REGIONAL:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
    for table, grants in GRANTS.items():
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    op.execute(
        """
        CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in APPEND_ONLY:
        for name, when in (("rows", "UPDATE OR DELETE ON {t} FOR EACH ROW"), ("whole", "TRUNCATE ON {t}")):
            op.execute(
                f"CREATE TRIGGER only_grows_{name} BEFORE {when.format(t=table)} EXECUTE FUNCTION refuse_rewrite()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_grows_{name}")


def downgrade() -> None:
    """Undo."""
    for table in APPEND_ONLY:
        for name in ("rows", "whole"):
            op.execute(f"DROP TRIGGER only_grows_{name} ON {table}")
    op.execute("DROP FUNCTION refuse_rewrite()")
    for table in GRANTS:
        op.execute(f"REVOKE ALL ON {table} FROM {SERVICE_ROLE}")
    for table in REGIONAL:
        op.execute(f"DROP POLICY region_wall ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"REVOKE USAGE ON SCHEMA public FROM {SERVICE_ROLE}")
