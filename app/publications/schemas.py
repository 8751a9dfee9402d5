"""Publications as clients send and get them 信息发布."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from app.core.schemas import Input, Line, Moment, Note, Output, Patch, Resource
from app.publications.states import PublicationStatus, SubjectKind

ColumnCode = Annotated[
    str, Field(pattern=r"^[a-z_]{2,30}$", description="板块代码，见 /v1/reference-data/publication_columns")
]
Link = Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500, description="发布后的网址")]
Points = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "description": "加分"}),
]


def _month(text: str) -> str:
    date.fromisoformat(f"{text}-01")
    return text


Month = Annotated[
    str,
    AfterValidator(_month),
    Field(pattern=r"^[0-9]{4}-[0-9]{2}$", examples=["2026-11"], description="月份，如 2026-11"),
]


class NamedPerson(Input):
    """A person an item names 文中写到的人, and the day of the consent."""

    name: Line
    consented_on: date | None = Field(default=None, description="本人同意公开的日期；没有全部同意不能发布")


class WithSubject(Input):
    """What an item is about, both parts or none."""

    subject_kind: SubjectKind | None = Field(default=None, description="报道的工作坊或项目")
    subject_id: UUID | None = Field(default=None, description="工作坊或项目的 id")

    @model_validator(mode="after")
    def _subject_is_whole(self) -> Self:
        if (self.subject_kind is None) != (self.subject_id is None):
            message = "subject_kind 与 subject_id 应同时填写"
            raise ValueError(message)
        return self


class PublicationCreate(WithSubject):
    """Hand an item in for publication 报送信息."""

    organisation_id: UUID | None = Field(default=None, description="报送单位；不填为本单位")
    column_code: ColumnCode
    title: Line
    summary: Note | None = None
    source: Line = Field(description="信息来源，如某校教研组")
    happened_on: date = Field(description="所报道的活动日期，据此判断发布是否及时")
    persons: list[NamedPerson] = Field(default=[], max_length=50, description="文中写到姓名或照片的人")


class PublicationPatch(Patch):
    """Changes of an item before it comes out 修改信息.

    One that was sent back is handed in again by it.
    """

    column_code: ColumnCode = ""
    title: Line = ""
    summary: Note | None = None
    source: Line = ""
    happened_on: date = date.min
    persons: list[NamedPerson] = Field(default=[], max_length=50)


class PublicationPublishing(Input):
    """Where and when an item came out 发布."""

    channel: Line = Field(description="发布渠道，如公众号名称")
    link: Link
    published_on: date | None = Field(default=None, description="发布日期；不填为今天")
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class PublicationReason(Input):
    """Why an item is sent back or taken down 退回、下架的理由."""

    reason: Line
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class PublicationPerson(Output):
    """A person an item names 文中写到的人."""

    name: str
    consented_on: date | None


class Publication(Resource):
    """An item of the public account 信息发布."""

    organisation_id: UUID
    organisation_name: str
    teacher_id: UUID | None
    subject_kind: SubjectKind | None
    subject_id: UUID | None
    column_code: str
    title: str
    summary: str | None
    source: str
    happened_on: date
    persons: list[PublicationPerson]
    status: PublicationStatus
    channel: str | None
    link: str | None
    published_on: date | None
    readings: int | None = Field(description="最近一次统计的阅读量")
    read_on: date | None = Field(description="最近一次统计的日期")
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None


class PublicationReadingCreate(Input):
    """How often an item has been read by a day 阅读量.

    The latest day counts.
    """

    read_on: date | None = Field(default=None, description="统计日期；不填为今天")
    readings: int = Field(ge=0, le=1_000_000_000)


class PublicationReading(Resource):
    """A count of readings 阅读量."""

    publication_id: UUID
    read_on: date
    readings: int
    recorded_by: UUID


class PublicationBonus(Output):
    """What one item earned [A3.5]."""

    publication_id: UUID
    subject_kind: SubjectKind | None
    subject_id: UUID | None
    column_code: str
    title: str
    happened_on: date
    published_on: date
    readings: int | None
    timely_points: Points
    influential_points: Points


class PublicationSubject(Output):
    """What one workshop or project of an organisation has out in a month, with its own bonus [A3.5]."""

    subject_kind: SubjectKind
    subject_id: UUID
    count: int
    points: Points


class PublicationMonth(Output):
    """What an organisation has out in a month, with the bonus, together and by workshop and project [A3.5]."""

    organisation_id: UUID
    month: str
    count: int
    timely_count: int
    influential_count: int
    points: Points = Field(description="加分合计，不超过每月上限")
    points_monthly_max: Points
    subjects: list[PublicationSubject]
    items: list[PublicationBonus]
