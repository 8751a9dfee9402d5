"""Tables of what closes a school year: results and summary of a school, the exchange of a 中心校. [A5.6] [A5.10]"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.core.db import Base, RegionRow, region_reference


class ResearchYear(RegionRow, Base):
    """Results 成果 and summary 总结 of a school's year of research, as the school words them."""

    __tablename__ = "research_years"
    school_id: Mapped[UUID]
    start_year: Mapped[int]
    results: Mapped[str | None]
    summary: Mapped[str | None]
    written_by: Mapped[UUID]

    __table_args__ = (
        region_reference("school_id", "organisations"),
        UniqueConstraint("region_id", "school_id", "start_year", name="uq_research_years_start_year"),
        CheckConstraint("length(results) > 0 OR length(summary) > 0", name="said"),
    )


class ResearchExchange(RegionRow, Base):
    """The yearly on-site exchange 年度现场经验交流会 that a 中心校 has hosted."""

    __tablename__ = "research_exchanges"
    central_school_id: Mapped[UUID]
    start_year: Mapped[int]
    held_on: Mapped[date]
    host: Mapped[str]
    theme: Mapped[str]
    participants: Mapped[int]
    summary: Mapped[str]
    written_by: Mapped[UUID]

    __table_args__ = (
        region_reference("central_school_id", "organisations"),
        UniqueConstraint("region_id", "central_school_id", "start_year", name="uq_research_exchanges_start_year"),
        CheckConstraint("participants >= 1", name="participants"),
        CheckConstraint(
            "held_on BETWEEN make_date(start_year, 9, 1) AND make_date(start_year + 1, 8, 31)", name="year"
        ),
    )
