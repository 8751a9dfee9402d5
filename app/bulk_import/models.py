"""Tables of imports and of what is wrong with their rows. Stage tables stand with the kinds that fill them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.bulk_import.states import FaultLevel, ImportMode, ImportStatus, OnError
from app.core.db import Base, RegionRow, region_reference


def _one_of(column: str, values: type[ImportStatus | ImportMode | OnError | FaultLevel]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


_NONE_YET = text("0")


class Import(RegionRow, Base):
    """One file on its way in 导入.

    causes: faults by what lies behind them. reverted, kept: rows taken back, and rows somebody has touched since.

    outcomes: one letter per row of the file, in order (see core/batch/staging). staged: rows in the stage table, NULL
    while it is not whole; checked: steps of the check that are done on them. applied_through: the last position
    applied; applied: rows applied in all.
    """

    __tablename__ = "imports"
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'uploaded'"))
    mode: Mapped[str]
    on_error: Mapped[str]
    filename: Mapped[str]
    file_size: Mapped[int] = mapped_column(BigInteger)
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    stored_name: Mapped[str]
    sheet: Mapped[str | None]
    include_hidden_rows: Mapped[bool]
    total: Mapped[int] = mapped_column(server_default=_NONE_YET)
    to_create: Mapped[int] = mapped_column(server_default=_NONE_YET)
    to_update: Mapped[int] = mapped_column(server_default=_NONE_YET)
    unchanged: Mapped[int] = mapped_column(server_default=_NONE_YET)
    warning: Mapped[int] = mapped_column(server_default=_NONE_YET)
    error: Mapped[int] = mapped_column(server_default=_NONE_YET)
    skipped: Mapped[int] = mapped_column(server_default=_NONE_YET)
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    outcomes: Mapped[str | None]
    staged: Mapped[int | None]
    checked: Mapped[int | None]
    applied_through: Mapped[int] = mapped_column(server_default=_NONE_YET)
    applied: Mapped[int] = mapped_column(server_default=_NONE_YET)
    operation_id: Mapped[UUID | None]
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    school_year: Mapped[int | None]
    reason: Mapped[str | None]
    reverted: Mapped[int] = mapped_column(server_default=_NONE_YET)
    kept: Mapped[int] = mapped_column(server_default=_NONE_YET)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    account_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    validated_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        CheckConstraint(_one_of("status", ImportStatus), name="status"),
        CheckConstraint(_one_of("mode", ImportMode), name="mode"),
        CheckConstraint(_one_of("on_error", OnError), name="on_error"),
        CheckConstraint("octet_length(file_sha256) = 32", name="sha256"),
        CheckConstraint("status NOT IN ('reverting', 'reverted') OR reason IS NOT NULL", name="revert_reason"),
        CheckConstraint("length(filename) BETWEEN 1 AND 255", name="filename"),
        CheckConstraint(
            "total >= 0 AND to_create >= 0 AND to_update >= 0 AND unchanged >= 0 AND warning >= 0 AND error >= 0"
            " AND skipped >= 0 AND applied >= 0 AND applied_through >= 0",
            name="counts",
        ),
        Index("ix_imports_organisation", "region_id", "organisation_id", "id"),
        Index("ix_imports_file", "region_id", "file_sha256"),
    )


class ImportFault(Base):
    """A repair, warning or refusal of one row, or of the file as a whole (row 0) 逐行问题."""

    __tablename__ = "import_faults"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    level: Mapped[str]
    code: Mapped[str]
    column: Mapped[str | None]
    cell: Mapped[str | None]
    message: Mapped[str]
    value: Mapped[str | None]
    suggestion: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(["region_id", "import_id"], ["imports.region_id", "imports.id"]),
        CheckConstraint(_one_of("level", FaultLevel), name="level"),
    )


class ImportMapping(RegionRow, Base):
    """Which column of a file an organisation reads as which field, for files with the same headers 列对应.

    fingerprint: of the headers in order; columns: header in plain form -> field, null where it is not imported.
    """

    __tablename__ = "import_mappings"
    organisation_id: Mapped[UUID]
    kind: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    columns: Mapped[dict[str, str | None]] = mapped_column(JSONB)

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        UniqueConstraint("region_id", "organisation_id", "kind", "fingerprint"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint"),
        CheckConstraint("jsonb_typeof(columns) = 'object'", name="columns"),
    )


class ImportChange(Base):
    """What a row of an import has made or changed, and what was there before: for taking it back 撤回.

    before: null where the row made something new; entity_version: right after the import; undone: null until tried.
    """

    __tablename__ = "import_changes"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entity_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    entity_version: Mapped[int] = mapped_column(BigInteger)
    undone: Mapped[bool | None]

    __table_args__ = (ForeignKeyConstraint(["region_id", "import_id"], ["imports.region_id", "imports.id"]),)


class ImportPreview(Base):
    """What the last check found a row would do, before and after, or who is missing from the file 预览与缺席名单."""

    __tablename__ = "import_previews"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    row: Mapped[int | None]
    plan: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    __table_args__ = (
        ForeignKeyConstraint(["region_id", "import_id"], ["imports.region_id", "imports.id"]),
        CheckConstraint("plan IN ('create', 'update', 'absent')", name="plan"),
    )
