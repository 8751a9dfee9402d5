"""Rules of teachers' records and placements: boundaries."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.batch.people import id_check_digit
from app.policy.finding import Finding, Severity
from app.teachers import rules
from app.teachers.rules import Identity, Move, Target
from app.teachers.states import IdType, Sex
from tests.factories.people import id_number

TODAY = date(2026, 11, 23)
BIRTH = date(1990, 3, 15)
MAN = Identity(IdType.RESIDENT, id_number(BIRTH, 501), BIRTH, Sex.MALE)
OPEN = Target(is_open=True, is_employer=True)
SPELL = date(2020, 9, 1)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.rule.removeprefix("teacher.id_number.") for finding in findings]


def with_digit(number: str, place: int) -> str:
    """The number with one digit raised by one, so that the check digit no longer fits."""
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_examples_of_the_standard_have_their_check_digit(number: str) -> None:
    assert rules.check_digit(number[:17]) == number[17]


@given(st.text("0123456789", min_size=17, max_size=17))
def test_check_digit_agrees_with_the_one_of_imports(first_17: str) -> None:
    assert rules.check_digit(first_17) == id_check_digit(first_17)


SOUND = MAN.id_number
FAULTY = {
    "sound": (MAN, []),
    "woman": (replace(MAN, id_number=id_number(BIRTH, 502), sex=Sex.FEMALE), []),
    "17 characters": (replace(MAN, id_number=SOUND[:17]), ["length"]),
    "19 characters": (replace(MAN, id_number=SOUND + "0"), ["length"]),
    "first generation": (replace(MAN, id_number="410881900315501"), ["length"]),
    "letter within": (replace(MAN, id_number="A" + SOUND[1:]), ["characters"]),
    "small x at the end": (replace(MAN, id_number=SOUND[:17] + "x"), ["characters"]),
    "other script's digits": (replace(MAN, id_number="٩" + SOUND[1:]), ["characters"]),
    "one digit off": (replace(MAN, id_number=with_digit(SOUND, 2)), ["check_digit"]),
    "30 February": (replace(MAN, id_number="99999919900230501"), ["length"]),
    "no such day": (
        replace(MAN, id_number="99999919900230501" + id_check_digit("99999919900230501")),
        ["date"],
    ),
    "tomorrow": (replace(MAN, id_number=id_number(TODAY + timedelta(1), 501)), ["future"]),
    "another birth date": (replace(MAN, birth_date=BIRTH + timedelta(1)), ["birth_date"]),
    "even sequence of a man": (replace(MAN, id_number=id_number(BIRTH, 502)), ["sex"]),
    "odd sequence of a woman": (replace(MAN, sex=Sex.FEMALE), ["sex"]),
    "everything at once": (
        Identity(IdType.RESIDENT, with_digit(SOUND, 2), BIRTH + timedelta(1), Sex.FEMALE),
        ["check_digit", "birth_date", "sex"],
    ),
    "passport": (replace(MAN, id_type=IdType.PASSPORT, id_number="E12345678"), []),
    "passport of 4": (replace(MAN, id_type=IdType.PASSPORT, id_number="E123"), ["characters"]),
    "passport of 5": (replace(MAN, id_type=IdType.PASSPORT, id_number="E1234"), []),
    "permit of 20": (replace(MAN, id_type=IdType.HMT_PERMIT, id_number="8" * 20), []),
    "permit of 21": (replace(MAN, id_type=IdType.HMT_PERMIT, id_number="8" * 21), ["characters"]),
}


@pytest.mark.parametrize(("person", "expected"), FAULTY.values(), ids=FAULTY)
def test_identity(person: Identity, expected: list[str]) -> None:
    findings = rules.check_identity(person, on=TODAY)
    assert codes(findings) == expected
    assert all(person.id_number not in f"{finding}" for finding in findings)


def test_an_identity_does_not_show_its_number() -> None:
    assert SOUND not in repr(MAN)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (date(2010, 11, 24), Severity.MUST),
        (date(2010, 11, 23), Severity.ADVISE),
        (date(2008, 11, 24), Severity.ADVISE),
        (date(2008, 11, 23), None),
        (date(1955, 11, 24), None),
        (date(1955, 11, 23), Severity.ADVISE),
        (date(1945, 11, 24), Severity.ADVISE),
        (date(1945, 11, 23), Severity.MUST),
        (date(2027, 1, 1), Severity.MUST),
    ],
    ids=["15", "16", "17", "18", "70", "71", "80", "81", "not born"],
)
def test_age(birth: date, expected: Severity | None) -> None:
    assert [finding.severity for finding in rules.check_age(birth, on=TODAY)] == ([expected] if expected else [])


def test_born_on_29_february_completes_a_year_on_1_march() -> None:
    assert rules.completed_years(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert rules.completed_years(date(2004, 2, 29), date(2026, 3, 1)) == 22


@pytest.mark.parametrize(
    ("staff_no", "is_sound"),
    [
        ("1", True),
        ("A-9z", True),
        ("9" * 30, True),
        ("9" * 31, False),
        ("", False),
        ("1 2", False),
        ("工号1", False),
        ("1\n", False),
    ],
)
def test_staff_no(staff_no: str, is_sound: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (rules.check_staff_no(staff_no) == []) is is_sound


@pytest.mark.parametrize(
    ("mobile", "is_sound"),
    [
        ("13800005678", True),
        ("10000000000", True),
        ("23800005678", False),
        ("1380000567", False),
        ("138000056789", False),
    ],
)
def test_mobile(mobile: str, is_sound: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (rules.check_mobile(mobile) == []) is is_sound


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2006, 3, 14), ["teacher.day.too_young"]),
        (date(2006, 3, 15), []),
        (TODAY, []),
        (TODAY + timedelta(1), ["teacher.day.future"]),
    ],
    ids=["day before sixteenth birthday", "sixteenth birthday", "today", "tomorrow"],
)
def test_working_day(day: date, expected: list[str]) -> None:
    assert [finding.rule for finding in rules.check_working_day(day, birth_date=BIRTH, on=TODAY)] == expected


def test_sixteenth_birthday_of_29_february() -> None:
    assert rules.check_working_day(date(2020, 2, 29), birth_date=date(2004, 2, 29), on=TODAY) == []
    assert len(rules.check_working_day(date(2020, 2, 28), birth_date=date(2004, 2, 29), on=TODAY)) == 1


def moving(day: date, *, target: Target = OPEN, is_same_school: bool = False) -> Move:
    """A transfer on a day, out of a spell that began on SPELL."""
    return Move(SPELL, day, is_same_school, target)


CLOSED = Target(is_open=False, is_employer=True)
HOST = Target(is_open=True, is_employer=False)
MOVES = {
    "day after the spell began": (moving(SPELL + timedelta(1)), []),
    "today": (moving(TODAY), []),
    "tomorrow": (moving(TODAY + timedelta(1)), ["placement.future"]),
    "first day of the spell": (moving(SPELL), ["placement.before_spell"]),
    "before the spell": (moving(SPELL - timedelta(1)), ["placement.before_spell"]),
    "same school": (moving(TODAY, is_same_school=True), ["placement.same_school"]),
    "closed school": (moving(TODAY, target=CLOSED), ["placement.target_closed"]),
    "host institution": (moving(TODAY, target=HOST), ["placement.target_kind"]),
    "everything at once": (
        moving(SPELL, target=Target(is_open=False, is_employer=False), is_same_school=True),
        ["placement.target_closed", "placement.target_kind", "placement.same_school", "placement.before_spell"],
    ),
}


@pytest.mark.parametrize(("move", "expected"), MOVES.values(), ids=MOVES)
def test_transfer(move: Move, expected: list[str]) -> None:
    findings = rules.check_transfer(move, on=TODAY)
    assert [finding.rule for finding in findings] == expected
    assert {finding.clause for finding in findings} <= {None}


def test_a_spell_may_be_followed_on_the_day_it_ended() -> None:
    assert rules.check_placement_day(SPELL, after=SPELL, on=TODAY, or_on=True) == []
    before = rules.check_placement_day(SPELL - timedelta(1), after=SPELL, on=TODAY, or_on=True)
    assert [finding.rule for finding in before] == ["placement.before_spell"]


@pytest.mark.parametrize(
    ("reason", "is_sound"), [("支教2026年期满", True), ("编号1234567890", True), ("电话13800005678", False)]
)
def test_reasons_carry_no_numbers_of_persons(reason: str, is_sound: bool) -> None:  # noqa: FBT001 - a column
    assert (rules.check_reason(reason) == []) is is_sound
