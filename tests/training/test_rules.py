"""Rules of training over their boundaries: questionnaires, scores, completion, start and close. [A2.3a] [A2.3b]"""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from app.policy.load import Regulation
from app.projects.rules.rates import UnitPlaces
from app.training.rules import process, surveys
from app.training.rules.persons import Enrolled, missing_of
from app.training.rules.process import Facts, Least, Parts, Presence, Readiness, Remains
from app.training.rules.surveys import Given, Question
from app.training.states import ProjectShortfall
from app.training.states import QuestionKind as Kind

REGULATION = Regulation.load(("jiyuan_2022_109",))
ASKED = (
    Question("stage", Kind.SINGLE, "任教学段", is_required=True, options=("低段", "高段")),
    Question("needs", Kind.MULTIPLE, "希望学习", is_required=False, options=("课例", "阅读", "评价")),
    Question("ease", Kind.SCALE, "掌握程度", is_required=False, least=1, most=5),
    Question("words", Kind.TEXT, "建议", is_required=False),
)


@pytest.mark.clause("A2.3a")
@pytest.mark.parametrize(
    ("question", "faults"),
    [
        (ASKED[0], 0),
        (Question("q", Kind.SINGLE, "题", is_required=True, options=("甲",)), 1),
        (Question("q", Kind.SINGLE, "题", is_required=True), 1),
        (Question("q", Kind.MULTIPLE, "题", is_required=True, options=("甲", "甲")), 1),
        (Question("q", Kind.TEXT, "题", is_required=True, options=("甲", "乙")), 1),
        (Question("q", Kind.SCALE, "题", is_required=True, least=1, most=2), 0),
        (Question("q", Kind.SCALE, "题", is_required=True, least=2, most=2), 1),
        (Question("q", Kind.SCALE, "题", is_required=True), 1),
        (Question("q", Kind.TEXT, "题", is_required=True, least=1, most=5), 1),
        (Question("q", Kind.TEXT, "题", is_required=True, least=1), 1),
    ],
)
def test_a_question_has_what_its_kind_asks(question: Question, faults: int) -> None:
    assert len(surveys.check_questions([question])) == faults


@pytest.mark.clause("A2.3a")
@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ([Given("stage", ("低段",))], 0),
        ([], 1),
        ([Given("stage", ("中段",))], 1),
        ([Given("stage", ("低段", "高段"))], 1),
        ([Given("stage", text="低段")], 1),
        ([Given("stage", ("低段",)), Given("stage", ("高段",))], 2),
        ([Given("stage", ("低段",)), Given("needs", ("课例", "评价"))], 0),
        ([Given("stage", ("低段",)), Given("needs", ("课例", "课例"))], 1),
        ([Given("stage", ("低段",)), Given("ease", figure=0)], 1),
        ([Given("stage", ("低段",)), Given("ease", figure=1)], 0),
        ([Given("stage", ("低段",)), Given("ease", figure=5)], 0),
        ([Given("stage", ("低段",)), Given("ease", figure=6)], 1),
        ([Given("stage", ("低段",)), Given("ease", ("低段",), 3)], 1),
        ([Given("stage", ("低段",)), Given("words", text="多看课例")], 0),
        ([Given("stage", ("低段",)), Given("other", text="无此题")], 1),
    ],
)
def test_an_answer_fits_its_question(given: list[Given], faults: int) -> None:
    assert len(surveys.check_answers(ASKED, given)) == faults


@pytest.mark.clause("A2.3a")
def test_answers_are_summed_up_and_texts_tell_no_order() -> None:
    assert [one.message for one in surveys.check_questions([ASKED[0], ASKED[0]])] == ["题号 stage 重复"] * 2
    sent = [
        {"stage": ["低段"], "needs": ["课例", "评价"], "ease": 2, "words": "乙"},
        {"stage": ["高段"], "needs": ["课例"], "ease": 5, "words": "甲"},
        {"stage": ["低段"], "ease": 4, "words": None},
    ]
    stage, needs, ease, words = surveys.sum_up(ASKED, sent)
    assert (stage.answered, stage.options) == (3, (("低段", 2), ("高段", 1)))
    assert (needs.answered, needs.options) == (2, (("课例", 2), ("阅读", 0), ("评价", 1)))
    assert (ease.mean, words.texts, words.mean) == (Decimal("3.67"), tuple(sorted(("甲", "乙"))), None)


@pytest.mark.clause("A2.3b")
@pytest.mark.parametrize(
    ("present", "due", "points"), [(0, 0, "0"), (0, 3, "0.0"), (2, 3, "66.7"), (3, 3, "100.0"), (1, 16, "6.3")]
)
def test_attendance_in_points(present: int, due: int, points: str) -> None:
    assert str(Presence(due, present, 0).points) == points


@pytest.mark.clause("A2.3b")
def test_the_score_is_the_weighted_sum_of_four_parts() -> None:
    parts = Parts(Decimal(100), Decimal("80.5"), Decimal(60), Decimal("66.7"))
    weights = {"attendance": 40, "learning": 20, "exchange": 10, "assignments": 30}
    assert process.total(parts, weights) == Decimal("82.1")
    assert process.check_weights(weights) == []
    for wrong in (99, 101):
        (found,) = process.check_weights({**weights, "attendance": wrong - 60})
        assert (found.rule, found.actual, found.required) == ("training.weights", wrong, 100)
    assert process.assignment_points([Decimal(90), Decimal("80.5")], 3) == Decimal("56.8")
    assert process.assignment_points([], 0) == 0


@pytest.mark.clause("A4.2", "M6.3.1")
@pytest.mark.parametrize(
    ("facts", "least", "rules"),
    [
        (Facts(Presence(10, 9, 1), Decimal(80), 0), Least(90, 80), []),
        (Facts(Presence(10, 8, 2), Decimal(80), 0), Least(90, 80), ["attendance_min"]),
        (Facts(Presence(10, 9, 0), Decimal(80), 0), Least(90, 80), ["absences"]),
        (Facts(Presence(10, 10, 0), Decimal("79.9"), 0), Least(90, 80), ["score_min"]),
        (Facts(Presence(10, 10, 0), None, 0), Least(None, 60), ["score_min"]),
        (Facts(Presence(10, 10, 0), None, 1), Least(None, None), ["assignments"]),
        (Facts(Presence(2, 0, 2), Decimal(0), 2), Least(1, 1), ["never_attended", "attendance_min", "score_min",
                                                               "assignments"]),
    ],
)  # fmt: skip
def test_what_speaks_against_a_completion(facts: Facts, least: Least, rules: list[str]) -> None:
    found = process.check_completion(facts, least)
    assert [one.rule.removeprefix("training.") for one in found] == rules
    assert {str(one.severity) for one in found} <= {"advise"}


@pytest.mark.clause("A2.3a", "A2.3b", "A4.2")
def test_nothing_runs_undesigned_and_nothing_closes_with_gaps() -> None:
    on = date(2026, 11, 1)
    for facts, rules in (
        (Readiness(has_accepted_design=True, surveys=1), []),
        (Readiness(has_accepted_design=False, surveys=2), ["training.course_design"]),
        (Readiness(has_accepted_design=False, surveys=0), ["training.course_design", "training.questionnaire"]),
    ):
        assert [one.rule for one in process.check_start(REGULATION, facts, on=on)] == rules
    assert process.check_close(Remains(0, 0, 0)) == []
    found = process.check_close(Remains(1, 2, 3))
    assert [(one.rule.rpartition(".")[2], one.actual) for one in found] == [
        ("sessions_open", 1),
        ("attendance_missing", 2),
        ("completion_undecided", 3),
    ]


@pytest.mark.clause("A6.13c")
def test_hours_are_laid_evenly_on_the_days_attended() -> None:
    days = [date(2026, 11, day) for day in (3, 1, 2, 2)]

    def laid(hours: str, most: int) -> list[tuple[int, str]]:
        return [(day.day, str(share)) for day, share in process.spread(Decimal(hours), days, Decimal(most))]

    assert laid("15", 6) == [(1, "5"), (2, "5"), (3, "5")]
    assert laid("10", 6) == [(1, "3.5"), (2, "3.5"), (3, "3.0")]
    assert laid("40", 6) == [(1, "6"), (2, "6"), (3, "6")]  # 22 hours have no day
    assert laid("0.5", 6) == [(1, "0.5")]
    assert process.spread(Decimal(15), [], Decimal(6)) == []


@pytest.mark.clause("A4.2")
@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ("24", [2]),  # the day attended holds them
        ("24.5", [2, 5]),
        ("48", [2, 5]),
        ("72.5", [2, 3, 4, 5]),
        ("120", [1, 2, 3, 4, 5]),
        ("121", [1, 2, 3, 4, 5]),  # more than the project has days for: refused by who asks
    ],
)
def test_hours_that_the_days_attended_cannot_hold_take_other_days(hours: str, found: list[int]) -> None:
    span = (date(2026, 11, 1), date(2026, 11, 5))
    days = process.with_room(Decimal(hours), [date(2026, 11, 2)], Decimal(24), span)
    assert [day.day for day in days] == found


def somebody(name: str, **facts: object) -> Enrolled:
    """A trainee who came and completed, but for some facts."""
    usual: dict[str, object] = {"has_left": False, "due": 2, "present": 2, "completion": "completed", "is_over": False}
    person = {"teacher_id": uuid4(), "teacher_name": name, "unit_id": uuid4(), "unit_name": "甲镇中心校", "note": None}
    return Enrolled(**{**person, **usual, **facts})  # type: ignore[arg-type]  # facts of a test


@pytest.mark.clause("A4.2")
def test_every_person_time_has_its_name() -> None:
    enrolled = [
        somebody("完成"),
        somebody("未到", present=0),
        somebody("未开课", due=0, present=0, completion=None),
        somebody("待定", completion="recommended"),
        somebody("未结业", completion="not_completed"),
        somebody("退出", has_left=True, due=0, present=0, completion=None),
        somebody("项目已结束", completion=None, is_over=True),
    ]
    units = [UnitPlaces(uuid4(), "甲镇中心校", 5, 3), UnitPlaces(uuid4(), "乙镇中心校", 2, 2)]
    refused = [
        SimpleNamespace(unit_id=uuid4(), unit_name="乙镇", teacher_id=uuid4(), teacher_name="超龄", reason="年龄")
    ]
    found = [(str(one.ground), one.teacher_name, one.person_times) for one in missing_of(units, enrolled, refused)]
    assert found == [
        ("short_nomination", None, 2),
        ("missed_training", "未到", 1),
        ("missed_training", "退出", 1),
        ("not_completed", "未结业", 1),
        ("not_completed", "退出", 1),
        ("not_completed", "项目已结束", 1),
        ("not_eligible", "超龄", 1),
    ]
    assert [code.code for code in REGULATION.codes("deduction_grounds")] == [str(one) for one in ProjectShortfall]
