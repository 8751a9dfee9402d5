"""Rules of school titles and assistance pairs over their boundaries."""

from datetime import date

import pytest

from app.assistance import rules
from app.assistance.rules import PairFacts, Span
from app.assistance.states import TitleKind
from app.policy.load import Regulation

REGULATION = Regulation.load(("jiyuan_2022_109",))
DEVELOPMENT, DEMONSTRATION = TitleKind.DEVELOPMENT_SCHOOL, TitleKind.DEMONSTRATION_SCHOOL
YEAR = Span(date(2026, 9, 1), date(2027, 8, 31))
OPEN = Span(date(2026, 9, 1), None)


def found(kind: TitleKind = DEVELOPMENT, others: int = 0, **facts: object) -> dict[str, str]:
    """Rule -> severity of a pair that breaks nothing but what is given."""
    whole: dict[str, object] = {
        "is_same_school": False,
        "title": YEAR,
        "span": YEAR,
        "helper_area": "A",
        "helped_area": "B",
        "is_helped_weak": True,
    }
    pair = PairFacts(kind=kind, **whole | facts)  # type: ignore[arg-type]  # facts of a table of cases
    policy = rules.help_policy(REGULATION, kind, on=YEAR.starts_on)
    return {one.rule: str(one.severity) for one in rules.check_pair(pair, [YEAR] * others, policy)}


@pytest.mark.clause("A4.5")
@pytest.mark.parametrize("kind", TitleKind)
@pytest.mark.parametrize(("others", "broken"), [(0, False), (2, False), (3, True)])
def test_at_most_three_schools_at_once(kind: TitleKind, others: int, broken: bool) -> None:  # noqa: FBT001 - a case
    assert found(kind, others) == ({"assistance.helps": "must"} if broken else {})


@pytest.mark.clause("A4.5")
@pytest.mark.parametrize(("helps", "required"), [(0, 1), (1, None), (3, None), (4, 3)])
def test_one_to_three_schools(helps: int, required: int | None) -> None:
    for kind in TitleKind:
        policy = rules.help_policy(REGULATION, kind, on=YEAR.starts_on)
        assert [one.required for one in rules.check_helps(kind, helps, policy)] == ([required] if required else [])


@pytest.mark.clause("A4.5")
@pytest.mark.clause("M4.1")
@pytest.mark.clause("M7.2b")
def test_weak_schools_and_areas() -> None:
    assert found(DEVELOPMENT, is_helped_weak=False) == {"assistance.weak_school": "must"}
    assert found(DEMONSTRATION, is_helped_weak=False) == {"assistance.weak_school": "advise"}
    assert found(DEVELOPMENT, helped_area="A") == {}
    assert found(DEMONSTRATION, helped_area="A") == {"assistance.across_areas": "advise"}
    facts = {"is_same_school": True, "helped_area": "A", "is_helped_weak": False, "span": OPEN}
    assert list(found(DEMONSTRATION, 3, **facts)) == [
        "assistance.same_school",
        "assistance.within_title",
        "assistance.helps",
        "assistance.weak_school",
        "assistance.across_areas",
    ]


@pytest.mark.parametrize(
    ("title", "span", "covered"),
    [
        pytest.param(YEAR, YEAR, True, id="the same days"),
        pytest.param(OPEN, YEAR, True, id="an open title"),
        pytest.param(OPEN, OPEN, True, id="both open"),
        pytest.param(YEAR, OPEN, False, id="an open pair of a dated title"),
        pytest.param(YEAR, Span(date(2026, 8, 31), date(2027, 8, 31)), False, id="a day early"),
        pytest.param(YEAR, Span(date(2026, 9, 1), date(2027, 9, 1)), False, id="a day late"),
    ],
)
def test_pair_stays_within_the_title(title: Span, span: Span, covered: bool) -> None:  # noqa: FBT001 - a case
    assert title.covers(span) is covered


@pytest.mark.parametrize(
    ("others", "most"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([Span(date(2026, 8, 1), date(2026, 8, 31))], 0, id="over the day before"),
        pytest.param([Span(date(2026, 8, 1), date(2026, 9, 1))], 1, id="meets on the first day"),
        pytest.param([Span(date(2027, 8, 31), None)], 1, id="meets on the last day"),
        pytest.param(
            [Span(date(2026, 9, 1), date(2026, 12, 31)), Span(date(2027, 1, 1), None)], 1, id="one after the other"
        ),
        pytest.param([Span(date(2026, 9, 1), date(2027, 1, 1)), Span(date(2027, 1, 1), None)], 2, id="meet on a day"),
    ],
)
def test_most_at_once(others: list[Span], most: int) -> None:
    assert rules.most_at_once(YEAR, others) == most
