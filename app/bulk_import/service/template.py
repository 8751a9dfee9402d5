"""The template of a kind: a sheet to fill in, the notes, and a hidden sheet that says which template it is."""

import io
from typing import Any

import xlsxwriter

from app.access.context import Context
from app.access.permissions import Permission
from app.bulk_import.service.kinds import kind_named
from app.bulk_import.states import TEMPLATE_VERSION
from app.core.batch import Bool, Code, Column
from app.core.batch.listed import Listed
from app.core.batch.staging import BatchKind

ROWS_PREPARED = 2000
_LIST_MAX = 255
_MARK = "示例"


async def template(ctx: Context, kind_name: str) -> bytes:
    """The template of a kind as a workbook 导入模板."""
    ctx.require(Permission.IMPORT_READ)
    kind = kind_named(kind_name)
    ctx.require(Permission(kind.permission))
    return _workbook(kind, kind.sheet(ctx.regulation).columns, issued=ctx.clock.today.isoformat())


def _workbook(kind: BatchKind, columns: tuple[Column, ...], *, issued: str) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    formats = {
        "text": book.add_format({"num_format": "@"}),
        "head": book.add_format({"bold": True, "num_format": "@", "bg_color": "#DDEBF7", "border": 1}),
        "needed": book.add_format({"bold": True, "num_format": "@", "bg_color": "#FCE4D6", "border": 1}),
        "example": book.add_format({"italic": True, "font_color": "#808080", "num_format": "@"}),
    }
    data = book.add_worksheet(kind.title)
    notes = book.add_worksheet("填写说明")
    lists = book.add_worksheet("_lists")
    _fill_data(data, columns, formats)
    _offer_choices(data, lists, columns)
    _fill_notes(notes, kind, columns, formats)
    meta = book.add_worksheet("_meta")
    facts = (("kind", kind.name), ("template_version", TEMPLATE_VERSION), ("header_row", "1"), ("issued_at", issued))
    for line, fact in enumerate(facts):
        meta.write_row(line, 0, fact)
    meta.very_hidden()
    lists.very_hidden()
    book.close()
    return buffer.getvalue()


def _fill_data(data: Any, columns: tuple[Column, ...], formats: dict[str, Any]) -> None:
    for place, column in enumerate(columns):
        data.set_column(place, place, max(12, 2 * len(column.header) + 4), formats["text"])
        data.write_string(0, place, column.header, formats["needed" if column.required else "head"])
        if column.note:
            data.write_comment(0, place, column.note)
        data.write_string(1, place, column.example, formats["example"])
    # The word marks the row, whatever its cells are changed to: rows with it are never imported.
    data.write_string(1, len(columns), _MARK, formats["example"])
    data.freeze_panes(1, 0)


def _offer_choices(data: Any, lists: Any, columns: tuple[Column, ...]) -> None:
    used = 0
    for place, column in enumerate(columns):
        choices = _choices(column)
        if not choices:
            continue
        if len(",".join(choices)) <= _LIST_MAX:
            source: object = list(choices)
        else:
            for line, choice in enumerate(choices):
                lists.write_string(line, used, choice)
            letter = chr(ord("A") + used)
            source = f"=_lists!${letter}$1:${letter}${len(choices)}"
            used += 1
        # Advice, not a wall: the reader also knows the other names clerks use.
        data.data_validation(
            1, place, ROWS_PREPARED, place, {"validate": "list", "source": source, "error_type": "warning"}
        )


def _choices(column: Column) -> tuple[str, ...]:
    if isinstance(column.kind, Code) and isinstance(column.kind.table, Listed):
        return column.kind.table.labels
    return ("是", "否") if isinstance(column.kind, Bool) else ()


def _fill_notes(notes: Any, kind: BatchKind, columns: tuple[Column, ...], formats: dict[str, Any]) -> None:
    notes.set_column(0, 0, 20)
    notes.set_column(1, 1, 90)
    lines = [
        ("种类", f"{kind.title}（{kind.name}）"),
        ("通用", "请勿改动表头文字；列的先后可以调整。空白单元格不会清除原值；需要清除请填“清空”。"),
        ("通用", f"第 2 行是{_MARK}，不会导入，可以删除。"),
        *(("说明", note) for note in kind.notes),
        *((column.header, ("必填。" if column.required else "选填。") + column.note) for column in columns),
    ]
    for line, (head, body) in enumerate(lines):
        notes.write_string(line, 0, head, formats["head"])
        notes.write_string(line, 1, body)
