"""Assignments, workload, assessments and the team's read-out as clients send and get them."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Moment, Output, Resource
from app.organisations.schemas import YearName
from app.trainers.schemas.applications import Code, EtagGiven, Reason
from app.trainers.states import AssessmentResult, AssignmentPlace

Fen = Annotated[int, Field(ge=0, le=100_000_000, description="金额，单位为分")]


class TrainerAssignmentCreate(Input):
    """Put a task of a trainer on record 登记工作任务. [A7.7]"""

    appointment_id: UUID
    duty: Code = Field(description="职责，见 /v1/reference-data/trainer_duties")
    place: AssignmentPlace
    title: Line = Field(description="任务名称，写明是哪个工作坊、哪所学校或哪个项目")
    workshop_id: UUID | None = Field(default=None, description="在哪个工作坊（室）；只在 place 为 workshop 时填写")
    done_on: date = Field(description="任务日期，须在聘期内")
    hours: Hours = Field(default=Decimal(0), ge=0, le=999, description="授课或指导学时")
    fee_fen: Fen = 0
    fee_due_on: date | None = Field(default=None, description="劳动报酬应付日期；有报酬时必填")


class TrainerFeePay(Input):
    """Put the payment of a fee on record 登记发放."""

    paid_on: date
    etag: EtagGiven = None


class TrainerAssignment(Resource):
    """A task of a trainer 工作任务."""

    appointment_id: UUID
    teacher_id: UUID
    school_id: UUID
    holder_name: str
    duty: str
    place: AssignmentPlace
    title: str
    workshop_id: UUID | None
    done_on: date
    school_year: str
    hours: Hours
    fee_fen: int
    fee_due_on: date | None
    fee_paid_on: date | None
    is_overdue: bool = Field(description="报酬应付日期已过而未发放")


class TrainerWorkload(Output):
    """What a trainer did in a school year, for the own unit's assessment 工作量说明. [A7.8]"""

    teacher_id: UUID
    holder_name: str
    school_id: UUID
    tasks: int
    hours: Hours
    planning: int = Field(description="规划策划")
    delivery: int = Field(description="实施与过程管理")
    mentoring: int = Field(description="帮扶培育")
    tracking: int = Field(description="指导跟踪")
    resources: int = Field(description="课程与资源")


class TrainerAssessmentWrite(Input):
    """Assess a school year 年度考核. [A7.10]"""

    school_year: YearName
    result: AssessmentResult
    opinion: Reason
    etag: EtagGiven = None


class TrainerReply(Input):
    """What the person says to an assessment 本人意见."""

    reply: Reason
    etag: EtagGiven = None


class TrainerRecord(Output):
    """The record of a year as computed when it was assessed 工作记录."""

    tasks: int
    hours: Hours
    planning: int
    delivery: int
    mentoring: int
    tracking: int
    resources: int


class TrainerAssessment(Resource):
    """An assessment 年度考核, with the computed record beside it."""

    appointment_id: UUID
    teacher_id: UUID
    school_id: UUID
    holder_name: str
    school_year: str
    record: TrainerRecord
    result: AssessmentResult
    opinion: str
    assessed_by: UUID
    reply: str | None
    replied_at: Moment | None


class TrainerCount(Output):
    """How many of one kind 某类人数."""

    code: str
    label: str
    people: int


class TrainerCoverage(Output):
    """How many trainers a subject of a stage has 学段学科覆盖."""

    stage: str
    subject: str
    label: str
    people: int


class TrainerLeaving(Output):
    """Who leaves in a month, by term or by age 预计离队."""

    month: str
    by_term: int = Field(description="聘期届满、可以续聘的人数")
    by_age: int = Field(description="聘期届满且超过续聘年龄的人数")
    people: int = Field(description="月末预计在聘人数（均不续聘）")


class TrainerTeam(Output):
    """The team on a day 团队读数: head count, coverage, sources, ages, titles, share that took part, forecast."""

    on: date
    people: int
    people_min: int = Field(description="不少于的人数 [M3.3]")
    is_enough: bool
    took_part: int = Field(description="本学年承担过任务的在聘人数")
    share: float | None = Field(description="发挥作用的比例")
    share_min: float = Field(description="不低于的比例 [A4.3]")
    is_share_met: bool
    concentrated: int = Field(description="本学年截至当日的集中研修次数")
    concentrated_min: int = Field(description="每学年不少于的次数 [M4.4]")
    sources: list[TrainerCount]
    ages: list[TrainerCount]
    titles: list[TrainerCount]
    covered: list[TrainerCoverage]
    missing: list[TrainerCoverage]
    forecast: list[TrainerLeaving] = Field(description="今后 24 个月")
