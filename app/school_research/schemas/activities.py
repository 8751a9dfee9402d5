"""Activities and attendance as clients send and get them 校本研修活动. [A5.7.2]"""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import AsTyped, Hours, Input, Line, Note, Output, Patch, Resource
from app.hours.schemas import TermName
from app.hours.schemas.ledger import Claimed
from app.hours.schemas.submissions import TeacherNamed
from app.organisations.schemas import YearName
from app.school_research.schemas.plans import Etag
from app.school_research.states import AttendanceMeans, ResearchActivityStatus

LINES_MAX = 500
"""Teachers of one request."""
SIGN_IN_CODE = r"^[A-HJ-NP-Z2-9]{8}$"
CONTENT = "研修内容：research_contents 中的代码，或学校自定的名称 [A5.4 A5.11]"
MODE = "研修方式：research_modes 中的代码，或学校自定的名称 [A5.4 A5.11]"


class ResearchActivityCreate(Input):
    """An activity that was or will be held 登记活动."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    title: Line = Field(description="活动主题")
    activity_date: date
    session: Line | None = Field(default=None, description="场次，用于区分同日同题的活动")
    content: Line = Field(description=CONTENT)
    mode: Line = Field(description=MODE)
    team: Line | None = Field(default=None, description="研修团队")
    host: Line = Field(description="主持人")
    leader: Line | None = Field(default=None, description="到场的学校领导；没有则不填")
    hours: Claimed = Field(description="学时，0.5 的倍数")
    record: Note | None = Field(default=None, description="活动记录")


class ResearchActivityPatch(Patch):
    """Changes of an activity 修改活动."""

    title: Line = ""
    session: Line | None = None
    content: Line = ""
    mode: Line = ""
    team: Line | None = None
    host: Line = ""
    leader: Line | None = None
    hours: Claimed = Decimal(1)
    record: Note | None = None


class ResearchActivity(Resource):
    """An activity of a school 校本研修活动."""

    school_id: UUID
    school_name: str
    plan_id: UUID | None = Field(description="活动所属的方案；登记时方案未通过则为 null")
    school_year: YearName
    term: TermName = Field(validation_alias="term_name")
    title: str
    activity_date: date
    session: str | None
    content: str
    mode: str
    team: str | None
    host: str
    leader: str | None
    hours: Hours
    record: str | None
    status: ResearchActivityStatus
    cancel_reason: str | None
    attended: int = Field(description="出席人数")
    is_claimed: bool = Field(description="出席是否已转为学时申报")
    submission_id: UUID | None


class ResearchAttendanceWrite(TeacherNamed):
    """Who took part 出席; the teacher by id, staff number, or a name that is unique in the school."""

    hours: Claimed | None = Field(default=None, description="本人学时，不填与活动相同")


class ResearchAttendanceCreate(Input):
    """A list of who took part: all or none 出席名单. Who stands in it already stays as he is."""

    lines: list[ResearchAttendanceWrite] = Field(min_length=1, max_length=LINES_MAX)
    etag: Etag = None


class ResearchAttendance(Output):
    """That a teacher took part 出席."""

    id: UUID
    activity_id: UUID
    teacher_id: UUID
    teacher_name: str
    staff_no: str
    means: AttendanceMeans
    hours: Hours


class ResearchActivityMove(Input):
    """A move without a reason."""

    etag: Etag = None


class ResearchActivityCancel(Input):
    """Why an activity does not count 作废理由."""

    reason: Note
    etag: Etag = None


class ResearchSignInCode(Output):
    """The code teachers sign in with on the day 签到码."""

    activity_id: UUID
    code: str
    valid_on: date


class ResearchSignIn(Input):
    """Signing in by the code shown at the activity 签到."""

    code: Annotated[str, AsTyped, Field(pattern=SIGN_IN_CODE, description="活动现场显示的签到码")]


class ResearchClaimCreate(Input):
    """Turn the attendance of a term into hours sheets 生成学时申报."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    term: TermName


class ResearchClaim(Output):
    """The sheets that came of it 生成的学时申报（草稿）."""

    submission_ids: list[UUID]
    activities: int
    lines: int
