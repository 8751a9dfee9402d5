"""Requests for the operations of publications."""

from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example, Objects


def _new(at: Objects) -> dict[str, Any]:
    return {
        "organisation_id": str(at.organisation),
        "column_code": "school_research",
        "title": "矩阵报送",
        "source": "教研组",
        "happened_on": "2026-11-10",
    }


def _item(body: dict[str, Any] | None = None) -> Example:
    """About an item that waits to be published."""
    return Example(
        lambda at: {"publication_id": at.entry},
        body=None if body is None else lambda _: body,
        sees=Permission.PUBLICATION_READ,
    )


def _case(body: dict[str, Any] | None = None) -> Example:
    """About a case that waits for review."""
    return Example(
        lambda at: {"case_id": at.entry}, body=None if body is None else lambda _: body, sees=Permission.CASE_READ
    )


def _new_case(at: Objects) -> dict[str, Any]:
    return {"organisation_id": str(at.organisation), "term": "2026-2027-1", "title": "矩阵案例", "summary": "矩阵"}


EXAMPLES: dict[str, Example] = {
    "listPublications": Example(),
    "submitPublication": Example(body=_new, placed=True),
    "getPublication": _item(),
    "changePublication": _item({"title": "改题"}),
    "publishPublication": _item({"channel": "师训公众号", "link": "https://example.org/a"}),
    "returnPublication": _item({"reason": "请补充时间"}),
    "retractPublication": _item({"reason": "内容有误"}),
    "withdrawPublication": _item(),
    "listPublicationReadings": _item(),
    "recordPublicationReading": _item({"readings": 10}),
    "listTypicalCases": Example(),
    "submitTypicalCase": Example(body=_new_case, placed=True),
    "getTypicalCase": _case(),
    "changeTypicalCase": _case({"title": "改题"}),
    "reviewTypicalCase": _case({"decision": "accept"}),
    "recommendTypicalCase": _case({"recommended_to": "省项目办"}),
    "withdrawTypicalCase": _case(),
    "listCaseUses": _case(),
    "recordCaseUse": _case({"note": "校本研修学习"}),
    "getPublicationMonth": Example(
        lambda _: {"month": "2026-11"}, lambda at: {"organisation_id": str(at.organisation)}
    ),
}
