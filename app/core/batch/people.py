"""Columns about persons: names, ID numbers, mobile numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from operator import mul
from typing import ClassVar, Final

from app.core.batch.protocol import NOTHING, Cell, CellError, Parse, Parsed, Remark
from app.core.batch.text import (
    CODE_LENGTH_MAX,
    HAN,
    INVISIBLE,
    fold,
    integral,
    is_lossy,
    masked,
    printed,
    shown,
    tidied,
    too_long,
)

_PLAIN_NAME: Final = re.compile("[\u4e00-\u9fff]{2,4}")
_SPACES: Final = re.compile(r"\s+")
_HAN_GAP: Final = re.compile(f"(?<=[{HAN}·]) (?=[{HAN}·])")
_MIDDLE_DOT: Final = re.compile(r"(?<=\w)\s*[·•．・‧∙●⋅᛫ꞏ･]\s*(?=\w)" + rf"|(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
_RARE: Final = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")

_ID: Final = re.compile("[0-9]{17}[0-9X]")
_FIRST_GENERATION: Final = 15
_ID_LENGTH: Final = 18
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_ZERO_OFFSET: Final = 48 * sum(_ID_WEIGHTS)

# As our own exports show numbers: whoever sends such a file back says nothing about the number.
_MASKED_ID: Final = re.compile(r"\*{3,}[0-9A-Z]{4}")
_MASKED_MOBILE: Final = re.compile(r"1[0-9]{2}\*{4}[0-9]{4}")

_MOBILE: Final = re.compile("1[3-9][0-9]{9}")
_MOBILE_SIGNS: Final = re.compile(r"[\s\-()]+")
_MOBILE_PREFIX: Final = re.compile(r"(?:\+?0{0,2}86)(?=1[3-9]\d{9}$)")
_POINT_ZERO: Final = re.compile(r"\.0+$")


def id_check_digit(first_17: str) -> str:
    """The last character of an ID number. GB 11643 (ISO 7064 MOD 11-2)

    first_17: 17 ASCII digits.
    """
    return _ID_CHECKS[(sum(map(mul, _ID_WEIGHTS, first_17.encode())) - _ZERO_OFFSET) % 11]


def tidy_name(text: str) -> str:
    """A name without stray spaces and invisible signs, its middle dots unified; other characters as written."""
    name = _SPACES.sub(" ", INVISIBLE.sub("", text)).strip()
    return _MIDDLE_DOT.sub("·", _HAN_GAP.sub("", name))


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a person. It is not folded (NFKC): that would change rare characters and signs."""

    max_length: int = 50
    repeats: ClassVar[bool] = False

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into a name."""
        plain = _PLAIN_NAME.fullmatch
        most = self.max_length

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if plain(cell):
                    return cell, ()
                name = tidy_name(cell)
                if not name:
                    return NOTHING
                if len(name) > most:
                    return too_long(header, name, most)
                if any(character.isalpha() or _RARE.match(character) for character in name):
                    return name, _name_remarks(header, cell, name)
            text = f"「{header}」“{shown(cell)}”不是姓名。"
            return None, (Remark("NAME_FORMAT", "error", text, shown(cell)),)

        return parse


def _name_remarks(header: str, cell: str, name: str) -> tuple[Remark, ...]:
    remarks: tuple[Remark, ...] = () if cell == name else (tidied(header, cell, name),)
    if _RARE.search(name):
        text = "姓名含电脑自造字，打印时可能缺字，请用规范汉字。"
        remarks += (Remark("NAME_RARE_CHAR", "warning", text, shown(name)),)
    return remarks


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident ID number of 18 characters. GB 11643. What remarks show of it is masked."""

    repeats: ClassVar[bool] = False

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into an ID number."""
        number = _ID.fullmatch
        birthdays: set[str] = set()

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if number(cell) and cell[17] == id_check_digit(cell[:17]):
                    if cell[6:14] in birthdays:
                        return cell, ()
                    # There are no more than 73,000 days to remember.
                    if _has_birthday(cell):
                        birthdays.add(cell[6:14])
                        return cell, ()
                return _id_of(header, cell)
            return None, (_id_numeric(header, cell),)

        return parse


def _id_of(header: str, cell: str) -> Parsed:
    if len(cell) > CODE_LENGTH_MAX:
        return None, (_id_length(header, cell),)
    text = _SPACES.sub("", fold(cell)).upper()
    if not text:
        return NOTHING
    if shape := _misshapen_id(header, text):
        return None, (shape,)
    if text[17] != id_check_digit(text[:17]):
        return None, (Remark("ID_CHECKSUM", "error", f"{header}校验位不对，请核对最后一位。", masked(text)),)
    if not _has_birthday(text):
        return None, (Remark("ID_BIRTH_DATE", "error", f"{header}中的出生日期不存在，请核对。", masked(text)),)
    if text == cell:
        return text, ()
    return text, (Remark("TIDIED", "fixed", f"「{header}」已去除空格或符号。", masked(text)),)


def _misshapen_id(header: str, text: str) -> Remark | None:
    if _MASKED_ID.fullmatch(text):
        return _kept(header, text)
    if is_lossy(text):
        return _id_numeric(header, text)
    if len(text) != _ID_LENGTH:
        return _id_length(header, text)
    if not _ID.fullmatch(text):
        return Remark("ID_FORMAT", "error", f"{header}应为 17 位数字加 1 位数字或 X。", masked(text))
    return None


def _kept(header: str, text: str) -> Remark:
    return Remark("MASKED_KEPT", "fixed", f"「{header}」是脱敏的号码，没有导入，系统中的号码不变。", text)


def _id_numeric(header: str, cell: Cell) -> Remark:
    if isinstance(cell, (str, int, float, CellError)) and not isinstance(cell, bool):
        text = f"「{header}」是数字格式，后几位已被 Excel 改成 0，无法还原。请把该列设为“文本”后重新输入 18 位号码。"
        return Remark("ID_NUMERIC", "error", text, masked(printed(cell)))
    return Remark("ID_FORMAT", "error", f"{header}应为 17 位数字加 1 位数字或 X。", masked(printed(cell)))


def _id_length(header: str, text: str) -> Remark:
    advice = "15 位是第一代身份证号，请填写现用的 18 位号码。" if len(text) == _FIRST_GENERATION else None
    return Remark("ID_LENGTH", "error", f"{header}为 {len(text)} 位，应为 18 位。", masked(text), advice)


def _has_birthday(number: str) -> bool:
    try:
        return 1900 <= date(int(number[6:10]), int(number[10:12]), int(number[12:14])).year <= 2100  # noqa: PLR2004 -- people
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Mobile:
    """A mobile number of 11 digits. What remarks show of it is masked."""

    repeats: ClassVar[bool] = False

    def parser(self, header: str) -> Parse:
        """Make the function that reads a cell into a mobile number."""
        mobile = _MOBILE.fullmatch
        wrong = f"「{header}」不是 11 位手机号码。"

        def parse(cell: Cell) -> Parsed:
            if isinstance(cell, str):
                if mobile(cell):
                    return cell, ()
                text = fold(cell) if len(cell) <= CODE_LENGTH_MAX else cell
            else:
                whole = integral(cell)
                text = printed(cell) if whole is None else str(whole)
            if not text:
                return NOTHING
            if _MASKED_MOBILE.fullmatch(text):
                return None, (_kept(header, text),)
            number = _MOBILE_PREFIX.sub("", _POINT_ZERO.sub("", _MOBILE_SIGNS.sub("", text)))
            if mobile(number):
                return number, (Remark("TIDIED", "fixed", f"「{header}」已整理为 11 位号码。", masked(number)),)
            return None, (Remark("MOBILE_FORMAT", "error", wrong, masked(text)),)

        return parse
