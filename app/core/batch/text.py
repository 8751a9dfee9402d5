"""Cleaning of text from clerks' files, and columns of plain text."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

from app.core.batch.protocol import NOTHING, Cell, CellError, Parse, Parsed, Remark

SHOWN_LENGTH: Final = 40
CODE_LENGTH_MAX: Final = 200
"""Longest text that is tried as a number, date, code: longer ones are refused before any costly work."""

HAN: Final = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0010ffff"
_EXACT_MAX: Final = 2**53
_LOSSY_FROM: Final = 10**15
_LONG_EXPONENT: Final = 9
_PRINTED_BELOW: Final = 10**40

INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BREAKS: Final = re.compile("[\t\n\x0b\x0c\r\x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_DIRTY: Final = re.compile(
    f"{INVISIBLE.pattern}|[\t\n\x0b\x0c\r\x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    '\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|^ | $|^="'
)
_QUOTED_FORMULA: Final = re.compile(r'="([^"]*)"')
_EXPONENT: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?(\d{1,3})")
_WIDE: Final = {0xFF00 + offset: 0x20 + offset for offset in range(0x10, 0x5B) if chr(0x20 + offset).isalnum()}


def fold(text: str) -> str:
    """Bring digits, letters and signs to their plain form (NFKC), without spaces at the ends or a leading quote."""
    folded = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).strip()
    quoted = _QUOTED_FORMULA.fullmatch(folded)
    if quoted:
        folded = quoted[1]
    return folded.lstrip("'‘’`").strip()


def clean(text: str) -> str:
    """Free text without invisible signs, line breaks or full-width digits and letters; punctuation is kept."""
    text = _BREAKS.sub(" ", INVISIBLE.sub("", text)).translate(_WIDE).strip()
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return quoted[1].strip() if quoted else text


def shown(cell: object) -> str:
    """What a message shows of a cell: at most 40 characters."""
    text = _BREAKS.sub(" ", INVISIBLE.sub("", printed(cell)))
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def masked(text: str) -> str:
    """All but the last four characters hidden."""
    return "*" * min(len(text) - 4, SHOWN_LENGTH) + text[-4:] if len(text) > 4 else "*" * len(text)  # noqa: PLR2004 -- four


def printed(cell: object) -> str:
    """The text of a cell as a person reads it: whole numbers without .0, days as 2022-09-01."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _printed_number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    if isinstance(cell, CellError):
        return cell.shown
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell)[:CODE_LENGTH_MAX]


def _printed_number(number: float) -> str:
    whole = integral(number)
    if whole is not None:
        return str(whole)
    # A number of thousands of digits cannot be printed at all; none is meant.
    return repr(number) if abs(number) < _PRINTED_BELOW else "过大的数"


def integral(cell: object) -> int | None:
    """The whole number a numeric cell holds exactly (up to 2^53), else None."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return None
    if isinstance(cell, float) and not (math.isfinite(cell) and cell.is_integer()):
        return None
    return int(cell) if abs(cell) <= _EXACT_MAX else None


def is_lossy(cell: object) -> bool:
    """Whether digits were lost: a numeric cell of more than 15 digits, or text such as 4.10881E+17."""
    if isinstance(cell, str):
        exponent = _EXPONENT.fullmatch(cell)
        return exponent is not None and int(exponent[1]) >= _LONG_EXPONENT
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return False
    # Not turned round: what is not a number compares as false with everything.
    return not abs(cell) < _LOSSY_FROM


def lossy(header: str, cell: object) -> Parsed:
    """The refusal of a long number whose last digits are gone."""
    text = f"「{header}」超过 15 位且为数字格式，末位已失真，请改为文本。"
    return None, (Remark("NUMERIC_LOSSY", "error", text, shown(cell)),)


def too_long(header: str, cell: object, most: int) -> Parsed:
    """The refusal of a text longer than its column takes."""
    length = len(printed(cell))
    text = f"「{header}」有 {length} 个字，最多 {most} 个字。"
    return None, (Remark("TEXT_TOO_LONG", "error", text, shown(cell)),)


def tidied(header: str, before: object, after: str) -> Remark:
    """The note of a silent repair."""
    return Remark("TIDIED", "fixed", f"「{header}」“{shown(before)}”已整理为“{shown(after)}”。", shown(before))


@dataclass(frozen=True, slots=True)
class Text:
    """Free text of one line."""

    max_length: int = 200
    repeats: ClassVar[bool] = False

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into text."""
        most = self.max_length
        dirty = _DIRTY.search

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if len(cell) <= most and dirty(cell) is None and "+" not in cell:
                    return cell, ()
            elif is_lossy(cell):
                return lossy(header, cell)
            text = clean(printed(cell))
            if not text:
                return NOTHING
            if is_lossy(text):
                return lossy(header, text)
            if len(text) > most:
                return too_long(header, text, most)
            return text, (tidied(header, cell, text),) if cell != text else ()

        return parse
