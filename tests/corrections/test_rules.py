"""Whether a record has moved on since a correction was asked for."""

import pytest

from app.corrections import rules

ASKED: list[dict[str, object]] = [
    {"field": "name", "before": "赵一", "proposed": "赵壹"},
    {"field": "posts", "before": ["homeroom_teacher"], "proposed": []},
    {"field": "joined_profession_on", "before": None, "proposed": "2008-09-01"},
]
AS_ASKED = {"name": "赵一", "posts": ["homeroom_teacher"], "joined_profession_on": None, "title": "edu_l1"}


@pytest.mark.parametrize(
    ("present", "moved"),
    [
        pytest.param(AS_ASKED, [], id="as it was"),
        pytest.param(AS_ASKED | {"title": "edu_senior"}, [], id="another field"),
        pytest.param(AS_ASKED | {"name": "赵壹"}, ["name"], id="already as proposed"),
        pytest.param(AS_ASKED | {"posts": []}, ["posts"], id="a list"),
        pytest.param(AS_ASKED | {"joined_profession_on": "2008-08-01"}, ["joined_profession_on"], id="was empty"),
        pytest.param(
            {"name": "x", "posts": [], "joined_profession_on": ""}, ["name", "posts", "joined_profession_on"], id="all"
        ),
    ],
)
def test_fields_that_moved_on(present: dict[str, object], moved: list[str]) -> None:
    assert rules.moved_on(ASKED, present) == moved
