"""The demo county 演示县 put together: two regions that never mix, all content synthetic and repeatable."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.demo import hours
from app.demo.careers import IdentityNumbers
from app.demo.draw import Draw, Ids
from app.demo.facts import (
    LAST_DAY,
    DemoAccount,
    DemoEmployment,
    DemoHonour,
    DemoHoursLine,
    DemoOrganisation,
    DemoRegion,
    DemoSchoolYear,
    DemoTeacher,
)
from app.demo.names import NEIGHBOUR_TOWN, TOWNS, person
from app.demo.people import Changes, RegionPeople, people
from app.demo.school_years import school_years
from app.demo.tree import DEPARTMENTS, RegionShape, organisations

__all__ = [
    "County",
    "DemoAccount",
    "DemoEmployment",
    "DemoHonour",
    "DemoHoursLine",
    "DemoOrganisation",
    "DemoRegion",
    "DemoSchoolYear",
    "DemoTeacher",
    "county",
    "digest",
]

REGION = DemoRegion("419001", "济源（演示，合成数据）")
NEIGHBOUR = DemoRegion("999001", "邻县（演示，合成数据）")
HEADCOUNT = 8000
NEIGHBOUR_HEADCOUNT = 20

_DIRECT_SCHOOLS = 30
_LEAST_DIRECT = 4
_LEAST_TOWNS = 3
_TOWN_SCHOOLS = 8
_TOWN_SCHOOLS_SMALL = 4
_SMALL_SCALE = 0.25
_LARGE_TOWNS = 2
_LEAST_HEADCOUNT = 100
_CHANGES = Changes(transferred=120, retired=150, joined=160, absent=200, returned=40)
_SETTLED_ON = date(2025, 8, 31)
_ID_KINDS = ("organisation", "school_year", "teacher", "employment", "account", "hours_line")


@dataclass(frozen=True, slots=True)
class County:
    """The demo data: the county first, the neighbour after it, parents before children."""

    regions: tuple[DemoRegion, ...]
    organisations: tuple[DemoOrganisation, ...]
    school_years: tuple[DemoSchoolYear, ...]
    teachers: tuple[DemoTeacher, ...]
    employments: tuple[DemoEmployment, ...]
    accounts: tuple[DemoAccount, ...]

    def hours_lines(self) -> Iterator[DemoHoursLine]:
        """Give all lines of hours, region by region in order of date, then teacher; the same at every call."""
        for ordinal, region in enumerate(self.regions):
            code = region.code
            source = hours.RegionHours(
                region_code=code,
                organisations=[row for row in self.organisations if row.region_code == code],
                teachers=[row for row in self.teachers if row.region_code == code],
                employments=[row for row in self.employments if row.region_code == code],
            )
            yield from hours.lines(source, _ids(code, ordinal, "hours_line"))


def county(scale: float = 1.0) -> County:
    """Build the demo county: 8,000 teachers at scale 1, fewer schools and teachers below; the neighbour never shrinks.

    scale: over 0, at most 1; at least three towns, four direct schools and 100 teachers stay. Raises ValueError.
    """
    if not 0 < scale <= 1:
        message = f"scale must lie over 0 and not over 1, not {scale}"
        raise ValueError(message)
    identity_numbers = IdentityNumbers()
    headcount = max(_LEAST_HEADCOUNT, round(HEADCOUNT * scale))
    plan = _Plan(0, _county_shape(scale), headcount, _scaled_changes(scale), first_mobile=0)
    neighbour_plan = _Plan(1, _NEIGHBOUR_SHAPE, NEIGHBOUR_HEADCOUNT, _scaled_changes(0), first_mobile=headcount)
    first, second = (_region(part, identity_numbers) for part in (plan, neighbour_plan))
    return County(
        regions=first.regions + second.regions,
        organisations=first.organisations + second.organisations,
        school_years=first.school_years + second.school_years,
        teachers=first.teachers + second.teachers,
        employments=first.employments + second.employments,
        accounts=_county_accounts(first) + _neighbour_accounts(second),
    )


def digest(county: County) -> str:
    """Hash all content, row by row and field by field, lines of hours included: SHA-256 in hex."""
    result = hashlib.sha256()
    tables: Sequence[Iterable[object]] = (
        county.regions,
        county.organisations,
        county.school_years,
        county.teachers,
        county.employments,
        county.accounts,
        county.hours_lines(),
    )
    for table in tables:
        for row in table:
            result.update(repr(row).encode())
            result.update(b"\n")
        result.update(b"\n")
    return result.hexdigest()


_NEIGHBOUR_SHAPE = RegionShape(
    region=NEIGHBOUR,
    prefix="邻县",
    towns=((NEIGHBOUR_TOWN, 2),),
    direct_schools=0,
    departments=1,
    hosts=0,
    sequence=998001,
)


def _county_shape(scale: float) -> RegionShape:
    towns = TOWNS[: max(_LEAST_TOWNS, round(len(TOWNS) * scale))]
    schools = _TOWN_SCHOOLS if scale >= _SMALL_SCALE else _TOWN_SCHOOLS_SMALL
    extra = _LARGE_TOWNS if scale >= _SMALL_SCALE else 0
    return RegionShape(
        region=REGION,
        prefix="",
        towns=tuple((town, schools + (ordinal < extra)) for ordinal, town in enumerate(towns)),
        direct_schools=max(_LEAST_DIRECT, round(_DIRECT_SCHOOLS * scale)),
        departments=len(DEPARTMENTS),
        hosts=2,
        sequence=990001,
    )


def _scaled_changes(scale: float) -> Changes:
    def some(count: int) -> int:
        return max(2, round(count * scale)) if scale else 0

    return Changes(
        transferred=some(_CHANGES.transferred),
        retired=some(_CHANGES.retired),
        joined=some(_CHANGES.joined),
        absent=some(_CHANGES.absent),
        returned=some(_CHANGES.returned),
    )


def _ids(region_code: str, ordinal: int, kind: str) -> Ids:
    """Start the ids of one kind of row in one region, in a block of their own."""
    return Ids(f"{region_code}:{kind}", ordinal * len(_ID_KINDS) + _ID_KINDS.index(kind))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one region is made from; the ordinal keeps the ids of the regions apart."""

    ordinal: int
    shape: RegionShape
    headcount: int
    changes: Changes
    first_mobile: int


def _region(plan: _Plan, identity_numbers: IdentityNumbers) -> County:
    """Build one region without its accounts."""
    code, ordinal = plan.shape.region.code, plan.ordinal
    bodies, schools = organisations(plan.shape, _ids(code, ordinal, "organisation"))
    numbering = RegionPeople(
        region_code=code,
        teacher_ids=_ids(code, ordinal, "teacher"),
        employment_ids=_ids(code, ordinal, "employment"),
        identity_numbers=identity_numbers,
        first_mobile=plan.first_mobile,
    )
    teachers, employments = people(schools, plan.headcount, plan.changes, numbering)
    return County(
        regions=(plan.shape.region,),
        organisations=bodies,
        school_years=school_years(code, _ids(code, ordinal, "school_year")),
        teachers=teachers,
        employments=employments,
        accounts=(),
    )


def _county_accounts(part: County) -> tuple[DemoAccount, ...]:
    """Build the sign-ins of the county; teacher, school and central_school stand in one line of the tree."""
    desk = _first(part, "department")
    training_school = _first(part, "training_school")
    central_school = _first(part, "central_school")
    school = next(row for row in part.organisations if row.parent_id == central_school.id)
    make = _AccountMaker(part.regions[0].code, 0)
    return (
        make.account("bureau", "bureau", desk, department=desk.code),
        make.account("bureau_2", "bureau", desk, department=desk.code),
        make.account("training_school", "training_school", training_school),
        make.account("training_school_2", "training_school", training_school),
        make.account("central_school", "central_school", central_school),
        make.account("school", "school", school),
        make.account("teacher", "teacher", school, teacher=_settled_teacher(part, school)),
    )


def _neighbour_accounts(part: County) -> tuple[DemoAccount, ...]:
    desk = _first(part, "department")
    make = _AccountMaker(part.regions[0].code, 1)
    return (
        make.account("neighbour_bureau", "bureau", desk, department=desk.code),
        make.account("neighbour_school", "school", _first(part, "school")),
    )


class _AccountMaker:
    """Makes the accounts of one region, with an invented person behind each."""

    def __init__(self, region_code: str, ordinal: int) -> None:
        self._region_code = region_code
        self._ids = _ids(region_code, ordinal, "account")
        self._draw = Draw(f"{region_code}:accounts")

    def account(
        self,
        username: str,
        role: str,
        organisation: DemoOrganisation,
        *,
        department: str | None = None,
        teacher: DemoTeacher | None = None,
    ) -> DemoAccount:
        """Make one account."""
        return DemoAccount(
            id=self._ids.new(),
            region_code=self._region_code,
            username=username,
            display_name=teacher.name if teacher else person(self._draw, self._draw.pick(("male", "female"))),
            role=role,
            organisation_id=organisation.id,
            department=department,
            teacher_id=teacher.id if teacher else None,
        )


def _first(part: County, kind: str) -> DemoOrganisation:
    """Find the first organisation of a kind; of departments that is 教师教育科."""
    return next(row for row in part.organisations if row.kind == kind)


def _settled_teacher(part: County, school: DemoOrganisation) -> DemoTeacher:
    """Find the first teacher of a school who leads nobody and served there on post in both school years."""
    settled = {
        spell.teacher_id
        for spell in part.employments
        if spell.school_id == school.id and spell.is_on_post and spell.covers(_SETTLED_ON) and spell.covers(LAST_DAY)
    }
    leading = {"principal", "vice_principal", "kindergarten_head"}
    return next(row for row in part.teachers if row.id in settled and leading.isdisjoint(row.posts))
