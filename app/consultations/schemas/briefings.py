"""Briefings as clients send and get them 会商简报. [A3.4]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.consultations.schemas.reports import LongText
from app.consultations.states import BriefingStatus
from app.core.schemas import Input, Line, Moment, Note, Patch, Resource

REPORTS_MAX = 100


Reports = Annotated[list[UUID], Field(min_length=1, max_length=REPORTS_MAX)]


class BriefingCreate(Input):
    """Draft a briefing from reports 由汇报起草会商简报; its text is put together from them, to be edited. [A3.4]"""

    title: Line
    starts_on: date
    ends_on: date
    report_ids: Reports = Field(description="选取的汇报，须已接收且在本期之内")
    foreword: Note | None = None
    report_to: Line | None = Field(default=None, description="报送")
    copy_to: Line | None = Field(default=None, description="抄送")


class BriefingPatch(Patch):
    """Changes of a draft 修改会商简报; naming reports anew puts the text together anew."""

    title: Line = ""
    report_ids: Reports = Field(default=[])
    foreword: Note | None = None
    progress: LongText | None = None
    experience: LongText | None = None
    shortcomings: LongText | None = None
    suggestions: LongText | None = None
    report_to: Line | None = None
    copy_to: Line | None = None


class Briefing(Resource):
    """A briefing 会商简报: an issue of a year once it is published. [A3.4]"""

    title: str
    starts_on: date
    ends_on: date
    foreword: str | None
    progress: str | None
    experience: str | None
    shortcomings: str | None
    suggestions: str | None
    report_to: str | None
    copy_to: str | None
    report_ids: list[UUID]
    year: int | None
    number: int | None = Field(description="期号，每年从 1 起连续编号；撤回的保留期号")
    status: BriefingStatus
    published_on: date | None
    withdrawn_at: Moment | None
    withdraw_reason: str | None
