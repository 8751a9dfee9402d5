"""Loading packs: days, amendments, code lists, and what a badly written pack is told."""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.policy.load import PACKS, NoPolicyYet, PackFault, Regulation, UnknownCode, UnknownName, UnknownParam, WrongKind

NAME = "jiyuan_2022_109"
PACK = Regulation.load((NAME,))
TERM = date(2022, 9, 1)
CAP = "hours.workshop.cap_yearly"


@pytest.fixture
def packs(tmp_path: Path) -> Callable[[str, str], Path]:
    """A function that copies the pack, with one more file in it: (path inside, text) -> root of the packs."""

    def with_file(path: str, text: str) -> Path:
        root = tmp_path / "packs"
        shutil.copytree(PACKS / NAME, root / NAME)
        (root / NAME / path).write_text(text, encoding="utf-8")
        return root

    return with_file


def param_text(code: str = CAP, value: str = "48", extra: str = "") -> str:
    """One [[param]] from outside the text, holding from 2025-09-01."""
    return (
        f'[[param]]\ncode = "{code}"\nvalue = {value}\nunit = "hours"\nstrength = "must"\n'
        f'holds_from = 2025-09-01\nclause = "A6.13c"\nsource = "external: 修订"\n{extra}'
    )


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2022, 8, 1), 40), (date(2022, 8, 2), 40), (date(2030, 1, 1), 40)],
    ids=["first day", "day after", "years later"],
)
def test_value_holds_from_its_first_day(on: date, hours: int) -> None:
    assert PACK.param(CAP, on=on) == hours


def test_day_before_the_first_has_no_policy() -> None:
    with pytest.raises(NoPolicyYet) as refused:
        PACK.param(CAP, on=date(2022, 7, 31))
    assert (refused.value.code, refused.value.on, refused.value.first) == (CAP, date(2022, 7, 31), date(2022, 8, 1))


def test_every_parameter_starts_on_the_first_day_of_the_programme() -> None:
    assert {param.holds_from for param in PACK.params()} == {date(2022, 8, 1)}


@pytest.mark.parametrize(
    ("on", "hours"),
    [(date(2025, 8, 31), 40), (date(2025, 9, 1), 48), (date(2025, 9, 2), 48)],
    ids=["day before", "day of", "day after"],
)
def test_amended_value_changes_on_its_day(packs: Callable[[str, str], Path], on: date, hours: int) -> None:
    amended = Regulation.load((NAME,), packs("params/zz_amended.toml", param_text()))
    assert amended.param(CAP, on=on) == hours


def test_amended_value_says_until_when_each_held(packs: Callable[[str, str], Path]) -> None:
    amended = Regulation.load((NAME,), packs("params/zz_amended.toml", param_text()))
    assert amended.rule(CAP, on=date(2025, 8, 31)).holds_until == date(2025, 9, 1)
    assert amended.rule(CAP, on=date(2025, 9, 1)).holds_until is None
    assert amended.version != PACK.version


def test_amendment_may_be_a_pack_of_its_own(tmp_path: Path) -> None:
    shutil.copytree(PACKS / NAME, tmp_path / NAME)
    later = tmp_path / "jiyuan_2025_7"
    (later / "params").mkdir(parents=True)
    document = (PACKS / NAME / "document.toml").read_text(encoding="utf-8")
    (later / "document.toml").write_text(document, encoding="utf-8")
    (later / "params" / "hours.toml").write_text(param_text(), encoding="utf-8")
    both = Regulation.load((NAME, "jiyuan_2025_7"), tmp_path)
    assert [both.param(CAP, on=day) for day in (date(2025, 8, 31), date(2025, 9, 1))] == [40, 48]
    assert both.version.startswith(f"{NAME}@")
    assert "+jiyuan_2025_7@" in both.version


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        ("params/zz.toml", param_text(value="48.0"), ("zz.toml", CAP, "value")),
        ("params/zz.toml", param_text(value='"forty"'), ("zz.toml", CAP, "not a decimal")),
        ("params/zz.toml", param_text(value='"NaN"'), ("zz.toml", CAP, "not a decimal")),
        ("params/zz.toml", param_text(extra='quote = "四十"\n'), ("zz.toml", CAP, "quote")),
        ("params/zz.toml", param_text(extra='remark = "x"\n'), ("zz.toml", "remark", "unknown key")),
        ("params/zz.toml", param_text().replace('"hours"', '"hour"'), ("zz.toml", CAP, "unit")),
        ("params/zz.toml", param_text().replace('"must"', '"shall"'), ("zz.toml", "strength", "shall")),
        ("params/zz.toml", param_text().replace('"A6.13c"', '"A6.99"'), ("zz.toml", CAP, "clause", "A6.99")),
        ("params/zz.toml", param_text().replace("2025-09-01", "2022-08-01"), (CAP, "two values")),
        ("params/zz.toml", param_text().replace("holds_from = 2025-09-01\n", ""), ("zz.toml", "holds_from", "missing")),
        ("params/zz.toml", "[[param]\n", ("params/zz.toml",)),
        ("codes/zz.toml", 'label = "x"\nsource = "own"\nclosed = 1\ncodes = []\n', ("codes/zz.toml", "closed")),
    ],
    ids=[
        "float", "word", "not a number", "quote and source", "unknown key", "unknown unit", "unknown strength",
        "unknown clause", "same day twice", "no day", "no toml", "integer for flag",
    ],
)  # fmt: skip
def test_fault_in_a_pack_names_file_and_key(
    packs: Callable[[str, str], Path], path: str, text: str, named: tuple[str, ...]
) -> None:
    with pytest.raises(PackFault) as refused:
        Regulation.load((NAME,), packs(path, text))
    assert [word for word in named if word not in str(refused.value)] == []


def test_pack_that_does_not_exist_is_named() -> None:
    with pytest.raises(PackFault, match="luoyang_2023"):
        Regulation.load(("luoyang_2023",))


def test_unknown_parameter_is_answered_with_near_names() -> None:
    with pytest.raises(UnknownParam) as refused:
        PACK.param("hours.workshop.cap_year", on=TERM)
    assert refused.value.nearest[0] == CAP


def test_types_follow_the_unit() -> None:
    assert PACK.whole("workshops.core_members.min", on=TERM) == 5
    assert PACK.decimal("workshops.own_unit_core_share_max", on=TERM) == Decimal("0.20")
    assert PACK.flag("school_research.kindergartens_included", on=TERM) is True
    assert PACK.day("projects.phases.study.until", on=TERM) == date(2023, 11, 30)
    assert PACK.texts("workshops.applicant_areas_exempt_stages", on=TERM) == (
        "preschool",
        "senior_middle",
        "vocational",
    )
    assert PACK.param("hours.bands.upper", on=TERM) == (Decimal(36), Decimal(72), Decimal(108))


@pytest.mark.parametrize("read", [PACK.whole, PACK.flag, PACK.day, PACK.texts])
def test_hours_read_as_another_type_are_refused(read: Callable[..., object]) -> None:
    with pytest.raises(WrongKind):
        read(CAP, on=TERM)


def test_flag_is_no_count() -> None:
    with pytest.raises(WrongKind):
        PACK.whole("school_research.kindergartens_included", on=TERM)


def test_packs_are_read_once() -> None:
    assert Regulation.load((NAME,)) is PACK


def test_version_is_pack_name_and_hash() -> None:
    name, _, digest = PACK.version.partition("@")
    assert name == NAME
    assert len(digest) == 8
    assert set(digest) <= set("0123456789abcdef")


def test_line_ends_do_not_change_the_version(packs: Callable[[str, str], Path]) -> None:
    text = (PACKS / NAME / "source.txt").read_text(encoding="utf-8")
    root = packs("source.txt", text)
    (root / NAME / "source.txt").write_bytes(text.replace("\n", "\r\n").encode())
    assert Regulation.load((NAME,), root).version == PACK.version


@pytest.mark.parametrize(
    ("codes", "text", "code", "how"),
    [
        ("titles", "小高", "edu_l1", "alias"),
        ("titles", "中高", "edu_senior", "alias"),
        ("titles", "中一", "edu_l1", "alias"),
        ("titles", "一级 教师", "edu_l1", "label"),
        ("titles", "edu_l1", "edu_l1", "code"),
        ("titles", "ＥＤＵ＿Ｌ１", "edu_l1", "code"),
        ("stages", "幼儿园", "preschool", "alias"),
        ("stages", "小学部", "primary", "alias"),
        ("stages", "初中", "junior_middle", "label"),
        ("subjects", "思品", "morality_law", "alias"),
        ("subjects", "政治", "morality_law", "alias"),
        ("subjects", "信息技术", "information_science", "alias"),
        ("subjects", "高中信息技术", "information_technology", "label"),
        ("sex", "男", "male", "label"),
        ("sex", "m", "male", "alias"),
        ("hours_categories", "三名工作室研修", "workshop", "label"),
        ("hours_categories", "工作坊(三名工作室)研修", "workshop", "alias"),
        ("departments", "教研室", "research_office", "alias"),
        ("departments", "财审科", "finance", "label"),
    ],
)
def test_clerks_words_are_understood(codes: str, text: str, code: str, how: str) -> None:
    matched = PACK.codes(codes).match(text)
    assert matched is not None
    assert (matched[0].code, matched[1]) == (code, how)


def test_unknown_word_is_not_guessed_but_answered_with_near_ones() -> None:
    subjects = PACK.codes("subjects")
    assert subjects.match("道法课") is None
    assert subjects.nearest("道法课")[0].code == "morality_law"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownCode):
        PACK.codes("stage")
    with pytest.raises(UnknownCode):
        PACK.codes("stages").get("middle")
    with pytest.raises(UnknownName):
        PACK.rubric("demonstration")


def test_order_of_a_list_is_the_printed_order() -> None:
    levels = PACK.codes("workshop_levels")
    assert [(row.order, row.code) for row in levels] == [(1, "provincial"), (2, "city"), (3, "town"), (4, "school")]
    assert "city" in levels
    assert "county" not in levels
