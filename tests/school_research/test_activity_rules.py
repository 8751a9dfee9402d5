"""Rules of activities over their boundaries."""

from uuid import UUID

import pytest

from app.school_research.rules import Attendant, check_attendant, check_topic, sheets_of

A, B, C = (UUID(int=one) for one in (1, 2, 3))


@pytest.mark.clause("A5.2")
@pytest.mark.parametrize(
    ("is_own", "is_on_post", "said"),
    [
        (True, True, []),
        (True, False, [("research_attendance.not_on_post", "advise")]),
        (False, False, [("research_attendance.other_school", "must")]),
    ],
)
def test_who_takes_part(*, is_own: bool, is_on_post: bool, said: list[tuple[str, str]]) -> None:
    found = check_attendant(Attendant("赵一", is_own, is_on_post))
    assert [(one.rule, str(one.severity)) for one in found] == said


@pytest.mark.clause("A5.4", "A5.11")
@pytest.mark.parametrize(("given", "count"), [("daily_teaching", 0), ("校园足球", 0), ("时事政策与法规", 1)])
def test_a_label_of_the_text_is_given_as_its_code(given: str, count: int) -> None:
    codes, labels = ["daily_teaching", "policy_law"], ["日常教育教学研讨", "时事政策与法规"]
    assert len(check_topic(given, codes=codes, labels=labels, what="研修内容")) == count


@pytest.mark.parametrize(
    ("counts", "sheets"),
    [
        ([], []),
        ([(A, 2000)], [[A]]),
        ([(A, 1000), (B, 1000), (C, 1)], [[A, B], [C]]),
        ([(A, 1500), (B, 501), (C, 1499)], [[A], [B, C]]),
    ],
)
def test_activities_stay_together_on_sheets_of_at_most_2000_lines(
    counts: list[tuple[UUID, int]], sheets: list[list[UUID]]
) -> None:
    assert sheets_of(counts, most=2000) == sheets
