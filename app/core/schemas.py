"""Building blocks of request and answer schemas: cleaned text, hours in halves, times with offset."""

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from app.core.clock import CHINA

T = TypeVar("T")
_CONTROL = {"Cc", "Cs", "Co", "Cn"}


class Input(BaseModel):
    """Base of request bodies: unknown fields are refused, so that nothing is set by accident."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Output(BaseModel):
    """Base of answers: read from rows by attribute."""

    model_config = ConfigDict(from_attributes=True)


def _clean(value: str) -> str:
    if any(unicodedata.category(char) in _CONTROL and char not in "\n\t" for char in value):
        message = "含有不允许的字符（控制字符或未定义字符）"
        raise ValueError(message)
    return value


def _plain_number(value: object) -> object:
    if isinstance(value, bool):
        message = "应为数字"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into a fault
    return str(value) if isinstance(value, float) else value


def _halves(value: Decimal) -> Decimal:
    if not value.is_finite() or value * 2 != (value * 2).to_integral_value():
        message = "学时以 0.5 为最小单位"
        raise ValueError(message)
    return value


def _half_points(value: Decimal) -> Decimal:
    if not value.is_finite() or value < 0 or value * 2 != (value * 2).to_integral_value():
        message = "分值不小于 0，以 0.5 为最小单位"
        raise ValueError(message)
    return value


def _offset(value: datetime) -> str:
    return value.astimezone(CHINA).isoformat(timespec="seconds")


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_clean)]
"""One line of text, 1 to 200 characters, no control characters."""

Note = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_clean)]
"""A longer text, up to 2,000 characters."""

Hours = Annotated[
    Decimal,
    BeforeValidator(_plain_number),
    AfterValidator(_halves),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "multipleOf": 0.5, "description": "学时，0.5 的倍数"}),
]
"""Hours 学时 in steps of a half; a JSON number."""

Points = Annotated[
    Decimal,
    BeforeValidator(_plain_number),
    AfterValidator(_half_points),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "multipleOf": 0.5, "description": "分值，0.5 的倍数"}),
]
"""Points 分值 in steps of a half, from 0 on; a JSON number."""

Figure = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
"""A computed figure (a mean, a share) as a JSON number; answers only."""

Moment = Annotated[
    datetime,
    PlainSerializer(_offset, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment with offset, written in the time of China."""


def _typed(value: object) -> object:
    return unicodedata.normalize("NFKC", value).strip().upper() if isinstance(value, str) else value


AsTyped = BeforeValidator(_typed)
"""For codes that people type from a screen 签到码: full-width characters and small letters mean the same."""


def _etag(value: Any) -> str:
    return value if isinstance(value, str) else f'"{int(value)}"'


Etag = Annotated[str, BeforeValidator(_etag), Field(validation_alias="version", description="版本标识，修改时带回")]
"""The version of the record as its ETag."""


class Resource(Output):
    """What every stored resource carries."""

    id: UUID
    created_at: Moment
    updated_at: Moment
    etag: Etag


class Listing(Output, Generic[T]):
    """A page of a list 列表: items and the cursor of the next page."""

    items: list[T]
    next_cursor: str | None = Field(description="下一页游标；没有下一页时为 null")
    total: int | None = Field(description="总数；仅在 include_total=true 时给出")


class Patch(Input):
    """Base of partial updates (JSON Merge Patch): absent fields stay, null clears."""

    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")

    def changes(self) -> dict[str, Any]:
        """The fields that the client named."""
        return self.model_dump(exclude_unset=True, exclude={"etag"})
