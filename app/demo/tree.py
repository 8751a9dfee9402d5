"""The organisations of a demo region 机构树: bureau, departments, towns and their schools, host institutions."""

from dataclasses import dataclass
from uuid import UUID

from app.demo.draw import Draw, Ids
from app.demo.facts import DemoOrganisation, DemoRegion
from app.demo.names import HOSTS, VILLAGES, direct_school

DEPARTMENTS = (
    ("teacher_education", "教师教育科"),
    ("basic_education", "基础教育科"),
    ("research_office", "基础教研室"),
    ("general_office", "综合科"),
    ("finance", "财审科"),
    ("office", "办公室"),
    ("personnel", "人事政工科"),
    ("e_education", "电教中心"),
    ("research_institute", "教科所"),
    ("arts_sports_health", "体卫艺站"),
    ("preschool_center", "幼教中心"),
)
_WEAK_PERCENT = 12


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sort of school: its category in 学校标识码, stages, word in the name and usual number of teachers."""

    name: str
    category: str
    stages: tuple[str, ...]
    suffix: str
    weight: int

    @property
    def is_compulsory(self) -> bool:
        """Whether the school belongs to compulsory education 义务教育."""
        return self.name in {"primary", "junior_middle", "nine_year", "special"}


_DIRECT_PATTERNS = {
    pattern.name: pattern
    for pattern in (
        Pattern("kindergarten", "11", ("preschool",), "幼儿园", 42),
        Pattern("primary", "21", ("primary",), "小学", 125),
        Pattern("junior_middle", "31", ("junior_middle",), "初级中学", 165),
        Pattern("nine_year", "31", ("primary", "junior_middle"), "九年一贯制学校", 140),
        Pattern("senior_middle", "34", ("senior_middle",), "高级中学", 300),
        Pattern("vocational", "36", ("vocational",), "中等职业学校", 200),
        Pattern("special", "51", ("special",), "特殊教育学校", 32),
    )
}
_DIRECT_ORDER = (
    *("primary", "junior_middle", "kindergarten", "senior_middle", "nine_year", "special", "vocational"),
    *("primary", "junior_middle", "kindergarten") * 5,
    *("senior_middle", "senior_middle", "nine_year", "primary", "primary", "primary", "kindergarten", "kindergarten"),
)
_TOWN_ORDER = (
    (Pattern("primary", "21", ("primary",), "中心小学", 58), None),
    (Pattern("junior_middle", "31", ("junior_middle",), "初级中学", 74), None),
    (Pattern("kindergarten", "11", ("preschool",), "中心幼儿园", 22), None),
    (Pattern("primary", "21", ("primary",), "小学", 34), 0),
    (Pattern("primary", "21", ("primary",), "小学", 26), 1),
    (Pattern("kindergarten", "11", ("preschool",), "幼儿园", 12), 0),
    (Pattern("primary", "21", ("primary",), "小学", 18), 2),
    (Pattern("kindergarten", "11", ("preschool",), "幼儿园", 10), 1),
    (Pattern("primary", "21", ("primary",), "小学", 14), 3),
)
"""Schools of a town, the ones every town has first, with the village they stand in."""


@dataclass(frozen=True, slots=True)
class RegionShape:
    """How large a demo region is.

    towns: each town with the number of schools under its central school.
    sequence: last six digits of the first 学校标识码.
    """

    region: DemoRegion
    prefix: str
    towns: tuple[tuple[str, int], ...]
    direct_schools: int
    departments: int
    hosts: int
    sequence: int


@dataclass(frozen=True, slots=True)
class School:
    """A school with the pattern it was made from."""

    organisation: DemoOrganisation
    pattern: Pattern


class _Builder:
    """Collects the organisations of one region in order."""

    def __init__(self, shape: RegionShape, ids: Ids) -> None:
        self.shape = shape
        self.ids = ids
        self.organisations: list[DemoOrganisation] = []
        self.schools: list[School] = []
        self.sequence = shape.sequence

    def body(self, kind: str, code: str, name: str, parent: UUID | None, town: str | None = None) -> UUID:
        """Add an organisation that is not a school."""
        row = DemoOrganisation(
            id=self.ids.new(),
            region_code=self.shape.region.code,
            kind=kind,
            code=code,
            name=name,
            parent_id=parent,
            town=town,
            stages=(),
            is_compulsory=False,
            is_weak=False,
        )
        self.organisations.append(row)
        return row.id

    def school_code(self, category: str) -> str:
        """Give the next 学校标识码: category, province 41, synthetic sequence."""
        code = f"{category}41{self.sequence:06d}"
        self.sequence += 1
        return code

    def school(self, pattern: Pattern, name: str, parent: UUID, *, town: str | None, is_weak: bool) -> None:
        """Add a school."""
        row = DemoOrganisation(
            id=self.ids.new(),
            region_code=self.shape.region.code,
            kind="school",
            code=self.school_code(pattern.category),
            name=name,
            parent_id=parent,
            town=town,
            stages=pattern.stages,
            is_compulsory=pattern.is_compulsory,
            is_weak=is_weak,
        )
        self.organisations.append(row)
        self.schools.append(School(row, pattern))


def organisations(shape: RegionShape, ids: Ids) -> tuple[tuple[DemoOrganisation, ...], tuple[School, ...]]:
    """Build all organisations of a region, parents first, and its schools in the same order."""
    builder = _Builder(shape, ids)
    bureau = builder.body("bureau", "bureau", f"{shape.prefix}教育体育局（演示）", None)
    for code, name in DEPARTMENTS[: shape.departments]:
        builder.body("department", code, name, bureau)
    builder.body("training_school", "training_school", f"{shape.prefix}教师进修学校（演示）", bureau)
    _add_direct_schools(builder, bureau)
    _add_towns(builder, bureau)
    for ordinal, name in enumerate(HOSTS[: shape.hosts]):
        builder.body("host_institution", f"4141{999001 + ordinal}", name, None)
    return tuple(builder.organisations), tuple(builder.schools)


def _add_direct_schools(builder: _Builder, bureau: UUID) -> None:
    seen: dict[str, int] = {}
    for key in _DIRECT_ORDER[: builder.shape.direct_schools]:
        pattern = _DIRECT_PATTERNS[key]
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        name = direct_school(key, ordinal, pattern.suffix)
        builder.school(pattern, name, bureau, town=None, is_weak=False)


def _add_towns(builder: _Builder, bureau: UUID) -> None:
    shape = builder.shape
    weak = _weak_places(shape)
    for ordinal, (town, count) in enumerate(shape.towns):
        central = builder.body("central_school", f"central_school_{ordinal + 1:02d}", f"{town}中心校", bureau, town)
        for place, (pattern, village) in enumerate(_TOWN_ORDER[:count]):
            name = f"{town}{'' if village is None else VILLAGES[(ordinal + village) % len(VILLAGES)]}{pattern.suffix}"
            builder.school(pattern, name, central, town=town, is_weak=(ordinal, place) in weak)


def _weak_places(shape: RegionShape) -> frozenset[tuple[int, int]]:
    """Choose the weak schools 薄弱学校: 12% of all schools, none of them a town's first."""
    places = [(town, place) for town, (_, count) in enumerate(shape.towns) for place in range(1, count)]
    schools = shape.direct_schools + sum(count for _, count in shape.towns)
    wanted = schools * _WEAK_PERCENT // 100
    return frozenset(Draw(f"{shape.region.code}:weak").shuffled(places)[:wanted])
