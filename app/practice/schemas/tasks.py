"""Tasks and who owes them, as clients send and get them. [M5.3]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Note, Output, Resource
from app.hours.schemas.ledger import FindingOut
from app.practice.schemas.outputs import EtagGiven, Reason
from app.practice.states import PracticeDutyState, PracticeTaskStatus

Code = Annotated[str, Field(min_length=1, max_length=50)]


class PracticeTaskWrite(Input):
    """Draft a task 拟定返岗实践任务. [M5.3]"""

    kind: Code = Field(description="任务类别，见 /v1/reference-data/practice_tasks")
    workshop_id: UUID | None = Field(default=None, description="布置给哪个工作坊（室）；不填为项目全体学员")
    title: Line
    requirement: Note = Field(description="具体要求")
    due_on: date = Field(description="提交截止日期，须在项目起止日期内")
    etag: EtagGiven = None


class PracticeTaskExtend(Input):
    """Give more time 延长提交期限."""

    due_on: date
    reason: Reason
    etag: EtagGiven = None


class PracticeTask(Resource):
    """A task 返岗实践任务."""

    project_id: UUID
    project_name: str
    workshop_id: UUID | None
    workshop_name: str | None
    kind: str
    title: str
    requirement: str
    due_on: date
    status: PracticeTaskStatus
    findings: list[FindingOut]
    published_on: date | None
    reason: str | None
    outputs: int = Field(description="已提交的成果数")


class PracticeDuty(Output):
    """What a trainee has to do for a task, and how far it is 学员任务完成情况."""

    task_id: UUID
    trainee_id: UUID
    kind: str
    title: str
    due_on: date
    workshop_id: UUID | None
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    output_id: UUID | None
    state: PracticeDutyState
    is_overdue: bool = Field(description="截止日期已过而未交或退回后未再交")
