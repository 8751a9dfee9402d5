"""Columns of hours and days."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from app.core.batch.protocol import NOTHING, Cell, Parse, Parsed, Remark
from app.core.batch.text import CODE_LENGTH_MAX, fold, integral, printed, shown, tidied

_HALF: Final = Decimal("0.5")
_PLAIN_HOURS: Final = re.compile(r"[0-9]{1,4}(?:\.[05])?")
_WRITTEN_HOURS: Final = re.compile(r"([+-]?[0-9]{1,6}(?:\.[0-9]{1,6})?)")
_OTHER_UNIT: Final = re.compile(
    r"[+-]?(?:[0-9.]+|[零〇一二两三四五六七八九十百千半]+)个?半?"
    r"(?:天半?|日|小时|h|hrs?|hours?|分钟?|min|周|星期|次|场|学分|分)",
    re.IGNORECASE,
)
_DIGITS: Final = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_CHINESE: Final = re.compile("[零〇一二两三四五六七八九十百千]{1,9}")

_PLAIN_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_WRITTEN_DATE: Final = re.compile(
    r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_COMPACT_DATE: Final = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:\.0+)?", re.ASCII)
_MONTH: Final = re.compile(r"(\d{4})\s*(?:[-/]\s*(\d{1,2})|年\s*(\d{1,2})\s*月|\.(\d{1,2}))", re.ASCII)
_SERIAL: Final = re.compile(r"([2-5]\d{4}|60000)(?:\.0+)?", re.ASCII)
_JANUARY_OR_OCTOBER: Final = re.compile(r"(?:19|20)\d{2}\.1", re.ASCII)
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})\s*[-–—~至/]\s*(\d{4})(?:学年度?)?", re.ASCII)
_OPEN_END: Final = frozenset({"至今", "长期", "现在", "今", "迄今", "长期有效", "目前"})
_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = (20_000, 60_000)
_YEARS: Final = (1900, 2100)
DAYS_1904: Final = 1462
"""Days between the two ways a workbook counts: what a number of a 1904 workbook lacks."""


def chinese_number(text: str) -> int | None:
    """The whole number that Chinese numerals up to the thousands write, None when they write none."""
    if not _CHINESE.fullmatch(text):
        return None
    total, digit, last = 0, None, 10_000
    for sign in text:
        if sign in _TENS:
            if _TENS[sign] >= last or digit == 0:
                return None
            last = _TENS[sign]
            total += last * (1 if digit is None else digit)
            digit = None
        elif digit not in {None, 0}:
            return None
        else:
            digit = _DIGITS[sign]
    return total + (digit or 0)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in steps of 0.5, as Decimal. 学时

    units: words after the number that mean the same. advice: what to tell who writes days or clock hours instead.
    range_code: the code of what is too little or too much.
    """

    least: Decimal = _HALF
    most: Decimal = Decimal("9999.5")
    units: tuple[str, ...] = ("学时", "课时", "节")
    advice: str = ""
    range_code: str = "HOURS_RANGE"
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into hours."""
        unit = re.compile("个?(?:" + "|".join(map(re.escape, self.units)) + ")$")

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                text = fold(cell[:CODE_LENGTH_MAX]).replace(" ", "")
            elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
                text = printed(cell)
            else:
                return _not_hours(cell)
            if not text:
                return NOTHING
            hours = _hours_in(unit.sub("", text))
            if hours is None:
                return self._other_unit(cell) if _OTHER_UNIT.fullmatch(text) else _not_hours(cell)
            return self._within(header, cell, hours)

        return parse

    def _other_unit(self, cell: Cell) -> Parsed:
        advice = f"（{self.advice}）" if self.advice else ""
        text = f"学时“{shown(cell)}”请换算成学时数{advice}。"
        return None, (Remark("HOURS_UNIT", "error", text, shown(cell), self.advice or None),)

    def _within(self, header: str, cell: Cell, hours: Decimal) -> Parsed:
        if hours % _HALF:
            text = f"学时“{shown(cell)}”应为 0.5 的整数倍。"
            return None, (Remark("HOURS_STEP", "error", text, shown(cell)),)
        if not self.least <= hours <= self.most:
            text = f"学时“{shown(cell)}”应在 {self.least} 到 {self.most} 之间。"
            return None, (Remark(self.range_code, "error", text, shown(cell)),)
        hours = Decimal(int(hours)) if hours == int(hours) else hours.quantize(_HALF)
        is_plain = not isinstance(cell, str) or _PLAIN_HOURS.fullmatch(cell)
        return hours, () if is_plain else (tidied(header, cell, str(hours)),)


def _hours_in(text: str) -> Decimal | None:
    if _WRITTEN_HOURS.fullmatch(text):
        return Decimal(text)
    whole = chinese_number(text.removesuffix("个半").removesuffix("点五"))
    if whole is None:
        return _HALF if text in {"半", "半个"} else None
    return Decimal(whole) + (_HALF if text.endswith(("个半", "点五")) else 0)


def _not_hours(cell: Cell) -> Parsed:
    text = f"学时“{shown(cell)}”不是数字，请填写学时数，如 6 或 1.5。"
    return None, (Remark("HOURS_FORMAT", "error", text, shown(cell)),)


@dataclass(frozen=True, slots=True)
class Date:
    """A day. `is_end` takes 至今 and the like as no end, and a month alone as its last day instead of its first."""

    is_end: bool = False
    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into a day."""
        plain = _PLAIN_DATE.fullmatch

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                written = plain(cell)
                day = _day(written[1], written[2], written[3]) if written else None
                return (day, ()) if day else self._of_text(header, cell)
            if isinstance(cell, datetime):
                return _sensible(cell, cell.date())
            if isinstance(cell, date):
                return _sensible(cell, cell)
            return self._of_number(header, cell)

        return parse

    def _of_text(self, header: str, cell: str) -> Parsed:
        text = fold(cell) if len(cell) <= CODE_LENGTH_MAX else cell
        if not text:
            return NOTHING
        if self.is_end and text in _OPEN_END:
            return None, (Remark("OPEN_END", "fixed", f"「{header}」“{text}”已读作没有结束日期。", shown(cell)),)
        if _JANUARY_OR_OCTOBER.fullmatch(text):
            return _ambiguous(text)
        written = _WRITTEN_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
        if written:
            return _read(header, cell, _day(written[1], written[2], written[3]))
        serial = _SERIAL.fullmatch(text)
        if serial:
            return _read(header, cell, _EPOCH + timedelta(days=int(serial[1])))
        month = _MONTH.fullmatch(text)
        return self._of_month(cell, month[1], month[2] or month[3] or month[4]) if month else _unclear(cell)

    def _of_month(self, cell: str, year: str, month: str) -> Parsed:
        first = _day(year, month, "1")
        if first is None:
            return _unclear(cell)
        day = first.replace(day=calendar.monthrange(first.year, first.month)[1]) if self.is_end else first
        text = f"日期“{shown(cell)}”没有写日，已按 {day.isoformat()} 处理，请核对。"
        return day, (Remark("DATE_MONTH_ONLY", "warning", text, shown(cell), day.isoformat()),)

    def _of_number(self, header: str, cell: Cell) -> Parsed:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not -1e9 < cell < 1e9:  # noqa: PLR2004 -- finite
            return _unclear(cell)
        if _SERIALS[0] <= cell <= _SERIALS[1]:
            return _read(header, cell, _EPOCH + timedelta(days=math.floor(cell)))
        whole = integral(cell)
        if whole is not None:
            compact = _COMPACT_DATE.fullmatch(str(whole))
            return _read(header, cell, _day(compact[1], compact[2], compact[3])) if compact else _unclear(cell)
        return _ambiguous(printed(cell)) if _YEARS[0] <= cell <= _YEARS[1] else _unclear(cell)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _YEARS[0] <= found.year <= _YEARS[1] else None


def _sensible(cell: Cell, day: date) -> Parsed:
    return (day, ()) if _YEARS[0] <= day.year <= _YEARS[1] else _unclear(cell)


def _read(header: str, cell: Cell, day: date | None) -> Parsed:
    if day is None:
        return None, (Remark("DATE_INVALID", "error", f"日期“{shown(cell)}”不存在，请核对。", shown(cell)),)
    return day, (tidied(header, cell, day.isoformat()),)


def _ambiguous(text: str) -> Parsed:
    year, _, month = text.partition(".")
    if month == "1":
        message = f"日期“{text}”无法判断是 1 月还是 10 月，请写成 {year}-10 或 {year}年10月。"
    else:
        message = f"日期“{shown(text)}”是数字，不是日期，请写成 {year}-09 或 {year}年9月的样子。"
    return None, (Remark("DATE_AMBIGUOUS", "error", message, shown(text)),)


def _unclear(cell: Cell) -> Parsed:
    text = f"日期“{shown(cell)}”写法不明确，请写成 2022-09-01。"
    return None, (Remark("DATE_FORMAT", "error", text, shown(cell)),)


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """A school year 学年 as 2026-2027, with or without 学年; the start year as int."""

    repeats: ClassVar[bool] = True

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into the start year."""

        def parse(cell: Cell) -> Parsed:
            written = fold(printed(cell)) if len(printed(cell)) <= 40 else ""  # noqa: PLR2004 - longer is no year
            if not written:
                return NOTHING
            found = _SCHOOL_YEAR.fullmatch(written)
            if found and int(found[2]) == int(found[1]) + 1:
                return int(found[1]), ()
            message = f"「{header}」“{shown(cell)}”请写成 2026-2027 的形式。"
            return None, (Remark("YEAR_FORMAT", "error", message, shown(cell)),)

        return parse
