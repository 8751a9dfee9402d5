"""What the practice has come to, as clients get it. [A4.5] [A2.5a]"""

from uuid import UUID

from pydantic import Field

from app.core.schemas import Output


class PracticeTrainee(Output):
    """A trainee with tasks, outputs, cases and result 学员返岗实践情况."""

    trainee_id: UUID
    project_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    workshop_name: str | None
    tasks: int = Field(description="应完成的任务数")
    outputs: int = Field(description="已提交的成果数")
    marked: int = Field(description="已评定的成果数")
    overdue: int = Field(description="逾期未交的任务数")
    transfer_case_id: UUID | None = Field(description="已认定的成果转化实践案例")
    leading_case_id: UUID | None = Field(description="已认定的引领工作案例")
    total: float | None = Field(description="已公布的考核结果")


class PracticeSummary(Output):
    """The practice of a project in figures 项目返岗实践汇总, over the trainees in reach."""

    project_id: UUID
    project_name: str
    trainees: int
    duties: int = Field(description="应交成果数")
    outputs: int = Field(description="已交成果数")
    marked: int = Field(description="已评定成果数")
    overdue: int = Field(description="逾期未交数")
    results: int = Field(description="已公布考核结果的学员数")
    transfer: int = Field(description="有优秀成果转化实践案例的学员数")
    transfer_share: float | None
    transfer_share_min: float
    is_transfer_met: bool
    leading: int = Field(description="有引领工作案例的学员数")
    leading_share: float | None
    leading_share_min: float
    is_leading_met: bool


class PracticeLacking(Output):
    """A trainee whose case of a kind is missing 尚缺案例的学员."""

    trainee_id: UUID
    project_id: UUID
    project_name: str
    teacher_id: UUID
    teacher_name: str
    has_transfer: bool
    has_leading: bool


class PracticeCaseShares(Output):
    """The two shares of a calendar year 年度案例比例, with who is missing. [A4.5]"""

    year: int
    trainees: int
    transfer: int
    transfer_share: float | None
    transfer_share_min: float
    is_transfer_met: bool
    leading: int
    leading_share: float | None
    leading_share_min: float
    is_leading_met: bool
    missing: list[PracticeLacking] = Field(description="尚缺案例的学员，最多 200 人")
