"""Table of exports."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, RegionRow, region_reference
from app.exports.states import ExportFormat, ExportStatus


def _one_of(column: str, values: type[ExportStatus | ExportFormat]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class Export(RegionRow, Base):
    """One export 导出: what was asked for and why, who decided, and the file until it expires.

    asker: the acting role, and what a job needs to act with the rights of the person who asked. is_unmasked: with
    numbers of persons in full. failure: why it came to nothing.
    """

    __tablename__ = "exports"
    kind: Mapped[str]
    format: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    reason: Mapped[str]
    status: Mapped[str]
    total: Mapped[int]
    needs_second: Mapped[bool]
    stored_name: Mapped[str]
    file_size: Mapped[int | None]
    account_id: Mapped[UUID]
    asker: Mapped[dict[str, Any]] = mapped_column(JSONB)
    organisation_id: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    operation_id: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    is_unmasked: Mapped[bool] = mapped_column(server_default=text("false"))
    failure: Mapped[str | None]
    fetched_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        CheckConstraint(_one_of("status", ExportStatus), name="status"),
        CheckConstraint(_one_of("format", ExportFormat), name="format"),
        CheckConstraint("decided_by <> account_id", name="two_persons"),
        CheckConstraint(
            "NOT needs_second OR decided_by IS NOT NULL OR status = 'awaiting_approval'", name="second_person"
        ),
        CheckConstraint("(status = 'ready') = (expires_at IS NOT NULL)", name="expiry"),
        CheckConstraint("total >= 0 AND file_size >= 0", name="counts"),
        CheckConstraint("NOT is_unmasked OR format = 'xlsx'", name="unmasked"),
        CheckConstraint("failure IS NULL OR status = 'failed'", name="failure"),
        CheckConstraint("fetched_at IS NULL OR status = 'ready'", name="fetched"),
        CheckConstraint("length(reason) BETWEEN 1 AND 2000", name="reason"),
        Index("ix_exports_account", "region_id", "account_id", "id"),
    )
