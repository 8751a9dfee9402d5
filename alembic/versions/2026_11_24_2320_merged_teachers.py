"""Balances of persons: what is posted to a merged record counts for the record it was merged into."""

from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0009_merged_teachers"
down_revision = "0008_hours_seals"
branch_labels = None
depends_on = None

# The step of apply_hours that says whose summary a line moves: the record's before, the person's from now on.
OF_RECORDS = """    WITH moved AS (
        SELECT l.teacher_id, l.school_year, l.category, count(*) AS entries, sum(l.claimed) AS claimed,
               sum(l.credited) AS credited
          FROM unnest(lines) AS l GROUP BY l.teacher_id, l.school_year, l.category
"""
OF_PERSONS = """    INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap, target)
    SELECT DISTINCT region, t.merged_into_id, s.school_year, s.category, s.cap, s.target
      FROM unnest(lines) AS l
      JOIN teachers t ON t.region_id = region AND t.id = l.teacher_id AND t.merged_into_id IS NOT NULL
      JOIN hours_summaries s ON s.region_id = region AND s.teacher_id = l.teacher_id
                            AND s.school_year = l.school_year AND s.category = l.category
        ON CONFLICT DO NOTHING;
    WITH moved AS (
        SELECT coalesce(t.merged_into_id, l.teacher_id) AS teacher_id, l.school_year, l.category, count(*) AS entries,
               sum(l.claimed) AS claimed, sum(l.credited) AS credited
          FROM unnest(lines) AS l JOIN teachers t ON t.region_id = region AND t.id = l.teacher_id
         GROUP BY 1, l.school_year, l.category
"""

# Balances are sums of entries: counted again from them when records become one person's, or two again. The caller holds
# the rows.
RECOUNT = """
CREATE FUNCTION recount_hours(region integer, persons uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap, target)
    SELECT DISTINCT ON (t.merged_into_id, s.school_year, s.category)
           region, t.merged_into_id, s.school_year, s.category, s.cap, s.target
      FROM teachers t JOIN hours_summaries s ON s.region_id = region AND s.teacher_id = t.id
     WHERE t.region_id = region AND t.merged_into_id = ANY (persons)
     ORDER BY t.merged_into_id, s.school_year, s.category, t.id
        ON CONFLICT DO NOTHING;
    WITH records AS (
        SELECT t.id, coalesce(t.merged_into_id, t.id) AS person FROM teachers t
         WHERE t.region_id = region AND (t.id = ANY (persons) OR t.merged_into_id = ANY (persons))
    ), sums AS (
        SELECT r.person, e.school_year, e.category, count(*) AS entries, sum(e.claimed) AS claimed,
               sum(e.credited) AS credited
          FROM records r JOIN hours_entries e ON e.region_id = region AND e.teacher_id = r.id
         GROUP BY r.person, e.school_year, e.category
    ), held AS (
        SELECT s.teacher_id, s.school_year, s.category, coalesce(sums.entries, 0) AS entries,
               coalesce(sums.claimed, 0) AS claimed, coalesce(sums.credited, 0) AS credited
          FROM records r JOIN hours_summaries s ON s.region_id = region AND s.teacher_id = r.id
          LEFT JOIN sums ON sums.person = s.teacher_id AND sums.school_year = s.school_year
                        AND sums.category = s.category
    )
    UPDATE hours_summaries s SET entries = held.entries, claimed = held.claimed, credited = held.credited
      FROM held
     WHERE s.region_id = region AND s.teacher_id = held.teacher_id AND s.school_year = held.school_year
       AND s.category = held.category;
END $$
"""
RECOUNT_FUNCTION = "recount_hours(integer, uuid[])"


def upgrade() -> None:
    """Apply."""
    _exchange(OF_RECORDS, OF_PERSONS)
    op.execute(RECOUNT)
    op.execute(f"REVOKE ALL ON FUNCTION {RECOUNT_FUNCTION} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {RECOUNT_FUNCTION} TO {SERVICE_ROLE}")
    op.execute(
        "CREATE INDEX ix_teachers_merged ON teachers (region_id, merged_into_id) WHERE merged_into_id IS NOT NULL"
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DROP INDEX ix_teachers_merged")
    op.execute(f"DROP FUNCTION {RECOUNT_FUNCTION}")
    _exchange(OF_PERSONS, OF_RECORDS)


def _exchange(old: str, new: str) -> None:
    """Exchange one step of apply_hours; the rest of it, its owner and its grants stay."""
    found = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'apply_hours'"
    definition: str = op.get_bind().exec_driver_sql(found).scalar_one()
    if old not in definition:
        message = "apply_hours has no step to exchange"
        raise RuntimeError(message)
    op.get_bind().exec_driver_sql(definition.replace(old, new).replace("%", "%%"))
