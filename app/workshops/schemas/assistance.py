"""City studios that help town workshops, as clients send and get them 市名师工作室与镇工作坊协作. [M7.2b]"""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from app.core.schemas import Input, Moment, Note, Output, Resource
from app.hours.schemas.submissions import Etag
from app.workshops.states import WorkshopPairStatus


class WorkshopPairCreate(Input):
    """Propose that a city studio helps a town workshop 提出协作帮扶. [M7.2b]"""

    studio_id: UUID = Field(description="市名师工作室")
    town_id: UUID = Field(description="镇工作坊")
    starts_on: date
    ends_on: date | None = Field(default=None, description="最后一天；不填为长期")
    plan: Note = Field(description="协作计划")

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            message = "ends_on 不能早于 starts_on"
            raise ValueError(message)
        return self


class WorkshopPairFinish(Input):
    """What came of it, and the last day 协作成效."""

    ends_on: date
    result: Note
    etag: Etag = None


class WorkshopPair(Resource):
    """A city studio that helps a town workshop 市名师工作室与镇工作坊协作. [M7.2b]"""

    studio_id: UUID
    studio_name: str
    town_id: UUID
    town_name: str
    starts_on: date
    ends_on: date | None
    plan: str
    result: str | None
    status: WorkshopPairStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None


class UnpairedStudio(Output):
    """A city studio that helps no town workshop on a day 尚无协作的市名师工作室. [M7.2b]"""

    workshop_id: UUID
    workshop_name: str
    unit_id: UUID
    unit_name: str
    leader_id: UUID
    leader_name: str
