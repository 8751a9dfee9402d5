"""Broken database constraints as refusals: each domain says what its constraints mean to a person."""

from collections.abc import Mapping

from asyncpg import InterfaceError, InternalClientError, PostgresConnectionError
from sqlalchemy.exc import DBAPIError

from app.core.errors import Conflict, Invalid, ShixunError, Unavailable

Meaning = tuple[str, str]
_MEANINGS: dict[str, Meaning] = {}

DRIVER_FAULTS = (OSError, InterfaceError, InternalClientError, PostgresConnectionError)
"""What the driver itself raises, outside of SQLAlchemy, where the connection is lost: trying again may help.

InternalClientError says that a connection broke in the middle of a protocol step.
"""

_BUSY = {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P03"}


_DEADLOCK = "40P01"


def is_deadlock(error: DBAPIError) -> bool:
    """Whether PostgreSQL gave this transaction up so that another could go on."""
    return _state(error) == _DEADLOCK


def explain(meanings: Mapping[str, Meaning]) -> None:
    """Register constraint name → (code, Chinese text) for the constraints a race can still break."""
    _MEANINGS.update(meanings)


def refusal_for(error: DBAPIError) -> ShixunError | None:
    """The refusal a database error stands for, None for a genuine fault of ours."""
    driver, state = error.orig, _state(error)
    if error.connection_invalidated or state.startswith("08"):
        # It may have been lost while committing: only the same key tells whether the act counts.
        message = "与数据库的连接中断，请稍后重试；重试写操作时请沿用原来的 Idempotency-Key。"
        return Unavailable("CONNECTION_LOST", message, retry_after=1)
    if state in _BUSY:
        return Unavailable("BUSY", "数据正被其他操作使用，请稍后重试。", retry_after=1)
    if state.startswith("22"):
        return Invalid("VALUE_REFUSED", "有内容无法保存（例如不允许的字符或超出范围的数值），请检查后重试。")
    if state.startswith("23"):
        name = str(getattr(getattr(driver, "__cause__", None), "constraint_name", "") or "")
        code, detail = _MEANINGS.get(name, ("DATA_CONFLICT", "与现有数据冲突，未保存。请刷新后重试。"))
        return Conflict(code, detail)
    return None


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or getattr(error.orig, "pgcode", ""))
