"""Development plans and training budgets as clients send and get them. [A5.R]"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Note, Patch, Resource
from app.hours.schemas.ledger import FindingOut
from app.organisations.schemas import YearName

Fen = Annotated[int, Field(ge=0, le=10**13, description="金额（分）")]


class DevelopmentPlanCreate(Input):
    """A new development plan 新建三年教师发展规划."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    first_year: YearName = Field(description="起始学年；规划期为三年")
    aims: Note = Field(description="目标")
    measures: Note = Field(description="措施")


class DevelopmentPlanPatch(Patch):
    """Changes of a development plan 修改规划."""

    aims: Note = ""
    measures: Note = ""


class DevelopmentPlan(Resource):
    """A school's plan for its teachers over three school years 三年教师发展规划."""

    school_id: UUID
    school_name: str
    first_year: YearName = Field(validation_alias="first_name")
    last_year: YearName = Field(validation_alias="last_name")
    aims: str
    measures: str
    written_by: UUID


class TrainingBudgetSet(Input):
    """The training budget of a calendar year 培训经费; what was said before is replaced."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    year: int = Field(ge=2023, le=2100, description="年度（公历）")
    public_funds_fen: Annotated[int, Field(ge=1, le=10**13, description="年度公用经费预算总额（分）")]
    training_fen: Fen = Field(description="其中安排的培训经费（分）")
    used_fen: Fen = Field(description="已使用的培训经费（分）")


class TrainingBudget(Resource):
    """The training budget of a school and year, against what the rubric asks for 培训经费."""

    school_id: UUID
    school_name: str
    year: int
    public_funds_fen: int
    training_fen: int
    used_fen: int
    written_by: UUID
    findings: list[FindingOut] = Field(description="未达评价标准之处，只作提醒")
