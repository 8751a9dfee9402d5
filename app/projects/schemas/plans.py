"""Training plans as clients send and get them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Moment, Note, Output, Patch, Resource
from app.projects.states import TrainingPlanKind, TrainingPlanStatus

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]
Year = Annotated[int, Field(ge=2000, le=2100, description="公历年")]
Departments = Annotated[
    list[Code], Field(max_length=20, description="联合立项的科室，见 /v1/reference-data/departments")
]


class ProjectMove(Input):
    """A step that needs no words 办理."""

    etag: EtagGiven = None


class ProjectReason(Input):
    """Why something is returned, refused, cancelled or withdrawn 理由."""

    reason: Reason
    etag: EtagGiven = None


class TrainingPlanItemWrite(Input):
    """What a plan says of one of the five levels 规划中的一个层级. [M3.2]"""

    level: Code = Field(description="层级，见 /v1/reference-data/project_levels")
    content: Note


class TrainingPlanItem(Output):
    """What a plan says of one of the five levels 规划中的一个层级."""

    level: str
    content: str


class TrainingPlanCreate(Input):
    """A new five-year or annual plan 编制规划或年度计划. [M3.2]"""

    kind: TrainingPlanKind
    parent_id: UUID | None = Field(default=None, description="年度计划所属的五年规划")
    first_year: Year
    last_year: Year
    title: Line
    text: Note
    items: list[TrainingPlanItemWrite] = Field(default=[], max_length=20, description="按五级培训分述")
    departments: Departments = Field(default=[])


class TrainingPlanPatch(Patch):
    """Changes of a plan that is not approved 修改规划; absent fields stay."""

    parent_id: UUID | None = None
    first_year: Year = 2000
    last_year: Year = 2000
    title: Line = ""
    text: Note = ""
    items: list[TrainingPlanItemWrite] = Field(default=[], max_length=20)
    departments: Departments = Field(default=[])


class TrainingPlan(Resource):
    """A five-year or annual plan 培训规划、年度计划."""

    kind: TrainingPlanKind
    parent_id: UUID | None
    first_year: int
    last_year: int
    title: str
    text: str
    items: list[TrainingPlanItem]
    departments: list[str]
    status: TrainingPlanStatus
    made_by: UUID
    submitted_by: UUID | None
    submitted_at: Moment | None
    decided_by: UUID | None
    decided_at: Moment | None
    return_reason: str | None
