"""Organisations and school years as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from app.core.schemas import Input, Line, Output, Patch, Resource
from app.organisations.states import OrganisationKind, OrganisationStatus
from app.policy.school_year import SchoolYear

Code = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z_-]{2,30}$", description="学校标识码（10 位）、统一社会信用代码或本地代码")
]
StageCode = Annotated[str, Field(pattern=r"^[a-z_]{2,30}$", description="学段代码，见 /v1/reference-data/stages")]
YearName = Annotated[
    str,
    AfterValidator(lambda name: SchoolYear.parse(name).name),
    Field(pattern=r"^[0-9]{4}-[0-9]{4}$", examples=["2026-2027"], description="学年，如 2026-2027"),
]
"""The name of a school year, checked: SchoolYear.parse takes it."""


class OrganisationCreate(Input):
    """A new organisation 新增机构."""

    kind: OrganisationKind
    parent_id: UUID | None = Field(default=None, description="上级机构；教体局与承训单位没有上级")
    code: Code | None = None
    department_code: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")] | None = Field(
        default=None, description="科室代码，仅科室需要，见 /v1/reference-data/departments"
    )
    name: Line
    short_name: Line | None = None
    stages: list[StageCode] = Field(default=[], max_length=10)
    is_compulsory: bool = Field(default=False, description="义务教育学校")
    is_weak: bool = Field(default=False, description="薄弱学校")
    town: Line | None = None


class OrganisationPatch(Patch):
    """Changes of an organisation 修改机构; its place in the tree and its kind do not change."""

    code: Code | None = None
    name: Line = ""
    short_name: Line | None = None
    stages: list[StageCode] = Field(default=[], max_length=10)
    is_compulsory: bool = False
    is_weak: bool = False
    town: Line | None = None


class Organisation(Resource):
    """An organisation 机构."""

    kind: OrganisationKind
    parent_id: UUID | None
    code: str | None
    department_code: str | None
    name: str
    short_name: str | None
    stages: list[str]
    is_compulsory: bool
    is_weak: bool
    town: str | None
    status: OrganisationStatus
    closed_on: date | None


class SchoolYearWrite(Input):
    """The calendar of a school year 学年校历."""

    first_term_starts_on: date = Field(description="上学期第一个上课日")
    first_term_ends_on: date
    second_term_starts_on: date = Field(description="下学期第一个上课日")
    second_term_ends_on: date


class Week(Output):
    """A teaching week 教学周: Monday to Sunday; week 1 is the calendar week of the first school day."""

    number: int
    starts_on: date
    ends_on: date


class Term(Output):
    """A term 学期: "2026-2027-1" is the first of its year."""

    name: str
    starts_on: date
    ends_on: date
    weeks: list[Week]


class SchoolYearCalendar(Resource):
    """A school year with its terms and weeks, and the due day of school plans [A5.7.3]."""

    school_year: YearName
    terms: list[Term]
    school_plan_due_on: date | None = Field(
        description="年度校本研修方案提交截止日（开学第二周前）；办法施行前的学年为 null"
    )


class Region(Output):
    """A region 区域: a county-level unit keyed by its GB/T 2260 code."""

    code: str
    name: str
    policy_packs: list[str]
