"""Members and their yearly adjustment as clients send and get them 成员与学年调整."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Moment, Note, Output, Resource
from app.hours.schemas.submissions import Etag
from app.organisations.schemas import YearName
from app.workshops.schemas.workshops import MEMBERS_MAX, Code, WorkshopMemberWrite
from app.workshops.states import AdjustmentStatus, MemberRole


class WorkshopMember(Resource):
    """A spell as a member 成员; history stays."""

    workshop_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID = Field(description="现任职单位")
    school_name: str
    role: MemberRole
    joined_on: date
    left_on: date | None = Field(description="离开之日，当日起不再是成员")
    left_reason: str | None
    consented_at: Moment | None = Field(description="本人同意的时间")


class WorkshopMembersAdjust(Input):
    """Who joins, changes role, or leaves 成员调整; before registration it takes effect at once."""

    effective_on: date | None = Field(default=None, description="生效日期；注册之后必填")
    add: list[WorkshopMemberWrite] = Field(default=[], max_length=MEMBERS_MAX, description="加入，或改变角色")
    remove: list[UUID] = Field(default=[], max_length=MEMBERS_MAX, description="移出的教师 id")
    leader_id: UUID | None = Field(default=None, description="新的主持人，须为本单位的核心成员；不填则不变")
    reason: Line | None = Field(default=None, description="理由；注册之后必填")
    etag: Etag = None


class WorkshopMemberEnd(Input):
    """A member who leaves without an adjustment 离开登记: transfer, retirement, death, and the like. [A6.13a]"""

    left_on: date
    reason: Code = Field(description="代码，见 /v1/reference-data/departure_reasons")


class WorkshopAdjustedMember(Output):
    """A member of a change set 调整中的一人."""

    teacher_id: UUID
    name: str
    role: MemberRole | None = Field(description="加入后的角色；移出为空")


class WorkshopAdjustment(Resource):
    """The one change of members of a school year 学年调整. [A6.13a]"""

    workshop_id: UUID
    school_year: YearName
    effective_on: date
    members: list[WorkshopAdjustedMember]
    leader_id: UUID | None = Field(description="新的主持人；不变则为空")
    reason: str
    status: AdjustmentStatus
    proposed_by: UUID
    decided_by: UUID | None
    decided_at: Moment | None
    decision_note: str | None


class WorkshopDecision(Input):
    """A decision with its remark 审核意见; sending back needs one."""

    note: Note | None = None
    etag: Etag = None
