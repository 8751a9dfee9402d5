"""Reports of the hours ledger as clients get them 学时报表."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Output
from app.hours.schemas.ledger import CompletionRow
from app.hours.states import HoursCategory
from app.organisations.schemas import YearName

TrendGroup = Literal["county", "central_school", "school", "stage", "subject"]
CycleGroup = Literal["county", "central_school", "school", "stage", "subject", "title"]
StatisticsGroup = Literal["county", "central_school", "school", "stage", "subject", "title", "sex"]
Standing = Literal["met", "on_track", "behind"]
_REFERENCE = Field(description="在岗与所在学校按此日计：今天与学年最后一日中较早者")


class TrendWeek(Output):
    """A calendar week of the school year 学年周次; week 1 is the week of 1 September."""

    number: int
    starts_on: date
    ends_on: date


class TrendRow(Output):
    """A group's way to the target, week by week: teachers who had reached it by the end of each week."""

    key: str = Field(description="学校、中心校的 id，或学段、学科代码；全区域为 county")
    name: str
    teachers: int
    met: list[int] = Field(description="截至各周末已达标的人数，与 weeks 逐项对应")
    share: list[float | None] = Field(description="截至各周末的完成率，0 到 1；无在岗教师时为 null")


class CompletionTrend(Output):
    """Completion over the weeks of a school year 完成率走势, by the days of the activities. [A5.7.1]"""

    school_year: YearName
    group_by: str
    target: Hours
    clause: str
    reference_day: date = _REFERENCE
    weeks: list[TrendWeek]
    items: list[TrendRow]
    total: TrendRow


class CompletionBranch(Output):
    """A 中心校 with its schools, or a 市直学校 by itself."""

    key: str
    name: str
    kind: Literal["central_school", "direct_school"]
    teachers: int
    met: int
    share: float | None
    schools: list[CompletionRow]


class CompletionRollUp(Output):
    """Completion from the schools up to 中心校 and 市直, and to the county 逐级汇总. [A5.7.1]"""

    school_year: YearName
    target: Hours
    clause: str
    reference_day: date = _REFERENCE
    branches: list[CompletionBranch]
    total: CompletionRow


class CycleRow(Output):
    """Where a group's teachers stand in the five-year cycle; `met`, `on_track` and `behind` add up to `teachers`."""

    key: str
    name: str
    teachers: int
    met: int = Field(description="已达周期总学时的人数")
    on_track: int = Field(description="未达总学时、但不低于按日均分应有学时的人数")
    behind: int = Field(description="低于按日均分应有学时的人数")
    share: float | None = Field(description="达标与跟上进度的人数占比，0 到 1")
    hours_average: float | None = Field(description="人均已计入学时")


class CycleReport(Output):
    """The five-year cycle 五年周期: how many are on track for its total."""

    starts: YearName
    ends: YearName
    school_year: YearName
    group_by: str
    reference_day: date = _REFERENCE
    target: Hours
    expected: Hours = Field(description="截至 reference_day 按日均分应有的学时")
    basis: str = Field(description="依据与读法")
    items: list[CycleRow]
    total: CycleRow


class TeacherCycle(Output):
    """A teacher in the list of the cycle 教师周期学时."""

    teacher_id: UUID
    staff_no: str
    name: str
    school_id: UUID
    stage: str
    subject: str
    credited: Hours
    remaining: Hours
    standing: Standing


class HoursBand(Output):
    """A band of the national form 学时段, in whole hours."""

    label: str
    lower: int
    upper: int | None


class StatisticsRow(Output):
    """Teachers of a group by band; the bands add up to `teachers`."""

    key: str
    name: str
    teachers: int
    untrained: int = Field(description="其中：本学年没有计入学时的人数（也计入第一段）")
    bands: list[int] = Field(description="各学时段的人数，与 bands 逐项对应")


class LevelRow(Output):
    """Teachers trained at a level 层级, and their hours."""

    category: HoursCategory
    label: str
    training_class: str | None = Field(description="全国教师管理信息系统的培训类别代码")
    teachers: int
    hours: Hours


class HoursStatistics(Output):
    """Training of full-time teachers 专任教师接受培训情况 (教基4068): bands of hours, and levels."""

    school_year: YearName
    group_by: str
    reference_day: date = _REFERENCE
    bands: list[HoursBand]
    items: list[StatisticsRow]
    total: StatisticsRow
    levels: list[LevelRow]
    basis: list[str] = Field(description="依据与读法")
