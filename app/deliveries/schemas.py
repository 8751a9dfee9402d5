"""Programmes, visits, lessons and attendance of 送教送培 as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Note, Output, Resource
from app.deliveries.states import DeliveryProgrammeStatus, DeliveryVisitStatus, LecturerKind
from app.hours.schemas import FindingOut
from app.organisations.schemas import YearName

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]
Given = Annotated[Hours, Field(gt=0, le=24)]


class DeliveryProgrammeCreate(Input):
    """Open the programme of a school year for a stage and a subject 设立送教送培系列. [M4.3]"""

    school_year: YearName
    stage: Code = Field(description="学段：学前、小学、初中")
    subject: Code
    title: Line
    content: Note = Field(description="目标与内容")
    visits_planned: int = Field(ge=1, le=1000, description="计划送教次数")
    project_id: UUID | None = Field(default=None, description="所属培训项目")


class DeliveryProgramme(Resource):
    """A programme of a school year 送教送培系列."""

    school_year: str
    stage: str
    subject: str
    title: str
    content: str
    visits_planned: int
    visits_held: int
    project_id: UUID | None
    status: DeliveryProgrammeStatus
    end_reason: str | None


class DeliveryMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class DeliveryReason(Input):
    """Why a programme or a visit is cancelled 取消的理由."""

    reason: Reason
    etag: EtagGiven = None


class DeliveryLessonWrite(Input):
    """A lesson and who gives it 送教课: exactly one of teacher, trainer's appointment and expert."""

    title: Line
    hours: Given = Field(description="授课学时")
    teacher_id: UUID | None = Field(default=None, description="授课教师")
    appointment_id: UUID | None = Field(default=None, description="授课培训者的聘任，当日须在聘")
    expert_id: UUID | None = Field(default=None, description="授课专家，当日须在聘")


class DeliveryVisitCreate(Input):
    """Plan a visit to a school 安排送教活动. [M4.3]"""

    programme_id: UUID
    host_school_id: UUID = Field(description="承办学校")
    visit_on: date = Field(description="日期，须在系列的学年内")
    title: Line
    hours: Given = Field(description="每位受训教师计入岗位培训的学时")
    lessons: list[DeliveryLessonWrite] = Field(min_length=1, max_length=20)


class DeliveryReschedule(Input):
    """Another day for a planned visit 改期."""

    visit_on: date
    etag: EtagGiven = None


class DeliveryHeld(Input):
    """That a visit was held, and what came of it 登记已送教."""

    summary: Note
    etag: EtagGiven = None


class DeliveryLesson(Output):
    """A lesson of a visit 送教课."""

    position: int
    title: str
    hours: Hours
    lecturer: LecturerKind
    lecturer_name: str
    teacher_id: UUID | None
    appointment_id: UUID | None
    expert_id: UUID | None
    assignment_id: UUID | None = Field(description="培训者工作任务，送教后登记")


class DeliveryVisit(Resource):
    """A visit to a school 送教活动 with its lessons."""

    programme_id: UUID
    school_year: str
    stage: str
    subject: str
    host_school_id: UUID
    host_school_name: str
    town: str | None
    visit_on: date
    title: str
    hours: Hours
    status: DeliveryVisitStatus
    summary: str | None
    cancel_reason: str | None
    lessons: list[DeliveryLesson]
    receivers: int = Field(description="受训人数")
    unconfirmed: int = Field(description="尚未计入学时的人数")


class DeliveryAttendanceWrite(Input):
    """Who received the visit 受训名单; whoever is on record stays, unless `replace` is given."""

    teacher_ids: list[UUID] = Field(min_length=1, max_length=500)
    replace: bool = Field(default=False, description="true：不在名单中、尚未计入学时的人从出勤中去掉")


class DeliveryAttendance(Resource):
    """That a teacher received a visit 受训出勤."""

    visit_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    entry_id: UUID | None = Field(description="计入的学时记录")


class DeliveryHoursLine(Output):
    """What a receiver was credited 计入学时."""

    teacher_id: UUID
    entry_id: UUID
    claimed_hours: Hours
    credited_hours: Hours
    findings: list[FindingOut]


class DeliveryHours(Output):
    """The hours of a visit as confirmed 送教学时."""

    visit_id: UUID
    claimed_hours: Hours
    credited_hours: Hours
    lines: list[DeliveryHoursLine]


class DeliveryStage(Output):
    """What a stage got in a school year 学段情况."""

    stage: str
    label: str
    programmes: int
    visits: int
    lessons: int
    receivers: int = Field(description="受训教师人数")


class DeliveryYear(Output):
    """送教送培 of a school year: towns reached and not reached, visits, lessons, receivers, hours. [M4.3]"""

    school_year: str
    programmes: int
    visits_planned: int = Field(description="各系列计划送教次数之和")
    visits_held: int
    visits_cancelled: int
    lessons: int
    receivers: int = Field(description="受训教师人数，每人计一次")
    attendances: int = Field(description="受训人次")
    hours: Hours = Field(description="已计入岗位培训的学时")
    towns_reached: list[str]
    towns_missing: list[str]
    stages: list[DeliveryStage]
    findings: list[FindingOut]
