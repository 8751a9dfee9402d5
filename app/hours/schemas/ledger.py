"""Hours as clients send and get them 学时."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Hours, Input, Line, Moment, Note, Output
from app.hours.states import HoursCategory, HoursSource
from app.organisations.schemas import YearName

ENTRIES_MAX = 500
CompletionGroup = Literal["school", "central_school", "stage", "subject"]
Claimed = Annotated[Hours, Field(gt=0, le=Decimal(100))]
Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$", description="来源系统中的唯一标识，可见 ASCII 字符")]


class HoursEntryCreate(Input):
    """A line to be credited 登记学时: who, what, when, how many hours. [A5.6] 核准"""

    teacher_id: UUID
    school_year: YearName | None = Field(default=None, description="填写时须与活动日期相符；不填则由活动日期得出")
    category: HoursCategory
    claimed_hours: Claimed = Field(description="填报学时，0.5 的倍数")
    activity_title: Line
    activity_date: date
    session: Line | None = Field(default=None, description="场次或开始时间，用于区分同日同名的活动")
    source: Literal["manual", "external"] = "manual"
    external_key: Key | None = Field(default=None, description="source 为 external 时必填；同一标识只计一次")
    reason: Note | None = Field(default=None, description="手工登记（source 为 manual）须说明理由")

    @model_validator(mode="after")
    def _source_is_whole(self) -> Self:
        if self.source == "external" and self.external_key is None:
            message = "source 为 external 时必须填写 external_key"
            raise ValueError(message)
        if self.source == "manual" and self.reason is None:
            message = "手工登记必须填写 reason（理由）"
            raise ValueError(message)
        return self


class HoursEntriesCreate(Input):
    """Lines posted together: all or none 批量登记."""

    entries: list[HoursEntryCreate] = Field(min_length=1, max_length=ENTRIES_MAX)


class HoursReversal(Input):
    """Why an entry is undone 红冲理由."""

    reason: Note


class FindingOut(Output):
    """What a rule found 规则意见."""

    rule: str
    severity: str
    clause: str | None
    message: str
    actual: str | int | float | bool | None
    required: str | int | float | bool | None
    waivable: bool = False


class HoursEntry(Output):
    """One line of the ledger 学时记录; never changed, undone only by a reversal 红冲."""

    id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_year: YearName
    category: HoursCategory
    claimed_hours: Hours
    credited_hours: Hours
    activity_title: str
    activity_date: date
    session: str | None
    source: HoursSource
    external_key: str | None
    revision: int
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    dispute_ids: list[UUID] = Field(description="对本条提出的申诉")
    reason: str | None
    findings: list[FindingOut]
    policy_version: str
    posted_by: UUID
    posted_at: Moment
    created_at: Moment
    updated_at: Moment
    etag: str


class HoursEntriesPosted(Output):
    """The entries of a batch, in the order sent."""

    items: list[HoursEntry]


class CategoryHours(Output):
    """A category in a year 类别: hours claimed, credited, target, cap, what is missing (or free), and if it is met."""

    category: HoursCategory
    label: str
    claimed: Hours
    credited: Hours
    also_counted: Hours = Field(description="已在其他类别登记、此处一并计算的学时（工作坊计入岗位培训）")
    target: Hours | None
    cap: Hours | None
    remaining: Hours | None = Field(description="距目标还差的学时；无目标时为距上限的余量")
    is_met: bool | None
    clause: str | None


class CycleHours(Output):
    """The five-year cycle 五年周期."""

    starts: YearName
    ends: YearName
    credited: Hours
    target: Hours
    remaining: Hours
    is_met: bool


class TeacherHours(Output):
    """A teacher's school year 学年学时: every category, and the five-year cycle."""

    teacher_id: UUID
    school_year: YearName
    categories: list[CategoryHours]
    cycle: CycleHours


class CompletionRow(Output):
    """How many of a group's teachers at post reached the target of school-based research [A5.7.1]."""

    key: str = Field(description="学校、中心校的 id，或学段、学科代码")
    name: str
    teachers: int
    met: int
    share: float | None = Field(description="完成率，0 到 1；无在岗教师时为 null")


class Completion(Output):
    """Completion of a school year 校本研修学时完成情况."""

    school_year: YearName
    group_by: str
    target: Hours
    clause: str
    reference_day: date = Field(description="在岗与所在学校按此日计：今天与学年最后一日中较早者")
    items: list[CompletionRow]
    total: CompletionRow


class TeacherCompletion(Output):
    """A teacher in the completion list 教师完成情况."""

    teacher_id: UUID
    staff_no: str
    name: str
    school_id: UUID
    stage: str
    subject: str
    credited: Hours
    remaining: Hours
    is_met: bool
