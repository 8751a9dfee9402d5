"""Exports as clients send and get them 导出."""

from typing import Any
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Moment, Note, Output, Patch, Resource
from app.exports.states import ExportFormat, ExportStatus


class ExportCreate(Input):
    """What is to be exported, and what for 申请导出."""

    kind: str = Field(max_length=50, description="导出种类，见 GET /v1/export-kinds")
    format: ExportFormat = ExportFormat.XLSX
    filters: dict[str, Any] = Field(default_factory=dict, max_length=20, description="筛选条件，随种类而定")
    reason: Note = Field(description="导出用途，留存备查")
    is_unmasked: bool = Field(default=False, description="含完整证件号码；只限 xlsx，须另一人同意")


class ExportApproval(Patch):
    """Let an export be written 同意导出."""


class ExportRefusal(Patch):
    """Why an export is not to be written 不同意导出."""

    reason: Note


class ExportLinks(Output):
    """Where to go from here."""

    self: str
    content: str | None
    operation: str | None


class Export(Resource):
    """An export 导出; more than 500 rows need a second person, the file is there for 24 hours."""

    kind: str
    title: str
    format: ExportFormat
    filters: dict[str, Any]
    reason: str
    is_unmasked: bool = Field(description="是否含完整证件号码")
    status: ExportStatus
    rows: int
    needs_second: bool = Field(description="是否需要另一人同意（超过 500 行，或含完整证件号码）")
    failure: str | None = Field(description="没有生成的原因")
    file_size: int | None
    account_id: UUID
    organisation_id: UUID
    decided_by: UUID | None
    decided_at: Moment | None
    decision: str | None
    operation_id: UUID | None
    fetched_at: Moment | None = Field(description="第一次取走文件的时间")
    expires_at: Moment | None
    is_expired: bool
    possible: list[str] = Field(description="现在可以执行的操作：approve、refuse")
    links: ExportLinks


class ExportKindOut(Output):
    """A kind of export with what it can be filtered by and its columns 导出种类."""

    kind: str
    title: str
    permission: str
    filters: list[str]
    may_unmask: bool = Field(description="能否申请含完整证件号码的文件")
