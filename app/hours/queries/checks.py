"""SQL that proves the ledger: summaries equal the sums of entries, counters equal what the rows say."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.core.db import AnyRow

_SUMMARIES = text(
    """
    WITH sums AS (
        SELECT coalesce(t.merged_into_id, e.teacher_id) AS teacher_id, e.school_year, e.category, count(*) AS entries,
               sum(e.claimed) AS claimed, sum(e.credited) AS credited
          FROM hours_entries e JOIN teachers t ON t.region_id = e.region_id AND t.id = e.teacher_id
         WHERE e.region_id = :region GROUP BY 1, e.school_year, e.category
    ), held AS (
        SELECT teacher_id, school_year, category, entries, claimed, credited
          FROM hours_summaries WHERE region_id = :region AND entries > 0
    )
    SELECT teacher_id, school_year, category, sums.credited AS of_entries, held.credited AS of_summary
      FROM sums FULL JOIN held USING (teacher_id, school_year, category)
     WHERE (sums.entries, sums.claimed, sums.credited) IS DISTINCT FROM (held.entries, held.claimed, held.credited)
     ORDER BY teacher_id, school_year, category LIMIT 100
    """
)

_COUNTERS = text(
    """
    WITH years AS (
        SELECT DISTINCT school_year, least(CAST(:today AS date), make_date(school_year + 1, 8, 31)) AS reference_day
          FROM hours_completion_counters WHERE region_id = :region
    ), live AS (
        SELECT y.school_year, e.school_id, t.stage, t.subject, count(*)::integer AS teachers,
               (count(*) FILTER (WHERE s.credited >= s.target))::integer AS met
          FROM years y
          JOIN employments e ON e.region_id = :region AND e.is_on_post AND e.starts_on <= y.reference_day
                            AND (e.ends_on IS NULL OR e.ends_on > y.reference_day)
          JOIN teachers t ON t.region_id = :region AND t.id = e.teacher_id AND t.status <> 'merged'
          LEFT JOIN hours_summaries s ON s.region_id = :region AND s.teacher_id = t.id
                                     AND s.school_year = y.school_year AND s.category = 'school_research'
         GROUP BY y.school_year, e.school_id, t.stage, t.subject
    ), kept AS (
        SELECT school_year, school_id, stage, subject, teachers, met
          FROM hours_completion_counters WHERE region_id = :region AND teachers > 0
    )
    SELECT school_year, school_id, stage, subject, live.teachers, live.met, kept.teachers AS kept_teachers,
           kept.met AS kept_met
      FROM live FULL JOIN kept USING (school_year, school_id, stage, subject)
     WHERE (live.teachers, live.met) IS DISTINCT FROM (kept.teachers, kept.met)
     ORDER BY school_year, school_id, stage, subject LIMIT 100
    """
)


async def summary_differences(db: AsyncConnection, region_id: int) -> Sequence[AnyRow]:
    """Summary rows of a region that differ from their entries, at most 100; none when the ledger is right."""
    return (await db.execute(_SUMMARIES, {"region": region_id})).all()


async def counter_differences(db: AsyncConnection, region_id: int, today: date) -> Sequence[AnyRow]:
    """Completion counters of a region that differ from the rows they count, at most 100."""
    return (await db.execute(_COUNTERS, {"region": region_id, "today": today})).all()
