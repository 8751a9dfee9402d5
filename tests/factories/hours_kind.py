"""An import kind to try the reader with: hours of teachers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.batch import Bool, Code, CodeMatch, Column, Date, Digits, Hours, IdNumber, Mobile, PersonName, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES = {"senior": "高级教师", "first": "一级教师"}
ALIASES = {"小高": "senior", "小一": "first"}


class Titles:
    """A code list of two titles with two old names."""

    def match(self, text: str) -> CodeMatch | None:
        """Find a title by code, name or old name."""
        for code, name in TITLES.items():
            if text in {code, name}:
                return CodeMatch(code, name, "exact")
        code = ALIASES.get(text, "")
        return CodeMatch(code, TITLES[code], "alias") if code else None

    def suggest(self, text: str) -> list[str]:
        """Name the titles that begin alike."""
        return [name for name in TITLES.values() if name[:2] == text[:2]]


@dataclass(frozen=True, slots=True)
class HoursKind:
    """学时 of teachers."""

    name: str = "hours"
    title: str = "学时"
    key_title: str = "身份证号"
    skipped: tuple[str, ...] = ()
    columns: tuple[Column, ...] = (
        Column("id_number", "身份证号", IdNumber(), ("身份证件号", "证件号码", "公民身份号码"), required=True),
        Column("name", "姓名", PersonName(), required=True),
        Column("school", "学校标识码", Digits(10)),
        Column("title", "职称", Code(Titles())),
        Column("activity", "项目名称", Text(100), ("培训项目",)),
        Column("starts", "开始日期", Date()),
        Column("ends", "结束日期", Date(is_end=True)),
        Column("hours", "学时", Hours(advice="工作坊每天 6 学时"), required=True),
        Column("mobile", "手机号", Mobile()),
        Column("is_core", "核心成员", Bool()),
    )

    def row_key(self, values: Mapping[str, object]) -> tuple[object, ...] | None:
        """A teacher stands in the file once."""
        return (values["id_number"],) if values["id_number"] else None
