"""Yearly plans as clients send and get them 《年度校本研修方案申请表》. [A5.7.3]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Moment, Note, Output, Patch, Resource
from app.organisations.schemas import YearName
from app.school_research.states import SchoolPlanStatus

MANY = 50
"""Entries of one list of a plan."""
Etag = Annotated[
    str | None, Field(max_length=30, description="读取方案时得到的 etag，也可放在请求头 If-Match；已被他人修改则拒绝")
]
Code = Annotated[str, Field(max_length=50, pattern=r"^[a-z][a-z0-9_]*$")]


class PlanAims(Input):
    """Aims of the term, the year and the years to come, linked with each other 研修目标 [A5.3]."""

    term: Note | None = Field(default=None, description="学期目标")
    year: Note | None = Field(default=None, description="学年目标")
    long_term: Note | None = Field(default=None, description="长远目标，与学校三年教师发展规划衔接")
    development_plan_id: UUID | None = Field(
        default=None, description="所衔接的三年教师发展规划，须是本校的、包含本学年"
    )


class PlanTeam(Input):
    """A team 研修团队."""

    name: Line
    leader: Line = Field(description="负责人")
    members: int = Field(ge=1, le=1000, description="人数")


class PlanStep(Input):
    """A step of the schedule 研修安排."""

    period: Line = Field(description="时间，如 9 月第二周")
    matter: Note = Field(description="内容")


class PlanBudgetLine(Input):
    """A line of the budget 经费预算; the amount in fen."""

    purpose: Line
    amount_fen: int = Field(ge=0, le=10**12, description="金额（分）")


class PlanContent(Input):
    """What a plan says 方案内容; a draft may leave parts open."""

    principal: Line | None = Field(default=None, description="第一责任人（校长、园长）[A5.5]")
    theme: Line | None = Field(default=None, description="研修主题")
    aims: PlanAims = Field(default_factory=PlanAims)
    contents: list[Code] = Field(default_factory=list, max_length=MANY, description="研修内容，取自 research_contents")
    own_contents: list[Line] = Field(default_factory=list, max_length=MANY, description="学校自定的研修内容")
    modes: list[Code] = Field(default_factory=list, max_length=MANY, description="研修方式，取自 research_modes")
    own_modes: list[Line] = Field(default_factory=list, max_length=MANY, description="学校自定的研修方式")
    teams: list[PlanTeam] = Field(default_factory=list, max_length=MANY, description="研修团队")
    schedule: list[PlanStep] = Field(default_factory=list, max_length=MANY, description="研修安排")
    budget: list[PlanBudgetLine] = Field(default_factory=list, max_length=MANY, description="经费预算")
    evaluation: Note | None = Field(default=None, description="考核评价办法")


class SchoolPlanCreate(Input):
    """A new plan 新建年度校本研修方案."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    school_year: YearName
    content: PlanContent = Field(default_factory=PlanContent)


class SchoolPlanPatch(Patch):
    """Changes of a plan 修改方案: the content as a whole."""

    content: PlanContent = Field(default_factory=PlanContent)


class SchoolPlanSubmit(Input):
    """Handing in 提交."""

    late_reason: Note | None = Field(default=None, description="逾期原因，逾期时必填")
    etag: Etag = None


class SchoolPlanMove(Input):
    """A remark on a move 办理意见."""

    note: Note | None = None
    etag: Etag = None


class SchoolPlanReturn(Input):
    """Why a plan goes back 退回意见."""

    reason: Note
    etag: Etag = None


class SchoolPlanAmend(Input):
    """Why an approved plan is to change 修订理由."""

    reason: Note
    etag: Etag = None


class SchoolPlan(Resource):
    """A revision of a school's yearly plan 年度校本研修方案."""

    school_id: UUID
    school_name: str
    central_school_id: UUID | None = Field(description="所属中心校；市直学校为 null")
    school_year: YearName
    revision: int = Field(description="第几稿，从 1 起；通过后的修改另起一稿")
    status: SchoolPlanStatus
    content: PlanContent
    amend_reason: str | None
    due_on: date | None = Field(description="提交截止日，首次提交时记下")
    handed_in_on: date | None = Field(description="首次提交日")
    is_late: bool | None = Field(description="是否逾期提交")
    late_reason: str | None
    created_by: UUID
    submitted_by: UUID | None
    submitted_at: Moment | None
    decided_by: UUID | None
    decided_at: Moment | None
    opinion: str | None = Field(description="最近一次审核意见")


class SchoolPlanAct(Output):
    """An act on a revision 办理记录: who, when, what, why, and the content as it was handed in."""

    id: UUID
    act: str
    status: SchoolPlanStatus
    account_id: UUID
    account_name: str | None
    acting_role: str
    acting_organisation_id: UUID
    note: str | None
    content: PlanContent | None
    created_at: Moment


class SchoolPlanOverdue(Output):
    """A school whose plan is not in, or came in late 未交或逾期的学校."""

    school_id: UUID
    school_name: str
    is_handed_in: bool
    handed_in_on: date | None
    days_late: int = Field(description="逾期天数；未到截止日为 0")


class SchoolPlanArea(Output):
    """How the schools of a 中心校 stand with their plans 按中心校的提交情况; 市直学校 stand together."""

    central_school_id: UUID | None = Field(description="市直学校为 null")
    central_school_name: str
    due_on: date
    schools: int
    handed_in: int
    late: int = Field(description="已交但逾期")
    overdue: int = Field(description="已过截止日仍未交")
    items: list[SchoolPlanOverdue] = Field(description="逾期未交和逾期提交的学校")
