"""The agreement between an import kind and the reader of files: columns, cells, faults and rows."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Level: TypeAlias = Literal["fixed", "warning", "error", "stop"]


class Clear(enum.Enum):
    """The word 清空 in a cell: the stored value is to be emptied (a blank cell keeps it)."""

    CLEAR = "清空"


CLEAR: Final = Clear.CLEAR


@dataclass(frozen=True, slots=True)
class CellError:
    """A formula that failed or was saved without its result."""

    shown: str


Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | CellError | None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a cell kind says about one cell; the text follows 第{r}行 in the message."""

    code: str
    level: Level
    text: str
    value: str | None = None
    suggestion: str | None = None


Parsed: TypeAlias = "tuple[object, tuple[Remark, ...]]"
Parse: TypeAlias = "Callable[[Cell], Parsed]"

NOTHING: Final[Parsed] = (None, ())
"""The answer of a cell kind to a cell that is blank once it is cleaned; compared by identity."""

_SPECIAL: Final = frozenset("#清 \t\u3000")
_FORMULA_ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A repair, warning or refusal, placed in the file. `row` counts from 1 with the header, as Excel shows it."""

    row: int | None
    column: str | None
    cell: str | None
    code: str
    message: str
    value: str | None
    level: Level
    suggestion: str | None = None


class CellKind(Protocol):
    """How the text of one kind of column becomes a value."""

    repeats: ClassVar[bool]
    """Whether the same text stands in many rows, so that its reading is worth remembering."""

    def parser(self, header: str) -> Parse:
        """Make the function that reads one cell: (value, remarks). It never raises, whatever the cell holds."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template: `name` for programs (ASCII), `header` for people."""

    name: str
    header: str
    kind: CellKind
    aliases: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    note: str = ""

    def parser(self) -> Parse:
        """Make the function that reads a cell of this column: blanks, 清空 and failed formulas, then its kind."""
        inner = self.kind.parser(self.header)
        missing = Remark("CELL_REQUIRED", "error", f"「{self.header}」未填写。")
        blank: Parsed = (None, (missing,)) if self.required else (None, ())
        cleared: Parsed = blank if self.required else (CLEAR, ())

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if not cell or cell.isspace():
                    return blank
                if cell[0] in _SPECIAL:
                    word = cell.strip()
                    if word == CLEAR.value:
                        return cleared
                    if word.upper() in _FORMULA_ERRORS:
                        return _failed_formula(self.header, word)
            elif cell is None:
                return blank
            elif isinstance(cell, CellError):
                return _failed_formula(self.header, cell.shown)
            parsed = inner(cell)
            return blank if parsed is NOTHING else parsed

        return parse


def _failed_formula(header: str, shown: str) -> Parsed:
    text = f"「{header}」是公式且结果为 {shown}，请“复制→选择性粘贴→数值”。"
    return None, (Remark("FORMULA_ERROR", "error", text, shown),)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a file, read.

    number: as Excel shows it, from 1 with the header. values: by field name, None where blank or refused.
    faults: of this row; DUPLICATE_CONFLICT also brings the fault of the earlier row, with that row's number.
    raw: the text of the cells as they stand in the file. ignored: an example, a sum or a repeated row, not to be
    applied.
    """

    number: int
    values: dict[str, object]
    faults: tuple[Fault, ...]
    raw: tuple[str, ...]
    ignored: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether this row itself has an error."""
        return any(fault.level in {"error", "stop"} and fault.row == self.number for fault in self.faults)


class ImportKind(Protocol):
    """A kind of rows that can be imported, as far as reading files goes."""

    @property
    def name(self) -> str:
        """The name in paths, lower snake case."""
        ...

    @property
    def title(self) -> str:
        """The name people read."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the template, in its order."""
        ...

    @property
    def key_title(self) -> str:
        """The words for what makes a row unique, as in 第5行与第3行…相同."""
        ...

    @property
    def skipped(self) -> tuple[str, ...]:
        """Whole texts of a cell whose row is not imported, such as 红冲 in an export of the ledger."""
        ...

    def row_key(self, values: Mapping[str, object]) -> tuple[object, ...] | None:
        """Return what makes a row unique within its file, None when a part of it is missing."""
        ...
