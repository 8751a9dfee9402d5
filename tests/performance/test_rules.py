"""Rules of the scorecard over their boundaries: figures, implied points, points of a row, who owes what."""

import json
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from app.performance.queries.figures import FIGURES
from app.performance.rules import figures, points
from app.performance.rules.figures import Tally
from app.performance.rules.points import Mark
from app.performance.states import Figure, Measure, Owing, RowStatus
from app.policy.finding import Severity
from app.policy.load import Regulation
from app.settings import CLONE

Standing = tuple[bool | None, int | None]
MET: Standing = (True, 0)
NOTHING: Standing = (None, None)
MISSED: dict[int, Standing] = {lacks: (False, lacks) for lacks in (1, 50)}
ON = date(2026, 11, 23)
REGULATION = Regulation.load(("jiyuan_2022_109",))
CARD = REGULATION.scorecard()
INDICATORS = {one.code: one for group in CARD.groups for one in group.indicators}
DELIVERY = INDICATORS["implementation.delivery"]
COSTS = [one for one in FIGURES if one.measure is Measure.DEDUCTION]


def figure(measure: Measure, required: str | None = None, **more: object) -> Figure:
    return Figure("a.figure", "x.y.z", "数", "人", measure, required=required, **more)  # type: ignore[arg-type]


@pytest.mark.clause("A4.1", "A4.2", "A4.3", "A4.4", "A4.5")
def test_the_standard_adds_up_and_every_figure_has_its_requirement() -> None:
    assert [group.points for group in CARD.groups] == [8, 20, 40, 12, 20]
    for group in CARD.groups:
        assert sum(one.points for one in group.indicators) == group.points
    codes = {one.code for one in points.requirements(CARD)}
    assert {one.requirement for one in FIGURES} <= codes
    assert len({one.code for one in FIGURES}) == len(FIGURES)
    assert {one.ground for one in COSTS} == {one.code for one in REGULATION.codes("deduction_grounds")}


@pytest.mark.clause("A4.3", "M3.3")
@pytest.mark.parametrize(("people", "stands"), [(0, MISSED[50]), (49, MISSED[1]), (50, MET), (51, MET)])
def test_fifty_trainers(people: int, stands: Standing) -> None:
    one = figure(Measure.COUNT, "performance.trainers_min")
    read = figures.read(one, {"a.figure": Tally(people, people)}, REGULATION, on=ON)
    assert (read.counted, read.required, (read.is_met, read.lacks)) == (people, Decimal(50), stands)


@pytest.mark.clause("A4.3", "A4.5")
@pytest.mark.parametrize(
    ("param", "part", "whole", "stands"),
    [
        ("trainers.participation_share_min", 44, 50, MISSED[1]),
        ("trainers.participation_share_min", 45, 50, MET),
        ("trainers.participation_share_min", 46, 51, MET),
        ("trainers.participation_share_min", 45, 51, MISSED[1]),
        ("performance.transfer_cases_share_min", 79, 100, MISSED[1]),
        ("performance.transfer_cases_share_min", 80, 100, MET),
        ("performance.leading_cases_share_min", 4, 5, MET),
        ("performance.leading_cases_share_min", 0, 0, NOTHING),
    ],
)
def test_shares(param: str, part: int, whole: int, stands: Standing) -> None:
    read = figures.read(figure(Measure.SHARE, param), {"a.figure": Tally(whole, part)}, REGULATION, on=ON)
    assert (read.counted, read.base, (read.is_met, read.lacks)) == (part, whole, stands)


@pytest.mark.clause("A4.3", "M3.4")
@pytest.mark.parametrize(
    ("studios", "trained", "share", "stands"),
    [
        (1, 12, Decimal("0.0833"), MISSED[1]),
        (1, 10, Decimal("0.1"), MET),
        (1, 11, Decimal("0.0909"), MISSED[1]),
        (2, 11, Decimal("0.1818"), MET),
        (4, 0, None, NOTHING),
    ],
)
def test_studios_beside_trained_backbone(studios: int, trained: int, share: Decimal | None, stands: Standing) -> None:
    one = figure(Measure.RATIO, "performance.studio_share_min", parts=("s", "t"))
    tallies = {"s": Tally(studios, studios), "t": Tally(trained, trained)}
    read = figures.read(one, tallies, REGULATION, on=ON)
    assert (read.counted, read.base, read.share, (read.is_met, read.lacks)) == (studios, trained, share, stands)


@pytest.mark.clause("A4.5")
@pytest.mark.parametrize(("counts", "whole", "stands"), [(0, 0, NOTHING), (2, 3, MISSED[1]), (3, 3, MET)])
def test_every_base_has_to_help(counts: int, whole: int, stands: Standing) -> None:
    read = figures.read(figure(Measure.EACH), {"a.figure": Tally(whole, counts)}, REGULATION, on=ON)
    assert (read.counted, read.base, (read.is_met, read.lacks)) == (counts, whole, stands)


@pytest.mark.clause("A4.2")
@pytest.mark.parametrize(("person_times", "implied"), [(0, 12), (1, 11), (4, 8), (11, 1), (12, 0), (13, 0), (200, 0)])
@pytest.mark.parametrize("ground", [one.ground for one in COSTS])
def test_a_point_a_person_time_and_never_below_none(ground: str, person_times: int, implied: int) -> None:
    tallies = {one.code: Tally(0, 0) for one in COSTS}
    tallies |= {one.code: Tally(person_times, person_times) for one in COSTS if one.ground == ground}
    assert points.implied(DELIVERY, FIGURES, tallies, REGULATION, on=ON) == implied


@pytest.mark.clause("A4.2")
def test_grounds_add_up_and_nothing_is_implied_by_a_part_of_them() -> None:
    tallies = {one.code: Tally(count, count) for count, one in enumerate(COSTS, 1)}
    assert points.implied(DELIVERY, FIGURES, tallies, REGULATION, on=ON) == 12 - (1 + 2 + 3 + 4)
    for left_out in COSTS:
        some = [one for one in FIGURES if one is not left_out]
        assert points.implied(DELIVERY, some, tallies, REGULATION, on=ON) is None
    others = [one for code, one in INDICATORS.items() if code != DELIVERY.code]
    assert {points.implied(one, FIGURES, tallies, REGULATION, on=ON) for one in others} == {None}


@pytest.mark.clause("A4.1", "A4.2")
@pytest.mark.parametrize(
    ("others", "given", "limit", "stage", "broken"),
    [
        ("8", "4", None, "decided", []),
        ("8", "4.5", None, "assessed", [("scorecard.points", Severity.MUST)]),
        ("6", "4", "10", "decided", []),
        ("6", "4.5", "10", "decided", [("scorecard.implied", Severity.MUST)]),
        ("6", "4.5", "10", "assessed", [("scorecard.implied", Severity.ADVISE)]),
        ("8", "5", "0", "decided", [("scorecard.points", Severity.MUST), ("scorecard.implied", Severity.MUST)]),
    ],
)
def test_points_of_a_row(others: str, given: str, limit: str | None, stage: str, broken: list[object]) -> None:
    most, is_final = Decimal(limit) if limit else None, stage == "decided"
    found = points.check_points("scorecard", DELIVERY, Decimal(others), Decimal(given), most, is_final=is_final)
    assert [(one.rule, one.severity) for one in found] == broken
    assert all(one.actual == Decimal(others) + Decimal(given) for one in found)


def test_who_answers_for_a_row() -> None:
    rows = {one.code: one for one in points.requirements(CARD)}
    everybody = rows["effects.ecology.ecology"]
    assert points.responsible(everybody, (), "teacher_education") == ("teacher_education",)
    assert points.responsible(everybody, ("office", "office", "personnel"), "x") == ("office", "personnel")
    printed = rows["organisation.county_division.leading_group"]
    assert points.responsible(printed, ("finance",), "x") == ("general_office", "office", "personnel", "finance")
    one = rows["guarantees.funds.budget"]
    assert points.responsible(one, ("office",), "x") == ("finance", "teacher_education")


def test_who_owes_what() -> None:
    marks = {
        "guarantees.rules.rules": Mark(RowStatus.ASSESSED, Decimal(4)),
        "guarantees.funds.budget": Mark(RowStatus.RETURNED, Decimal(4)),
        "organisation.city_work.city_support": Mark(RowStatus.SCORED, Decimal(3), Decimal(3)),
    }
    found = list(points.owed(CARD, marks, "teacher_education"))
    acts = {(one.requirement, one.department): one.act for one in found}
    assert acts["guarantees.rules.rules", "teacher_education"] is Owing.SCORE
    assert acts["guarantees.funds.budget", "finance"] is Owing.ASSESS_AGAIN
    assert acts["support_system.trainer_team.team", "training_school"] is Owing.ASSESS
    assert "organisation.city_work.city_support" not in {one.requirement for one in found}
    order = [one.code for one in points.requirements(CARD)]
    assert all(order.index(a.requirement) <= order.index(b.requirement) for a, b in pairwise(found))


def test_sums_take_what_is_decided_before_what_is_assessed() -> None:
    first, second, _ = (one.code for one in DELIVERY.requirements)
    marks = {first: Mark(RowStatus.SCORED, Decimal(5), Decimal("4.5")), second: Mark(RowStatus.ASSESSED, Decimal(3))}
    found = points.sums(DELIVERY, marks, Decimal(11))
    assert [found.self_assessed, found.decided, found.standing, found.open] == [8, Decimal("4.5"), Decimal("7.5"), 4.5]
    then = points.assumed_marks(marks, {second: Decimal(1)})
    assert points.sums(DELIVERY, then, None).standing == Decimal("5.5")
    assert points.assumed({"a": Tally(3, 1), "b": Tally(1, 1)}, {"a": 5}) == {"a": Tally(5, 5), "b": Tally(1, 1)}


def test_paths_of_records_are_paths_of_rest() -> None:
    paths = json.loads((CLONE / "openapi" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    known = {re.sub(r"{[^}]+}", "{id}", path) for path in paths}
    assert {f"/v1/{one.path}" for one in FIGURES if one.path} - known == set()
