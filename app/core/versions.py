"""Optimistic concurrency: a write says which version it has read."""

from typing import Any

from app.core.errors import Stale


def check_version(row: Any, expected: int | None) -> None:
    """Raise Stale 412 if the record has another version than the client read; None expects nothing."""
    if expected is not None and row.version != expected:
        message = "这条记录在您读取之后已被修改，请刷新后再改。"
        raise Stale("ETAG_MISMATCH", message, current_etag=f'"{row.version}"')
