"""What the service says about itself, as clients get it."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from app.access.permissions import Role
from app.core.operations import OperationStatus
from app.core.schemas import Moment, Output
from app.organisations.schemas import YearName


class Bootstrap(Output):
    """Who is signed in, what they may do, and what day it is 启动信息."""

    account_id: UUID
    role: Role
    organisation_id: UUID
    teacher_id: UUID | None
    region: str
    today: date
    school_year: YearName
    permissions: dict[str, str] = Field(description="权限 → 范围：all 全部、subtree 下属、own 本单位、self 本人")
    policy: str
    reference_data_etag: str


class ReferenceCode(Output):
    """One code 代码."""

    code: str
    label: str
    label_short: str
    parent: str | None
    order: int
    external: dict[str, Any]


class ReferenceSet(Output):
    """One code list 代码表."""

    name: str
    label: str
    closed: bool
    clause: str | None
    codes: list[ReferenceCode]


class PolicyDocument(Output):
    """A regulation in force 现行办法."""

    version: str
    title: str
    number: str
    issuer: str
    issued_on: date
    holds_from: date


class PolicyRule(Output):
    """A figure of the regulation with its source 条款数值."""

    code: str
    value: Any
    unit: str
    strength: str
    clause: str | None
    reference: str | None = Field(description="条款出处，如 附件6 第十三条")
    quote: str | None
    reading: str | None
    source: str | None
    holds_from: date
    holds_until: date | None


class Progress(Output):
    """How far an operation is 进度."""

    stage: str | None
    processed: int
    total: int | None
    percent: int | None


class Operation(Output):
    """A long-running operation 长时任务: poll it until `done`."""

    id: UUID
    kind: str
    status: OperationStatus
    done: bool
    retry_after: int | None
    metadata: Progress
    response: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: Moment
    updated_at: Moment
    links: dict[str, str]


class Event(Output):
    """Something that happened 事件; thin: fetch the entity for its present state."""

    id: UUID
    cursor: str
    kind: str
    entity: str
    entity_id: UUID | None
    organisation_id: UUID | None
    teacher_id: UUID | None
    facts: dict[str, Any]
    occurred_at: Moment


class EventFeed(Output):
    """A stretch of the feed 变更流: ask again with `after` = next_cursor."""

    items: list[Event]
    next_cursor: str | None
    has_more: bool
