"""Which clauses have code and a test, and the table of all values for docs/rules.md."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.policy.load import Param, ParamValue, Regulation

BINDING_KINDS = frozenset({"rule", "figure", "rubric", "codes"})
"""Clauses of these kinds must have code or data, and a test; the others are carried where a feature does."""

_BRACKETS = re.compile(r"\[([^\[\]\n]{2,80})\]")
_QUOTED = re.compile(r"\"([MA][0-9][0-9A-Za-z.]{0,8})\"")
_MARKER = re.compile(r"\bclause\(([^)]*)\)")


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """Whether a clause stands in the pack's data, in the code, and in a test that proves it."""

    id: str
    ref: str
    kind: str
    has_data: bool
    has_code: bool
    has_test: bool

    @property
    def binding(self) -> bool:
        """Whether code and a test are required."""
        return self.kind in BINDING_KINDS

    @property
    def is_covered(self) -> bool:
        """Whether it stands in data or code, and in a test."""
        return (self.has_data or self.has_code) and self.has_test


def coverage(root: Path, regulation: Regulation) -> tuple[ClauseCoverage, ...]:
    """Every clause in printed order, looked up in `root/app` (.toml: data, .py: code) and `root/tests` (.py).

    Code cites a clause as `[A6.4]`, `[A6.4 A6.5a]` or "A6.4"; a test by the marker `clause("A6.4")`.
    """
    in_data = {cited for text in _texts(root / "app", (".toml",)) for cited in _cited(text)}
    in_code = {cited for text in _texts(root / "app", (".py",)) for cited in _cited(text)}
    in_tests = {
        quoted
        for text in _texts(root / "tests", (".py",))
        for marker in _MARKER.findall(text)
        for quoted in _ids(marker)
    }
    return tuple(
        ClauseCoverage(
            clause.id, clause.ref, clause.kind, clause.id in in_data, clause.id in in_code, clause.id in in_tests
        )
        for clause in regulation.clauses.values()
    )


def uncovered(root: Path, regulation: Regulation) -> tuple[ClauseCoverage, ...]:
    """Clauses without code or without a test, in printed order."""
    return tuple(row for row in coverage(root, regulation) if not row.is_covered)


def rules_markdown(regulation: Regulation) -> str:
    """The text of docs/rules.md: every dated value with its clause and the words it stands on; stable."""
    lines = ["# 政策参数", "", f"由政策包生成（{'、'.join(regulation.packs)}），请勿手改：改数值请改政策包。"]
    lines += ["", "强度：必须 = 应、不得；原则 = 原则上、一般，可凭理由放宽或只作提醒。"]
    chapter = ""
    for param in regulation.params():
        head = param.code.partition(".")[0]
        if head != chapter:
            chapter = head
            lines += [
                "",
                f"## {head}",
                "",
                "| 参数 | 值 | 单位 | 强度 | 施行 | 条款 | 依据 |",
                "| --- | --- | --- | --- | --- | --- | --- |",
            ]
        lines.append(_row(param, regulation))
    return "\n".join(lines) + "\n"


def _row(param: Param, regulation: Regulation) -> str:
    reference = f"{param.clause} {regulation.clause_reference(param.clause)}" if param.clause else "文外"
    basis = f"“{param.quote}”" if param.quote else (param.source or "")
    if param.reading:
        basis += f"；读法：{param.reading}"
    until = f" 至 {param.holds_until} 前" if param.holds_until else ""
    strength = "必须" if param.strength == "must" else "原则"
    cells = (
        f"`{param.code}`",
        _shown(param.value, param.unit),
        param.unit,
        strength,
        f"{param.holds_from}{until}",
        reference,
        basis,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _shown(value: ParamValue, unit: str) -> str:
    if isinstance(value, tuple):
        return "、".join(_shown(item, unit) for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if unit == "share" and isinstance(value, Decimal):
        return f"{(value * 100).normalize():f}%"
    return value.isoformat() if isinstance(value, date) else str(value)


def _texts(folder: Path, suffixes: tuple[str, ...]) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        # The list of clauses names all of them and the loader's own docs name some as examples: neither carries one.
        is_example = file.name == "clauses.toml" or (file.suffix == ".py" and file.parts[-3:-1] == ("app", "policy"))
        if file.suffix in suffixes and not is_example:
            yield file.read_text(encoding="utf-8")


def _cited(text: str) -> Iterator[str]:
    for inside in _BRACKETS.findall(text):
        yield from re.split(r"[\s,，、]+", inside)
    yield from _ids(text)


def _ids(text: str) -> list[str]:
    return _QUOTED.findall(text)
