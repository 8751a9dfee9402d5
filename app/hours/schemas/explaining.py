"""How a balance comes about, as clients get it 学时说明."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from app.core.schemas import Hours, Moment, Output
from app.hours.schemas.ledger import FindingOut
from app.hours.states import HoursCategory, HoursSource
from app.organisations.schemas import YearName

AS_OF_FIRST, AS_OF_LAST = date(2000, 1, 1), date(2100, 12, 31)


def _sane(day: date) -> date:
    if not AS_OF_FIRST <= day <= AS_OF_LAST:
        message = f"截止日期应在 {AS_OF_FIRST} 至 {AS_OF_LAST} 之间"
        raise ValueError(message)
    return day


AsOf = Annotated[date, AfterValidator(_sane)]
"""The balance as it stood at the end of this day 截止日期, by the time of posting."""


class AppliedRule(Output):
    """A figure of the regulation that binds a category 适用条款."""

    code: str
    value: str = Field(description="数值，与 unit 连读")
    unit: str
    clause: str | None
    reference: str | None = Field(description="条款，如 附件6 第十三条")
    quote: str | None = Field(description="条款原文")
    reading: str | None
    source: str | None = Field(description="数值不出自本办法时的出处")


class ExplainedEntry(Output):
    """An entry and how it came to its hours 每条学时的来历.

    claimed = counted + cut_by_day; counted = credited + cut_by_cap.
    """

    id: UUID
    reverses_id: UUID | None
    revision: int
    school_id: UUID
    activity_title: str
    activity_date: date
    session: str | None
    source: HoursSource
    posted_at: Moment
    reason: str | None
    claimed: Hours
    counted: Hours = Field(description="按每日限额计算后的学时")
    cut_by_day: Hours = Field(description="超过每日限额而未计的学时")
    credited: Hours
    cut_by_cap: Hours = Field(description="超过学年上限而未计的学时")
    balance: Hours = Field(description="计入本条后的累计学时")
    rules: list[str] = Field(description="使本条少计的数值，见本类别的 rules")
    findings: list[FindingOut]


class HoursNotShown(Output):
    """Entries that make up the balance but lie outside the caller's scope 其他学校登记的学时: totals only."""

    entries: int
    claimed: Hours
    credited: Hours


class CategoryExplanation(Output):
    """A category's balance and what makes it 类别学时说明: the entries and what is not shown add up to it."""

    category: HoursCategory
    label: str
    claimed: Hours
    credited: Hours
    target: Hours | None
    cap: Hours | None
    remaining: Hours | None
    is_met: bool | None
    rules: list[AppliedRule]
    entries: list[ExplainedEntry] = Field(description="按登记先后；红冲为负数")
    not_shown: HoursNotShown
    findings: list[FindingOut] = Field(description="提醒，例如剩余教学周内已无法达到目标")


class HoursExplanation(Output):
    """How a teacher's hours of a school year come about 学时说明."""

    teacher_id: UUID
    school_year: YearName
    as_of: date | None
    categories: list[CategoryExplanation]
