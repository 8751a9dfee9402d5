"""What clients send about a scorecard."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from app.core.schemas import Input, Line, Note
from app.performance.states import LINKS_MAX

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Requirement = Annotated[
    str, Field(pattern=r"^[a-z_]+(\.[a-z_]+){2}$", max_length=100, description="指标描述的代码，见评级表")
]
FigureCode = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=100, description="事实数据的代码")]


def _number(value: object) -> object:
    if isinstance(value, bool):
        message = "应为数字"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into a fault
    return str(value) if isinstance(value, float) else value


def _halves(value: Decimal) -> Decimal:
    if not value.is_finite() or value * 2 != (value * 2).to_integral_value():
        message = "分数以 0.5 为最小单位"
        raise ValueError(message)
    return value


Points = Annotated[
    Decimal,
    BeforeValidator(_number),
    AfterValidator(_halves),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "multipleOf": 0.5, "description": "分数，0.5 的倍数"}),
]
"""Points in steps of a half; a JSON number."""
Given = Annotated[Points, Field(ge=0, le=100)]


class ScorecardLink(Input):
    """A link to evidence elsewhere 佐证链接."""

    label: Line
    url: str = Field(pattern=r"^https?://[^\s<>\"']+$", max_length=500)


class ScorecardAssess(Input):
    """A department's own mark of a row 自评. [A4.1]"""

    points: Given
    note: Note = Field(description="自评说明")
    links: list[ScorecardLink] = Field(default_factory=list, max_length=LINKS_MAX)
    etag: EtagGiven = None


class ScorecardScore(Input):
    """The mark 教师教育科 gives a row 评分. [A3.6]"""

    points: Given
    note: Note | None = Field(default=None, description="评分说明")
    etag: EtagGiven = None


class ScorecardReturn(Input):
    """Send a row back to its department 退回重评."""

    reason: Note
    etag: EtagGiven = None


class ScorecardDesignate(Input):
    """Name the departments of a row for the year 指定责任科室, where the text says 各相关职能科室."""

    departments: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=12)
    etag: EtagGiven = None


class ScorecardFreeze(Input):
    """Freeze the year as it is sent to the province 冻结上报; a second time needs the reason."""

    reason: Note | None = Field(default=None, description="再次冻结时必填")


class ScorecardWhatIfCount(Input):
    """An assumed count of a figure 假设的数量."""

    figure: FigureCode
    counted: int = Field(ge=0, le=1_000_000)


class ScorecardWhatIfPoints(Input):
    """Assumed points of a row 假设的得分."""

    requirement: Requirement
    points: Given


class ScorecardWhatIf(Input):
    """What the card would say with other counts or marks 假设测算; nothing is stored."""

    counts: list[ScorecardWhatIfCount] = Field(default_factory=list, max_length=50)
    points: list[ScorecardWhatIfPoints] = Field(default_factory=list, max_length=50)
