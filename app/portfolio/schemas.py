"""The portfolio 成长档案 and coverage 覆盖情况 as clients get them."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from app.core.schemas import Figure, Hours, Output
from app.hours.schemas import TeacherHours
from app.organisations.schemas import YearName
from app.portfolio.states import PortfolioKind

OF_THE_PAGE: dict[str, Any] = {"x-usual-length": 1}
"""Over GraphQL the timeline says by `first` how many entries it has; they are not multiplied once more."""


class PortfolioTeacher(Output):
    """Whose portfolio it is 教师基本信息; no numbers of persons."""

    id: UUID
    staff_no: str
    name: str
    sex: str
    school_id: UUID
    school_name: str
    stage: str
    subject: str
    title: str
    posts: list[str]
    is_on_post: bool
    joined_profession_on: date | None
    status: str
    merged_into_id: UUID | None = Field(description="已合并的档案：完整的成长档案在这一份")


class PortfolioEntry(Output):
    """An entry of the timeline 档案条目: a record of another resource, as a line of a person's history."""

    id: UUID
    kind: PortfolioKind
    kind_label: str
    school_year: YearName | None = Field(description="开始日所在的学年")
    starts_on: date | None
    ends_on: date | None = Field(description="最后一日；仍在继续或只有一日的为 null")
    title: str
    part: str | None = Field(description="本人的角色或条目的种类（代码）")
    part_label: str | None
    level: str | None
    level_label: str | None
    result: str | None = Field(description="结果（代码）；只有已决定、已公布的")
    result_label: str | None
    score: Figure | None = Field(description="公布的过程考核成绩")
    final_score: Figure | None = Field(description="公布的学员考核结果（三部分加权）")
    hours: Hours | None
    number: str | None = Field(description="证书或聘书编号")
    person: str | None = Field(description="师徒结对的另一方")
    organisation_id: UUID | None
    organisation_name: str | None
    href: str | None = Field(description="记录在 REST 中的位置")


class PortfolioTimeline(Output):
    """A page of the entries, in time order 时间线."""

    items: list[PortfolioEntry] = Field(json_schema_extra=OF_THE_PAGE)
    next_cursor: str | None = Field(description="下一页游标；没有下一页时为 null")
    total: int


class Portfolio(Output):
    """A teacher's growth 个人成长档案: hours by year against targets, and everything done in time order. [M3.5]"""

    teacher_id: UUID
    teacher: PortfolioTeacher
    from_year: YearName | None = Field(description="所查询的学年，自")
    to_year: YearName | None = Field(description="所查询的学年，至（含）")
    kinds: list[PortfolioKind] | None = Field(description="所查询的类别；null 为全部")
    hours: list[TeacherHours] = Field(description="按学年，由早到晚", json_schema_extra={"x-usual-length": 5})
    timeline: PortfolioTimeline
    hidden_kinds: list[PortfolioKind] = Field(description="当前角色无权查看的类别")


class TeacherCoverage(Output):
    """A teacher at post and what is missing in a school year 教师覆盖情况. [M3.2]"""

    teacher_id: UUID
    staff_no: str
    name: str
    school_id: UUID
    school_name: str
    town: str | None
    stage: str
    subject: str
    credited: Hours = Field(description="校本研修学时")
    target: Hours
    remaining: Hours
    is_without_project: bool = Field(description="没有在训（未退出）的、起止日期与本学年重叠的项目；取消的项目不算")
    is_without_workshop: bool = Field(description="当日不是任何已注册、未结束工作坊（室）的成员或主持人")
    is_below_target: bool = Field(description="校本研修学时少于年度目标；恰好等于目标为达标")


class CoverageRow(Output):
    """How many of a group's teachers at post lack what 覆盖人数."""

    key: str = Field(description="中心校、学校的 id，或学段代码")
    name: str
    teachers: int
    without_project: int
    without_workshop: int
    below_target: int


class TeacherCoverageSummary(Output):
    """Coverage of a school year by group 覆盖情况汇总. [M3.2]"""

    school_year: YearName
    group_by: str
    target: Hours
    clause: str
    reference_day: date = Field(description="在岗、所在学校与工作坊成员按此日计：今天与学年最后一日中较早者")
    items: list[CoverageRow] = Field(json_schema_extra={"x-usual-length": 20})
    total: CoverageRow
