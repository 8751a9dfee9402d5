"""What a use case may refuse with: one class per HTTP status, a stable code, Chinese text and all faults at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault of one field: JSON Pointer, stable code, Chinese message and every figure of the message."""

    pointer: str
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


class ShixunError(Exception):
    """Base of all refusals; becomes an RFC 9457 problem on REST and the same object in GraphQL."""

    status: int = 500
    title: str = "服务出错"

    def __init__(self, code: str, detail: str, *, errors: Sequence[FieldFault] = (), **facts: object) -> None:
        """code: UPPER_SNAKE, stable; detail: Chinese, says what, why and what to do; facts: extra members."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.facts = facts


class BadRequest(ShixunError):
    """The request cannot be understood (400)."""

    status = 400
    title = "请求有误"


class Unauthenticated(ShixunError):
    """No valid token (401); the code says whether to refresh or to sign in again."""

    status = 401
    title = "未登录或登录已失效"


class NotPermitted(ShixunError):
    """Seen, but not allowed (403)."""

    status = 403
    title = "没有权限"


class NotFound(ShixunError):
    """Absent, or outside the caller's scope (404); the two look the same."""

    status = 404
    title = "未找到"

    def __init__(
        self,
        code: str = "NOT_FOUND",
        detail: str = "未找到该记录，或不在您的管理范围内。",
        *,
        errors: Sequence[FieldFault] = (),
        **facts: object,
    ) -> None:
        """Both reasons share one text, so that existence does not leak."""
        super().__init__(code, detail, errors=errors, **facts)


class Conflict(ShixunError):
    """The state of the record does not allow it (409)."""

    status = 409
    title = "与现有数据冲突"


class Stale(ShixunError):
    """The record changed since it was read (412)."""

    status = 412
    title = "数据已被他人修改"


class TooLarge(ShixunError):
    """The body exceeds the limit (413)."""

    status = 413
    title = "内容过大"


class Invalid(ShixunError):
    """The values are not acceptable (422); carries every fault."""

    status = 422
    title = "内容不符合要求"


class RuleBroken(Invalid):
    """A rule of the regulation refuses it (422); errors carry the findings."""

    title = "不符合办法规定"


class PreconditionRequired(ShixunError):
    """The write needs an ETag (428)."""

    status = 428
    title = "缺少版本标识"


class TooManyRequests(ShixunError):
    """A rate limit is used up (429); `retry_after` seconds are in the facts."""

    status = 429
    title = "请求过于频繁"


class Unavailable(ShixunError):
    """No capacity at the moment (503); `retry_after` seconds are in the facts."""

    status = 503
    title = "服务暂不可用"


class InsufficientStorage(ShixunError):
    """No room for what is to be stored (507)."""

    status = 507
    title = "存储空间不足"
