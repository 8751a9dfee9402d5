"""Closed school years: a row that says so, its history, and the writers of the ledger that heed both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0006_closings"
down_revision = "0005_imports"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
GRANTS = {
    "hours_closings": "SELECT, INSERT (region_id, school_year), UPDATE (status, updated_at, version)",
    "hours_closing_acts": "SELECT, INSERT (region_id, id, school_year, act, reason, findings, account_id, acting_role)",
}

# Postings share the lock of a year, a closing holds it alone: whoever comes second sees what the first one did.
HOLD = """
CREATE FUNCTION hold_hours_years(region integer, years integer[]) RETURNS integer[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one integer;
BEGIN
    FOR one IN SELECT DISTINCT y FROM unnest(years) AS y ORDER BY y
    LOOP
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('hours_year', region::bigint * 10000 + one));
    END LOOP;
    RETURN ARRAY(SELECT c.school_year FROM hours_closings c
                  WHERE c.region_id = region AND c.school_year = ANY (years) AND c.status = 'closed'
                  ORDER BY c.school_year);
END $$
"""
HOLD_ALONE = """
CREATE FUNCTION hold_hours_year_alone(region integer, year integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('hours_year', region::bigint * 10000 + year))
$$
"""

OLD_APPLY_HEAD = "CREATE FUNCTION apply_hours(region integer, lines hours_line[], today date) RETURNS void"
APPLY_HEAD = (
    "CREATE FUNCTION apply_hours(region integer, lines hours_line[], today date, may_correct boolean) RETURNS void"
)
CHECK_CLOSED = """
    IF cardinality(hold_hours_years(region, ARRAY(SELECT DISTINCT l.school_year FROM unnest(lines) AS l))) > 0
       AND NOT may_correct THEN
        RAISE EXCEPTION 'the school year is closed'
              USING ERRCODE = 'check_violation', CONSTRAINT = 'hours_year_closed', TABLE = 'hours_entries';
    END IF;
"""
APPLY = """
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    accounts integer;
    moved_accounts integer;
    crossed_teachers uuid[];
    crossed_years integer[];
    steps integer[];
BEGIN{closed}
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
CREATE FUNCTION post_hours(region integer, lines hours_line[], today date{parameter}) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(lines) AS l WHERE l.reverses_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a reversal is posted by reverse_hours' USING ERRCODE = 'check_violation';
    END IF;{revisions}
    PERFORM apply_hours(region, lines, today{argument});
END $$
"""
# A later revision needs the one before it undone, and a reversal is for good: one revision of a line is live at most.
CHECK_REVISIONS = """
    IF EXISTS (SELECT 1 FROM unnest(lines) AS l
                WHERE l.revision > 1 AND NOT EXISTS (
                      SELECT 1 FROM hours_entries e
                        JOIN hours_entries r ON r.region_id = region AND r.reverses_id = e.id
                       WHERE e.region_id = region AND e.line_key = l.line_key AND e.revision = l.revision - 1)) THEN
        RAISE EXCEPTION 'the revision before is not reversed'
              USING ERRCODE = 'check_violation', CONSTRAINT = 'hours_one_live_revision', TABLE = 'hours_entries';
    END IF;"""

REVERSE = """
CREATE FUNCTION reverse_hours(region integer, original uuid, new_id uuid, why text, policy text, by_account uuid,
                              today date{parameter}) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    line hours_line;
BEGIN
    SELECT new_id, e.teacher_id, e.school_id, e.school_year, e.category, -e.claimed, -e.credited, e.activity_title,
           e.activity_date, e.session, 'reversal', NULL, NULL, NULL, e.revision, e.id, why, '[]'::jsonb, policy,
           by_account, NULL
      INTO STRICT line
      FROM hours_entries e WHERE e.region_id = region AND e.id = original;
    PERFORM apply_hours(region, ARRAY[line], today{argument});
END $$
"""

OLD = {
    "apply_hours(integer, hours_line[], date)": OLD_APPLY_HEAD + APPLY.replace("{closed}", ""),
    "post_hours(integer, hours_line[], date)": POST.format(parameter="", argument="", revisions=""),
    "reverse_hours(integer, uuid, uuid, text, text, uuid, date)": REVERSE.format(parameter="", argument=""),
}
_MAY = {"parameter": ", may_correct boolean DEFAULT false", "argument": ", may_correct"}
NEW = {
    "hold_hours_years(integer, integer[])": HOLD,
    "hold_hours_year_alone(integer, integer)": HOLD_ALONE,
    "apply_hours(integer, hours_line[], date, boolean)": APPLY_HEAD + APPLY.replace("{closed}", CHECK_CLOSED),
    "post_hours(integer, hours_line[], date, boolean)": POST.format(revisions=CHECK_REVISIONS, **_MAY),
    "reverse_hours(integer, uuid, uuid, text, text, uuid, date, boolean)": REVERSE.format(**_MAY),
}


def upgrade() -> None:
    """Apply."""
    _make_tables()
    _replace(OLD, NEW)


def downgrade() -> None:
    """Undo."""
    _replace(NEW, OLD)
    op.drop_table("hours_closing_acts")
    op.drop_table("hours_closings")


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    for function in old:
        op.execute(f"DROP FUNCTION {function}")
    for function, statement in new.items():
        op.execute(statement)
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        if not function.startswith("apply_hours"):
            op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {SERVICE_ROLE}")


def _make_tables() -> None:
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        "hours_closings",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_hours_closings_status")),
        sa.CheckConstraint("school_year BETWEEN 2000 AND 2100", name=op.f("ck_hours_closings_school_year")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_closings_region_id")),
        sa.PrimaryKeyConstraint("region_id", "school_year", name=op.f("pk_hours_closings")),
    )
    op.create_table(
        "hours_closing_acts",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("findings", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("acting_role", sa.Text(), nullable=False),
        sa.Column("acted_at", sa.DateTime(timezone=True), **moment),
        sa.CheckConstraint("act IN ('close', 'reopen')", name=op.f("ck_hours_closing_acts_act")),
        sa.CheckConstraint("act = 'close' OR length(reason) > 0", name=op.f("ck_hours_closing_acts_reopening_reason")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_year"],
            ["hours_closings.region_id", "hours_closings.school_year"],
            name=op.f("fk_hours_closing_acts_region_id_school_year"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_closing_acts_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_hours_closing_acts")),
    )
    op.create_index("ix_hours_closing_acts_year", "hours_closing_acts", ["region_id", "school_year", "acted_at"])
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    for name, when in (("rows", "UPDATE OR DELETE ON {t} FOR EACH ROW"), ("whole", "TRUNCATE ON {t}")):
        op.execute(
            f"CREATE TRIGGER only_grows_{name} BEFORE {when.format(t='hours_closing_acts')}"
            " EXECUTE FUNCTION refuse_rewrite()"
        )
        op.execute(f"ALTER TABLE hours_closing_acts ENABLE ALWAYS TRIGGER only_grows_{name}")
