"""Imports as clients send and get them."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from app.bulk_import.states import FaultLevel, ImportMode, ImportStatus, OnError
from app.core.schemas import Input, Line, Moment, Output, Patch, Resource


class Upload(Input):
    """What was asked for with a file 上传的导入请求; also what makes two requests the same."""

    kind: str
    mode: ImportMode
    on_error: OnError
    sheet: str | None
    include_hidden_rows: bool
    school_year: int | None = None
    force: bool
    filename: str
    file_size: int
    file_sha256: str


class Commit(Patch):
    """Apply a validated import 确认导入; `on_error` may be changed to skip the faulty rows."""

    on_error: OnError | None = Field(default=None, description="skip：跳过有误的行，导入其余各行")


class ColumnMapping(Patch):
    """Which column of the file is which field 列对应; remembered for files with the same headers."""

    columns: dict[str, str | None] = Field(
        min_length=1, max_length=100, description="文件中的表头 → 字段名；null 为不导入。没有列出的表头照自动识别"
    )


class Revert(Patch):
    """Taking an import back 撤回导入."""

    reason: Line = Field(description="撤回的理由，会留存")


class Counters(Output):
    """How many rows 行数统计: total counts the rows of data; each of them is in one of the others but warning."""

    total: int
    to_create: int
    to_update: int
    unchanged: int
    warning: int = Field(description="有提醒但可以导入的行（也计入其他各类）")
    error: int
    skipped: int


class MappedColumn(Output):
    """Which column of the file was read as which field 列对应."""

    letter: str
    header: str
    field: str | None = Field(description="为 null 的列没有导入")
    title: str | None


class FileNote(Output):
    """What was found out about the file as a whole 关于整个文件的说明."""

    level: FaultLevel
    code: str
    message: str
    row: int | None
    value: str | None


class Cause(Output):
    """One cause of many faults 同一原因的问题."""

    level: FaultLevel
    code: str
    column: str | None
    rows: int
    first_row: int
    message: str
    advice: str = Field(description="怎么改")


class ImportPreview(Output):
    """What a row would change 预览: `before` null for a new record."""

    row: int
    plan: str = Field(description="create 新增；update 更新")
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Absentee(Output):
    """Somebody who is stored but not in the file 不在文件中的记录; nothing is ever removed for that."""

    record: dict[str, Any]


class ImportLinks(Output):
    """Where to go from here."""

    self: str
    rows: str
    report: str
    preview: str
    operation: str | None


class Import(Resource):
    """A bulk import 批量导入."""

    kind: str
    status: ImportStatus
    mode: ImportMode
    on_error: OnError
    filename: str
    file_size: int
    file_sha256: str
    sheet: str | None
    include_hidden_rows: bool
    counters: Counters
    applied: int = Field(description="已导入的行数；导入进行中时逐步增加")
    reverted: int = Field(description="撤回的行数")
    kept: int = Field(description="撤回时因导入后又有改动而保留的行数")
    school_year: str | None = Field(description="整个文件所属的学年")
    reason: str | None = Field(description="撤回的理由")
    causes: list[Cause] = Field(description="问题按原因归并，行数多的在前")
    columns: list[MappedColumn]
    notes: list[FileNote]
    refusal: dict[str, Any] | None = Field(description="整个导入未能进行的原因（problem）")
    operation_id: UUID | None
    account_id: UUID
    organisation_id: UUID
    validated_at: Moment | None
    finished_at: Moment | None
    possible: list[str] = Field(description="现在可以执行的操作：commit、cancel、resume、map、revert")
    links: ImportLinks

    @property
    def version(self) -> int:
        """The row version that the ETag stands for."""
        return int(self.etag.strip('"'))


class ImportRow(Output):
    """A remark on one row 逐行问题; `row` as Excel shows it, 0 for the file as a whole."""

    row: int
    column: str | None
    cell: str | None
    level: FaultLevel
    code: str
    message: str
    value: str | None
    suggestion: str | None


class OperationLinks(Output):
    """Where to follow the operation."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)

    self: str
    events: str
    import_: str = Field(serialization_alias="import", validation_alias="import")


class Accepted(Output):
    """The operation that was started 已受理的长时任务, as /v1/operations/{id} answers it."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True)

    id: UUID
    kind: str
    status: str
    done: bool
    retry_after: int | None
    metadata: dict[str, Any]
    response: dict[str, Any] | None
    error: dict[str, Any] | None
    created_at: Moment
    updated_at: Moment
    links: OperationLinks
    import_id: UUID
