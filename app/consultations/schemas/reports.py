"""Reports of ten days, who owes one, and summaries of months as clients send and get them. [A3.4]"""

import unicodedata
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from app.consultations.states import LAST_DAY, ConsultationReportStatus, ConsultationSummaryStatus
from app.core.schemas import Input, Moment, Note, Output, Patch, Resource

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Name = Annotated[str, Field(min_length=1, max_length=50)]


def _clean(value: str) -> str:
    if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in value):
        message = "含有不允许的字符（控制字符）"
        raise ValueError(message)
    return value


LongText = Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(_clean)]
"""A text longer than a note, as minutes are, or what is put together from reports."""


def _month(text: str) -> str:
    if date.fromisoformat(f"{text}-01") > LAST_DAY:
        message = f"月份不能晚于 {LAST_DAY:%Y-%m}"
        raise ValueError(message)
    return text


ConsultationMonthName = Annotated[
    str,
    AfterValidator(_month),
    Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-11"], description="月份，如 2026-11"),
]


class ConsultationMove(Input):
    """A step that needs nothing but the version seen."""

    etag: EtagGiven = None


class ConsultationReason(Input):
    """A step with its reason."""

    reason: Reason
    etag: EtagGiven = None


class ConsultationReportCreate(Input):
    """Begin the report of a sub-project for a window 起草会商汇报. [A3.4]"""

    sub_project_id: UUID
    on: date = Field(le=LAST_DAY, description="所在旬的任一天：1-10 日上旬、11-20 日中旬、21 日至月末下旬")
    author: Name | None = Field(default=None, description="汇报人，须为子项目组成员；不填：本人，代录时为负责人")
    progress: Note | None = Field(default=None, description="实施进度")
    experience: Note | None = Field(default=None, description="经验做法")
    shortcomings: Note | None = Field(default=None, description="不足与困难")
    difficulties: Note | None = Field(default=None, description="困难另列一栏时填写")
    suggestions: Note | None = Field(default=None, description="建议与措施")


class ConsultationReportPatch(Patch):
    """Changes of a report that is not handed in, or was returned 修改会商汇报."""

    progress: Note | None = None
    experience: Note | None = None
    shortcomings: Note | None = None
    difficulties: Note | None = None
    suggestions: Note | None = None


class ConsultationReport(Resource):
    """What the team of a sub-project reports of a window 会商汇报. [A3.4]"""

    sub_project_id: UUID
    sub_project_name: str
    project_id: UUID
    project_name: str
    starts_on: date
    ends_on: date
    progress: str | None
    experience: str | None
    shortcomings: str | None
    difficulties: str | None
    suggestions: str | None
    author: str
    author_teacher_id: UUID | None
    status: ConsultationReportStatus
    submitted_on: date | None = Field(description="首次提交日期，按此判断是否逾期")
    late_days: int | None = Field(description="逾期天数，0 为按时；未提交的为 null")
    decided_at: Moment | None
    return_reason: str | None


class ConsultationDue(Output):
    """A report that is due of a sub-project for a window, with what became of it 应交汇报. [A3.4]"""

    sub_project_id: UUID
    sub_project_name: str
    project_id: UUID
    project_name: str
    lead: str | None = Field(description="子项目组负责人")
    starts_on: date
    ends_on: date
    report_id: UUID | None
    status: ConsultationReportStatus | None
    submitted_on: date | None
    late_days: int | None
    is_missing: bool = Field(description="尚未提交")
    days_over: int = Field(description="截止日已过而未提交的天数；未到截止日或已提交的为 0")
    message: str


class ConsultationWindow(Output):
    """A window of ten days with its reports 旬 and how they came in. [A3.4]"""

    name: str
    starts_on: date
    ends_on: date
    is_over: bool
    due: int
    in_time: int
    late: int
    missing: int = Field(description="尚未提交的份数，未到截止日的也计入")


class ConsultationMonth(Output):
    """A month of consultation: its windows, the sums, and its summary 月度会商情况. [A3.4]"""

    month: str
    windows: list[ConsultationWindow]
    due: int
    in_time: int
    late: int
    missing: int
    undecided: int = Field(description="已提交而未接收或退回的份数")
    summary_id: UUID | None
    summary_status: ConsultationSummaryStatus | None
    is_summary_due: bool = Field(description="本月已过而小结未办结")


class ConsultationSummaryCreate(Input):
    """Begin the summary of a month 起草每月小结. [A3.4]"""

    month: ConsultationMonthName
    text: LongText = Field(description="小结正文")
    next_steps: Note | None = Field(default=None, description="下月安排")


class ConsultationSummaryPatch(Patch):
    """Changes of a summary before it is closed 修改每月小结."""

    text: LongText = ""
    next_steps: Note | None = None


class ConsultationFinding(Output):
    """What was found when a month was closed 办结时的提示."""

    rule: str
    severity: str
    clause: str | None
    message: str


class ConsultationSummary(Resource):
    """The summary of a month 每月小结 with its counts; of a closed one those of the closing. [A3.4]"""

    month: str
    text: str
    next_steps: str | None
    status: ConsultationSummaryStatus
    reports_due: int
    reports_in_time: int
    reports_late: int
    reports_missing: int
    findings: list[ConsultationFinding]
    closed_at: Moment | None
    reopen_reason: str | None
