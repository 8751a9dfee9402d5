"""What one person asks and another one answers: the columns of such a request, and the answer to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import RegionRow, touched


class Asked(RegionRow):
    """Mixin of a table of requests; each table says in its CHECKs which statuses have an answer."""

    status: Mapped[str] = mapped_column(server_default=text("'asked'"), sort_order=90)
    asked_by: Mapped[UUID] = mapped_column(sort_order=91)
    answered_by: Mapped[UUID | None] = mapped_column(sort_order=92)
    answered_at: Mapped[datetime | None] = mapped_column(sort_order=93)
    answer_reason: Mapped[str | None] = mapped_column(sort_order=94)


def moved(table: type[Asked], values: Mapping[str, Any]) -> dict[str, Any]:
    """What an UPDATE sets that moves a request; values: the status, and the answer where there is one."""
    at = {"answered_at": func.clock_timestamp()} if "answered_by" in values else {}
    return {**values, **at, **touched(table)}
