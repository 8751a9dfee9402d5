"""SQL of importing hours: every statement names the region and the import. [A5.6] [A6.13c]

What a line is credited stands in crediting_statements.
"""

from typing import Final

from sqlalchemy import text

from app.core.batch.staging import CREATE, LOOKED_AT, PENDING, REFUSED, SKIPPED, UNCHANGED, Check, checks_sql
from app.hours.imports.around import canonical
from app.hours.states import HoursSource

_MINE: Final = "s.import_id = :import"
_HOME: Final = f"FROM import_stage_hours AS s WHERE s.region_id = :region AND {_MINE} AND s.plan = '{PENDING}'"
_SEEN: Final = f"FROM import_stage_hours AS s WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT}"
_CONTENT: Final = "(s.teacher_id, s.category, s.claimed, s.activity_title, s.activity_date, coalesce(s.session, ''))"
_STORED: Final = "(e.teacher_id, e.category, e.claimed, e.activity_title, e.activity_date, coalesce(e.session, ''))"
_NEWEST: Final = """
JOIN LATERAL (SELECT * FROM hours_entries h WHERE h.region_id = :region AND h.line_key = s.line_key
              ORDER BY h.revision DESC LIMIT 1) AS e ON true
"""

RESOLVE = text(
    f"""
    UPDATE import_stage_hours AS s
       SET teacher_id = r.teacher_id, is_two = r.is_two, name_found = r.name, school_id = r.school_id,
           is_on_post = r.is_on_post, year_named = coalesce(s.year_named, CAST(:year AS integer)),
           school_year = extract(year FROM s.activity_date)::integer
                       - CASE WHEN extract(month FROM s.activity_date) < 9 THEN 1 ELSE 0 END,
           line_key = CASE WHEN s.external_key IS NOT NULL THEN '{HoursSource.EXTERNAL}:' || s.external_key
                      ELSE 'line:' || encode(sha256(convert_to(concat_ws(E'\\x1f', r.teacher_id::text,
                           to_char(s.activity_date, 'YYYY-MM-DD'), s.category, s.activity_title,
                           coalesce(s.session, '')), 'UTF8')), 'hex') END
      FROM (SELECT s.number, coalesce(a.id, b.id) AS teacher_id, a.id <> b.id AS is_two,
                   coalesce(a.name, b.name) AS name, e.school_id, e.is_on_post
              FROM import_stage_hours AS s
              LEFT JOIN teachers a ON a.region_id = :region AND a.staff_no = s.staff_no AND a.status <> 'merged'
              LEFT JOIN teachers b ON b.region_id = :region AND b.id_number_index = s.id_number_index
                                  AND b.status <> 'merged'
              LEFT JOIN employments e ON e.region_id = :region AND e.teacher_id = coalesce(a.id, b.id)
                                     AND e.starts_on <= s.activity_date
                                     AND (e.ends_on IS NULL OR e.ends_on > s.activity_date)
             WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT}) AS r
     WHERE s.region_id = :region AND {_MINE} AND s.number = r.number
    """
)


CANONICAL = text(canonical(f"{_MINE} AND s.plan = '{PENDING}'"))
DAYS = text(
    f"SELECT DISTINCT s.category, s.activity_date {_SEEN} AND s.category IS NOT NULL AND s.activity_date IS NOT NULL"
)
_FIGURES: Final = """
jsonb_to_recordset(CAST(:figures AS jsonb)) AS f (category text, day date, cap numeric, target numeric,
    per_day numeric, line_max numeric, label text, clause text, message text)
"""
SET_FIGURES = text(
    f"""
    UPDATE import_stage_hours AS s SET cap = f.cap, target = f.target, per_day = f.per_day FROM {_FIGURES}
     WHERE s.region_id = :region AND {_MINE} AND s.plan = '{PENDING}' AND f.category = s.category
       AND f.day = s.activity_date
       AND (f.cap IS NOT NULL OR f.target IS NOT NULL OR f.per_day IS NOT NULL)
    """
)
_WITH_FIGURES: Final = f"""
SELECT s.*, f.line_max, f.label, f.message FROM import_stage_hours AS s
  JOIN {_FIGURES} ON f.category = s.category AND f.day = s.activity_date
    WHERE s.region_id = :region AND {_MINE} AND s.plan IN {LOOKED_AT}
"""
CHECK_FIGURES = text(
    checks_sql(
        _WITH_FIGURES,
        (
            Check(
                "s.claimed > s.line_max",
                "HOURS_PER_DAY",
                "'：一天最多 ' || trim_scale(s.line_max) || ' 学时，填报 ' || trim_scale(s.claimed) || '。'",
                "claimed",
                "trim_scale(s.claimed)",
            ),
            Check(
                "s.claimed > s.per_day AND s.claimed <= s.line_max",
                "HOURS_PER_DAY",
                "'：' || s.label || '每天按 ' || trim_scale(s.per_day) || ' 学时计算，填报 '"
                " || trim_scale(s.claimed) || '（附件6 第十三条）。'",
                "claimed",
                "trim_scale(s.claimed)",
            ),
            Check(
                "s.activity_date > :today",
                "DATE_FUTURE",
                "'活动日期 ' || s.activity_date || ' 晚于今天。'",
                "activity_date",
            ),
        ),
    )
)
CHECK_SILENT = text(checks_sql(_WITH_FIGURES, (Check("true", "NO_POLICY_YET", "s.message", "activity_date"),)))
_CLOSED: Final = "'：' || s.school_year || '-' || (s.school_year + 1) || ' 学年的学时账已封，不再登记学时。'"
_IS_UNREAD: Final = """EXISTS (SELECT 1 FROM import_faults f WHERE f.region_id = :region AND f.import_id = :import
    AND f.row = s.number AND f."column" IN (CAST(:places AS jsonb) -> 'staff_no' ->> 0,
                                           CAST(:places AS jsonb) -> 'id_number' ->> 0))"""
# Of a teacher who was elsewhere on the day nothing more is told: no name, no post.
_IN_SCOPE: Final = (
    "(CAST(:scope AS text[]) IS NULL OR coalesce(s.school_id::text = ANY (CAST(:scope AS text[])), false))"
)
CHECK_LINES = text(
    checks_sql(
        f"SELECT s.* {_SEEN}",
        (
            Check(
                f"s.staff_no IS NULL AND s.id_number_index IS NULL AND NOT {_IS_UNREAD}",
                "TEACHER_MISSING",
                "'没有填写教职工号或身份证号。'",
                "staff_no",
            ),
            Check(
                "s.teacher_id IS NULL AND coalesce(s.staff_no, '') = '' AND s.id_number_index IS NOT NULL",
                "TEACHER_UNKNOWN",
                "'身份证号在系统中没有对应的教师，请先导入教师名册。'",
                "id_number",
            ),
            Check(
                "s.teacher_id IS NULL AND s.staff_no IS NOT NULL",
                "TEACHER_UNKNOWN",
                "'教职工号“' || s.staff_no || '”在系统中没有对应的教师，请核对，或先导入教师名册。'",
                "staff_no",
                "s.staff_no",
            ),
            Check(
                "s.is_two", "TEACHER_CONFLICT", "'教职工号与身份证号不是同一位教师，请核对。'", "staff_no", "s.staff_no"
            ),
            Check(
                f"s.name <> s.name_found AND s.is_two IS NOT TRUE AND {_IN_SCOPE}",
                "NAME_MISMATCH",
                "'姓名“' || s.name || '”与系统中“' || left(s.name_found, 1) || '*”不一致，请核对教职工号。'",
                "name",
                "s.name",
            ),
            Check(
                "s.teacher_id IS NOT NULL AND s.school_id IS NULL AND s.activity_date IS NOT NULL"
                " AND CAST(:scope AS text[]) IS NULL",
                "NOT_EMPLOYED",
                "'该教师 ' || s.activity_date || ' 不在本区域任职。'",
                "activity_date",
            ),
            Check(
                f"s.school_id IS NOT NULL AND NOT s.is_on_post AND {_IN_SCOPE}",
                "NOT_ON_POST",
                "'该教师 ' || s.activity_date || ' 不在岗（附件5 二）。'",
                "activity_date",
            ),
            Check(
                f"s.teacher_id IS NOT NULL AND s.activity_date IS NOT NULL AND NOT {_IN_SCOPE}",
                "SCOPE_DENIED",
                "'该教师 ' || s.activity_date || ' 不在您的管理范围。'",
                "staff_no",
            ),
            Check(
                "s.year_named <> s.school_year",
                "DATE_OUT_OF_YEAR",
                "'日期 ' || s.activity_date || ' 不在 ' || s.year_named || '-' || (s.year_named + 1) || ' 学年内。'",
                "activity_date",
            ),
            Check(
                "EXISTS (SELECT 1 FROM hours_closings c WHERE c.region_id = :region"
                " AND c.school_year = s.school_year AND c.status = 'closed')",
                "HOURS_YEAR_CLOSED",
                _CLOSED,
                "activity_date",
            ),
            Check(
                r"s.external_key !~ '^[!-~]{1,100}$'",
                "EXTERNAL_KEY_FORMAT",
                "'「来源标识」应为 1 至 100 个字母、数字或符号。'",
                "external_key",
                "s.external_key",
            ),
        ),
    )
)
_REPEATED: Final = f"""
SELECT s.*, min(s.number) OVER w AS first, count(*) OVER w AS lines,
       min(content) OVER w = max(content) OVER w AS is_same
  FROM (SELECT s.*, md5({_CONTENT}::text) AS content {_HOME}) AS s WINDOW w AS (PARTITION BY s.line_key)
"""
CHECK_REPEATED = text(
    checks_sql(
        f"SELECT s.* FROM ({_REPEATED}) AS s WHERE s.lines > 1",
        (
            Check(
                "NOT s.is_same",
                "DUPLICATE_CONFLICT",
                "'与第' || s.first || '行等行是同一条学时但内容不同，请核对后只保留一行。'",
            ),
            Check(
                "s.is_same AND s.number > s.first",
                "DUPLICATE_SAME",
                "'与第' || s.first || '行相同，已忽略。'",
                level="warning",
            ),
        ),
    )
)
SKIP_REPEATED = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = '{SKIPPED}'
      FROM ({_REPEATED}) AS r
     WHERE s.region_id = :region AND {_MINE} AND s.number = r.number AND r.lines > 1 AND r.is_same
       AND r.number > r.first
    """
)


def _check_known(rows: str) -> str:
    """Faults of the rows whose line is posted already with other content."""
    return checks_sql(
        f"SELECT s.*, e.claimed AS known FROM import_stage_hours AS s {_NEWEST} WHERE s.region_id = :region AND {rows}"
        f" AND {_CONTENT} IS DISTINCT FROM {_STORED}",
        (
            Check(
                "true",
                "HOURS_LINE_CONFLICT",
                "'这条学时已登记过，但内容不同（已登记 ' || trim_scale(s.known) || '，填报 ' || trim_scale(s.claimed)"
                " || '）。请核对；确需更正请先红冲原记录。'",
                "claimed",
                "trim_scale(s.claimed)",
            ),
        ),
    )


CHECK_KNOWN = text(_check_known(f"{_MINE} AND s.plan = '{PENDING}'"))
SKIP_KNOWN = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = '{UNCHANGED}'
      FROM (SELECT s.number FROM import_stage_hours AS s {_NEWEST}
        WHERE s.region_id = :region AND {_MINE} AND s.plan = '{PENDING}') AS k
     WHERE s.region_id = :region AND {_MINE} AND s.number = k.number
    """
)
ORDER = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = '{CREATE}', position = o.position
      FROM (SELECT s.number, row_number() OVER (ORDER BY s.teacher_id, s.school_year, s.category, s.activity_date,
                                                         s.number) AS position {_HOME}) AS o
     WHERE s.region_id = :region AND {_MINE} AND s.number = o.number
    """
)

CHUNK: Final = f"{_MINE} AND s.position BETWEEN :first AND :last AND s.plan = '{CREATE}'"
_ACCOUNTS: Final = f"""
SELECT DISTINCT s.teacher_id, s.school_year, s.category, s.cap, s.target FROM import_stage_hours AS s
  WHERE s.region_id = :region AND {CHUNK}
"""
MAKE_ACCOUNTS = text(
    f"""
    INSERT INTO hours_summaries (region_id, teacher_id, school_year, category, cap, target)
    SELECT :region, a.teacher_id, a.school_year, a.category, max(a.cap), max(a.target) FROM ({_ACCOUNTS}) AS a
     GROUP BY a.teacher_id, a.school_year, a.category ORDER BY a.teacher_id, a.school_year, a.category
    ON CONFLICT DO NOTHING
    """
)
LOCK_ACCOUNTS = text(
    f"""
    SELECT count(*) FROM (
        SELECT 1 FROM hours_summaries h
         WHERE h.region_id = :region AND (h.teacher_id, h.school_year, h.category) IN
               (SELECT a.teacher_id, a.school_year, a.category FROM ({_ACCOUNTS}) AS a)
         ORDER BY h.teacher_id, h.school_year, h.category FOR UPDATE) AS locked
    """
)
# The lock of the years first, then the accounts': a year that is closed by now refuses its lines.
HOLD_YEARS = text(
    f"""
    SELECT hold_hours_years(:region, ARRAY(SELECT DISTINCT s.school_year FROM import_stage_hours AS s
                                            WHERE s.region_id = :region AND {CHUNK}))
    """
)
_IN_CLOSED: Final = f"{CHUNK} AND s.school_year = ANY (CAST(:closed AS integer[]))"
CHECK_CLOSED = text(
    checks_sql(
        f"SELECT s.* FROM import_stage_hours AS s WHERE s.region_id = :region AND {_IN_CLOSED}",
        (Check("true", "HOURS_YEAR_CLOSED", _CLOSED, "activity_date"),),
    )
)
REFUSE_CLOSED = text(
    f"UPDATE import_stage_hours AS s SET plan = '{REFUSED}' WHERE s.region_id = :region AND {_IN_CLOSED}"
)
# Behind the lock: a line that another writer posted or corrected since the check is known by now.
CANONICAL_CHUNK = text(canonical(CHUNK))
CHECK_POSTED = text(_check_known(CHUNK))
DROP_KNOWN = text(
    f"""
    UPDATE import_stage_hours AS s SET plan = k.plan
      FROM (SELECT s.number,
                   CASE WHEN {_CONTENT} IS DISTINCT FROM {_STORED} THEN '{REFUSED}' ELSE '{UNCHANGED}' END AS plan
              FROM import_stage_hours AS s {_NEWEST} WHERE s.region_id = :region AND {CHUNK}) AS k
     WHERE s.region_id = :region AND {_MINE} AND s.number = k.number
    """
)
