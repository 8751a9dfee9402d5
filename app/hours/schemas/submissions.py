"""School sheets as clients send and get them 学时申报."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from app.core.schemas import Hours, Input, Line, Moment, Note, Output, Patch, Resource
from app.hours.schemas.ledger import Claimed, FindingOut
from app.hours.states import HoursCategory, SubmissionStatus
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear
from app.teachers.states import STAFF_NO_SHAPE

LINES_MAX = 500
"""Lines of one request; a sheet may hold SHEET_MAX."""
SHEET_MAX = 2_000
PASTE_MAX = 200_000


def _term(name: str) -> str:
    try:
        SchoolYear.parse(name[:-2])
    except ValueError as error:
        message = f"学期应写作 2026-2027-1 的形式（末位 1 为第一学期，2 为第二学期），收到 {name!r}"
        raise ValueError(message) from error
    return name


TermName = Annotated[
    str,
    AfterValidator(_term),
    Field(pattern=r"^[0-9]{4}-[0-9]{4}-[12]$", examples=["2026-2027-1"], description="学期，如 2026-2027-1"),
]
"""The name of a term, checked."""

Category = Literal["school_research", "workshop"]
Etag = Annotated[
    str | None, Field(max_length=30, description="读取申报时得到的 etag，也可放在请求头 If-Match；已被他人修改则拒绝")
]
StaffNo = Annotated[str, Field(pattern=rf"^{STAFF_NO_SHAPE}$")]


class HoursSubmissionCreate(Input):
    """A new sheet 新建学时申报."""

    school_id: UUID | None = Field(default=None, description="申报单位，不填为本单位")
    term: TermName
    category: Category = Field(default="school_research", description="校本研修，或工作坊（由中心校、市直学校申报）")
    note: Note | None = Field(default=None, description="说明")


class HoursSubmissionPatch(Patch):
    """Changes of a sheet 修改学时申报."""

    note: Note | None = None


class HoursSubmission(Resource):
    """A unit's sheet of one term and category 学时申报."""

    school_id: UUID
    school_name: str
    school_year: YearName
    term: TermName = Field(validation_alias="term_name")
    category: HoursCategory
    note: str | None
    status: SubmissionStatus
    line_count: int
    teacher_count: int
    claimed_hours: Hours
    reason: str | None = Field(description="最近一次退回的理由，仅在已退回时")
    created_by: UUID
    submitted_by: UUID | None
    submitted_at: Moment | None
    recommended_by: UUID | None
    recommended_at: Moment | None
    approved_by: UUID | None
    approved_at: Moment | None


class TeacherNamed(Input):
    """Whom a line means: by id, staff number, or a name that is unique in the unit."""

    teacher_id: UUID | None = None
    staff_no: StaffNo | None = Field(default=None, description="教职工号")
    name: Annotated[str, Field(max_length=50)] | None = Field(
        default=None, description="姓名：单独使用时须在本单位唯一；与教职工号同填时用于核对"
    )

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not (self.teacher_id or self.staff_no or self.name):
            message = "请填写 teacher_id、staff_no（教职工号）或 name（姓名）之一"
            raise ValueError(message)
        return self


class HoursSubmissionLineWrite(TeacherNamed):
    """A line of a sheet 申报明细; the teacher by id, staff number, or a name that is unique in the unit."""

    activity_title: Line
    activity_date: date
    session: Line | None = Field(default=None, description="场次或开始时间，用于区分同日同名的活动")
    claimed_hours: Claimed = Field(description="填报学时，0.5 的倍数")


class HoursSubmissionLinePatch(Patch):
    """Changes of a line 修改申报明细; the etag is the sheet's."""

    activity_title: Line = ""
    activity_date: date = date.min
    session: Line | None = None
    claimed_hours: Claimed = Decimal(1)


class HoursSubmissionLinesCreate(Input):
    """Lines entered together: all or none 批量填报."""

    lines: list[HoursSubmissionLineWrite] = Field(min_length=1, max_length=LINES_MAX)
    replace: bool = Field(default=False, description="true：先清空原有明细")
    etag: Etag = None


class HoursSubmissionPaste(Input):
    """Rows copied from a spreadsheet 粘贴填报: tab-separated, the first row holds the headers."""

    text: Annotated[str, StringConstraints(strip_whitespace=False)] = Field(
        min_length=1,
        max_length=PASTE_MAX,
        description="从表格复制的内容，首行为表头：教职工号、姓名、活动名称、活动日期、场次、学时",
    )
    replace: bool = Field(default=False, description="true：先清空原有明细")
    etag: Etag = None


class HoursSubmissionLine(Resource):
    """A line of a sheet 申报明细; what was credited stands here once the sheet is approved."""

    submission_id: UUID
    position: int
    teacher_id: UUID
    teacher_name: str
    staff_no: str
    activity_title: str
    activity_date: date
    session: str | None
    claimed_hours: Hours
    credited_hours: Hours | None = Field(description="核准后计入的学时")
    entry_id: UUID | None = Field(description="核准后的学时记录")
    findings: list[FindingOut]


class HoursSubmissionMove(Input):
    """A remark on a move 办理意见."""

    note: Note | None = None
    etag: Etag = None


class HoursSubmissionReturn(Input):
    """Why a sheet goes back 退回理由."""

    reason: Note
    etag: Etag = None


class HoursSubmissionProposal(Input):
    """A sheet as it might be, to be checked before anything is stored 试算."""

    school_id: UUID | None = Field(default=None, description="申报单位，不填为本单位")
    term: TermName
    category: Category = "school_research"
    lines: list[HoursSubmissionLineWrite] = Field(min_length=1, max_length=LINES_MAX)


class HoursSubmissionLineCheck(Output):
    """What is to be said of a line 逐行意见."""

    position: int = Field(description="第几行，从 1 起")
    line_id: UUID | None
    teacher_id: UUID
    teacher_name: str
    claimed_hours: Hours
    credited_hours: Hours = Field(description="现在核准会计入的学时")
    findings: list[FindingOut]


class HoursSubmissionCheck(Output):
    """What submitting and approving would make of a sheet now 试算结果."""

    is_submittable: bool
    line_count: int
    refused_count: int = Field(description="须更正的行数")
    claimed_hours: Hours
    credited_hours: Hours = Field(description="现在核准会计入的学时合计")
    items: list[HoursSubmissionLineCheck] = Field(description="有意见的行")


class HoursSubmissionAct(Output):
    """An act on a sheet 办理记录: who, when, what, and why."""

    id: UUID
    act: str
    status: SubmissionStatus
    account_id: UUID
    account_name: str | None
    acting_role: str
    acting_organisation_id: UUID
    acting_organisation_name: str
    note: str | None
    created_at: Moment
