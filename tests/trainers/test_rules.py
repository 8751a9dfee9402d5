"""Conditions and terms at their boundaries: birthdays on the day, 29 February, a term that ends today."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.trainers.rules.conditions import Person, check_assessed, check_first, check_renewal, waived
from app.trainers.rules.team import Member, coverage, forecast, read_out
from app.trainers.rules.terms import Term, standing, term_from, years_to_assess
from app.trainers.states import AppointmentStatus

LAW = Regulation.load(("jiyuan_2022_109",))
DAY = date(2027, 3, 1)


def first(born: date, title: str = "edu_senior", day: date = DAY) -> list[tuple[str, bool]]:
    return [(one.rule, one.waivable) for one in check_first(LAW, Person(born, title), starts_on=day)]


@pytest.mark.clause("A7.5")
@pytest.mark.parametrize(
    ("born", "found"),
    [
        (date(1992, 3, 1), []),  # 35 on the day
        (date(1992, 3, 2), [("trainers.first_age_min", True)]),  # 34, the birthday is tomorrow
        (date(1992, 2, 29), []),  # of 29 February: 35 on 1 March of a common year
        (date(1966, 3, 2), []),  # 60, 61 tomorrow
        (date(1966, 3, 1), [("trainers.first_age_max", False)]),  # 61 on the day
    ],
)
def test_age_of_a_first_appointment(born: date, found: list[tuple[str, bool]]) -> None:
    assert first(born) == found


@pytest.mark.clause("A7.5")
def test_born_on_leap_day_is_not_yet_35_on_28_february() -> None:
    assert first(date(1992, 2, 29), day=date(2027, 2, 28)) == [("trainers.first_age_min", True)]


@pytest.mark.clause("A7.5")
@pytest.mark.parametrize(("born", "count"), [(date(1961, 3, 2), 0), (date(1961, 3, 1), 1), (date(2000, 1, 1), 0)])
def test_renewal_goes_to_65_and_has_no_lower_bound(born: date, count: int) -> None:
    found = check_renewal(LAW, Person(born, "edu_prof"), starts_on=DAY)
    assert [(one.rule, one.waivable) for one in found] == [("trainers.renewal_age_max", False)] * count


@pytest.mark.clause("A7.2")
@pytest.mark.parametrize(
    ("title", "count"), [("edu_prof", 0), ("edu_senior", 0), ("other_associate", 0), ("edu_l1", 1), ("none", 1)]
)
def test_title_is_associate_senior_or_above(title: str, count: int) -> None:
    assert first(date(1980, 1, 1), title) == [("trainers.title", True)] * count


@pytest.mark.clause("A7.2", "A7.5")
def test_a_waiver_lifts_the_soft_ones_only() -> None:
    both = check_first(LAW, Person(date(1950, 1, 1), "none"), starts_on=DAY)
    assert [str(one.severity) for one in waived(both, None)] == ["must", "must"]
    assert [(one.rule, str(one.severity)) for one in waived(both, "专业突出")] == [
        ("trainers.first_age_max", "must"),
        ("trainers.title", "advise"),
    ]


@pytest.mark.clause("A7.5")
def test_before_the_regulation_there_are_no_terms() -> None:
    assert first(date(1980, 1, 1), day=date(2022, 7, 31)) == [("trainers.no_policy", False)]


@pytest.mark.clause("A7.6")
@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 12, 1), date(2029, 12, 1)),
        (date(2028, 2, 29), date(2031, 3, 1)),
        (date(2028, 3, 1), date(2031, 3, 1)),
    ],
)
def test_term_is_three_years(starts_on: date, ends_on: date) -> None:
    assert term_from(LAW, starts_on) == Term(starts_on, ends_on)


@pytest.mark.clause("A7.6")
def test_what_an_appointment_is_on_a_day() -> None:
    term = Term(date(2026, 12, 1), date(2029, 12, 1))
    eve, last = term.starts_on - timedelta(days=1), term.until - timedelta(days=1)
    days = (eve, term.starts_on, last, term.until)
    kept = [str(standing(AppointmentStatus.APPOINTED, term, on=day)) for day in days]
    assert kept == ["upcoming", "active", "active", "expired"]
    cut = Term(term.starts_on, date(2027, 1, 1))
    gone = [str(standing(AppointmentStatus.REVOKED, cut, on=day)) for day in (date(2026, 12, 31), cut.until)]
    assert gone == ["active", "revoked"]
    assert not Term(term.starts_on, term.starts_on).holds(term.starts_on)


@pytest.mark.clause("A7.10")
@pytest.mark.parametrize(
    ("term", "years"),
    [
        (Term(date(2026, 12, 1), date(2029, 12, 1)), [2026, 2027, 2028]),
        (Term(date(2026, 9, 1), date(2029, 9, 1)), [2026, 2027, 2028]),
        (Term(date(2026, 8, 31), date(2029, 8, 31)), [2025, 2026, 2027]),
    ],
)
def test_renewal_needs_every_school_year_that_ended_in_the_term(term: Term, years: list[int]) -> None:
    assert [year.start for year in years_to_assess(term.starts_on, term.until)] == years
    needed = [SchoolYear(year) for year in years]
    assert check_assessed(needed, set(years), set()) == []
    assert [one.rule for one in check_assessed(needed, set(years[1:]), set())] == ["trainers.assessments_missing"]
    assert [one.rule for one in check_assessed(needed, set(years[1:]), {years[0]})] == ["trainers.assessment_failed"]


def member(subject: str, until: date, born: date = date(1975, 5, 5), *, took_part: bool = False) -> Member:
    term = Term(date(2026, 9, 1), until)
    return Member(uuid4(), "front_line_master", "primary", subject, term, born, "edu_senior", took_part)


@pytest.mark.clause("M3.3", "A4.3")
@pytest.mark.parametrize(("people", "took_part", "enough", "met"), [(50, 45, True, True), (49, 44, False, False)])
def test_head_count_and_share(people: int, took_part: int, enough: bool, met: bool) -> None:  # noqa: FBT001
    until = date(2029, 9, 1)
    team = [member("chinese", until, took_part=at < took_part) for at in range(people)]
    said = read_out(LAW, team, on=date(2026, 9, 1))
    assert (said["people"], said["is_enough"], said["took_part"], said["is_share_met"]) == (
        people,
        enough,
        took_part,
        met,
    )
    assert read_out(LAW, team, on=until)["people"] == 0
    assert read_out(LAW, team, on=until)["share"] is None


@pytest.mark.clause("A7.1")
def test_coverage_names_what_is_missing_and_counts_a_branch_for_its_subject() -> None:
    covered, missing = coverage(LAW, [member("english", date(2029, 9, 1))])
    assert [(one["stage"], one["subject"], one["people"]) for one in covered] == [("primary", "foreign_language", 1)]
    assert ("primary", "chinese") in {(one["stage"], one["subject"]) for one in missing}
    assert ("primary", "foreign_language") not in {(one["stage"], one["subject"]) for one in missing}


@pytest.mark.clause("A7.5", "A7.6")
def test_forecast_tells_who_leaves_by_term_and_who_by_age() -> None:
    on = date(2027, 1, 31)
    team = [
        member("chinese", date(2027, 2, 1)),
        member("chinese", date(2027, 2, 28), born=date(1961, 3, 1)),  # 65 on that day, may be renewed
        member("chinese", date(2027, 3, 1), born=date(1961, 3, 1)),  # 66 on that day
        member("chinese", date(2029, 1, 31)),
    ]
    months = list(forecast(LAW, team, on=on))
    assert (len(months), months[0]["month"], months[-1]["month"]) == (24, "2027-02", "2029-01")
    assert [(one["by_term"], one["by_age"], one["people"]) for one in months[:2]] == [(2, 0, 2), (0, 1, 1)]
    assert (months[-1]["by_term"], months[-1]["people"]) == (1, 0)
