"""The table of term assessments 学期考核. [A5.7.2]"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.core.db import Base, RegionRow, region_reference
from app.school_research.states import TermAssessmentResult

RESULTS = ", ".join(repr(str(one)) for one in TermAssessmentResult)


class TermAssessment(RegionRow, Base):
    """What a school says of a teacher's research of a term: at most once a term."""

    __tablename__ = "term_assessments"
    school_id: Mapped[UUID]
    teacher_id: Mapped[UUID]
    start_year: Mapped[int]
    term: Mapped[int]
    result: Mapped[str]
    reason: Mapped[str | None]
    assessed_by: Mapped[UUID]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        UniqueConstraint("region_id", "teacher_id", "start_year", "term", name="uq_term_assessments_teacher"),
        CheckConstraint(f"result IN ({RESULTS})", name="result"),
        CheckConstraint("result <> 'unqualified' OR length(reason) > 0", name="reason"),
        CheckConstraint("term IN (1, 2)", name="term"),
        Index("ix_term_assessments_school", "region_id", "school_id", "start_year", "term"),
    )
