"""Windows of ten days, what a report says, when a month may close; no database."""

from datetime import date
from typing import Any

import pytest

from app.consultations import rules
from app.consultations.states import Tally
from app.policy.load import Regulation
from tests.factories.consultations import SAID

REGULATION = Regulation.load(("jiyuan_2022_109",))
LABELS = {"progress": "实施进度", "experience": "经验做法", "shortcomings": "不足与困难", "suggestions": "建议与措施"}
MIDDLE = rules.window_of(date(2026, 11, 15), REGULATION)


def codes(findings: list[Any]) -> list[tuple[str, str, str]]:
    """Rule, severity and clause of findings."""
    return [(one.rule, one.severity.value, one.clause) for one in findings]


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(
    ("month", "last"),
    [("2026-02", 28), ("2024-02", 29), ("2026-04", 30), ("2026-12", 31), ("2100-02", 28), ("2022-08", 31)],
    ids=["february", "leap february", "thirty days", "thirty-one, end of year", "no leap year", "first of the text"],
)
def test_windows_of_a_month_cover_every_day_once(month: str, last: int) -> None:
    first = date.fromisoformat(f"{month}-01")
    windows = rules.windows_of(first.replace(day=17), REGULATION)
    assert [(one.starts_on.day, one.ends_on.day) for one in windows] == [(1, 10), (11, 20), (21, last)]
    assert {one.starts_on.month for one in windows} == {one.ends_on.month for one in windows} == {first.month}
    assert [one.name[-2:] for one in windows] == ["上旬", "中旬", "下旬"]


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-11-01", 1), ("2026-11-10", 1), ("2026-11-11", 11), ("2026-11-20", 11), ("2026-11-21", 21),
     ("2026-11-30", 21), ("2024-02-29", 21), ("2026-12-31", 21)],
)  # fmt: skip
def test_the_window_a_day_lies_in(day: str, first: int) -> None:
    assert rules.window_of(date.fromisoformat(day), REGULATION).starts_on.day == first


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(
    ("first", "last", "starts"),
    [
        ("2026-11-11", "2026-11-20", ["11-11"]),
        ("2026-11-10", "2026-11-11", ["11-01", "11-11"]),
        ("2026-12-31", "2027-01-01", ["12-21", "01-01"]),
        ("2026-11-21", "2026-11-20", []),
        ("2022-06-01", "2022-08-01", ["08-01"]),
    ],
)
def test_windows_between_two_days(first: str, last: str, starts: list[str]) -> None:
    found = rules.windows_between(date.fromisoformat(first), date.fromisoformat(last), REGULATION)
    assert [f"{one.starts_on:%m-%d}" for one in found] == starts


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(("day", "late"), [("2026-11-11", 0), ("2026-11-20", 0), ("2026-11-21", 1), ("2026-12-20", 30)])
def test_late_days_count_from_the_end_of_the_window(day: str, late: int) -> None:
    assert rules.late_days(date.fromisoformat(day), MIDDLE) == late


@pytest.mark.clause("A3.4", "A3.3")
@pytest.mark.parametrize(
    ("first", "last", "today", "broken"),
    [
        ("2026-11-10", "2026-12-31", "2026-11-11", []),
        ("2026-11-20", "2026-12-31", "2026-11-11", []),
        ("2026-11-21", "2026-12-31", "2026-11-25", ["consultation.project_running"]),
        ("2026-01-01", "2026-11-11", "2026-11-25", []),
        ("2026-01-01", "2026-11-10", "2026-11-25", ["consultation.project_running"]),
        ("2026-01-01", "2026-12-31", "2026-11-10", ["consultation.window_begun"]),
        ("2026-11-21", "2026-12-31", "2026-11-10", ["consultation.window_begun", "consultation.project_running"]),
    ],
    ids=["from the 10th", "from its last day", "from the day after", "until its first day", "until the day before",
         "not begun", "both"],
)  # fmt: skip
def test_a_report_is_of_a_window_that_has_begun_and_the_project_runs_in(
    first: str, last: str, today: str, broken: list[str]
) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))
    found = rules.check_window(MIDDLE, *days, today=date.fromisoformat(today))
    assert codes(found) == [(one, "must", "A3.4") for one in broken]


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize("missing", [(), ("progress",), ("experience", "suggestions"), tuple(LABELS)])
def test_a_report_says_something_under_each_heading(missing: tuple[str, ...]) -> None:
    found = rules.check_contents(SAID | dict.fromkeys(missing), LABELS)
    assert [(one.actual, one.required) for one in found] == ([(4 - len(missing), 4)] if missing else [])
    assert all(LABELS[one] in found[0].message for one in missing)


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(
    ("tally", "today", "broken"),
    [
        (Tally(3, 3, 0, 0), "2026-12-01", []),
        (Tally(0, 0, 0, 0), "2026-12-01", []),
        (Tally(3, 3, 0, 0), "2026-11-30", [("month_over", "must")]),
        (Tally(3, 1, 1, 1, 1), "2026-12-01", [("reports_missing", "advise"), ("reports_late", "advise"),
                                              ("reports_undecided", "advise")]),
        (Tally(3, 2, 0, 1), "2026-11-30", [("month_over", "must"), ("reports_missing", "advise")]),
    ],
    ids=["all in time", "nothing due", "on its last day", "a gap, a late one, one to answer", "both"],
)  # fmt: skip
def test_a_month_closes_after_its_end_and_says_what_is_missing(
    tally: Tally, today: str, broken: list[tuple[str, str]]
) -> None:
    found = rules.check_month(date(2026, 11, 30), tally, today=date.fromisoformat(today))
    assert codes(found) == [(f"consultation.{rule}", severity, "A3.4") for rule, severity in broken]


@pytest.mark.clause("A3.4")
def test_a_briefing_is_put_together_heading_by_heading_and_stands_on_reports() -> None:
    told = rules.drafted([("语文", SAID), ("数学", {**SAID, "difficulties": "路途较远。", "experience": None})])
    assert told["progress"] == f"语文：{SAID['progress']}\n数学：{SAID['progress']}"
    assert told["experience"] == f"语文：{SAID['experience']}"
    assert told["shortcomings"] == f"语文：{SAID['shortcomings']}\n数学：{SAID['shortcomings']}\n数学：路途较远。"
    assert rules.drafted([]) == dict.fromkeys(LABELS)
    assert rules.check_briefing(told, LABELS, 2) == []
    assert codes(rules.check_briefing({}, LABELS, 0)) == [
        ("briefing.reports", "must", "A3.4"),
        ("briefing.headings", "must", "A3.4"),
    ]
