"""The sample files of docs/samples: every row is read, and they fit the demo county they are tried with."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from app.bulk_import.reading import FileKind, Reading, read
from app.commands.generated import PACKS
from app.core.batch import ReadRow
from app.core.batch.staging import BatchKind
from app.demo.county import County, DemoOrganisation, county
from app.evaluations.imports import AWARDS
from app.hours.imports import HOURS
from app.policy.load import Regulation
from app.school_research.imports import RESEARCH_ATTENDANCE
from app.settings import CLONE
from app.teachers.imports import TEACHERS

SAMPLES = CLONE / "docs" / "samples"
ACTIVITY_DAY = date(2026, 11, 21)


def reading_of(name: str, kind: BatchKind) -> Reading:
    return read(SAMPLES / name, kind.sheet(Regulation.load(PACKS)), filename=name)


def valid_rows(reading: Reading) -> Sequence[ReadRow]:
    """The rows that would be applied; none may be refused."""
    rows = list(reading.rows())
    assert [fault for row in rows for fault in row.faults if fault.level in {"error", "stop"}] == []
    return [row for row in rows if not row.ignored]


@pytest.fixture(scope="module")
def demo() -> County:
    """The county that `make run` loads."""
    return county(1.0)


@pytest.fixture(scope="module")
def school(demo: County) -> DemoOrganisation:
    """The school of the sign-in `school`."""
    (account,) = (row for row in demo.accounts if row.username == "school")
    (found,) = (row for row in demo.organisations if row.id == account.organisation_id)
    return found


@pytest.mark.parametrize(
    ("name", "kind", "numbers"),
    [
        ("roster.csv", TEACHERS, [3, 4, 5, 6, 7]),
        ("hours.csv", HOURS, [3, 4, 5, 6, 7]),
        ("research.csv", RESEARCH_ATTENDANCE, [3, 4, 5, 6, 7]),
        ("awards.csv", AWARDS, [3, 4, 5, 6, 7]),
    ],
    ids=["roster", "hours", "research", "awards"],
)
def test_sample_is_gb18030_with_a_title_row_and_a_last_row_that_is_skipped(
    name: str, kind: BatchKind, numbers: list[int]
) -> None:
    reading = reading_of(name, kind)
    rows = list(reading.rows())
    with pytest.raises(UnicodeDecodeError):
        (SAMPLES / name).read_text(encoding="utf-8")
    assert reading.file_kind is FileKind.CSV
    assert [note.message for note in reading.notes] == [
        "已按 GB18030 编码读取。",
        "已自动跳过标题行，表头识别为第2行。",
    ]
    assert all(use.column for use in reading.columns)
    assert [row.number for row in valid_rows(reading)] == numbers
    assert [row.number for row in rows if row.ignored] == [8]


def test_hours_are_those_written() -> None:
    rows = valid_rows(reading_of("hours.csv", HOURS))
    assert [row.values["claimed"] for row in rows] == [Decimal(6), Decimal(6), Decimal(6), Decimal("4.5"), Decimal(3)]
    assert sum((Decimal(str(row.values["claimed"])) for row in rows), Decimal(0)) == Decimal("25.5")
    assert {(row.values["category"], row.values["activity_date"]) for row in rows} == {("workshop", ACTIVITY_DAY)}


def test_research_is_of_two_activities_with_whom_each_lists() -> None:
    rows = valid_rows(reading_of("research.csv", RESEARCH_ATTENDANCE))
    told = [(row.values["title"], row.values["hours"]) for row in rows]
    assert told == [("古诗文教学备课", Decimal(2))] * 3 + [("习作讲评", Decimal("1.5")), ("习作讲评", Decimal(1))]


@pytest.mark.parametrize(("name", "kind"), [("hours.csv", HOURS), ("research.csv", RESEARCH_ATTENDANCE)])
def test_lines_are_of_teachers_at_post_in_the_school_of_the_demo(
    demo: County, school: DemoOrganisation, name: str, kind: BatchKind
) -> None:
    at_post = {
        spell.teacher_id
        for spell in demo.employments
        if spell.school_id == school.id and spell.is_on_post and spell.covers(ACTIVITY_DAY)
    }
    known = {row.staff_no: row.name for row in demo.teachers if row.id in at_post}
    named = {str(row.values["staff_no"]): row.values["name"] for row in valid_rows(reading_of(name, kind))}
    assert len(named) == 5
    assert named == {number: known.get(number) for number in named}


def test_roster_names_the_school_of_the_demo(school: DemoOrganisation) -> None:
    rows = valid_rows(reading_of("roster.csv", TEACHERS))
    assert {row.values["school_code"] for row in rows} == {school.code}
    assert {row.values["stage"] for row in rows} <= set(school.stages)


def test_roster_is_of_teachers_the_county_does_not_know(demo: County) -> None:
    rows = valid_rows(reading_of("roster.csv", TEACHERS))
    for field in ("staff_no", "id_number", "mobile"):
        new = {row.values[field] for row in rows}
        assert len(new) == 5
        assert new.isdisjoint(getattr(teacher, field) for teacher in demo.teachers)


def test_awards_are_of_holders_the_county_knows_once(demo: County) -> None:
    rows = valid_rows(reading_of("awards.csv", AWARDS))
    known = [place.name for place in demo.organisations if place.region_code == demo.regions[0].code]
    known += [teacher.staff_no for teacher in demo.teachers]
    assert {known.count(str(row.values["holder"])) for row in rows} == {1}
    assert len({row.values["letter"] for row in rows}) == len(rows)
