"""What a policy pack holds, as frozen values: parameters, code lists, rubrics, the scorecard; and its refusals."""

import difflib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

ParamValue = int | Decimal | str | bool | date | tuple[str, ...] | tuple[int, ...] | tuple[Decimal, ...]
Fact = str | int | bool | tuple[str, ...]
Match = Literal["code", "label", "alias"]

_WHOLE = (
    "people schools areas gatherings lessons talks forums cases times studios workshops "
    "years months weeks days minutes readings digits items year month day_of_month week"
)
UNITS: Mapping[str, object] = MappingProxyType(
    dict.fromkeys(_WHOLE.split(), int)
    | dict.fromkeys(("hours", "points", "share"), Decimal)
    | {"hours_list": tuple[Decimal, ...], "days_of_month": tuple[int, ...], "codes": tuple[str, ...]}
    | {"flag": bool, "date": date, "text": str}
)
"""Unit of a parameter -> type of its value; a share is a part of 1, so 20% is "0.20"."""


class PolicyError(Exception):
    """The regulation cannot answer."""


class PackFault(PolicyError):
    """A pack is written wrongly; the message names file and key."""


class NoPolicyYet(PolicyError, LookupError):
    """The parameter exists, but no value is in force on that day."""

    def __init__(self, code: str, on: date, first: date) -> None:
        """Say which parameter, which day, and the first day it has a value."""
        super().__init__(f"{code} 在 {on} 尚无规定，最早自 {first} 起施行")
        self.code, self.on, self.first = code, on, first


class UnknownName(PolicyError, LookupError):
    """No such name in the packs; `nearest` are the names most like it."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        """Say what kind of name it is and which known names are near."""
        self.name, self.nearest = name, tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.5))
        hint = f"；相近的有 {'、'.join(self.nearest)}" if self.nearest else ""
        super().__init__(f"没有名为 {name} 的{kind}{hint}")


class UnknownParam(UnknownName):
    """No such parameter."""


class UnknownCode(UnknownName):
    """No such code in a list, or no such list."""


class WrongKind(PolicyError, TypeError):
    """A parameter was read as another type than its unit gives."""


@dataclass(frozen=True, slots=True)
class Document:
    """The official document a pack was made from (文号, 印发日期, 施行日期)."""

    title: str
    number: str
    issuer: str
    issued_on: date
    region: str
    holds_from: date
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; `ref` is how people cite it ("附件6 第十三条")."""

    id: str
    ref: str
    kind: str
    capability: str
    gist: str


@dataclass(frozen=True, slots=True)
class Param:
    """One value, the days it holds [holds_from, holds_until), and where it stands.

    strength: must 应/不得, should 原则上/一般. Exactly one of `quote` (words of the text) and `source`
    ("external: ...") is given.
    """

    code: str
    value: ParamValue
    unit: str
    strength: Literal["must", "should"]
    holds_from: date
    clause: str | None = None
    quote: str | None = None
    reading: str | None = None
    source: str | None = None
    holds_until: date | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a code list. external: codes of other systems; facts: what else the list says of it."""

    code: str
    label: str
    label_short: str = ""
    parent: str | None = None
    order: int = 0
    aliases: tuple[str, ...] = ()
    clause: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    external: Mapping[str, Fact] = field(default_factory=dict, hash=False)
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CodeList:
    """An ordered code list. closed: only a new regulation adds to it. source: what the list was taken from."""

    name: str
    label: str
    source: str
    closed: bool
    codes: tuple[Code, ...]
    clause: str | None = None
    reading: str | None = None
    _named: dict[str, tuple[Code, Match]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the rows by every name they go by: codes win over labels, labels over aliases."""
        for row in self.codes:
            self._named.setdefault(plain(row.code), (row, "code"))
        for row in self.codes:
            for label in (row.label, row.label_short):
                self._named.setdefault(plain(label), (row, "label"))
        for row in self.codes:
            for alias in row.aliases:
                self._named.setdefault(plain(alias), (row, "alias"))

    def __iter__(self) -> Iterator[Code]:
        """Codes in their printed order."""
        return iter(self.codes)

    def __len__(self) -> int:
        """How many codes the list has."""
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        """Whether this exact code is in the list."""
        return isinstance(code, str) and code in self._named and self._named[code][0].code == code

    def get(self, code: str) -> Code:
        """The row of an exact code; raises UnknownCode."""
        if code in self:
            return self._named[code][0]
        raise UnknownCode(self.label, code, [row.code for row in self.codes])

    def match(self, text: str) -> tuple[Code, Match] | None:
        """The row a clerk means by code, label or alias; width, spaces, quotes and case do not matter."""
        return self._named.get(plain(text))

    def nearest(self, text: str) -> tuple[Code, ...]:
        """Up to three rows with names most like the text, best first, for a helpful refusal."""
        close = difflib.get_close_matches(plain(text), list(self._named), n=3, cutoff=0.4)
        return tuple(dict.fromkeys(self._named[name][0] for name in close))


@dataclass(frozen=True, slots=True)
class Standard:
    """One numbered standard (标准) of a rubric, as printed."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class RubricMark:
    """One mark (分值) of a rubric: usually for one standard, for two where the print gives them one mark."""

    code: str
    points: Decimal
    method: str
    standards: tuple[Standard, ...]


@dataclass(frozen=True, slots=True)
class RubricSection:
    """One section (项目): `points_declared` is printed in its heading, `points` is what its marks add up to."""

    code: str
    label: str
    points_declared: Decimal
    marks: tuple[RubricMark, ...]
    reading: str | None = None

    @property
    def points(self) -> Decimal:
        """Sum of the marks of this section."""
        return sum((mark.points for mark in self.marks), Decimal(0))


@dataclass(frozen=True, slots=True)
class Rubric:
    """An evaluation standard (评价标准), item by item as printed; the items rule, the headings are kept."""

    name: str
    label: str
    clause: str
    subject: str
    sections: tuple[RubricSection, ...]
    reading: str | None = None

    @property
    def marks(self) -> tuple[RubricMark, ...]:
        """All marks in printed order."""
        return tuple(mark for section in self.sections for mark in section.marks)

    @property
    def points(self) -> Decimal:
        """Sum of all marks: what a perfect sheet reaches."""
        return sum((mark.points for mark in self.marks), Decimal(0))

    @property
    def points_declared(self) -> Decimal:
        """Sum of the printed headings."""
        return sum((section.points_declared for section in self.sections), Decimal(0))


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the scorecard: text as printed and the departments (责任科室) that answer for it."""

    code: str
    text: str
    departments: tuple[str, ...]
    params: tuple[str, ...] = ()
    clause: str | None = None
    reading: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A second-level indicator (二级指标) with its points."""

    code: str
    label: str
    points: Decimal
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """A first-level indicator (一级指标) with the points printed beside it."""

    code: str
    label: str
    points: Decimal
    clause: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The performance standard of 附件4 (绩效评级标准及责任分工)."""

    name: str
    label: str
    groups: tuple[IndicatorGroup, ...]

    @property
    def points(self) -> Decimal:
        """Sum of the first-level indicators."""
        return sum((group.points for group in self.groups), Decimal(0))


def plain(text: str) -> str:
    """A label as it is compared: NFKC, lower case, without spaces and quotation marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not char.isspace() and char not in "“”\"'‘’")
