"""The pack against the text it was made from: every quote stands there, and every number in its quote."""

import re
from datetime import date
from decimal import Decimal

import pytest

from app.policy.load import PACKS, CodeList, Param, Regulation, plain

NAME = "jiyuan_2022_109"
PACK = Regulation.load((NAME,))
SOURCE = plain((PACKS / NAME / "source.txt").read_text(encoding="utf-8"))
TERM = date(2022, 9, 1)
SOFT = ("原则上", "一般")
HARD = ("不得", "不少于", "不低于", "应")
DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2}
EVERY = ("每年", "年度", "每月", "月度", "每学期", "学期", "期末", "每期")
clause = pytest.mark.clause

PARAMS = {f"{param.code} from {param.holds_from}": param for param in PACK.params()}
QUOTED = {name: param for name, param in PARAMS.items() if param.quote}
FIGURES = {name: param for name, param in QUOTED.items() if isinstance(param.value, int | Decimal | date)}
FIGURES = {name: param for name, param in FIGURES.items() if not isinstance(param.value, bool)}
OWN_LISTS = {codes.name: codes for codes in PACK.code_sets() if codes.source == "regulation"}


def chinese_number(text: str) -> int:
    """A Chinese numeral up to 九十九 as a number: 四十 -> 40, 二十一 -> 21, 十 -> 10."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return DIGITS[text]
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def numbers(text: str) -> set[Decimal]:
    """Every number a text names: digits (also full-width), Chinese numerals; percentages as parts of 1."""
    found = {Decimal(part) / 100 for part in re.findall(r"(\d+)%", text)}
    found |= {Decimal(part) for part in re.findall(r"\d+(?!\d*%)", text)}
    chinese = re.findall(r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]", text)
    found |= {Decimal(chinese_number(part)) for part in chinese}
    return found | ({Decimal(1)} if any(word in text for word in EVERY) else set())


def needed(param: Param) -> set[Decimal]:
    """The numbers a parameter's quote must name: a day is named by year and month."""
    if isinstance(param.value, date):
        return {Decimal(param.value.year), Decimal(param.value.month)}
    assert isinstance(param.value, int | Decimal)
    return {Decimal(param.value)}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("四十学时", {40}),
        ("六个学时", {6}),
        ("二十", {20}),
        ("十天会商", {10}),
        ("５０人", {50}),
        ("5-7人", {5, 7}),
        ("两年", {2}),
        ("90％", {Decimal("0.9")}),
        ("10%", {Decimal("0.1")}),
        ("2022 年 8 月", {2022, 8}),
    ],
)
def test_numbers_of_a_text_are_read(text: str, named: set[Decimal]) -> None:
    assert numbers(plain(text)) == named


@pytest.mark.parametrize("name", QUOTED)
def test_quote_stands_in_the_source(name: str) -> None:
    assert plain(QUOTED[name].quote or "") in SOURCE


@pytest.mark.parametrize("name", FIGURES)
def test_number_stands_in_its_quote(name: str) -> None:
    param = FIGURES[name]
    assert needed(param) <= numbers(plain(param.quote or ""))


@pytest.mark.parametrize("name", PARAMS)
def test_value_has_a_quote_or_a_source_outside(name: str) -> None:
    param = PARAMS[name]
    assert (param.quote is None) != (param.source is None)
    assert param.source is None or re.fullmatch(r"external: .{6,}", param.source)


@pytest.mark.parametrize("name", QUOTED)
def test_strength_follows_the_words(name: str) -> None:
    param = QUOTED[name]
    quote = param.quote or ""
    if any(word in quote for word in SOFT):
        assert param.strength == "should"
    elif any(word in quote for word in HARD):
        assert param.strength == "must"
    else:
        assert param.strength == "must" or param.reading, "a soft value without soft words needs a reading"


def test_every_number_of_the_text_is_in_the_pack() -> None:
    texts = [param.quote for param in PACK.params() if param.quote]
    texts += [row.text for rubric in PACK.rubrics() for mark in rubric.marks for row in mark.standards]
    texts += [row.text for group in PACK.scorecard().groups for item in group.indicators for row in item.requirements]
    carried = SOURCE
    for text in sorted((plain(text) for text in texts), key=len, reverse=True):
        carried = carried.replace(text, "■")
    # Marks and headings are proved by the rubric tests; dates and numbers of documents bind nobody.
    aside = r"附件\d|\d+分|\d+\.|\d+[年月日号]|[〔\(]\d{4}[-—〕]\d*"
    assert re.findall(r".{0,8}\d+.{0,8}", re.sub(aside, "", carried)) == []


@pytest.mark.parametrize(
    ("code", "value"),
    [
        pytest.param("trainers.team_min", 50, marks=clause("M3.3")),
        pytest.param("workshops.studio_share_min", Decimal("0.10"), marks=clause("M3.4")),
        pytest.param("projects.teams.backbone_teachers", 100, marks=clause("M5.1")),
        pytest.param("projects.teams.backbone_principals", 50, marks=clause("M5.1")),
        pytest.param("projects.teams.trainers", 50, marks=clause("M5.1")),
        pytest.param("projects.teams.city_workshops", 12, marks=clause("M5.1")),
        pytest.param("projects.teams.principal_studios", 6, marks=clause("M5.1")),
        pytest.param("projects.nomination_rate_min", Decimal("1.00"), marks=clause("A4.2")),
        pytest.param("projects.attendance_rate_min", Decimal("1.00"), marks=clause("A4.2")),
        pytest.param("projects.completion_rate_min", Decimal("1.00"), marks=clause("A4.2")),
        pytest.param("performance.deduction.per_shortfall", Decimal(1), marks=clause("A4.2")),
        pytest.param("performance.deduction.per_ineligible", Decimal(1), marks=clause("A4.2")),
        pytest.param("performance.trainers_min", 50, marks=clause("A4.3")),
        pytest.param("trainers.participation_share_min", Decimal("0.90"), marks=clause("A4.3")),
        pytest.param("performance.studio_share_min", Decimal("0.10"), marks=clause("A4.3")),
        pytest.param("performance.transfer_cases_share_min", Decimal("0.80"), marks=clause("A4.5")),
        pytest.param("performance.leading_cases_share_min", Decimal("0.80"), marks=clause("A4.5")),
        pytest.param("organisations.development_school.helps.min", 1, marks=clause("A4.5")),
        pytest.param("organisations.development_school.helps.max", 3, marks=clause("A4.5")),
        pytest.param("organisations.demonstration_school.helps.min", 1, marks=clause("A4.5")),
        pytest.param("organisations.demonstration_school.helps.max", 3, marks=clause("A4.5")),
        pytest.param("workshops.led_people_yearly_min", 5, marks=clause("A4.5")),
        # Figures of clauses that are rules: what they do is proved beside the rule.
        ("hours.school_research.target_yearly", Decimal(24)),
        ("hours.workshop.per_day", Decimal(6)),
        ("hours.workshop.cap_yearly", Decimal(40)),
        ("workshops.core_members.min", 5),
        ("workshops.core_members.max", 7),
        ("workshops.full_members.min", 20),
        ("workshops.full_members.max", 30),
        ("workshops.core_areas_min", 5),
        ("workshops.own_unit_core_share_max", Decimal("0.20")),
        ("workshops.applicant_areas_min", 7),
        ("workshops.gatherings_yearly_min", 7),
        ("workshops.registration_years", 2),
        ("workshops.adjustments_yearly_max", 1),
        ("school_research.plan.due_before_week", 2),
        ("trainers.first_age_min_years", 35),
        ("trainers.first_age_max_years", 60),
        ("trainers.renewal_age_max_years", 65),
        ("trainers.term_years", 3),
        ("consultations.interval_days", 10),
        ("evaluations.selection_month", 12),
    ],
)
def test_figure_is_the_printed_one(code: str, value: int | Decimal) -> None:
    assert PACK.param(code, on=TERM) == value


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("hours.cycle.total", 360),
        ("hours.line_per_day_max", 24),
        ("hours.cycle.starts", 2021),
        ("hours.cycle.years", 5),
    ],
)
def test_cycle_of_five_years_is_known(code: str, value: int) -> None:
    assert PACK.param(code, on=TERM) == value


def test_only_two_values_of_trainers_age_and_title_are_soft_by_the_words() -> None:
    soft = {param.code for param in QUOTED.values() if any(word in (param.quote or "") for word in SOFT)}
    assert soft == {"trainers.first_age_min_years", "trainers.title_ranks"}


def test_every_category_of_hours_names_parameters_that_exist() -> None:
    rows = {row.code: row.facts for row in PACK.codes("hours_categories")}
    assert list(rows) == ["national", "provincial", "city", "school_research", "workshop", "post_training"]
    named = {(code, key): facts[key] for code, facts in rows.items() for key in facts if key.endswith("_param")}
    assert named == {
        ("school_research", "target_param"): "hours.school_research.target_yearly",
        ("workshop", "cap_param"): "hours.workshop.cap_yearly",
        ("workshop", "per_day_param"): "hours.workshop.per_day",
    }
    assert {facts["approved_by"] for facts in rows.values()} == {"training_school"}
    assert rows["workshop"]["also_counts_towards"] == ("post_training",)


def test_every_parameter_named_by_a_list_or_the_scorecard_exists() -> None:
    known = {param.code for param in PACK.params()}
    named = {str(row.facts[key]) for codes in PACK.code_sets() for row in codes for key in row.facts if "param" in key}
    rows = [row for group in PACK.scorecard().groups for item in group.indicators for row in item.requirements]
    named |= {code for row in rows for code in row.params}
    assert named - known == set()


def names(codes: CodeList) -> list[tuple[str, str]]:
    """(name as compared, code) for everything a list answers to."""
    return [
        (name, row.code)
        for row in codes
        for name in {plain(text) for text in (row.code, row.label, row.label_short, *row.aliases)}
    ]


@pytest.mark.parametrize("codes", PACK.code_sets(), ids=lambda codes: codes.name)
def test_names_of_a_list_mean_one_code_each(codes: CodeList) -> None:
    pairs = names(codes)
    assert len({name for name, _ in pairs}) == len(pairs)
    assert [row.order for row in codes] == list(range(1, len(codes) + 1))
    assert [row.code for row in codes if not re.fullmatch(r"[a-z][a-z0-9_]*", row.code)] == []
    assert {row.parent for row in codes if row.parent} <= parents(codes)


def parents(codes: CodeList) -> set[str]:
    """Codes a row may name as its parent: kinds of workshops hang on the families, others in their own list."""
    return {row.code for row in (PACK.codes("workshop_families") if codes.name == "workshop_kinds" else codes)}


@pytest.mark.parametrize("codes", OWN_LISTS.values(), ids=OWN_LISTS)
def test_list_of_the_regulation_stands_in_the_source(codes: CodeList) -> None:
    words = [str(row.facts.get("quote", row.label)) for row in codes]
    for row in codes:
        for key in ("tasks", "forms"):
            words += row.facts.get(key, ())  # type: ignore[arg-type]  # these two facts are lists of text
    assert [word for word in words if plain(word) not in SOURCE] == []
    assert codes.clause in PACK.clauses


@pytest.mark.parametrize(
    ("codes", "size"),
    [
        pytest.param("research_contents", 9, marks=clause("A5.4")),
        pytest.param("research_modes", 8, marks=clause("A5.4")),
        pytest.param("workshop_kinds", 3, marks=clause("A6.3")),
        ("project_levels", 5),
        ("archive_kinds", 6),
        ("trainer_sources", 5),
        ("trainer_conditions", 5),
        ("revocation_grounds", 4),
        ("assessment_results", 2),
        ("publication_columns", 4),
        ("subproject_criteria", 4),
        ("deduction_grounds", 4),
        ("plan_alignments", 6),
        ("leading_group_posts", 11),
        ("workshop_families", 4),
        ("workshop_levels", 4),
    ],
)
def test_list_is_complete(codes: str, size: int) -> None:
    assert len(PACK.codes(codes)) == size


def test_stages_know_their_national_code_and_whether_they_are_compulsory() -> None:
    rows = {row.code: (row.external["gb"], row.facts["compulsory"]) for row in PACK.codes("stages")}
    assert rows == {
        "preschool": ("1", False),
        "primary": ("2", True),
        "junior_middle": ("3", True),
        "senior_middle": ("4", False),
        "junior_vocational": ("5", True),
        "vocational": ("6", False),
        "special": ("7", True),
        "other": ("9", False),
    }
    exempt = PACK.texts("workshops.applicant_areas_exempt_stages", on=TERM)
    assert [stage for stage in exempt if rows[stage][1]] == []


def test_ranks_of_titles_are_known_and_trainers_need_the_two_highest() -> None:
    ranks = [row.code for row in PACK.codes("title_ranks")]
    assert {row.facts["rank"] for row in PACK.codes("titles")} <= set(ranks)
    assert PACK.texts("trainers.title_ranks", on=TERM) == tuple(ranks[:2])


def test_clauses_are_those_of_the_list() -> None:
    printed = """
        M2 M3.1 M3.2 M3.3 M3.4 M3.5 M4.1 M4.2 M4.3 M4.4 M5.1 M5.2 M5.3 M6.1.1 M6.1.2 M6.2.1 M6.2.2 M6.2.3a M6.2.3b
        M6.2.3c M6.2.3d M6.2.3e M6.3.1 M6.3.2 M7.1a M7.1b M7.2a M7.2b A1 A2.2 A2.3a A2.3b A2.3c A2.4 A2.5a A2.5b
        A2.5c A2.6 A3.1 A3.2 A3.3 A3.4 A3.5 A3.6 A4.1 A4.2b A4.2 A4.3 A4.4 A4.5 A5.1 A5.2 A5.3 A5.4 A5.5 A5.6 A5.7.1
        A5.7.2 A5.7.3 A5.8.1 A5.8.2 A5.9 A5.10 A5.11 A5.R A6.1 A6.2 A6.3 A6.4 A6.5a A6.5b A6.5c A6.5d A6.6a A6.6b
        A6.6c A6.7 A6.8 A6.9 A6.10 A6.11 A6.12 A6.13a A6.13b A6.13c A6.13d A6.R A7.1 A7.2 A7.3 A7.4 A7.5 A7.6 A7.7
        A7.8 A7.9 A7.10 A7.11
    """
    assert list(PACK.clauses) == printed.split()


@pytest.mark.parametrize(
    ("clause_id", "reference"),
    [("A6.13c", "附件6 第十三条"), ("M3.4", "正文 三（四）"), ("A5.R", "附件5 评价标准"), ("A7.5", "附件7 第五条")],
)
def test_reference_is_what_people_cite(clause_id: str, reference: str) -> None:
    assert PACK.clause_reference(clause_id) == reference


def test_document_holds_from_the_month_the_programme_began() -> None:
    document = PACK.documents[NAME]
    assert (document.issued_on, document.holds_from) == (date(2022, 12, 9), date(2022, 8, 1))
    assert document.reading
    assert (document.number, document.region) == ("济管教体师〔2022〕109号", "419001")
    assert plain(document.number) in SOURCE
