"""Rules of questionnaires 需求问卷: what a question is, what answers it, and what all answers come to. [A2.3a]"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.training.states import QuestionKind

_HUNDREDTH = Decimal("0.01")
OPTIONS_MIN = 2
CHOICE = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


@dataclass(frozen=True, slots=True)
class Question:
    """A question; options for choices, least and most for a scale."""

    key: str
    kind: QuestionKind
    text: str
    is_required: bool
    options: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None

    @staticmethod
    def of(stored: Mapping[str, Any]) -> "Question":
        """The question as it is stored."""
        options, least, most = tuple(stored.get("options", ())), stored.get("least"), stored.get("most")
        kind = QuestionKind(stored["kind"])
        return Question(stored["key"], kind, stored["text"], bool(stored["is_required"]), options, least, most)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to one question; only the part that its kind asks for."""

    key: str
    choices: tuple[str, ...] = ()
    figure: int | None = None
    text: str | None = None

    @property
    def stored(self) -> Any:
        """The answer as one value: choices, a figure, or a text."""
        return list(self.choices) or (self.figure if self.figure is not None else self.text)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: with which place of a list, and why."""

    place: int
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What all answers to a question come to. options: each with how often; mean: of a scale; texts: in order."""

    question: Question
    answered: int
    options: tuple[tuple[str, int], ...]
    mean: Decimal | None
    texts: tuple[str, ...]


def check_questions(questions: Sequence[Question]) -> list[Wrong]:
    """Each key once; choices have two options or more, none twice; a scale has its ends; nothing else has any."""
    wrong = []
    keys = Counter(one.key for one in questions)
    for place, one in enumerate(questions):
        if keys[one.key] > 1:
            wrong.append(Wrong(place, f"题号 {one.key} 重复"))
        if (one.kind in CHOICE) != bool(one.options):
            wrong.append(Wrong(place, f"题 {one.key}：选择题须有选项，其他题型不填选项"))
        elif one.kind in CHOICE and (len(one.options) < OPTIONS_MIN or len(set(one.options)) < len(one.options)):
            wrong.append(Wrong(place, f"题 {one.key}：选择题至少两个选项，且不能重复"))
        is_scaled = one.least is not None and one.most is not None and one.least < one.most
        if (one.kind is QuestionKind.SCALE) != is_scaled or (one.least is None) != (one.most is None):
            wrong.append(Wrong(place, f"题 {one.key}：量表题须有由小到大的两端，其他题型不填"))
    return wrong


def check_answers(questions: Sequence[Question], given: Sequence[Given]) -> list[Wrong]:
    """Every required question is answered, each once and as its kind asks."""
    known = {one.key: one for one in questions}
    wrong = []
    times = Counter(one.key for one in given)
    for place, one in enumerate(given):
        question = known.get(one.key)
        if question is None:
            wrong.append(Wrong(place, f"没有题号 {one.key}"))
        elif times[one.key] > 1:
            wrong.append(Wrong(place, f"题 {one.key} 答了多次"))
        elif message := _unfit(question, one):
            wrong.append(Wrong(place, f"题 {one.key}：{message}"))
    missing = [one.key for one in questions if one.is_required and one.key not in times]
    return [*wrong, *(Wrong(len(given), f"题 {key} 必答") for key in missing)]


def sum_up(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]]) -> list[Result]:
    """Every question with what its answers come to; texts are sorted, so that no order tells whose they are."""
    return [_summed(one, [given[one.key] for given in answers if given.get(one.key) is not None]) for one in questions]


def _summed(question: Question, values: Sequence[Any]) -> Result:
    chosen = Counter(choice for value in values for choice in value) if question.kind in CHOICE else Counter()
    mean = None
    if question.kind is QuestionKind.SCALE and values:
        mean = (Decimal(sum(values)) / len(values)).quantize(_HUNDREDTH)
    texts = tuple(sorted(values)) if question.kind is QuestionKind.TEXT else ()
    return Result(question, len(values), tuple((one, chosen[one]) for one in question.options), mean, texts)


def _unfit(question: Question, given: Given) -> str:
    """Why an answer does not fit its question, empty if it does."""
    parts = (bool(given.choices), given.figure is not None, given.text is not None)
    wanted = (question.kind in CHOICE, question.kind is QuestionKind.SCALE, question.kind is QuestionKind.TEXT)
    if parts != wanted:
        return "选择题填选项，量表题填数字，问答题填文字"
    if not set(given.choices) <= set(question.options) or len(set(given.choices)) < len(given.choices):
        return "选项不在题目中或重复"
    if question.kind is QuestionKind.SINGLE and len(given.choices) > 1:
        return "单选题只能选一项"
    if given.figure is not None and not (question.least or 0) <= given.figure <= (question.most or 0):
        return f"应在 {question.least} 到 {question.most} 之间"
    return ""
