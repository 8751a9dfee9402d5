"""Teachers of a demo region 教师 and their spells at schools 任职: who serves, moves, leaves, joins or is off post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.demo import careers, names
from app.demo.draw import Draw, Ids, apportion
from app.demo.facts import FIRST_YEAR, RUNNING_YEAR, DemoEmployment, DemoTeacher
from app.demo.tree import School

LEAST_PER_SCHOOL = 4
"""Smallest staff of a school; the first teachers of a school, as many as this, are never moved."""

_DAYS_OF = {
    "transferred": (date(2025, 9, 1), date(2025, 9, 1), date(2026, 2, 20), date(2026, 9, 1), date(2026, 9, 1)),
    "retired": tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(9, 21)),
    "absent": (date(2024, 9, 1), date(2025, 3, 1), date(2025, 9, 1), date(2026, 2, 24), date(2026, 9, 1)),
    "returned": (date(2026, 2, 24), date(2026, 9, 1)),
}
"""Days on which a change happens, by kind: moving, leaving (first of a month), going away, coming back."""
_AWAY_SINCE = date(2025, 3, 1)
_RUNNING_START = date(RUNNING_YEAR, 9, 1)
_STABLE_SINCE = 2023

_Spell = tuple[School, bool, date, date | None]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many teachers of a region change in the two school years: numbers of persons."""

    transferred: int
    retired: int
    joined: int
    absent: int
    returned: int


@dataclass(frozen=True, slots=True)
class RegionPeople:
    """Who numbers the teachers of one region: ids of teachers and spells, identity numbers, first mobile."""

    region_code: str
    teacher_ids: Ids
    employment_ids: Ids
    identity_numbers: careers.IdentityNumbers
    first_mobile: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What befalls a teacher, and the day on which it does: None for who simply serves."""

    kind: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place on a school's staff: the position counts from the head (0)."""

    school: School
    position: int
    school_size: int
    stage: str


def people(
    schools: Sequence[School], headcount: int, changes: Changes, numbering: RegionPeople
) -> tuple[tuple[DemoTeacher, ...], tuple[DemoEmployment, ...]]:
    """Build the teachers of a region, school by school, and all their spells, teacher by teacher.

    Raises ValueError where the headcount gives a school fewer than four.
    """
    draw = Draw(f"{numbering.region_code}:people")
    places = _places(draw, schools, headcount)
    change_of = _assign_changes(draw, places, changes)
    by_stage: dict[str, list[School]] = {}
    for school in schools:
        for stage in school.pattern.stages:
            by_stage.setdefault(stage, []).append(school)
    teachers: list[DemoTeacher] = []
    employments: list[DemoEmployment] = []
    for index, place in enumerate(places):
        change = _dated(draw, change_of.get(index, "serves"))
        teacher = _teacher(draw, place, index, change, numbering)
        teachers.append(teacher)
        for school, is_on_post, starts_on, ends_on in _spells(draw, place, teacher, change, by_stage):
            employments.append(
                DemoEmployment(
                    id=numbering.employment_ids.new(),
                    region_code=numbering.region_code,
                    teacher_id=teacher.id,
                    school_id=school.organisation.id,
                    is_on_post=is_on_post,
                    starts_on=starts_on,
                    ends_on=ends_on,
                )
            )
    return tuple(teachers), tuple(employments)


def _places(draw: Draw, schools: Sequence[School], headcount: int) -> list[_Place]:
    weights = [school.pattern.weight * draw.between(80, 120) for school in schools]
    sizes = apportion(headcount, weights, least=LEAST_PER_SCHOOL)
    return [
        _Place(school, position, size, draw.pick(school.pattern.stages))
        for school, size in zip(schools, sizes, strict=True)
        for position in range(size)
    ]


def _assign_changes(draw: Draw, places: Sequence[_Place], changes: Changes) -> dict[int, str]:
    """Choose who changes; transfers need a second school of the stage."""
    movable = draw.shuffled([index for index, place in enumerate(places) if place.position >= LEAST_PER_SCHOOL])
    schools_of: dict[str, set[str]] = {}
    for place in places:
        schools_of.setdefault(place.stage, set()).add(place.school.organisation.code)
    transferable = [index for index in movable if len(schools_of[places[index].stage]) > 1]
    result = dict.fromkeys(transferable[: changes.transferred], "transferred")
    rest = (index for index in movable if index not in result)
    kinds = (
        ("retired", changes.retired),
        ("joined", changes.joined),
        ("absent", changes.absent),
        ("returned", changes.returned),
    )
    chosen = [(index, kind) for kind, count in kinds for _, index in zip(range(count), rest, strict=False)]
    return result | dict(chosen)


def _dated(draw: Draw, kind: str) -> _Change:
    """Draw the day of a change."""
    days = _DAYS_OF.get(kind)
    return _Change(kind, draw.pick(days) if days else None)


def _teacher(draw: Draw, place: _Place, index: int, change: _Change, numbering: RegionPeople) -> DemoTeacher:
    sex = careers.sex(draw, place.stage)
    if change.kind == "retired" and change.on is not None:
        birth = careers.birth_of_pensioner(draw, sex, change.on)
    elif change.kind == "joined":
        birth = careers.birth_of_beginner(draw)
    else:
        birth = careers.birth_of_serving(draw, sex)
    if place.position == 0:
        birth = birth.replace(year=min(birth.year, 1988), day=min(birth.day, 28))
    latest = FIRST_YEAR if change.kind == "serves" else _STABLE_SINCE
    joined = _RUNNING_START if change.kind == "joined" else careers.joined_on(draw, birth, latest)
    service = RUNNING_YEAR - joined.year
    posts = careers.posts(
        draw, position=place.position, school_size=place.school_size, stage=place.stage, service=service
    )
    return DemoTeacher(
        id=numbering.teacher_ids.new(),
        region_code=numbering.region_code,
        name=names.person(draw, sex),
        sex=sex,
        birth_date=birth,
        id_number=numbering.identity_numbers.new(birth, sex),
        staff_no=f"{10_000_001 + index}",
        mobile=f"199{numbering.first_mobile + index:08d}",
        stage=place.stage,
        subject=careers.subject(draw, place.stage),
        title=careers.head_title(draw) if place.position == 0 else careers.title(draw, joined),
        posts=() if change.kind == "absent" else posts,
        honours=careers.honours(draw, joined),
        joined_profession_on=joined,
    )


def _spells(
    draw: Draw, place: _Place, teacher: DemoTeacher, change: _Change, by_stage: dict[str, list[School]]
) -> list[_Spell]:
    """Spells of one teacher in time order, the next beginning where the last ends."""
    home, joined, day = place.school, teacher.joined_profession_on, change.on
    latest = max(joined.year, FIRST_YEAR if change.kind == "serves" else _STABLE_SINCE)
    starts_on = date(draw.between(joined.year, latest), 9, 1)
    if day is None or change.kind == "retired":
        return [(home, True, starts_on, day)]
    if change.kind == "transferred":
        others = [school for school in by_stage[place.stage] if school is not home]
        return [(home, True, starts_on, day), (draw.pick(others), True, day, None)]
    if change.kind == "absent":
        return [(home, True, starts_on, day), (home, False, day, None)]
    away: list[_Spell] = [(home, True, starts_on, _AWAY_SINCE), (home, False, _AWAY_SINCE, day)]
    return [*away, (home, True, day, None)]
