"""The only writers of the hours ledger: entries, summaries and counters move in one statement of the service."""

from alembic import op

from app.core.db import SERVICE_ROLE

revision = "0003_post_hours"
down_revision = "0002_walls"
branch_labels = None
depends_on = None

LINE = """
CREATE TYPE hours_line AS (
    id uuid, teacher_id uuid, school_id uuid, school_year integer, category text, claimed numeric, credited numeric,
    activity_title text, activity_date date, session text, source text, source_id uuid, external_key text,
    line_key text, revision integer, reverses_id uuid, reason text, findings jsonb, policy_version text,
    posted_by uuid, approved_by uuid
)
"""

# Counted again from the rows themselves, under a lock on the counters: a posting that has moved a summary but not yet
# its counter waits for that lock and adds its step to the fresh count.
REFRESH = """
CREATE FUNCTION refresh_hours_completion(region integer, year integer, schools uuid[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    reference_day date := least(today, make_date(year + 1, 8, 31));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('hours_completion', region));
    PERFORM 1 FROM hours_completion_counters c
     WHERE c.region_id = region AND c.school_year = year AND (schools IS NULL OR c.school_id = ANY (schools))
     ORDER BY c.school_id, c.stage, c.subject FOR UPDATE;
    UPDATE hours_completion_counters c SET teachers = 0, met = 0
     WHERE c.region_id = region AND c.school_year = year AND (schools IS NULL OR c.school_id = ANY (schools));
    INSERT INTO hours_completion_counters AS c (region_id, school_year, school_id, stage, subject, teachers, met)
    SELECT region, year, e.school_id, t.stage, t.subject, count(*), count(*) FILTER (WHERE s.credited >= s.target)
      FROM employments e
      JOIN teachers t ON t.region_id = e.region_id AND t.id = e.teacher_id
      LEFT JOIN hours_summaries s ON s.region_id = e.region_id AND s.teacher_id = e.teacher_id
                                 AND s.school_year = year AND s.category = 'school_research'
     WHERE e.region_id = region AND e.is_on_post AND t.status <> 'merged'
       AND e.starts_on <= reference_day AND (e.ends_on IS NULL OR e.ends_on > reference_day)
       AND (schools IS NULL OR e.school_id = ANY (schools))
     GROUP BY e.school_id, t.stage, t.subject
     ORDER BY e.school_id, t.stage, t.subject
    ON CONFLICT (region_id, school_year, school_id, stage, subject)
    DO UPDATE SET teachers = excluded.teachers, met = excluded.met;
END $$
"""

# The teachers' rows are share-locked before their placement is read: a transfer that is under way is waited for,
# one that comes later waits for us. Years are counted afresh before any counter is locked, so that locks are
# always taken in the order summaries, teachers, advisory lock, counters.
MOVE_COUNTERS = """
CREATE FUNCTION move_hours_completion(region integer, crossed_teachers uuid[], crossed_years integer[],
                                      steps integer[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    fresh integer[] := '{}';
    one integer;
BEGIN
    PERFORM 1 FROM teachers t WHERE t.region_id = region AND t.id = ANY (crossed_teachers) ORDER BY t.id FOR SHARE;
    FOR one IN SELECT DISTINCT y FROM unnest(crossed_years) y
                WHERE NOT EXISTS (SELECT 1 FROM hours_completion_counters c
                                   WHERE c.region_id = region AND c.school_year = y) ORDER BY y
    LOOP
        PERFORM refresh_hours_completion(region, one, NULL, today);
        fresh := fresh || one;
    END LOOP;
    WITH step AS (
        SELECT e.school_id, t.stage, t.subject, x.year, sum(x.step)::integer AS step
          FROM unnest(crossed_teachers, crossed_years, steps) AS x (teacher_id, year, step)
          JOIN employments e ON e.region_id = region AND e.teacher_id = x.teacher_id AND e.is_on_post
               AND e.starts_on <= least(today, make_date(x.year + 1, 8, 31))
               AND (e.ends_on IS NULL OR e.ends_on > least(today, make_date(x.year + 1, 8, 31)))
          JOIN teachers t ON t.region_id = region AND t.id = x.teacher_id AND t.status <> 'merged'
         WHERE x.year <> ALL (fresh)
         GROUP BY e.school_id, t.stage, t.subject, x.year
    ), held AS (
        SELECT c.school_year, c.school_id, c.stage, c.subject FROM hours_completion_counters c
          JOIN step ON c.region_id = region AND c.school_year = step.year AND c.school_id = step.school_id
                   AND c.stage = step.stage AND c.subject = step.subject
         ORDER BY c.school_year, c.school_id, c.stage, c.subject FOR UPDATE OF c
    )
    UPDATE hours_completion_counters c SET met = c.met + step.step
      FROM step JOIN held ON held.school_year = step.year AND held.school_id = step.school_id
                         AND held.stage = step.stage AND held.subject = step.subject
     WHERE c.region_id = region AND c.school_year = step.year AND c.school_id = step.school_id
       AND c.stage = step.stage AND c.subject = step.subject;
END $$
"""

APPLY = """
CREATE FUNCTION apply_hours(region integer, lines hours_line[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    accounts integer;
    moved_accounts integer;
    crossed_teachers uuid[];
    crossed_years integer[];
    steps integer[];
BEGIN
    INSERT INTO hours_entries (region_id, id, teacher_id, school_id, school_year, category, claimed, credited,
        activity_title, activity_date, session, source, source_id, external_key, line_key, revision, reverses_id,
        reason, findings, policy_version, posted_by, approved_by)
    SELECT region, l.id, l.teacher_id, l.school_id, l.school_year, l.category, l.claimed, l.credited,
        l.activity_title, l.activity_date, l.session, l.source, l.source_id, l.external_key, l.line_key, l.revision,
        l.reverses_id, l.reason, l.findings, l.policy_version, l.posted_by, l.approved_by
      FROM unnest(lines) AS l;
    WITH moved AS (
        SELECT l.teacher_id, l.school_year, l.category, count(*) AS entries, sum(l.claimed) AS claimed,
               sum(l.credited) AS credited
          FROM unnest(lines) AS l GROUP BY l.teacher_id, l.school_year, l.category
    ), changed AS (
        UPDATE hours_summaries s
           SET entries = s.entries + moved.entries, claimed = s.claimed + moved.claimed,
               credited = s.credited + moved.credited
          FROM moved
         WHERE s.region_id = region AND s.teacher_id = moved.teacher_id AND s.school_year = moved.school_year
           AND s.category = moved.category
        RETURNING s.teacher_id, s.school_year, s.category, s.credited AS after,
                  s.credited - moved.credited AS before, s.target
    ), crossed AS (
        SELECT teacher_id, school_year, CASE WHEN after >= target THEN 1 ELSE -1 END AS step
          FROM changed
         WHERE category = 'school_research' AND (after >= target) <> (before >= target)
    )
    SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM changed),
           (SELECT array_agg(teacher_id ORDER BY teacher_id, school_year) FROM crossed),
           (SELECT array_agg(school_year ORDER BY teacher_id, school_year) FROM crossed),
           (SELECT array_agg(step ORDER BY teacher_id, school_year) FROM crossed)
      INTO accounts, moved_accounts, crossed_teachers, crossed_years, steps;
    IF accounts <> moved_accounts THEN
        RAISE EXCEPTION 'a line has no summary row' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF crossed_teachers IS NOT NULL THEN
        PERFORM move_hours_completion(region, crossed_teachers, crossed_years, steps, today);
    END IF;
END $$
"""

POST = """
CREATE FUNCTION post_hours(region integer, lines hours_line[], today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(lines) AS l WHERE l.reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversal is posted by reverse_hours' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM apply_hours(region, lines, today);
END $$
"""

REVERSE = """
CREATE FUNCTION reverse_hours(region integer, original uuid, new_id uuid, why text, policy text, by_account uuid,
                              today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    line hours_line;
BEGIN
    SELECT new_id, e.teacher_id, e.school_id, e.school_year, e.category, -e.claimed, -e.credited, e.activity_title,
           e.activity_date, e.session, 'reversal', NULL, NULL, NULL, e.revision, e.id, why, '[]'::jsonb, policy,
           by_account, NULL
      INTO STRICT line
      FROM hours_entries e WHERE e.region_id = region AND e.id = original;
    PERFORM apply_hours(region, ARRAY[line], today);
END $$
"""

SERVICE_FUNCTIONS = (
    "post_hours(integer, hours_line[], date)",
    "reverse_hours(integer, uuid, uuid, text, text, uuid, date)",
    "refresh_hours_completion(integer, integer, uuid[], date)",
)
INNER_FUNCTIONS = (
    "apply_hours(integer, hours_line[], date)",
    "move_hours_completion(integer, uuid[], integer[], integer[], date)",
)


def upgrade() -> None:
    """Apply."""
    for statement in (LINE, REFRESH, MOVE_COUNTERS, APPLY, POST, REVERSE):
        op.execute(statement)
    for function in SERVICE_FUNCTIONS + INNER_FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    for function in SERVICE_FUNCTIONS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    for function in reversed(SERVICE_FUNCTIONS + INNER_FUNCTIONS):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TYPE hours_line")
