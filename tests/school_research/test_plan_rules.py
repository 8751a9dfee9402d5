"""Rules of the yearly plan over their boundaries."""

from datetime import date, timedelta

import pytest

from app.organisations.rules import plan_due_on
from app.policy.load import Regulation
from app.school_research.rules import Outline, check_codes, check_due, check_outline

PACK = Regulation.load(("jiyuan_2022_109",))
WEEK = PACK.whole("school_research.plan.due_before_week", on=date(2026, 9, 1))
NAMES = {name: [one.code for one in PACK.codes(name)] for name in ("research_contents", "research_modes")}
FULL = {"principal": ("第一责任人", True), "aim_term": ("学期目标", True)}


@pytest.mark.clause("A5.7.3")
@pytest.mark.parametrize(
    ("year", "due"),
    [  # 1 September on Monday to Sunday
        (2025, date(2025, 9, 7)),
        (2026, date(2026, 9, 6)),
        (2027, date(2027, 9, 5)),
        (2022, date(2022, 9, 4)),
        (2023, date(2023, 9, 3)),
        (2029, date(2029, 9, 2)),
        (2024, date(2024, 9, 1)),
    ],
)
def test_plan_is_due_before_the_monday_of_week_two(year: int, due: date) -> None:
    assert plan_due_on(date(year, 9, 1), before_week=WEEK) == due
    assert check_due(due, due_on=due, reason=None) == []
    late = due + timedelta(days=1)
    assert late.weekday() == 0
    assert [one.rule for one in check_due(late, due_on=due, reason=None)] == ["school_plan.late_reason"]
    assert [str(one.severity) for one in check_due(late, due_on=due, reason="校舍维修")] == ["advise"]


@pytest.mark.clause("A5.4", "A5.11")
def test_nine_contents_and_eight_modes_and_own_ones_beside_them() -> None:
    assert [len(codes) for codes in NAMES.values()] == [9, 8]
    known = {"contents": NAMES["research_contents"], "modes": NAMES["research_modes"]}
    every = Outline(known["contents"], ["校园足球"], known["modes"], ["跨校结对"], FULL)
    assert check_codes(every, **known) == []
    wrong = Outline(["football", "daily_teaching"], [], ["chat"], [], FULL)
    assert [one.rule for one in check_codes(wrong, **known)] == ["school_plan.contents", "school_plan.modes"]


@pytest.mark.clause("A5.3", "A5.4")
def test_what_is_missing_is_said_all_at_once() -> None:
    parts = {"principal": ("第一责任人", False), "aim_term": ("学期目标", False)}
    found = check_outline(Outline([], [], [], [], parts))
    assert [(one.rule, one.clause) for one in found] == [
        ("school_plan.contents_missing", "A5.4"),
        ("school_plan.modes_missing", "A5.4"),
        ("school_plan.principal", "A5.7.3"),
        ("school_plan.aim_term", "A5.3"),
    ]
    assert check_outline(Outline([], ["自定"], [], ["自定"], FULL)) == []
