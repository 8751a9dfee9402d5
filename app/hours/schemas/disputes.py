"""Disputes and re-credits as clients send and get them 申诉、重新计入."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Hours, Input, Line, Moment, Note, Resource
from app.hours.schemas.ledger import Claimed
from app.hours.states import DisputeStatus, HoursCategory
from app.organisations.schemas import YearName


class HoursCorrection(Input):
    """What a line should say 更正内容; what is left out stays as it was."""

    category: HoursCategory | None = None
    claimed_hours: Claimed | None = None
    activity_title: Line | None = None
    activity_date: date | None = None
    session: Line | None = None


class HoursRecredit(HoursCorrection):
    """Credit a line anew 重新计入: one that was reversed, corrected if need be, or one that the cap had cut off."""

    reason: Note


class HoursDisputeCreate(HoursCorrection):
    """Contest an entry, or ask for one that is missing 提出申诉."""

    entry_id: UUID | None = Field(default=None, description="所申诉的学时记录；申诉漏记时不填，由教师本人提出")
    reason: Note

    @model_validator(mode="after")
    def _missing_entry_is_described(self) -> Self:
        names = ("category", "claimed_hours", "activity_title", "activity_date")
        absent = [name for name in names if getattr(self, name) is None]
        if self.entry_id is None and absent:
            message = f"申诉漏记的学时须填写 {'、'.join(absent)}"
            raise ValueError(message)
        return self


class HoursDisputeAnswer(Input):
    """Answer a dispute 答复申诉."""

    decision: Literal["upheld", "rejected"]
    reason: Note
    correction: HoursCorrection | None = Field(
        default=None,
        description="申诉成立且须重新计入时填写（可为空对象）；不填则只红冲。漏记的学时不填即按申诉内容计入",
    )

    @model_validator(mode="after")
    def _rejection_corrects_nothing(self) -> Self:
        if self.decision == "rejected" and self.correction is not None:
            message = "申诉不成立时不能填写 correction"
            raise ValueError(message)
        return self


class HoursDispute(Resource):
    """A dispute 申诉: what is asked and why, and its answer with the entries it made."""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_year: YearName
    entry_id: UUID | None
    category: HoursCategory | None
    claimed_hours: Hours | None
    activity_title: str | None
    activity_date: date | None
    session: str | None
    reason: str
    status: DisputeStatus
    asked_by: UUID
    asked_role: str
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None
    reversal_id: UUID | None = Field(description="答复时作出的红冲")
    recredit_id: UUID | None = Field(description="答复时重新计入或补记的学时记录")
