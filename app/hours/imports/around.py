"""SQL around an import of hours: what its lines would add, and their reversal."""

from typing import Final

from sqlalchemy import text

from app.hours.states import HoursSource

_MINE: Final = "s.import_id = :import"
PREVIEW: Final = f"""
SELECT s.number, s.plan, NULL::jsonb AS before,
       jsonb_build_object('staff_no', s.staff_no, 'name', s.name_found, 'category', s.category,
           'claimed_hours', s.claimed, 'activity_title', s.activity_title,
           'activity_date', s.activity_date, 'school_year', s.school_year) AS after
  FROM import_stage_hours AS s WHERE s.region_id = :region AND {_MINE}
"""
TO_REVERSE = text(
    f"""
    SELECT e.id, e.teacher_id, e.school_year AS start_year, e.activity_date, e.credited AS credited_hours
      FROM hours_entries e
      JOIN hours_summaries h ON h.region_id = :region AND h.teacher_id = e.teacher_id
                            AND h.school_year = e.school_year AND h.category = e.category
     WHERE e.region_id = :region AND e.source = '{HoursSource.IMPORT}' AND e.source_id = :import
       AND NOT EXISTS (SELECT 1 FROM hours_entries r WHERE r.region_id = :region AND r.reverses_id = e.id)
     ORDER BY e.teacher_id, e.school_year, e.category, e.seq LIMIT :most FOR UPDATE OF h
    """
)
REVERSE = text("SELECT reverse_hours(:region, :original, :new_id, :reason, :policy, :by, :today, :may_correct)")


def canonical(rows: str) -> str:
    """A line whose content a re-credit gave to another one is that one. rows: which of the stage."""
    return f"""
    UPDATE import_stage_hours AS s SET line_key = a.line_key FROM hours_line_aliases a
     WHERE s.region_id = :region AND {rows} AND a.region_id = :region AND a.alias = s.line_key
    """
