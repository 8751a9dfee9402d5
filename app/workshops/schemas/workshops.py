"""Workshops as clients send and get them 工作坊（室）."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Moment, Note, Output, Patch, Resource
from app.hours.schemas import FindingOut
from app.hours.schemas.submissions import Etag, StaffNo, TermName
from app.organisations.schemas import YearName
from app.workshops.states import MemberRole, WorkshopFamily, WorkshopKind, WorkshopLevel, WorkshopStatus

MEMBERS_MAX = 60
Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{2,40}$", description="代码，见 /v1/reference-data")]


class WorkshopMemberWrite(Input):
    """A member by id or staff number 成员; the role says core member or joined by application."""

    teacher_id: UUID | None = None
    staff_no: StaffNo | None = Field(default=None, description="教职工号；与 teacher_id 填一项")
    role: MemberRole


class WorkshopProposal(Input):
    """A workshop as it might be 拟设的工作坊（室）."""

    family: WorkshopFamily
    kind: WorkshopKind | None = Field(default=None, description="教师工作坊的三类之一，其他类型不填")
    level: WorkshopLevel
    unit_id: UUID | None = Field(default=None, description="所在中心校或市直学校，不填为本单位")
    leader_id: UUID = Field(description="主持人")
    stage: Code
    subject: Code
    school_year: YearName = Field(description="注册的第一个学年")
    members: list[WorkshopMemberWrite] = Field(default=[], max_length=MEMBERS_MAX)


class WorkshopCreate(WorkshopProposal):
    """A new workshop 申报工作坊（室）."""

    name: Line
    theme: Line = Field(description="研修主题")


class WorkshopPatch(Patch):
    """Changes before registration 修改申报."""

    kind: WorkshopKind | None = None
    leader_id: UUID = UUID(int=0)
    name: Line = ""
    stage: Code = ""
    subject: Code = ""
    theme: Line = ""


class Workshop(Resource):
    """A workshop or studio 工作坊（室）."""

    family: WorkshopFamily
    kind: WorkshopKind | None
    level: WorkshopLevel
    unit_id: UUID
    unit_name: str
    leader_id: UUID
    leader_name: str
    name: str
    stage: str
    subject: str
    theme: str
    school_year: YearName = Field(description="连续注册的第一个学年")
    last_school_year: YearName = Field(description="注册到哪个学年为止")
    status: WorkshopStatus
    core_count: int = Field(description="现有核心成员")
    member_count: int = Field(description="现有正式成员，含核心成员")
    confirmed_terms: list[str] = Field(description="已学期注册的学期")
    submitted_by: UUID | None
    recommended_by: UUID | None
    registered_by: UUID | None
    closed_on: date | None


class WorkshopCheck(Output):
    """One requirement 一项要求: what it is now, what is required, and the smallest change that would meet it."""

    finding: FindingOut
    is_met: bool
    repair: str | None = Field(description="最小的补救办法")
    repair_people: int = Field(description="补救须变动的人数")


class WorkshopComposition(Output):
    """What is to be said of the people of a workshop 人员组成核对."""

    is_acceptable: bool = Field(description="没有未满足的必须项")
    checks: list[WorkshopCheck]


class WorkshopMove(Input):
    """A remark on a move 办理意见."""

    note: Note | None = None
    etag: Etag = None


class WorkshopReason(Input):
    """Why a workshop goes back or ends 理由."""

    reason: Note
    etag: Etag = None


class WorkshopTermConfirm(Input):
    """The term in which the workshop lives 学期注册. [M6.2.3b]"""

    term: TermName
    note: Note | None = None
    etag: Etag = None


class WorkshopAct(Output):
    """An act on a workshop 办理记录."""

    id: UUID
    act: str
    status: WorkshopStatus
    account_id: UUID
    account_name: str | None
    acting_role: str
    acting_organisation_id: UUID
    acting_organisation_name: str
    note: str | None
    created_at: Moment
