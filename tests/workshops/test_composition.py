"""Composition of workshops over the boundaries of every requirement."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.policy.load import Regulation
from app.workshops.rules import composition
from app.workshops.rules.composition import Person, Team
from app.workshops.states import MemberRole, WorkshopFamily, WorkshopKind

PACK = Regulation.load(("jiyuan_2022_109",))
LIMITS = composition.limits(PACK, on=date(2026, 9, 1))
LEADER = UUID(int=1)


def team(  # noqa: PLR0913 - the figures of a team
    core: int = 5,
    applicants: int = 15,
    *,
    core_areas: int = 5,
    applicant_areas: int = 7,
    own: int = 1,
    stage: str = "primary",
    family: WorkshopFamily = WorkshopFamily.TEACHER_WORKSHOP,
) -> Team:
    """A team with so many people from so many areas, the leader among the core; own: core people of the own unit."""
    people = [
        _person(LEADER if place == 0 else uuid4(), MemberRole.CORE, place % core_areas, stage, is_own=place < own)
        for place in range(core)
    ]
    people += [_person(uuid4(), MemberRole.APPLICANT, place % applicant_areas, stage) for place in range(applicants)]
    kind = WorkshopKind.GRADE_SUBJECT if family is WorkshopFamily.TEACHER_WORKSHOP else None
    return Team(family, kind, stage, "chinese", LEADER, tuple(people))


def _person(one: UUID, role: MemberRole, area: int, stage: str, *, is_own: bool = False) -> Person:
    return Person(one, "某", role, UUID(int=area), is_own=is_own, stage=stage, subject="chinese")


def broken(one: Team) -> set[str]:
    return {finding.rule for finding in composition.broken(composition.check_composition(one, LIMITS))}


@pytest.mark.clause("A6.4")
@pytest.mark.parametrize(
    ("core", "applicants", "found"),
    [
        (4, 16, {"workshop.core_members", "workshop.core_areas", "workshop.own_unit_core_share_of_core"}),
        (5, 15, set()),
        (7, 23, set()),
        (8, 22, {"workshop.core_members"}),
        (5, 14, {"workshop.full_members"}),
        (5, 25, set()),
        (5, 26, {"workshop.full_members"}),
    ],
    ids=["four core", "five core", "seven core, thirty", "eight core", "nineteen", "thirty", "thirty-one"],
)
def test_numbers_of_people(core: int, applicants: int, found: set[str]) -> None:
    assert broken(team(core, applicants, core_areas=min(core, 5))) == found


@pytest.mark.clause("A6.5a")
@pytest.mark.parametrize(("areas", "met"), [(4, False), (5, True), (6, True)])
def test_areas_of_the_core(areas: int, met: bool) -> None:  # noqa: FBT001 - a parameter
    assert ("workshop.core_areas" not in broken(team(core=7, core_areas=areas))) is met


@pytest.mark.clause("A6.5d")
@pytest.mark.parametrize(
    ("areas", "stage", "met"),
    [(6, "primary", False), (7, "primary", True), (6, "junior_middle", False), (1, "preschool", True),
     (1, "senior_middle", True), (1, "vocational", True)],
)  # fmt: skip
def test_areas_of_applicants(areas: int, stage: str, met: bool) -> None:  # noqa: FBT001 - a parameter
    assert ("workshop.applicant_areas" not in broken(team(applicant_areas=areas, stage=stage))) is met


@pytest.mark.clause("A6.5b")
@pytest.mark.parametrize(
    ("core", "own", "applicants", "found"),
    [
        (5, 1, 15, set()),
        (5, 2, 15, {"workshop.own_unit_core_share_of_core"}),
        (5, 4, 15, {"workshop.own_unit_core_share_of_core"}),
        (5, 5, 15, {"workshop.own_unit_core_share", "workshop.own_unit_core_share_of_core"}),
        (5, 5, 20, {"workshop.own_unit_core_share_of_core"}),
        (7, 1, 13, set()),
        (7, 2, 13, {"workshop.own_unit_core_share_of_core"}),
    ],
    ids=["1 of 20", "2 of 5", "4 of 20", "5 of 20", "5 of 25", "1 of 7", "2 of 7"],
)
def test_share_of_the_own_unit(core: int, own: int, applicants: int, found: set[str]) -> None:
    assert broken(team(core, applicants, own=own)) == found


@pytest.mark.clause("A6.5a")
def test_primary_schools_of_a_town_are_one_area() -> None:
    central, first, second = uuid4(), uuid4(), uuid4()
    assert composition.area_of(first, central, ["primary"]) == composition.area_of(second, central, ["primary"])
    assert composition.area_of(first, central, ["junior_middle"]) == first
    assert composition.area_of(first, central, ["primary", "junior_middle"]) == first
    assert composition.area_of(first, central, ["preschool"]) == first
    assert composition.area_of(first, None, ["primary"]) == first


@pytest.mark.clause("A6.4", "A6.5b")
def test_smallest_repair_is_named() -> None:
    checks = {one.finding.rule: one for one in composition.check_composition(team(8, 11, own=5), LIMITS)}
    assert checks["workshop.core_members"].repair == "减少 1 名核心成员"
    assert checks["workshop.full_members"].repair == "增加 1 名正式成员"
    share = checks["workshop.own_unit_core_share"]
    assert (share.repair_people, share.finding.actual, share.finding.required) == (
        2, Decimal("0.2632"), Decimal("0.20"),
    )  # fmt: skip
    assert checks["workshop.core_areas"].repair is None


@pytest.mark.clause("A6.1", "A6.3")
@pytest.mark.parametrize("family", [one for one in WorkshopFamily if one is not WorkshopFamily.TEACHER_WORKSHOP])
def test_studios_are_not_bound_by_the_numbers(family: WorkshopFamily) -> None:
    assert broken(team(core=1, applicants=0, family=family)) == set()


@pytest.mark.clause("A6.4")
def test_leader_is_a_core_member() -> None:
    one = team()
    other = Team(one.family, one.kind, one.stage, one.subject, uuid4(), one.people)
    assert broken(other) == {"workshop.leader"}
