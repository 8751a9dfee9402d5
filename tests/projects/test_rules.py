"""Rules of projects over their boundaries: plans, conditions, priority, steps, rates."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from app.core.errors import Conflict
from app.policy.load import Regulation
from app.projects.rules import rates
from app.projects.rules.eligibility import (
    Candidate,
    Condition,
    check_candidate,
    check_in_time,
    check_priority,
)
from app.projects.rules.plans import Outline, check_plan
from app.projects.rules.readiness import Standing, check_step
from app.projects.states import PROJECT_LIFECYCLE, Criterion, PhaseKind, ProjectStatus, TrainingPlanKind
from tests.factories.world import PACKS

LAW = Regulation.load(tuple(PACKS))
DAY = date(2026, 12, 10)
FIVE, YEARLY = TrainingPlanKind.FIVE_YEAR, TrainingPlanKind.ANNUAL
LEVELS = ("national", "provincial", "city", "school_research", "workshop")
WHO = Candidate(
    stage="primary",
    subject="english",
    title="edu_senior",
    birth_date=date(1986, 12, 10),
    joined_profession_on=date(2016, 12, 10),
    posts=("homeroom_teacher",),
    honours=("backbone_teacher",),
    workshop_levels=("town",),
)


@pytest.mark.clause("M3.1", "M3.2", "A4.3")
@pytest.mark.parametrize(
    ("plan", "broken"),
    [
        (Outline(FIVE, 2021, 2025, LEVELS, ("finance",)), []),
        (Outline(FIVE, 2021, 2024, LEVELS, ("finance",)), ["projects.plan_years"]),
        (Outline(FIVE, 2021, 2026, LEVELS, ("finance",)), ["projects.plan_years"]),
        (Outline(FIVE, 2021, 2025, LEVELS[:4], ("finance",)), ["projects.plan_levels"]),
        (Outline(FIVE, 2021, 2025, LEVELS, ()), ["projects.plan_departments"]),
        (Outline(YEARLY, 2021, 2021, LEVELS, ("finance",), (2021, 2025)), []),
        (Outline(YEARLY, 2025, 2025, LEVELS, ("finance",), (2021, 2025)), []),
        (Outline(YEARLY, 2026, 2026, LEVELS, ("finance",), (2021, 2025)), ["projects.plan_outside"]),
        (Outline(YEARLY, 2020, 2020, LEVELS, ("finance",), (2021, 2025)), ["projects.plan_outside"]),
        (Outline(YEARLY, 2021, 2021, LEVELS, ("finance",)), ["projects.plan_parent"]),
    ],
)
def test_a_plan_covers_its_years_and_five_levels(plan: Outline, broken: list[str]) -> None:
    assert [one.rule for one in check_plan(LAW, plan, on=DAY)] == broken


@pytest.mark.clause("A2.2")
@pytest.mark.parametrize(
    ("condition", "is_met"),
    [
        (Condition(Criterion.STAGE, ("primary", "preschool")), True),
        (Condition(Criterion.STAGE, ("preschool",)), False),
        (Condition(Criterion.SUBJECT, ("english",)), True),
        (Condition(Criterion.SUBJECT, ("foreign_language",)), True),
        (Condition(Criterion.SUBJECT, ("chinese",)), False),
        (Condition(Criterion.TITLE, ("edu_senior",)), True),
        (Condition(Criterion.TITLE, ("edu_l1",)), False),
        (Condition(Criterion.TITLE_RANK, ("professor", "associate_professor")), True),
        (Condition(Criterion.TITLE_RANK, ("professor",)), False),
        (Condition(Criterion.AGE_MIN, number=40), True),
        (Condition(Criterion.AGE_MIN, number=41), False),
        (Condition(Criterion.AGE_MAX, number=40), True),
        (Condition(Criterion.AGE_MAX, number=39), False),
        (Condition(Criterion.SERVICE_YEARS_MIN, number=10), True),
        (Condition(Criterion.SERVICE_YEARS_MIN, number=11), False),
        (Condition(Criterion.WORKSHOP_LEVEL, ("city", "town")), True),
        (Condition(Criterion.WORKSHOP_LEVEL, ("city",)), False),
        (Condition(Criterion.HONOUR, ("backbone_teacher",)), True),
        (Condition(Criterion.HONOUR, ("renowned_teacher",)), False),
        (Condition(Criterion.POST, ("homeroom_teacher",)), True),
        (Condition(Criterion.POST, ("principal",)), False),
        (Condition(Criterion.NOT_IN_ANOTHER), True),
    ],
)
def test_conditions_over_their_boundaries(condition: Condition, *, is_met: bool) -> None:
    found = check_candidate(LAW, [condition], WHO, on=DAY)
    assert [one.rule for one in found] == ([] if is_met else [f"projects.{condition.criterion}"])


@pytest.mark.clause("A2.2")
def test_every_broken_condition_is_told_with_its_figures() -> None:
    who = replace(WHO, joined_profession_on=None, others=("甲项目", "乙项目"), posts=(), title="unheard_of")
    conditions = [
        Condition(Criterion.SERVICE_YEARS_MIN, number=5),
        Condition(Criterion.NOT_IN_ANOTHER),
        Condition(Criterion.POST, ("principal",), is_required=False),
        Condition(Criterion.TITLE_RANK, ("professor",)),
        Condition(Criterion.AGE_MAX, number=35),
    ]
    found = check_candidate(LAW, conditions, who, on=DAY)
    assert [(one.rule, str(one.severity), one.actual, one.required) for one in found] == [
        ("projects.service_years_min", "must", None, 5),
        ("projects.not_in_another", "must", 2, 0),
        ("projects.post", "advise", "无", "校长"),
        ("projects.title_rank", "must", "无层级", "正高级"),
        ("projects.age_max", "must", 40, 35),
    ]


@pytest.mark.clause("A6.7", "A7.8")
@pytest.mark.parametrize(
    ("level", "priority", "is_first"),
    [
        ("national", 0, True),
        ("national", 1, False),
        ("provincial", 2, False),
        ("city", 1, True),
        ("city", 2, False),
        ("school_research", 2, True),
    ],
)
def test_members_of_workshops_go_first(level: str, priority: int, *, is_first: bool) -> None:
    assert (check_priority(level, priority) == []) is is_first


@pytest.mark.clause("A4.2")
def test_a_nomination_is_late_from_the_day_after() -> None:
    until = date(2026, 11, 30)
    assert check_in_time(until, until) == []
    assert [one.rule for one in check_in_time(date(2026, 12, 1), until)] == ["projects.nominated_late"]
    assert check_in_time(date(2026, 12, 1), None) == []


READY = Standing(
    phases=(PhaseKind.STUDY, PhaseKind.PRACTICE),
    sub_projects=2,
    led=2,
    departments=1,
    allotted=4,
    quota=4,
    trainees=4,
    leading=1,
    following=1,
    guides=1,
    trackers=1,
    ends_on=DAY,
)


@pytest.mark.clause("A3.3", "A4.2b", "A2.3b", "A2.4", "A2.5a", "M5.2", "M5.3", "M3.1")
@pytest.mark.parametrize(
    ("step", "change", "rule"),
    [
        (ProjectStatus.SUBMITTED, {"departments": 0}, "projects.joint_departments"),
        (ProjectStatus.SELECTING, {"led": 1}, "projects.sub_project_team"),
        (ProjectStatus.SELECTING, {"sub_projects": 0, "led": 0}, "projects.sub_project_team"),
        (ProjectStatus.SELECTING, {"phases": (PhaseKind.PRACTICE,)}, "projects.phase"),
        (ProjectStatus.SELECTING, {"allotted": 3}, "projects.allotted"),
        (ProjectStatus.RUNNING, {"trainees": 0}, "projects.trainees"),
        (ProjectStatus.RUNNING, {"undecided": 1}, "projects.undecided"),
        (ProjectStatus.RUNNING, {"leading": 0}, "projects.leading_manager"),
        (ProjectStatus.RUNNING, {"following": 0}, "projects.manager"),
        (ProjectStatus.PRACTICE, {"phases": (PhaseKind.STUDY,)}, "projects.phase"),
        (ProjectStatus.PRACTICE, {"guides": 0}, "projects.guide_group"),
        (ProjectStatus.EVALUATING, {"trackers": 0}, "projects.tracking_group"),
        (ProjectStatus.CLOSED, {"ends_on": date(2026, 12, 11)}, "projects.not_over"),
    ],
)
def test_each_step_asks_for_what_it_needs(step: ProjectStatus, change: dict[str, object], rule: str) -> None:
    assert check_step(LAW, step, READY, on=DAY) == []
    assert [one.rule for one in check_step(LAW, step, replace(READY, **change), on=DAY)] == [rule]  # type: ignore[arg-type]


def test_a_cancelled_or_archived_project_goes_nowhere() -> None:
    for status in (ProjectStatus.CANCELLED, ProjectStatus.ARCHIVED):
        assert PROJECT_LIFECYCLE.possible(status) == []
        with pytest.raises(Conflict):
            PROJECT_LIFECYCLE.move(status, "start")
    assert PROJECT_LIFECYCLE.possible(ProjectStatus.CLOSED) == ["archive"]


@pytest.mark.clause("A4.2")
def test_the_three_rates_and_what_costs_points() -> None:
    units = [rates.UnitPlaces(UUID(int=one), f"第{one}中心校", 3, sent) for one, sent in enumerate((3, 2, 4))]
    nominated = rates.nomination_rate(LAW, units, on=DAY)
    assert (nominated.part, nominated.whole, nominated.share, nominated.is_met) == (8, 9, Decimal("0.8889"), False)
    assert [one.short for one in units] == [0, 1, 0]
    assert rates.nomination_rate(LAW, units[:1], on=DAY).is_met
    attended = rates.attendance_rate(LAW, attended=49, enrolled=50, on=DAY)
    assert (attended.share, attended.is_met) == (Decimal("0.9800"), False)
    completed = rates.completion_rate(LAW, completed=50, enrolled=50, on=DAY)
    assert (completed.share, completed.required, completed.is_met) == (Decimal(1), Decimal(1), True)
    nobody = rates.completion_rate(LAW, completed=0, enrolled=0, on=DAY)
    assert (nobody.share, nobody.is_met) == (None, True)
    counts = {"short_nomination": 1, "missed_training": 2, "not_eligible": 3}
    told = rates.deductions(LAW, counts, on=DAY)
    assert [(one["label"], one["person_times"], one["points"]) for one in told] == [
        ("少报", 1, 1), ("缺培", 2, 2), ("未结业", 0, 0), ("不符合遴选条件", 3, 3),
    ]  # fmt: skip
