"""Loads policy packs: dated and cited parameters, code lists, rubrics and the scorecard of a regulation.

A pack is the folder `packs/<name>/` with document.toml, clauses.toml, source.txt, params/, codes/ and rubrics/.
Numbers in a pack are TOML integers, or decimals in quotes ("0.20"); TOML floats are refused. What Python type
a value has follows from its unit alone, see records.UNITS. An amendment is one more `[[param]]` with the same code
and a later `holds_from`, in the same pack or in another one that the region names after it.
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Literal, NoReturn, TypeVar, cast, get_args, get_origin, get_type_hints

from app.policy.finding import Finding, Scalar, Severity
from app.policy.records import (
    UNITS,
    Clause,
    Code,
    CodeList,
    Document,
    Fact,
    Indicator,
    IndicatorGroup,
    Match,
    NoPolicyYet,
    PackFault,
    Param,
    ParamValue,
    PolicyError,
    Requirement,
    Rubric,
    RubricMark,
    RubricSection,
    Scorecard,
    Standard,
    UnknownCode,
    UnknownName,
    UnknownParam,
    WrongKind,
    plain,
)

__all__ = [
    "PACKS",
    "UNITS",
    "Clause",
    "Code",
    "CodeList",
    "Document",
    "Fact",
    "Finding",
    "Indicator",
    "IndicatorGroup",
    "Match",
    "NoPolicyYet",
    "PackFault",
    "Param",
    "ParamValue",
    "PolicyError",
    "Regulation",
    "Requirement",
    "Rubric",
    "RubricMark",
    "RubricSection",
    "Scorecard",
    "Severity",
    "Standard",
    "UnknownCode",
    "UnknownName",
    "UnknownParam",
    "WrongKind",
    "plain",
]

PACKS = Path(__file__).parent / "packs"
T = TypeVar("T")

_PARAM, _CODE_LIST, _RUBRIC, _SCORECARD, _CLAUSE = "参数", "代码表", "评价标准", "绩效评级标准", "条款"


@dataclass(frozen=True, slots=True, eq=False)
class Regulation:
    """Everything a region's packs say, ready to be asked for any day.

    version: pack name and the first eight hex digits of the hash over its files; records keep it. Loaded once per
    process, so that it is equal to itself only and what is derived from it can be kept.
    """

    packs: tuple[str, ...]
    version: str
    documents: Mapping[str, Document]
    clauses: Mapping[str, Clause]
    _params: Mapping[str, tuple[Param, ...]]
    _codes: Mapping[str, CodeList]
    _rubrics: Mapping[str, Rubric]
    _scorecards: tuple[Scorecard, ...]

    @classmethod
    def load(cls, pack_names: tuple[str, ...], root: Path = PACKS) -> "Regulation":
        """Read and check the packs, once per process; later packs amend earlier ones. Raises PackFault."""
        return _load(tuple(pack_names), root)

    def rule(self, code: str, *, on: date) -> Param:
        """The whole record in force on the day of the fact; raises NoPolicyYet or UnknownParam."""
        dated = self._params.get(code)
        if dated is None:
            raise UnknownParam(_PARAM, code, list(self._params))
        for param in reversed(dated):
            if param.holds_from <= on:
                return param
        raise NoPolicyYet(code, on, dated[0].holds_from)

    def param(self, code: str, *, on: date) -> ParamValue:
        """The value in force on the day of the fact; raises NoPolicyYet or UnknownParam."""
        return self.rule(code, on=on).value

    def whole(self, code: str, *, on: date) -> int:
        """A count in force on the day; raises WrongKind besides."""
        return self._read(code, on, int)

    def decimal(self, code: str, *, on: date) -> Decimal:
        """Hours, points or a share (part of 1) in force on the day; raises WrongKind besides."""
        return self._read(code, on, Decimal)

    def flag(self, code: str, *, on: date) -> bool:
        """A yes or no in force on the day; raises WrongKind besides."""
        return self._read(code, on, bool)

    def day(self, code: str, *, on: date) -> date:
        """A day named by the text; raises WrongKind besides."""
        return self._read(code, on, date)

    def texts(self, code: str, *, on: date) -> tuple[str, ...]:
        """A list of codes in force on the day, in its order; raises WrongKind besides."""
        return tuple(_expect(item, str, code) for item in self._read(code, on, tuple))

    def params(self) -> tuple[Param, ...]:
        """Every dated value, by code and then by day."""
        return tuple(param for code in sorted(self._params) for param in self._params[code])

    def codes(self, set_name: str) -> CodeList:
        """A code list by name; raises UnknownCode."""
        if set_name not in self._codes:
            raise UnknownCode(_CODE_LIST, set_name, list(self._codes))
        return self._codes[set_name]

    def code_sets(self) -> tuple[CodeList, ...]:
        """All code lists, by name."""
        return tuple(self._codes[name] for name in sorted(self._codes))

    def departments(self) -> CodeList:
        """Departments and bodies that clauses and indicators name (责任科室); the codes are the desks."""
        return self.codes("departments")

    def rubric(self, name: str) -> Rubric:
        """A rubric (评价标准) by name; raises UnknownName."""
        if name not in self._rubrics:
            raise UnknownName(_RUBRIC, name, list(self._rubrics))
        return self._rubrics[name]

    def rubrics(self) -> tuple[Rubric, ...]:
        """All rubrics, by name."""
        return tuple(self._rubrics[name] for name in sorted(self._rubrics))

    def scorecard(self) -> Scorecard:
        """The performance standard (绩效评级标准), the last one named; raises UnknownName where there is none."""
        if not self._scorecards:
            raise UnknownName(_SCORECARD, _SCORECARD, [])
        return self._scorecards[-1]

    def clause_reference(self, clause_id: str) -> str:
        """How people cite a clause: "A6.13c" -> "附件6 第十三条"; raises UnknownName."""
        if clause_id not in self.clauses:
            raise UnknownName(_CLAUSE, clause_id, list(self.clauses))
        return self.clauses[clause_id].ref

    def describe(self, finding: Finding) -> dict[str, Scalar]:
        """A finding as JSON with `reference`, the words its clause is cited by."""
        reference = self.clause_reference(finding.clause) if finding.clause else None
        return finding.as_json() | {"reference": reference}

    def _read(self, code: str, on: date, kind: type[T]) -> T:
        return _expect(self.param(code, on=on), kind, code)


def _expect(value: object, kind: type[T], code: str) -> T:
    if type(value) is not kind:
        message = f"参数 {code} 的值是 {type(value).__name__}，不是 {kind.__name__}"
        raise WrongKind(message)
    return value


@cache
def _load(names: tuple[str, ...], root: Path) -> Regulation:
    """One Regulation per list of packs and root."""
    read = [_Pack(root / name) for name in names]
    clauses = {clause.id: clause for pack in read for clause in pack.clauses}
    params: dict[str, list[Param]] = {}
    for pack in read:
        for param in pack.params:
            params.setdefault(param.code, []).append(param)
    for cited, where in ((cited, where) for pack in read for cited, where in pack.cited()):
        if cited not in clauses:
            _fault(where, "clause", f"unknown clause {cited}")
    scorecards = tuple(card for pack in read for card in pack.scorecards)
    return Regulation(
        packs=names,
        version="+".join(f"{pack.folder.name}@{pack.digest}" for pack in read),
        documents=MappingProxyType({pack.folder.name: pack.document for pack in read}),
        clauses=MappingProxyType(clauses),
        _params=MappingProxyType({code: _in_time(code, dated) for code, dated in params.items()}),
        _codes=MappingProxyType({codes.name: codes for pack in read for codes in pack.codes}),
        _rubrics=MappingProxyType({rubric.name: rubric for pack in read for rubric in pack.rubrics}),
        _scorecards=scorecards,
    )


def _in_time(code: str, dated: list[Param]) -> tuple[Param, ...]:
    """The values of one parameter in order of time, each ending where the next begins."""
    ordered = sorted(dated, key=lambda param: param.holds_from)
    for earlier, later in pairwise(ordered):
        if earlier.holds_from == later.holds_from or earlier.unit != later.unit:
            _fault("params", code, f"two values from {later.holds_from}, or with different units")
    ends = [param.holds_from for param in ordered[1:]]
    return tuple(replace(param, holds_until=end) for param, end in zip(ordered, [*ends, None], strict=True))


class _Pack:
    """One pack folder, read and checked."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "document.toml").is_file():
            _fault(folder.name, "document.toml", "no such pack")
        self.folder = folder
        self.digest = _digest(folder)
        self.document = _build(Document, _toml(folder / "document.toml"), f"{folder.name}/document.toml")
        self.clauses = self._rows(folder / "clauses.toml", "clause", Clause)
        self.params: list[Param] = []
        self._places: dict[str, str] = {}
        for file in self._files("params"):
            rows = [_checked(param, self._where(file)) for param in self._rows(file, "param", Param)]
            self.params += rows
            self._places |= {param.code: f"{self._where(file)}: {param.code}" for param in rows}
        self.codes = [_build(CodeList, _named(file), self._where(file)) for file in self._files("codes")]
        self.codes = [replace(codes, codes=_ordered(codes)) for codes in self.codes]
        self.rubrics: list[Rubric] = []
        self.scorecards: list[Scorecard] = []
        for file in self._files("rubrics"):
            raw = _named(file)
            if "groups" in raw:
                self.scorecards.append(_build(Scorecard, raw, self._where(file)))
            else:
                self.rubrics.append(_build(Rubric, raw, self._where(file)))

    def cited(self) -> Iterator[tuple[str, str]]:
        """Every clause id the pack cites, with the place."""
        for param in self.params:
            yield from ((param.clause, self._places[param.code]),) if param.clause else ()
        for codes in self.codes:
            for clause in (codes.clause, *(row.clause for row in codes)):
                yield from ((clause, f"{self.folder.name}/codes/{codes.name}.toml"),) if clause else ()
        for rubric in self.rubrics:
            yield rubric.clause, f"{self.folder.name}/rubrics/{rubric.name}.toml"
        for group in (group for card in self.scorecards for group in card.groups):
            yield group.clause, f"{self.folder.name}: {group.code}"
            for row in (row for indicator in group.indicators for row in indicator.requirements):
                yield from ((row.clause, f"{self.folder.name}: {row.code}"),) if row.clause else ()

    def _files(self, kind: str) -> list[Path]:
        return sorted((self.folder / kind).glob("*.toml"))

    def _where(self, file: Path) -> str:
        return file.relative_to(self.folder.parent).as_posix()

    def _rows(self, file: Path, key: str, kind: type[T]) -> list[T]:
        rows = _toml(file).get(key) if file.is_file() else []
        if not isinstance(rows, list):
            _fault(self._where(file), key, "missing or not a list of tables")
        return [_build(kind, row, f"{self._where(file)}: {key}[{at}]") for at, row in enumerate(rows)]


def _checked(param: Param, where: str) -> Param:
    """The parameter with its value in the type of its unit, and one origin only."""
    place = f"{where}: {param.code}"
    if param.unit not in UNITS:
        _fault(place, "unit", f"unknown unit {param.unit}")
    if (param.quote is None) == (param.source is None):
        _fault(place, "quote", "exactly one of quote and source")
    if param.quote is not None and param.clause is None:
        _fault(place, "clause", "a quote needs its clause")
    value = _convert(UNITS[param.unit], param.value, f"{place}.value")
    return replace(param, value=cast("ParamValue", value))


def _ordered(codes: CodeList) -> tuple[Code, ...]:
    """Rows with their place as order and the label as short label, where the file gives none."""
    return tuple(
        replace(row, order=row.order or at, label_short=row.label_short or row.label)
        for at, row in enumerate(codes.codes, start=1)
    )


def _build(kind: type[T], raw: object, where: str) -> T:
    """A dataclass from a TOML table; every key is checked, unknown keys are refused."""
    if not isinstance(raw, dict):
        _fault(where, kind.__name__, "not a table")
    hints = _hints(cast("type", kind))
    known = {item.name: item for item in fields(cast("type", kind)) if item.init}
    for key in raw.keys() - known.keys():
        _fault(where, key, "unknown key")
    values: dict[str, object] = {}
    for name, item in known.items():
        if name in raw:
            values[name] = _convert(hints[name], raw[name], f"{where}.{name}")
        elif item.default is MISSING and item.default_factory is MISSING:
            _fault(where, name, "missing")
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def _convert(hint: object, raw: object, where: str) -> object:
    """A TOML value as the type a field asks for."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType and hint is not ParamValue:
        return _convert(args[0], raw, where)
    if origin is tuple and isinstance(raw, list):
        return tuple(_convert(args[0], item, f"{where}[{at}]") for at, item in enumerate(raw))
    if origin is Mapping and isinstance(raw, dict):
        return MappingProxyType({key: tuple(item) if isinstance(item, list) else item for key, item in raw.items()})
    if isinstance(hint, type) and is_dataclass(hint):
        return _build(hint, raw, where)
    if hint is Decimal and type(raw) in (int, str):
        return _decimal(cast("int | str", raw), where)
    # The type of a parameter's value follows from its unit, which _checked sees.
    if hint is not ParamValue and type(raw) is not hint and not (origin is Literal and raw in args):
        _fault(where, "", f"{raw!r} is not {hint}")
    return raw


def _decimal(raw: int | str, where: str) -> Decimal:
    """A finite decimal: NaN would pass every comparison it stands in."""
    try:
        value = Decimal(raw)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        _fault(where, "", f"not a decimal: {raw}")
    return value


def _named(file: Path) -> dict[str, object]:
    return {"name": file.stem} | _toml(file)


def _toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _fault(f"{file.parent.name}/{file.name}", "", str(error))


def _digest(folder: Path) -> str:
    """Hash over names and texts of a pack; line ends do not count, so every checkout gives the same."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.t*")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:8]


def _fault(where: str, key: str, what: str) -> NoReturn:
    message = f"{where}: {key}: {what}" if key else f"{where}: {what}"
    raise PackFault(message)
