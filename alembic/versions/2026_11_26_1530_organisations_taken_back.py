"""Taking an import of organisations back: those it made leave again where nothing hangs on them."""

from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0019_organisations_taken_back"
down_revision = "0018_exports_whole"
branch_labels = None
depends_on = None

# The service itself may not delete organisations. This function does for those that the import made and nobody has
# changed since; whatever refers to one, in whichever table, keeps it by its foreign key.
TAKE_BACK = """
CREATE FUNCTION take_back_organisation(region integer, import uuid, organisation uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM organisations AS o USING import_changes AS c
     WHERE c.region_id = region AND c.import_id = import AND c.entity_id = organisation AND c.before IS NULL
       AND c.undone IS NULL AND o.region_id = region AND o.id = organisation AND o.version = c.entity_version;
    RETURN FOUND;
EXCEPTION WHEN foreign_key_violation THEN
    RETURN false;
END $$
"""
FUNCTION = "take_back_organisation(integer, uuid, uuid)"


def upgrade() -> None:
    """Apply."""
    op.execute(TAKE_BACK)
    op.execute(f"REVOKE ALL ON FUNCTION {FUNCTION} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {FUNCTION} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.execute(f"DROP FUNCTION {FUNCTION}")
