"""SQL of importing claims: every statement names the region and the import. [A5.7.1]"""

from typing import Final

from sqlalchemy import text

from app.core.batch.staging import CREATE, PENDING, REFUSED, UNCHANGED, Check, checks_sql

_MINE: Final = "s.import_id = :import"
_PENDING: Final = f"{_MINE} AND s.plan = '{PENDING}'"
_CHUNK: Final = f"{_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}'"

YEARS = text(
    "SELECT DISTINCT s.school_year FROM import_stage_hours AS s"
    f" WHERE s.region_id = :region AND {_PENDING} AND s.school_year IS NOT NULL ORDER BY 1"
)
CHECK_CALENDARS = text(
    checks_sql(
        f"SELECT s.* FROM import_stage_hours AS s WHERE s.region_id = :region AND {_PENDING}"
        " AND s.school_year = ANY (CAST(:missing AS integer[]))",
        (
            Check(
                "true",
                "SCHOOL_YEAR_UNKNOWN",
                "'：还没有设置 ' || s.school_year || '-' || (s.school_year + 1)"
                " || ' 学年的校历，请联系进修学校设置后再填报。'",
                "activity_date",
            ),
        ),
    )
)


def _claimed(rows: str) -> str:
    """Staged rows whose line stands in a sheet that is not withdrawn, or in the ledger and is not reversed."""
    own = """ANY (ARRAY(SELECT p.id FROM teachers p WHERE p.region_id = :region
                         AND (p.id = s.teacher_id OR p.merged_into_id = s.teacher_id)))"""
    same = """{t}.activity_date = s.activity_date AND {t}.activity_title = s.activity_title
              AND coalesce({t}.session, '') = coalesce(s.session, '')"""
    return f"""
    SELECT s.*, k.claimed AS known, k.place FROM import_stage_hours AS s
      JOIN LATERAL (
        SELECT l.claimed, '学时申报' AS place FROM hours_submission_lines l
          JOIN hours_submissions h ON h.region_id = l.region_id AND h.id = l.submission_id
         WHERE l.region_id = :region AND l.teacher_id = {own} AND {same.format(t="l")}
           AND h.status <> 'withdrawn' AND h.category = s.category
           AND NOT EXISTS (SELECT 1 FROM hours_entries r WHERE r.region_id = :region AND r.reverses_id = l.entry_id)
         UNION ALL
        SELECT e.claimed, '学时台账' FROM hours_entries e
         WHERE e.region_id = :region AND e.teacher_id = {own} AND {same.format(t="e")}
           AND e.school_year = s.school_year AND e.category = s.category AND e.reverses_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM hours_entries r WHERE r.region_id = :region AND r.reverses_id = e.id)
         LIMIT 1) AS k ON true
     WHERE s.region_id = :region AND {rows}
    """


def _check_claimed(rows: str) -> str:
    return checks_sql(
        _claimed(rows),
        (
            Check(
                "s.claimed <> s.known",
                "HOURS_LINE_CONFLICT",
                "'这条学时已在' || s.place || '中，但学时不同（已填 ' || trim_scale(s.known) || '，本次 '"
                " || trim_scale(s.claimed) || '）。请在原申报中修改，或请进修学校更正。'",
                "claimed",
                "trim_scale(s.claimed)",
            ),
        ),
    )


CHECK_CLAIMED = text(_check_claimed(_PENDING))
SKIP_CLAIMED = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = '{UNCHANGED}' FROM ({_claimed(_PENDING)}) AS k
     WHERE s.region_id = :region AND {_MINE} AND s.number = k.number
    """
)
ORDER = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = '{CREATE}', position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.number) AS position
              FROM import_stage_hours AS s WHERE s.region_id = :region AND {_PENDING}) AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)
HOLD_SCHOOLS = text(
    f"""
    SELECT count(*) FROM (
        SELECT 1 FROM organisations o
         WHERE o.region_id = :region AND o.id IN (SELECT s.school_id FROM import_stage_hours AS s
                                                   WHERE s.region_id = :region AND {_CHUNK})
         ORDER BY o.id FOR NO KEY UPDATE) AS held
    """
)
CHECK_CLAIMED_CHUNK = text(_check_claimed(_CHUNK))
DROP_CLAIMED = text(
    f"""
    UPDATE import_stage_hours AS s
       SET plan = CASE WHEN s.claimed <> k.known THEN '{REFUSED}' ELSE '{UNCHANGED}' END
      FROM ({_claimed(_CHUNK)}) AS k
     WHERE s.region_id = :region AND {_MINE} AND s.number = k.number
    """
)
LINES = text(
    f"""
    SELECT s.teacher_id, s.school_id, s.school_year, s.activity_title, s.activity_date, s.session, s.claimed
      FROM import_stage_hours AS s WHERE s.region_id = :region AND {_CHUNK} ORDER BY s.position
    """
)
