"""The rows of the demo county 演示数据行: plain facts, ready for a loader; all content is synthetic."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

FIRST_YEAR = 2025
"""Start year of the complete school year 已结束学年 2025-2026."""
RUNNING_YEAR = 2026
"""Start year of the running school year 当前学年 2026-2027."""
LAST_DAY = date(2026, 11, 20)
"""Last day on which the demo county has anything recorded 数据截止日."""


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """A region 区域 of the demo: six-digit code and its label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """An organisation 机构; parents stand before their children.

    code: 学校标识码 (10 digits) for schools and host institutions, a local word for the others; unique per region.
    stages, is_compulsory, is_weak: empty or False for everything that is not a school.
    """

    id: UUID
    region_code: str
    kind: str
    code: str
    name: str
    parent_id: UUID | None
    town: str | None
    stages: tuple[str, ...]
    is_compulsory: bool
    is_weak: bool


@dataclass(frozen=True, slots=True)
class DemoSchoolYear:
    """A row of the school calendar 校历: first and last school day of both terms."""

    id: UUID
    region_code: str
    start_year: int
    name: str
    term1_starts_on: date
    term1_ends_on: date
    term2_starts_on: date
    term2_ends_on: date
    is_complete: bool


@dataclass(frozen=True, slots=True)
class DemoHonour:
    """An honour 荣誉 of a teacher; level is city, county or province."""

    code: str
    level: str
    awarded_on: date


@dataclass(frozen=True, slots=True)
class DemoTeacher:
    """A teacher 教师 who does not exist.

    sex: male or female. id_number: GB 11643 with the unassigned area 999999. staff_no: 8 digits, unique per region.
    """

    id: UUID
    region_code: str
    name: str
    sex: str
    birth_date: date
    id_number: str
    staff_no: str
    mobile: str
    stage: str
    subject: str
    title: str
    posts: tuple[str, ...]
    honours: tuple[DemoHonour, ...]
    joined_profession_on: date


@dataclass(frozen=True, slots=True)
class DemoEmployment:
    """A spell 任职时段 of one teacher at one school; ends_on is the first day after it, None while it lasts."""

    id: UUID
    region_code: str
    teacher_id: UUID
    school_id: UUID
    is_on_post: bool
    starts_on: date
    ends_on: date | None

    def covers(self, day: date) -> bool:
        """Whether the spell holds on the day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True, slots=True)
class DemoHoursLine:
    """A line of hours 学时记录 as a clerk would import it.

    school_id: the school of that day. school_year: start year. claimed: hours, step 0.5. source: always "import".
    """

    id: UUID
    region_code: str
    teacher_id: UUID
    school_id: UUID
    school_year: int
    category: str
    claimed: Decimal
    activity_title: str
    activity_date: date
    source: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A sign-in 账号 of the demo with its one grant: role, organisation and, for a desk, the department's code."""

    id: UUID
    region_code: str
    username: str
    display_name: str
    role: str
    organisation_id: UUID
    department: str | None
    teacher_id: UUID | None
