"""SQL of crediting the lines of a file, set-wise: what each is credited, and the one call that posts them. [A6.13c]

Crediting stands here a second time; a property test shows that it agrees with rules.credit_in_order.
"""

from typing import Final

from sqlalchemy import text

from app.core.batch.staging import Check, checks_sql
from app.hours.imports.statements import CHUNK
from app.hours.states import HoursSource

CREDITED: Final = f"""
WITH line AS (
    SELECT s.*, coalesce(h.credited, 0) AS held, coalesce(d.hours, 0) AS day_held,
           sum(s.claimed) OVER (PARTITION BY s.teacher_id, s.school_year, s.category, s.activity_date
                                ORDER BY s.position ROWS UNBOUNDED PRECEDING) AS day_claimed
      FROM import_stage_hours AS s
      LEFT JOIN hours_summaries h ON h.region_id = :region AND h.teacher_id = s.teacher_id
                                 AND h.school_year = s.school_year AND h.category = s.category
      LEFT JOIN (SELECT t.teacher_id, t.category, t.activity_date, of_day.hours
                   FROM (SELECT DISTINCT s.teacher_id, s.school_year, s.category, s.activity_date
                           FROM import_stage_hours AS s
                             WHERE s.region_id = :region AND {CHUNK} AND s.per_day IS NOT NULL) AS t
                   JOIN LATERAL (SELECT sum(e.credited) AS hours FROM hours_entries e
                                  WHERE e.region_id = :region
                                    AND e.teacher_id = ANY (ARRAY(
                                        SELECT p.id FROM teachers p WHERE p.region_id = :region
                                           AND (p.id = t.teacher_id OR p.merged_into_id = t.teacher_id)))
                                    AND e.school_year = t.school_year AND e.category = t.category
                                    AND e.activity_date = t.activity_date) AS of_day ON true) AS d
             ON s.per_day IS NOT NULL AND d.teacher_id = s.teacher_id AND d.category = s.category
            AND d.activity_date = s.activity_date
     WHERE s.region_id = :region AND {CHUNK}
), allowed AS (
    SELECT line.*,
           CASE WHEN per_day IS NULL THEN claimed
                ELSE least(greatest(per_day - day_held, 0), day_claimed)
                   - least(greatest(per_day - day_held, 0), day_claimed - claimed) END AS allowed
      FROM line
), summed AS (
    SELECT allowed.*, held + sum(allowed) OVER (PARTITION BY teacher_id, school_year, category
                                                ORDER BY position ROWS UNBOUNDED PRECEDING) AS year_after,
           CASE WHEN cap IS NOT NULL THEN greatest(cap, held) END AS bound
      FROM allowed
), credited AS (
    SELECT summed.*, least(bound, year_after - allowed) AS used_year,
           least(bound, year_after) - least(bound, year_after - allowed) AS credited
      FROM summed
), told AS (
    SELECT c.*, day_held + sum(credited) OVER (PARTITION BY teacher_id, school_year, category, activity_date
                                               ORDER BY position ROWS UNBOUNDED PRECEDING) - credited AS used_day,
           CAST(:labels AS jsonb) -> c.category ->> 'label' AS label,
           CAST(:labels AS jsonb) -> c.category ->> 'short' AS short,
           CAST(:labels AS jsonb) -> c.category ->> 'clause' AS clause
      FROM credited AS c
)
"""
_IS_DAY: Final = "per_day IS NOT NULL AND greatest(per_day - used_day, 0) < claimed"
_IS_YEAR: Final = "cap IS NOT NULL AND greatest(cap - used_year, 0) < claimed"


def _finding(rule: str, words: str, used: str, bound: str) -> str:
    numbers = [f"trim_scale({name})" for name in (bound, used, "claimed", "credited")]
    message = f"format('%s{words}', label, {', '.join(numbers)})"
    return (
        f"jsonb_build_object('rule', '{rule}', 'severity', 'advise', 'clause', clause, 'message', {message},"
        f" 'actual', trim_scale({used} + claimed), 'required', trim_scale({bound}), 'waivable', false)"
    )


_DAY: Final = _finding(
    "hours.daily_limit", "每天按 %s 学时计算，当天已计 %s，本次填报 %s，计入 %s。", "used_day", "per_day"
)
_CAP: Final = _finding("hours.yearly_cap", "每学年计 %s 学时以内，已计 %s，本次填报 %s，计入 %s。", "used_year", "cap")
POST = text(
    f"""
    {CREDITED}, lines AS MATERIALIZED (
        SELECT told.*, CASE WHEN {_IS_DAY} THEN jsonb_build_array({_DAY}) ELSE '[]' END
                    || CASE WHEN {_IS_YEAR} THEN jsonb_build_array({_CAP}) ELSE '[]' END AS findings
          FROM told
    )
    SELECT post_hours(:region, ARRAY(
               SELECT ROW(l.id, l.teacher_id, l.school_id, l.school_year, l.category, l.claimed, l.credited,
                          l.activity_title, l.activity_date, l.session, '{HoursSource.IMPORT}', :import, l.external_key,
                          l.line_key, 1, NULL, NULL, l.findings, CAST(:policy AS text), CAST(:by AS uuid),
                          NULL)::hours_line
                 FROM lines AS l ORDER BY l.position), :today),
           (SELECT sum(claimed) FROM lines) AS claimed, (SELECT sum(credited) FROM lines) AS credited
    """
)
CHECK_LIMITS = text(
    checks_sql(
        f"{CREDITED} SELECT told.* FROM told WHERE credited < claimed",
        (
            Check(
                _IS_YEAR,
                "HOURS_CAPPED",
                "'：' || coalesce(s.name, s.name_found) || ' 本学年' || s.short || '学时已满 ' || trim_scale(s.cap)"
                " || '，本次计入 ' || trim_scale(s.credited) || '（附件6 第十三条）。'",
                "claimed",
                "trim_scale(s.claimed)",
                "warning",
            ),
            Check(
                _IS_DAY,
                "HOURS_DAY_LIMIT",
                "'：' || s.short || '每天按 ' || trim_scale(s.per_day) || ' 学时计算，'"
                " || '当天已计 ' || trim_scale(s.used_day)"
                " || '，本次计入 ' || trim_scale(s.credited) || '（附件6 第十三条）。'",
                "claimed",
                "trim_scale(s.claimed)",
                "warning",
            ),
        ),
    )
)
