"""Columns of closed choices and of counted things: code lists, yes or no, whole numbers, numbers of fixed length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, NamedTuple, Protocol

from app.core.batch.protocol import NOTHING, Cell, Parse, Parsed, Remark
from app.core.batch.text import CODE_LENGTH_MAX, fold, integral, is_lossy, lossy, printed, shown, tidied, too_long

_YES: Final = frozenset({"是", "有", "y", "yes", "true", "1", "√", "✓", "✔"})
_NO: Final = frozenset({"否", "无", "不是", "没有", "n", "no", "false", "0", "×", "✗", "x"})
_SPLIT: Final = re.compile(r"[、,，;；/\s]+")
_INTEGER: Final = re.compile(r"([+-]?[0-9]{1,15})(?:\.0+)?")
_DIGITS: Final = re.compile("[0-9]+")
_POINT_ZERO: Final = re.compile(r"\.0+$")


class CodeMatch(NamedTuple):
    """A code found for a text: `name` as the list prints it, `how` it was found."""

    code: str
    name: str
    how: Literal["exact", "alias"]


class CodeTable(Protocol):
    """A list of codes that texts are looked up in."""

    def match(self, text: str) -> CodeMatch | None:
        """Find the code of a text (folded, at most 200 characters): code, name or alias."""
        ...

    def suggest(self, text: str) -> list[str]:
        """Name the nearest entries, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list."""

    table: CodeTable
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into a code."""

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str) and len(cell) > CODE_LENGTH_MAX:
                return too_long(header, cell, CODE_LENGTH_MAX)
            text = fold(printed(cell))
            if not text:
                return NOTHING
            found = self.table.match(text)
            if found is None:
                return _unknown(header, text, self.table.suggest(text))
            if found.how == "alias":
                used = f"“{shown(text)}”已按“{found.name}”处理，请核对。"
                return found.code, (Remark("ALIAS_USED", "warning", used, shown(cell), found.name),)
            return found.code, ()

        return parse


def _unknown(header: str, text: str, near: list[str]) -> Parsed:
    message = f"「{header}」“{shown(text)}”不在列表中。"
    suggestion = "、".join(near) or None
    if suggestion:
        message += f"您是不是想填：{suggestion}？"
    return None, (Remark("CODE_UNKNOWN", "error", message, shown(text), suggestion),)


@dataclass(frozen=True, slots=True)
class Codes:
    """Several entries of a code list in one cell, between 、 or commas, as a tuple of codes."""

    table: CodeTable
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into a list of codes."""

        def parse(cell: Cell) -> Parsed:
            words = [word for word in _SPLIT.split(fold(printed(cell))[:200]) if word]
            if not words:
                return NOTHING
            found = [self.table.match(word) for word in words]
            unknown = [word for word, match in zip(words, found, strict=True) if match is None]
            if unknown:
                near = "、".join(self.table.suggest(unknown[0])) or None
                message = f"「{header}」“{shown(unknown[0])}”不在列表中。"
                return None, (Remark("CODE_UNKNOWN", "error", message, shown(cell), near),)
            return tuple(dict.fromkeys(match.code for match in found if match)), ()

        return parse


@dataclass(frozen=True, slots=True)
class Bool:
    """是 or 否."""

    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into True or False."""

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, bool):
                return cell, ()
            text = fold(printed(cell)).casefold()[:CODE_LENGTH_MAX]
            if not text:
                return NOTHING
            if text in _YES or text in _NO:
                value = text in _YES
                plain = "是" if value else "否"
                return value, () if cell == plain else (tidied(header, cell, plain),)
            return None, (Remark("BOOL_FORMAT", "error", f"「{header}」请填“是”或“否”。", shown(cell)),)

        return parse


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within bounds."""

    least: int = 0
    most: int = 10**9
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into an int."""

        def parse(cell: Cell) -> Parsed:
            number = integral(cell)
            text = fold(cell) if isinstance(cell, str) and len(cell) <= CODE_LENGTH_MAX else printed(cell)
            if not text:
                return NOTHING
            written = _INTEGER.fullmatch(text)
            if number is None and written:
                number = int(written[1])
            if number is None:
                return None, (Remark("INTEGER_FORMAT", "error", f"「{header}」“{shown(cell)}”不是整数。", shown(cell)),)
            if not self.least <= number <= self.most:
                text = f"「{header}」“{shown(cell)}”应在 {self.least} 到 {self.most} 之间。"
                return None, (Remark("INTEGER_RANGE", "error", text, shown(cell)),)
            is_plain = not isinstance(cell, str) or cell == str(number)
            return number, () if is_plain else (tidied(header, cell, str(number)),)

        return parse


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of fixed length that is text, such as a school's 10 digits; lost leading zeros are put back."""

    length: int
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into exactly `length` digits."""
        length = self.length

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if len(cell) == length and cell.isascii() and cell.isdigit():
                    return cell, ()
                text = _POINT_ZERO.sub("", fold(cell)) if len(cell) <= CODE_LENGTH_MAX else cell
            else:
                text = printed(cell)
            if is_lossy(cell if not isinstance(cell, str) else text):
                return lossy(header, cell)
            if not text:
                return NOTHING
            if not _DIGITS.fullmatch(text) or len(text) > length:
                wrong = f"「{header}」“{shown(cell)}”应为 {length} 位数字。"
                return None, (Remark("DIGITS_LENGTH", "error", wrong, shown(cell)),)
            if len(text) < length:
                padded = f"「{header}」不足 {length} 位，已在前面补 0，请核对。"
                return text.zfill(length), (Remark("ZERO_PADDED", "warning", padded, shown(cell), text.zfill(length)),)
            return text, (tidied(header, cell, text),) if isinstance(cell, str) else ()

        return parse
