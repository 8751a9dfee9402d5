"""Plans, activities, attendance, cases and the follow-up of a year as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import AsTyped, Hours, Input, Line, Note, Output, Patch, Resource
from app.hours.schemas import FindingOut
from app.hours.schemas.submissions import Etag, TermName
from app.organisations.schemas import YearName
from app.workshops.states import ActivityMode, ActivityStatus, PlanStatus, SignInMeans, TalkKind

MonthName = Annotated[
    str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"], description="月份，如 2026-10")
]
PRESENT_MAX = 60


class WorkshopGathering(Input):
    """A gathering of the schedule 计划中的一次集中研修."""

    month: MonthName
    topic: Line
    host_school_id: UUID | None = Field(default=None, description="承办单位")


class WorkshopPlanWrite(Input):
    """The plan of a school year 学年活动方案. [A6.6a]"""

    school_year: YearName
    theme: Line = Field(description="学科主题")
    schedule: list[WorkshopGathering] = Field(min_length=1, max_length=40)
    evaluation: Note = Field(description="评价要求")
    etag: Etag = None


class WorkshopGatheringOut(Output):
    """A gathering of the schedule 计划中的一次集中研修."""

    month: str
    topic: str
    host_school_id: UUID | None


class WorkshopPlan(Resource):
    """The plan of a school year 学年活动方案."""

    workshop_id: UUID
    school_year: YearName
    theme: str
    schedule: list[WorkshopGatheringOut]
    evaluation: str
    status: PlanStatus
    submitted_by: UUID | None
    decided_by: UUID | None
    decision_note: str | None


class WorkshopLesson(Input):
    """A live lesson 现场授课."""

    teacher_id: UUID
    title: Line


class WorkshopLessonOut(Output):
    """A live lesson 现场授课."""

    teacher_id: UUID
    title: str


class WorkshopActivityCreate(Input):
    """A planned activity 集中研修活动. [A6.6]"""

    title: Line
    theme: Line | None = None
    starts_on: date
    ends_on: date | None = Field(default=None, description="不填为当天")
    host_school_id: UUID = Field(description="承办单位")
    host_teacher_id: UUID | None = Field(default=None, description="主持人")
    mode: ActivityMode = ActivityMode.OFFLINE
    lessons: list[WorkshopLesson] = Field(default=[], max_length=10, description="现场授课")
    talk_kind: TalkKind | None = None
    talk_title: Line | None = Field(default=None, description="议课或讲座的题目")
    is_reading_forum: bool = Field(default=False, description="专业阅读论坛")


class WorkshopActivityPatch(Patch):
    """Changes of a planned activity 修改活动."""

    title: Line = ""
    theme: Line | None = None
    starts_on: date = date.min
    ends_on: date = date.min
    host_school_id: UUID = UUID(int=0)
    host_teacher_id: UUID | None = None
    mode: ActivityMode = ActivityMode.OFFLINE
    lessons: list[WorkshopLesson] = Field(default=[], max_length=10)
    talk_kind: TalkKind | None = None
    talk_title: Line | None = None
    is_reading_forum: bool = False


class WorkshopActivity(Resource):
    """An activity 集中研修活动."""

    workshop_id: UUID
    title: str
    theme: str | None
    starts_on: date
    ends_on: date
    host_school_id: UUID
    host_school_name: str
    host_teacher_id: UUID | None
    mode: ActivityMode
    lessons: list[WorkshopLessonOut]
    talk_kind: TalkKind | None
    talk_title: str | None
    is_reading_forum: bool
    summary: str | None
    status: ActivityStatus
    present_count: int = Field(description="出勤人数")


class WorkshopActivityHold(Input):
    """What came of an activity 活动记录."""

    summary: Note
    etag: Etag = None


class WorkshopSignInCode(Output):
    """The code members sign in with 签到码; shown to the organiser only."""

    activity_id: UUID
    code: str


class WorkshopSignIn(Input):
    """A member signs in with the code of the day 本人签到."""

    code: Annotated[str, AsTyped, Field(pattern=r"^[0-9]{6}$", description="活动现场显示的签到码")]


class WorkshopAttendanceWrite(Input):
    """Who was there on a day 批量登记出勤."""

    day: date
    teacher_ids: list[UUID] = Field(max_length=PRESENT_MAX)
    replace: bool = Field(default=False, description="true：以本次名单为准，去掉当日其他尚未计学时的出勤")


class WorkshopAttendance(Resource):
    """A member at an activity on one day 出勤."""

    activity_id: UUID
    teacher_id: UUID
    teacher_name: str
    day: date
    means: SignInMeans
    entry_id: UUID | None = Field(description="计入学时后的学时记录")


class WorkshopAttendanceRecorded(Output):
    """The attendance of a day as it stands now 当日出勤."""

    day: date
    present_count: int
    added_count: int
    removed_count: int


class WorkshopCaseCreate(Input):
    """A practice case of a term 教学实践案例. [A6.R]"""

    term: TermName
    title: Line
    author_id: UUID
    summary: Note


class WorkshopCase(Resource):
    """A practice case of a term 教学实践案例."""

    workshop_id: UUID
    term: TermName = Field(validation_alias="term_name")
    title: str
    author_id: UUID
    author_name: str
    summary: str


class WorkshopHoursConfirm(Input):
    """The month whose attendance becomes hours 月度学时确认. [A6.13c]"""

    month: MonthName


class WorkshopHoursLine(Output):
    """A day of attendance as credited 计入的一天."""

    teacher_id: UUID
    teacher_name: str
    day: date
    activity_title: str
    claimed_hours: Hours
    credited_hours: Hours
    entry_id: UUID
    findings: list[FindingOut]


class WorkshopHours(Output):
    """What a month's confirmation credited 月度学时确认结果."""

    workshop_id: UUID
    month: MonthName
    claimed_hours: Hours
    credited_hours: Hours
    lines: list[WorkshopHoursLine]


class WorkshopMonth(Output):
    """A month in term time 在校月."""

    month: MonthName
    activities: int
    is_missed: bool = Field(description="已过去而没有集中研修")


class WorkshopHost(Output):
    """A unit of core members, and how often it hosted 承办单位."""

    school_id: UUID
    school_name: str
    hosted: int


class WorkshopCasesOfTerm(Output):
    """Cases of a term 学期案例."""

    term: TermName
    cases: int


class WorkshopFollowUp(Output):
    """How a workshop stands in a school year 学年跟踪. [A6.6]"""

    workshop_id: UUID
    school_year: YearName
    plan_status: PlanStatus | None
    gatherings: int
    gatherings_required: int
    months: list[WorkshopMonth]
    hosts: list[WorkshopHost]
    reading_forums: int
    cases: list[WorkshopCasesOfTerm]
    attendance_rate: float | None = Field(description="出勤率：出勤人次与应到人次之比")
    people_led: int = Field(description="引领教师人数")
    claimed_hours: Hours
    credited_hours: Hours
    findings: list[FindingOut]
