"""Every refusal and every fault as one RFC 9457 problem document, in Chinese, with a stable code."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from app.core.constraints import is_deadlock, refusal_for
from app.core.errors import BadRequest, FieldFault, Invalid, ShixunError, TooLarge
from app.core.log import current_request, logger
from app.policy.load import NoPolicyYet

MEDIA_TYPE = "application/problem+json"
DEADLOCK = "shixun.deadlock"
"""Set in the scope of a request that lost a deadlock: see SecondTry."""
log = logger("api")

_HTTP_CODES = {
    404: ("ROUTE_NOT_FOUND", "没有这个地址，请对照接口文档 /docs 检查路径。"),
    405: ("METHOD_NOT_ALLOWED", "该地址不支持这个方法，请对照接口文档 /docs。"),
    413: ("BODY_TOO_LARGE", "请求内容过大。"),
    415: ("MEDIA_TYPE_UNSUPPORTED", "不支持这种内容类型，请使用 application/json。"),
}

_MESSAGES = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的字段",
    "string_too_short": "内容太短，至少 {min_length} 个字符",
    "string_too_long": "内容太长，最多 {max_length} 个字符",
    "string_type": "应为文本",
    "string_pattern_mismatch": "格式不正确",
    "string_unicode": "含有无法识别的字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing_size": "数值过大",
    "float_type": "应为数字",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_digits": "数字位数过多",
    "decimal_max_places": "小数位数过多",
    "decimal_whole_digits": "数值过大",
    "finite_number": "应为有限的数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "uuid_type": "应为 UUID",
    "uuid_parsing": "应为 UUID",
    "date_type": "应为日期，写作 2022-09-01",
    "date_parsing": "应为日期，写作 2022-09-01",
    "date_from_datetime_parsing": "应为日期，写作 2022-09-01",
    "date_from_datetime_inexact": "应为日期，写作 2022-09-01",
    "datetime_parsing": "应为带时区的时间，写作 2022-09-01T08:00:00+08:00",
    "timezone_aware": "时间应带时区，写作 2022-09-01T08:00:00+08:00",
    "enum": "应为以下之一：{expected}",
    "literal_error": "应为以下之一：{expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "multiple_of": "应为 {multiple_of} 的倍数",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为 JSON 对象",
    "too_short": "太短，至少 {min_length}",
    "too_long": "太长，最多 {max_length}",
    "json_invalid": "不是合法的 JSON",
}


def document(error: ShixunError, instance: str | None = None) -> dict[str, Any]:
    """The problem document of a refusal; GraphQL and import rows use the same members."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code.lower().replace('_', '-')}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "instance": instance,
        "trace_id": current_request().id,
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "message": fault.message, "params": dict(fault.params)}
            for fault in error.errors
        ],
    }
    return {**{name: value for name, value in error.facts.items() if value is not None}, **body}


def answer(request: Request, error: ShixunError) -> JSONResponse:
    """The refusal as an HTTP answer."""
    headers = {"Content-Language": "zh-CN", "Cache-Control": "no-store"}
    if "retry_after" in error.facts:
        headers["Retry-After"] = str(error.facts["retry_after"])
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = document(error, request.scope.get("path"))
    return JSONResponse(body, error.status, headers=headers, media_type=MEDIA_TYPE)


def invalid(errors: Sequence[Mapping[str, Any]]) -> ShixunError:
    """All validation errors of a request as one refusal; malformed JSON is 400, everything else 422."""
    if any(error["type"] == "json_invalid" for error in errors):
        return BadRequest("JSON_INVALID", "请求内容不是合法的 JSON，请检查引号、逗号与编码（UTF-8）。")
    faults = [_fault(error) for error in errors]
    places = "；".join(f"{fault.pointer or '内容'} {fault.message}" for fault in faults[:5])
    return Invalid("INVALID", f"共 {len(faults)} 处不符合要求：{places}。", errors=faults)


def no_policy(error: NoPolicyYet) -> ShixunError:
    """A question about days before the regulation as a refusal that names the first day."""
    message = f"所问的时间早于办法施行（{error.first}），没有可依据的规定；请改问该日以后的学年。"
    return Invalid("NO_POLICY_YET", message, rule=error.code, first=error.first.isoformat())


def _fault(error: Mapping[str, Any]) -> FieldFault:
    kind = str(error["type"])
    context = {name: _plain(value) for name, value in (error.get("ctx") or {}).items()}
    place = [str(part) for part in error["loc"]]
    if kind == "value_error":
        message = str((error.get("ctx") or {}).get("error", "内容不正确"))
    else:
        message = _MESSAGES.get(kind, "内容不正确").format_map(_Known(context))
    pointer = "/" + "/".join(place[1:] if place[:1] == ["body"] else place)
    return FieldFault(pointer if len(pointer) > 1 else "", kind.upper(), message, context)


class _Known(dict[str, object]):
    """Format arguments; a missing one leaves a blank instead of failing."""

    def __missing__(self, key: str) -> str:
        return ""


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def install(app: FastAPI) -> None:
    """Register the handlers on an application."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ShixunError)  # noqa: S101 - registered for this class
        return answer(request, error)

    async def unreadable(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
        return answer(request, invalid(error.errors()))

    async def unregulated(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, NoPolicyYet)  # noqa: S101 - registered for this class
        return answer(request, no_policy(error))

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
        return answer(request, _from_http(error))

    async def database(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, DBAPIError)  # noqa: S101 - registered for this class
        refusal = refusal_for(error)
        request.scope[DEADLOCK] = is_deadlock(error)
        return answer(request, refusal) if refusal else await broken(request, error)

    async def broken(request: Request, error: Exception) -> JSONResponse:
        log.error("request.failed", path=request.scope.get("path"), kind=type(error).__name__, exc_info=error)
        detail = f"服务出错，未保存任何内容。请稍后重试；仍出错时请把编号 {current_request().id} 告诉管理员。"
        return answer(request, ShixunError("INTERNAL", detail))

    app.add_exception_handler(ShixunError, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(NoPolicyYet, unregulated)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(DBAPIError, database)
    app.add_exception_handler(Exception, broken)


def _from_http(error: HTTPException) -> ShixunError:
    code, detail = _HTTP_CODES.get(error.status_code, ("BAD_REQUEST", "请求无法理解，请检查内容与编码。"))
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge(code, detail)
    problem = BadRequest(code, detail)
    problem.status = error.status_code
    problem.title = HTTPStatus(error.status_code).phrase if error.status_code not in _HTTP_CODES else "请求有误"
    return problem
