"""Requests for the operations of school titles and assistance pairs."""

from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example, Objects

TERM = {"starts_on": "2026-09-01", "ends_on": "2027-08-31"}


def _title(at: Objects) -> dict[str, Any]:
    return TERM | {"school_id": str(at.organisation), "kind": "development_school"}


def _pair(at: Objects) -> dict[str, Any]:
    # the other region has one school only: a rule refuses that it helps itself
    helped = at.organisation if at.place == "abroad" else at.neighbour
    return TERM | {"title_id": str(at.entry), "helped_id": str(helped)}


def _about(key: str, body: dict[str, Any] | None = None) -> Example:
    """About a title or a pair that waits to be set."""
    return Example(
        lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=Permission.ASSISTANCE_READ
    )


EXAMPLES: dict[str, Example] = {
    "listSchoolTitles": Example(),
    "recommendSchoolTitle": Example(body=_title, placed=True),
    "getSchoolTitle": _about("title_id"),
    "getSchoolTitleStanding": _about("title_id"),
    "confirmSchoolTitle": _about("title_id"),
    "refuseSchoolTitle": _about("title_id", {"reason": "材料不全"}),
    "endSchoolTitle": _about("title_id", {"reason": "不再符合条件"}),
    "listAssistancePairs": Example(),
    "recommendAssistancePair": Example(body=_pair, placed=True),
    "getAssistancePair": _about("pair_id"),
    "confirmAssistancePair": _about("pair_id"),
    "refuseAssistancePair": _about("pair_id", {"reason": "不合适"}),
    "endAssistancePair": _about("pair_id", {"reason": "已完成"}),
}
