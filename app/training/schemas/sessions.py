"""Sessions, attendance, leave and corrections as clients send and get them. [A2.3b] [M6.3.1]"""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import AsTyped, Hours, Input, Line, Note, Output, Patch, Resource
from app.training.schemas.parts import PEOPLE_MAX, Code, PersonLine, Reason, TraineeId
from app.training.states import (
    TrainingAttendanceSource,
    TrainingCorrectionStatus,
    TrainingDayPart,
    TrainingLeaveStatus,
    TrainingPresence,
    TrainingSessionStatus,
)

SessionHours = Annotated[Hours, Field(gt=0, le=24)]


class TrainingSessionCreate(Input):
    """A session 课次; one lecturer: a trainer's term, a teacher, or somebody by name. [A2.3b]"""

    held_on: date
    part: TrainingDayPart = Field(description="上午、下午、晚上、全天")
    hours: SessionHours
    topic: Line
    mode: Code = Field(default="face_to_face_short", description="培训方式，见 /v1/reference-data/training_modes")
    place: Line | None = Field(default=None, description="地点；网络研修可以不填")
    phase_id: UUID | None = Field(default=None, description="所属阶段")
    lecturer_name: PersonLine | None = Field(default=None, description="外请授课人姓名")
    lecturer_teacher_id: UUID | None = Field(default=None, description="授课人是本区域教师")
    lecturer_appointment_id: UUID | None = Field(default=None, description="授课人是培训者，填其聘任")


class TrainingSessionPatch(Patch):
    """Changes of a planned session 修改课次."""

    held_on: date = date.min
    part: TrainingDayPart = TrainingDayPart.WHOLE
    hours: SessionHours = Decimal(1)
    topic: Line = ""
    mode: Code = ""
    place: Line | None = None
    phase_id: UUID | None = None
    lecturer_name: PersonLine | None = None
    lecturer_teacher_id: UUID | None = None
    lecturer_appointment_id: UUID | None = None


class TrainingSession(Resource):
    """A session 课次 with its attendance in figures."""

    project_id: UUID
    phase_id: UUID | None
    held_on: date
    part: TrainingDayPart
    hours: Hours
    topic: str
    mode: str
    place: str | None
    lecturer_name: str
    lecturer_teacher_id: UUID | None
    lecturer_appointment_id: UUID | None
    status: TrainingSessionStatus
    present: int = Field(description="出勤人数")
    recorded: int = Field(description="已登记人数")


class TrainingAttendanceMark(Input):
    """Whether a trainee was there 一名学员的考勤."""

    trainee_id: TraineeId
    presence: TrainingPresence = Field(description="出勤、缺勤、请假；请假须已准假")


class TrainingAttendanceWrite(Input):
    """Who was there, by the list 批量登记考勤."""

    marks: list[TrainingAttendanceMark] = Field(min_length=1, max_length=PEOPLE_MAX)


class TrainingAttendance(Resource):
    """Whether a trainee was at a session 考勤."""

    session_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    presence: TrainingPresence
    source: TrainingAttendanceSource


class TrainingSignInCode(Output):
    """The code trainees sign in with 签到码; shown to who runs the session only."""

    session_id: UUID
    code: str


class TrainingSignIn(Input):
    """A trainee signs in with the code of the session 本人签到."""

    code: Annotated[str, AsTyped, Field(pattern=r"^[0-9]{6}$", description="现场显示的签到码")]


class TrainingLeaveAsk(Input):
    """A leave of some days 申请请假."""

    trainee_id: TraineeId
    starts_on: date
    ends_on: date
    reason: Code = Field(description="事由，见 /v1/reference-data/leave_reasons")
    note: Note | None = Field(default=None, description="说明")


class TrainingLeave(Resource):
    """A leave 请假."""

    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    starts_on: date
    ends_on: date
    reason: str
    note: str | None
    status: TrainingLeaveStatus
    asked_by: UUID
    decided_by: UUID | None
    answer: str | None


class TrainingCorrectionAsk(Input):
    """What an attendance should say, and why 申请更正考勤."""

    attendance_id: UUID
    presence: TrainingPresence
    reason: Reason


class TrainingCorrection(Resource):
    """A correction of attendance 考勤更正: before, after, why, and who decided."""

    project_id: UUID
    attendance_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    before: TrainingPresence
    after: TrainingPresence
    reason: str
    is_contest: bool = Field(description="学员本人提出")
    status: TrainingCorrectionStatus
    asked_by: UUID
    decided_by: UUID | None
    answer: str | None
