"""Closed school years as clients send and get them 学年封账."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Etag, Input, Moment, Note, Output
from app.hours.schemas.ledger import FindingOut
from app.hours.states import ClosingStatus
from app.organisations.schemas import YearName


class HoursYearClose(Input):
    """Close a school year 封账."""

    reason: Note | None = Field(default=None, description="说明，可不填")
    acknowledge_findings: bool = Field(default=False, description="仍有未办事项时，填 true 表示已知悉并照样封账")


class HoursYearReopen(Input):
    """Open a closed school year again 解封."""

    reason: Note


class HoursClosingAct(Output):
    """One closing or reopening 封账、解封记录."""

    act: Literal["close", "reopen"]
    reason: str | None
    findings: list[FindingOut] = Field(description="办理时仍未办结的事项")
    account_id: UUID
    acting_role: str
    acted_at: Moment


class HoursClosing(Output):
    """A school year of the ledger 学年学时账: open or closed, what is still open, and its history."""

    school_year: YearName
    status: ClosingStatus
    findings: list[FindingOut] = Field(description="未办结的事项：待核准的申报、待答复的申诉；已封账的学年为空")
    acts: list[HoursClosingAct] = Field(description="封账与解封记录，先后为序")
    etag: Etag
