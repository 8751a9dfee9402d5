"""What the schemas of training share."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, WithJsonSchema

from app.core.schemas import Input, Note

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]
PersonLine = Annotated[str, Field(min_length=1, max_length=50)]


def _halves(value: Decimal) -> Decimal:
    if not value.is_finite() or value * 2 != (value * 2).to_integral_value():
        message = "分数以 0.5 为最小单位"
        raise ValueError(message)
    return value


Mark = Annotated[
    Decimal,
    Field(ge=0, le=100),
    AfterValidator(_halves),
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.5, "description": "分数，0-100"}),
]
Points = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "description": "分数，0-100"}),
]


class TrainingMove(Input):
    """A step without further words 办理."""

    etag: EtagGiven = None


class TrainingReason(Input):
    """Why something is returned or refused 理由."""

    reason: Reason
    etag: EtagGiven = None


class TrainingDecision(Input):
    """A decision, with words where there is something to say 办理意见."""

    answer: Note | None = None
    etag: EtagGiven = None


PEOPLE_MAX = 300
"""The most trainees one list names."""
TraineeId = Annotated[UUID, Field(description="学员（/v1/projects/{id}/trainees 的 id）")]
