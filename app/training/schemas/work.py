"""Assignments, submissions, scores and completion as clients send and get them. [A2.3b] [A2.3c] [A4.2]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Moment, Note, Output, Resource
from app.hours.schemas import FindingOut
from app.training.schemas.parts import PEOPLE_MAX, EtagGiven, Mark, Points, TraineeId
from app.training.states import ProjectShortfall, TrainingCompletionStatus

Weight = Annotated[int, Field(ge=0, le=100, description="权重")]
Least = Annotated[int | None, Field(ge=0, le=100)]
DECIDED_MAX = 60
"""Each completion prints a certificate."""


class TrainingAssignmentCreate(Input):
    """An assignment 作业. [A2.3b]"""

    title: Line
    text: Note = Field(description="要求")
    due_on: date = Field(description="截止日期")


class TrainingAssignment(Resource):
    """An assignment 作业."""

    project_id: UUID
    title: str
    text: str
    due_on: date
    handed_in: int = Field(description="已交")
    marked: int = Field(description="已批阅")


class TrainingSubmissionWrite(Input):
    """What a trainee hands in 提交作业; files are hung on it."""

    text: Note
    etag: EtagGiven = None


class TrainingSubmission(Resource):
    """What a trainee handed in 作业提交; a mark may stand without."""

    project_id: UUID
    assignment_id: UUID
    assignment_title: str
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    text: str | None
    handed_in_on: date | None
    is_late: bool
    mark: Points | None
    comment: str | None
    is_excellent: bool = Field(description="优秀作业，向学校展示")


class TrainingMarkWrite(Input):
    """The mark of a submission 批阅."""

    mark: Mark
    comment: Note | None = Field(default=None, description="评语")
    is_excellent: bool = Field(default=False, description="优秀作业")
    etag: EtagGiven = None


class TrainingSchemeWrite(Input):
    """How the process is assessed 过程考核办法: weights that sum to 100, and what completion asks. [A2.3b]"""

    attendance_weight: Weight
    learning_weight: Weight
    exchange_weight: Weight
    assignments_weight: Weight
    attendance_min: Least = Field(default=None, description="结业要求的出勤率（%）")
    score_min: Least = Field(default=None, description="结业要求的成绩")
    etag: EtagGiven = None


class TrainingScheme(Resource):
    """How the process of a project is assessed 过程考核办法."""

    project_id: UUID
    attendance_weight: int
    learning_weight: int
    exchange_weight: int
    assignments_weight: int
    attendance_min: int | None
    score_min: int | None
    publications: int = Field(description="成绩已公布几次")
    published_at: Moment | None = Field(description="最近公布时间")


class TrainingGradeLine(Input):
    """What a trainee gets for learning and exchange 学习、交流成绩."""

    trainee_id: TraineeId
    learning: Mark
    exchange: Mark


class TrainingGradesWrite(Input):
    """Grades of trainees 登记学习、交流成绩."""

    grades: list[TrainingGradeLine] = Field(min_length=1, max_length=PEOPLE_MAX)


class TrainingGradesRecorded(Output):
    """How far grading is 已登记成绩."""

    project_id: UUID
    trainees: int = Field(description="在训学员")
    graded: int = Field(description="已登记成绩的学员")


class TrainingScore(Resource):
    """The process score of a trainee as published 过程考核成绩."""

    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    publication: int
    due: int = Field(description="应到次数")
    present: int
    on_leave: int
    attendance: Points
    learning: Points
    exchange: Points
    assignments: Points
    total: Points


class TrainingRecommendation(Input):
    """What 进修学校 recommends of a trainee 一名学员的结业建议."""

    trainee_id: TraineeId
    is_recommended: bool = Field(description="建议结业")
    hours: Hours | None = Field(default=None, gt=0, description="计入学时，不超过项目学时；不填为项目学时")
    opinion: Note | None = None


class TrainingRecommend(Input):
    """What 进修学校 recommends 提出结业建议. [A4.2]"""

    trainees: list[TrainingRecommendation] = Field(min_length=1, max_length=PEOPLE_MAX)


class TrainingVerdict(Input):
    """What is decided of a trainee 一名学员的结业决定."""

    trainee_id: TraineeId
    is_completed: bool = Field(description="结业")
    reason: Note | None = Field(default=None, description="不予结业、与建议不同或有未达要求时须写明理由")


class TrainingDecide(Input):
    """What 教师教育科 decides 决定结业. [A4.2]"""

    trainees: list[TrainingVerdict] = Field(min_length=1, max_length=DECIDED_MAX)


class TrainingFigures(Output):
    """What a recommendation stands on 结业依据."""

    due: int
    present: int
    on_leave: int
    absent: int
    attendance: Points
    score: Points | None
    unmarked: int = Field(description="没有成绩的作业")


class TrainingCompletion(Resource):
    """The completion of a trainee 结业."""

    project_id: UUID
    trainee_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    is_recommended: bool
    opinion: str | None
    figures: TrainingFigures
    findings: list[FindingOut]
    status: TrainingCompletionStatus
    recommended_by: UUID
    decided_by: UUID | None
    decided_on: date | None
    reason: str | None
    hours: Hours
    number: str | None = Field(description="结业证书编号")
    certificate_id: UUID | None
    entry_id: UUID | None = Field(description="计入学时后的学时记录")
    credited: Hours | None


class TrainingCompletions(Output):
    """Completions as they stand now 结业情况."""

    items: list[TrainingCompletion]


class TrainingHoursPost(Input):
    """Credit the hours of completions that have none yet 计入结业学时."""

    trainee_ids: list[UUID] = Field(
        default=[], max_length=PEOPLE_MAX, description="只计这些学员；不填为全部，每次至多 200 人"
    )


class TrainingHoursPosted(Output):
    """What the completions of a project were credited 结业学时登记结果."""

    project_id: UUID
    people: int
    claimed_hours: Hours
    credited_hours: Hours
    items: list[TrainingCompletion]


class ProjectRate(Output):
    """One of the three rates 一项比率: actual of required; share is null where nobody was required."""

    actual: int
    required: int
    share: float | None
    is_met: bool


class ProjectPersonTimes(Output):
    """Person-times of a ground 扣分人次. [A4.2]"""

    ground: ProjectShortfall = Field(description="见 /v1/reference-data/deduction_grounds")
    label: str
    person_times: int
    points: Points = Field(description="扣分")


class ProjectMissing(Output):
    """Who is behind a person-time 扣分人次名单; a place that nobody was sent for has a unit only."""

    ground: ProjectShortfall
    unit_id: UUID
    unit_name: str
    teacher_id: UUID | None
    teacher_name: str | None
    person_times: int
    note: str | None


class ProjectRates(Output):
    """The three rates of a project, within the caller's scope 选送率、参训率、结业率. [A4.2]"""

    project_id: UUID
    nomination: ProjectRate
    attendance: ProjectRate
    completion: ProjectRate
    person_times: list[ProjectPersonTimes]
    missing: list[ProjectMissing]
