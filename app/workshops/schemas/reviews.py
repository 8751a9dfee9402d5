"""Monthly reviews, ranking, reminders, mentor pairs and subsidies as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Moment, Note, Output, Resource
from app.hours.schemas.submissions import Etag
from app.organisations.schemas import YearName
from app.workshops.schemas.activities import MonthName
from app.workshops.states import PairStatus, ReviewGrade, ReviewStatus, SubsidyStatus, WorkshopLevel


class WorkshopReviewWrite(Input):
    """The reviewer's grade and feedback for a month 月度评审. [M7.1a]"""

    month: MonthName
    grade: ReviewGrade
    feedback: Note
    etag: Etag = None


class WorkshopStatistics(Output):
    """What the service counted for a month 月度统计."""

    activities: int = Field(description="集中研修次数")
    present: int | None = Field(None, description="实到人次；早先评审未单列的为空")
    expected: int | None = Field(None, description="应到人次；早先评审未单列的为空")
    attendance_rate: float | None = Field(description="出勤率")
    outputs: int = Field(description="当月登记的教学实践案例")
    publications: int | None = Field(None, description="当月发布的信息；早先评审未统计的为空")


class WorkshopReview(Resource):
    """The review of a month 月度评审; leader and unit see it once it is closed."""

    workshop_id: UUID
    month: MonthName = Field(validation_alias="month_name")
    statistics: WorkshopStatistics
    grade: ReviewGrade
    feedback: str
    status: ReviewStatus
    reviewed_by: UUID
    closed_at: Moment | None


class WorkshopRank(Output):
    """A workshop's place in a month among those of its level 月度排名."""

    workshop_id: UUID
    workshop_name: str
    level: WorkshopLevel
    month: MonthName
    grade: ReviewGrade
    statistics: WorkshopStatistics
    place: int
    previous_place: int | None = Field(description="上月名次")
    trend: int | None = Field(description="比上月上升的名次，负数为下降")


class WorkshopReminderItem(Output):
    """Something that is due 待办事项."""

    what: str = Field(description="plan 方案、term 学期注册、review 月度评审、hours 学时确认")
    clause: str | None
    message: str


class WorkshopReminder(Output):
    """A workshop with what is due 待办提醒."""

    workshop_id: UUID
    workshop_name: str
    unit_id: UUID
    leader_id: UUID
    items: list[WorkshopReminderItem]


class MentorPairCreate(Input):
    """A mentor takes on an apprentice 师徒结对. [A6.11]"""

    workshop_id: UUID
    mentor_id: UUID
    apprentice_id: UUID
    starts_on: date
    plan: Note


class MentorPairFinish(Input):
    """What came of a pair 结对成效."""

    ends_on: date
    result: Note
    etag: Etag = None


class MentorPair(Resource):
    """A mentor and an apprentice 师徒结对. [A6.11]"""

    workshop_id: UUID
    mentor_id: UUID
    mentor_name: str
    apprentice_id: UUID
    apprentice_name: str
    starts_on: date
    ends_on: date | None
    plan: str
    result: str | None
    status: PairStatus


class WorkshopSubsidyCreate(Input):
    """A subject master's subsidy for a school year 学科名师经费补助. [A6.8]"""

    workshop_id: UUID
    teacher_id: UUID
    school_year: YearName
    amount_fen: Annotated[int, Field(ge=1, le=100_000_000, description="金额，单位为分")]


class WorkshopSubsidyPay(Input):
    """The day a subsidy was paid 发放日期."""

    paid_on: date
    etag: Etag = None


class WorkshopSubsidy(Resource):
    """A subsidy 学科名师经费补助. [A6.8]"""

    workshop_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_year: YearName
    amount_fen: int = Field(description="金额，单位为分")
    status: SubsidyStatus
    paid_on: date | None
    recorded_by: UUID
