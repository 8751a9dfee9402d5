"""Term assessments as clients send and get them 学期考核. [A5.7.2]"""

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Input, Note, Output, Resource
from app.hours.schemas import TermName
from app.hours.schemas.submissions import TeacherNamed
from app.school_research.schemas.activities import LINES_MAX
from app.school_research.states import TermAssessmentResult


class TermAssessmentWrite(TeacherNamed):
    """What is said of a teacher 考核结果; the teacher by id, staff number, or a name that is unique in the school."""

    result: TermAssessmentResult
    reason: Note | None = Field(default=None, description="不合格的理由，不合格时必填")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.result is TermAssessmentResult.UNQUALIFIED and not self.reason:
            message = "不合格须写明理由"
            raise ValueError(message)
        return self


class TermAssessmentsSet(Input):
    """Assessments entered together: all or none 批量登记考核; what was said before is replaced."""

    school_id: UUID | None = Field(default=None, description="学校，不填为本校")
    term: TermName
    lines: list[TermAssessmentWrite] = Field(min_length=1, max_length=LINES_MAX)


class TermAssessment(Resource):
    """What a school says of a teacher's research of a term 学期考核."""

    school_id: UUID
    school_name: str
    teacher_id: UUID
    teacher_name: str
    staff_no: str
    term: TermName = Field(validation_alias="term_name")
    result: TermAssessmentResult
    reason: str | None
    assessed_by: UUID


class TermAssessmentStanding(Output):
    """How far a school has assessed its teachers at post 考核进度."""

    school_id: UUID
    school_name: str
    teachers: int = Field(description="在编在岗教师数")
    assessed: int
    unqualified: int
    unassessed: int
