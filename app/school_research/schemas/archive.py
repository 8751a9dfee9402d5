"""The archive of a school and year, and the exchange of each 中心校, as clients send and get them. [A5.6] [A5.10]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Note, Output, Resource
from app.organisations.schemas import YearName
from app.school_research.schemas.inspections import Score
from app.school_research.states import ArchiveKind


class ResearchYearSet(Input):
    """Results and summary of a year 学年研修成果与总结; what was said before is replaced."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    school_year: YearName
    results: Note | None = Field(default=None, description="成果")
    summary: Note | None = Field(default=None, description="总结")


class ResearchYear(Resource):
    """Results and summary of a school's year 学年研修成果与总结."""

    school_id: UUID
    school_name: str
    school_year: YearName
    results: str | None
    summary: str | None
    written_by: UUID


class ResearchArchiveSchool(Output):
    """What a school's archive of a year holds 学校档案完备情况."""

    school_id: UUID
    school_name: str
    activities: int = Field(description="未作废的活动")
    recorded: int = Field(description="其中填有活动记录的")
    media: int = Field(description="图片和音像，个")
    missing: list[ArchiveKind] = Field(description="尚缺的种类，按附件5 第十条的次序")
    is_complete: bool


class ResearchArchiveArea(Output):
    """How the archives of the schools of a 中心校 stand 按中心校的完备情况; 市直学校 stand together."""

    central_school_id: UUID | None = Field(description="市直学校为 null")
    central_school_name: str
    schools: int
    complete: int
    items: list[ResearchArchiveSchool]


class ResearchArchive(Output):
    """How the archives of a year stand 校本研修档案完备情况, of the schools the caller may see."""

    school_year: YearName
    schools: int
    complete: int
    areas: list[ResearchArchiveArea]


class ResearchReminderItem(Output):
    """Something that is due 待办事项."""

    what: str = Field(description="plan 年度方案、assessment 学期考核、sheet 学时申报")
    clause: str
    message: str


class ResearchReminder(Output):
    """A school with what is due 待办提醒."""

    school_id: UUID
    school_name: str
    items: list[ResearchReminderItem]


class ResearchHelp(Output):
    """A school that a demonstration school helps, and how its research of a year goes 示范校帮扶跟踪. [M4.1] [A4.5]"""

    pair_id: UUID
    school_year: YearName
    helper_id: UUID
    helper_name: str
    helped_id: UUID
    helped_name: str
    goal: str | None
    starts_on: date
    ends_on: date | None
    has_plan: bool = Field(description="受帮扶学校本学年的方案已通过审核")
    activities: int = Field(description="受帮扶学校本学年登记的校本研修活动")
    last_score: Score | None = Field(description="受帮扶学校本学年最近一次检查的评分")


class ResearchExchangeSet(Input):
    """The yearly on-site exchange 年度现场经验交流会; what was said of that year before is replaced."""

    held_on: date = Field(description="举办日期，决定学年")
    host: Line = Field(description="承办学校或地点")
    theme: Line
    participants: Annotated[int, Field(ge=1, le=100_000, description="参加人数")]
    summary: Note


class ResearchExchange(Resource):
    """An exchange a 中心校 has hosted 年度现场经验交流会."""

    central_school_id: UUID
    central_school_name: str
    school_year: YearName
    held_on: date
    host: str
    theme: str
    participants: int
    summary: str
    written_by: UUID


class ResearchExchangeStanding(Output):
    """Whether a 中心校 has hosted the exchange of a year 举办情况."""

    central_school_id: UUID
    central_school_name: str
    is_held: bool
    exchange: ResearchExchange | None
