"""Term assessments through the doors: every teacher at post, replaced rather than doubled, and what is refused."""

from typing import Any

import pytest

from tests.factories.cluster import Clone
from tests.factories.research import Desk, stored
from tests.factories.world import World

TERM = {"term": "2026-2027-1"}
URL = "/term-assessments:batchSet"


def said(name: str, result: str = "qualified", **more: Any) -> dict[str, Any]:
    """A line about a teacher of the world."""
    return {"staff_no": World().staff_no(name), "result": result, **more}


@pytest.mark.clause("A5.7.2", "A5.2")
async def test_every_teacher_at_post_is_assessed_once_a_term(desk: Desk) -> None:
    first = [said("a1-1"), said("a1-2", "unqualified", reason="出席不足")]
    made = await desk.post("school", URL, TERM | {"lines": first})
    assert made.status_code == 200, made.text
    figures = ("teachers", "assessed", "unqualified", "unassessed")
    assert [made.json()[name] for name in figures] == [3, 2, 1, 1]  # the fourth is not at post
    more = [said("a1-2"), said("a1-3")]
    again = (await desk.post("school", URL, TERM | {"lines": more})).json()
    assert [again[name] for name in figures] == [3, 3, 0, 0]
    rows = (await desk.get("school", "/term-assessments?term=2026-2027-1"))["items"]
    assert {row["teacher_name"]: (row["result"], row["reason"]) for row in rows} == {
        "赵一": ("qualified", None), "钱二": ("qualified", None), "孙三": ("qualified", None),
    }  # fmt: skip
    assert [row["teacher_name"] for row in (await desk.get("teacher", "/term-assessments"))["items"]] == ["赵一"]
    schools = (await desk.get("central_school", "/term-assessment-progress?term=2026-2027-1"))["items"]
    assert {one["school_name"]: one["unassessed"] for one in schools} == {"甲镇第一小学": 0, "甲镇第二小学": 2}


async def test_each_refusal_writes_nothing(desk: Desk, clone: Clone) -> None:
    before = await stored(clone, "term_assessments")
    one = said("a1-1")
    cases: list[tuple[str, dict[str, Any], int, str]] = [
        ("school", {"lines": [one, one]}, 422, "INVALID"),
        ("school", {"lines": [said("a1-1", "unqualified")]}, 422, "INVALID"),
        ("school", {"lines": [said("a2-1")]}, 422, "INVALID"),
        ("school_a2", {"lines": [one], "school_id": str(World().organisation("A1"))}, 403, "OUT_OF_SCOPE"),
        ("central_school", {"lines": [one]}, 403, "PERMISSION_DENIED"),
        ("teacher", {"lines": [one]}, 403, "PERMISSION_DENIED"),
    ]
    for who, body, status, code in cases:
        refused = await desk.post(who, URL, TERM | body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert await stored(clone, "term_assessments") == before
