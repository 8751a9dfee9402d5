"""School titles and assistance pairs as clients send and get them 学校称号、结对帮扶."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from app.assistance.states import AssistanceStatus, TitleKind
from app.core.schemas import Input, Line, Moment, Note, Output, Resource
from app.hours.schemas import FindingOut


class _Term(Input):
    """From a day to a day, both counted."""

    starts_on: date
    ends_on: date | None = Field(default=None, description="最后一天；不填为长期")

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            message = "ends_on 不能早于 starts_on"
            raise ValueError(message)
        return self


class SchoolTitleCreate(_Term):
    """Recommend a school for a title 推荐学校称号."""

    school_id: UUID
    kind: TitleKind
    document: Line | None = Field(default=None, description="认定文件的文号")


class AssistancePairCreate(_Term):
    """Recommend a pair 推荐结对帮扶: the holder of a title helps a school."""

    title_id: UUID = Field(description="帮扶学校的称号")
    helped_id: UUID = Field(description="受帮扶学校")
    goal: Note | None = Field(default=None, description="帮扶目标")


class AssistanceRefusal(Input):
    """Why what was recommended is not set 不予审定的理由."""

    reason: Line
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class AssistanceEnding(AssistanceRefusal):
    """Why and when a title or a pair ends before its time 终止."""

    ends_on: date | None = Field(default=None, description="最后一天；不填为今天")


class AssistanceTerm(Resource):
    """What titles and pairs share: the days, and who recommended and who decided."""

    starts_on: date
    ends_on: date | None
    status: AssistanceStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None


class SchoolTitle(AssistanceTerm):
    """A title of a school 学校称号."""

    school_id: UUID
    school_name: str
    kind: TitleKind
    document: str | None


class AssistancePair(AssistanceTerm):
    """An assistance pair 结对帮扶, with what the rules say of it."""

    title_id: UUID
    kind: TitleKind
    helper_id: UUID
    helper_name: str
    helped_id: UUID
    helped_name: str
    goal: str | None
    findings: list[FindingOut]


class AssistanceStanding(Output):
    """How many schools the holder of a title helps today, against what the text asks [A4.5]."""

    title_id: UUID
    school_id: UUID
    kind: TitleKind
    helps: int
    helps_min: int
    helps_max: int
    findings: list[FindingOut]
