"""The OpenAPI document as clients generate from it: one error shape, documented headers, no framework leftovers."""

from typing import Any

from fastapi import FastAPI

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 问题说明：`code` 供程序判断，`detail` 与 `errors[].message` 可直接给人看。",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "examples": ["INVALID"]},
        "detail": {"type": "string"},
        "instance": {"type": ["string", "null"]},
        "trace_id": {"type": ["string", "null"], "description": "报障时请附上"},
        "retry_after": {"type": "integer", "description": "秒；仅 429、503"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message", "params"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer，指向有误的字段"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "params": {"type": "object", "additionalProperties": True, "description": "文字中的每个数值与条款"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "/problems/hours-line-refused",
            "title": "不符合办法规定",
            "status": 422,
            "code": "HOURS_LINE_REFUSED",
            "detail": "共 1 处不符合要求：“三名”工作室研修每天按 6 学时计算，填报 9。",
            "instance": "/v1/hours-entries",
            "trace_id": "0192f3a0-0000-7000-8000-000000000000",
            "errors": [
                {
                    "pointer": "/claimed_hours",
                    "code": "hours.per_day",
                    "message": "“三名”工作室研修每天按 6 学时计算，填报 9。",
                    "params": {"actual": 9, "required": 6, "clause": "A6.13c", "rule": "附件6 第十三条"},
                }
            ],
        }
    ],
}
DEFAULT = {
    "description": "出错时的问题说明",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")


def install(app: FastAPI) -> None:
    """Replace the application's document by the finished one; made once."""
    original = app.openapi

    def finished() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = finish(original())
        return app.openapi_schema

    app.openapi = finished  # type: ignore[method-assign]  # the documented way to change the document


def finish(document: dict[str, Any]) -> dict[str, Any]:
    """The document with problems as the default answer of every operation."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = DEFAULT
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    document["servers"] = [{"url": "/"}]
    return document
