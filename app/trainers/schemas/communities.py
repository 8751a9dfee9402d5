"""Communities, sessions and attendance as clients send and get them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Resource
from app.trainers.schemas.applications import Code, EtagGiven
from app.trainers.states import CommunityStatus


class TrainerCommunityCreate(Input):
    """Make a community of a subject 组建研修共同体. [A7.9]"""

    subject: Code
    name: Line


class TrainerCommunity(Resource):
    """A community of trainers of a subject 研修共同体."""

    subject: str
    name: str
    status: CommunityStatus
    sessions: int = Field(description="已开展的研修次数")
    members: int = Field(description="成员人数")
    convener: str | None = Field(description="召集人姓名")


class TrainerMembersWrite(Input):
    """Who belongs to a community, all of them 成员名单; whoever is not named belongs to it no longer. [A7.9]"""

    appointment_ids: list[UUID] = Field(min_length=1, max_length=200)
    convener_id: UUID | None = Field(default=None, description="召集人的聘任，须在成员名单中")
    etag: EtagGiven = None


class TrainerMember(Resource):
    """A trainer in a community 研修共同体成员."""

    community_id: UUID
    appointment_id: UUID
    teacher_id: UUID
    holder_name: str
    is_convener: bool = Field(description="是否召集人")
    is_active: bool = Field(description="当日是否在聘")


class TrainerSessionCreate(Input):
    """Put a session on record 登记研修: of a community, or of the whole team (the yearly concentrated study). [M4.4]"""

    community_id: UUID | None = Field(default=None, description="研修共同体；全团队的年度集中研修不填")
    title: Line
    held_on: date
    hours: Hours = Field(gt=0, le=99)


class TrainerSession(Resource):
    """A session 研修活动 and how many attended."""

    community_id: UUID | None
    title: str
    held_on: date
    school_year: str
    hours: Hours
    attended: int = Field(description="出勤人数")


class TrainerAttendanceWrite(Input):
    """Who attended, all of them 出勤名单; whoever is on record already stays."""

    appointment_ids: list[UUID] = Field(min_length=1, max_length=200)


class TrainerAttendance(Resource):
    """That a trainer attended a session 出勤."""

    session_id: UUID
    appointment_id: UUID
    teacher_id: UUID
    holder_name: str
