"""Rows copied from a spreadsheet into lines of a sheet 粘贴填报: columns are found by their Chinese headers."""

from decimal import Decimal

from app.core.batch import CLEAR, Column, Date, Hours, PersonName, Text, fold
from app.core.errors import FieldFault, Invalid
from app.hours.schemas import LINES_MAX, HoursSubmissionLineWrite

COLUMNS = (
    Column("staff_no", "教职工号", Text(30), ("职工号", "工号", "教师编号", "编号")),
    Column("name", "姓名", PersonName(), ("教师姓名",)),
    Column("activity_title", "活动名称", Text(200), ("活动主题", "研修主题", "活动", "主题"), required=True),
    Column("activity_date", "活动日期", Date(), ("日期", "研修日期", "时间"), required=True),
    Column("session", "场次", Text(50), ("开始时间", "场次/开始时间")),
    Column("claimed_hours", "学时", Hours(advice="校本研修每次按实际学时填报"), ("填报学时", "学时数"), required=True),
)
_BY_HEADER = {_name: column for column in COLUMNS for _name in (column.header, *column.aliases)}
_NEEDED = tuple(column for column in COLUMNS if column.required)


def pasted(text: str) -> list[tuple[int, HoursSubmissionLineWrite]]:
    """The lines of a pasted table with their rows, counted from 1; Invalid 422 with every fault."""
    rows = [row.split("\t") for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    numbered = [(number, cells) for number, cells in enumerate(rows, 1) if any(cell.strip() for cell in cells)]
    if not numbered:
        raise _refused([FieldFault("/text", "EMPTY", "没有内容，请从表格复制包括表头在内的各行。")])
    columns = _headers(numbered[0][1])
    body = numbered[1:]
    if not body or len(body) > LINES_MAX:
        raise _refused([FieldFault("/text", "ROW_COUNT", f"表头之下应有 1 至 {LINES_MAX} 行，实有 {len(body)} 行。")])
    parsers = {place: (column, column.parser()) for place, column in columns.items()}
    faults: list[FieldFault] = []
    lines = []
    for number, cells in body:
        values: dict[str, object] = {}
        wrong: list[FieldFault] = []
        for place, (column, parse) in parsers.items():
            value, remarks = parse(cells[place] if place < len(cells) else "")
            wrong += [
                FieldFault("/text", one.code, f"第 {number} 行{one.text}", {"row": number, "column": column.header})
                for one in remarks
                if one.level in {"error", "stop"}
            ]
            values[column.name] = None if value is CLEAR else value
        if not wrong and not (values.get("staff_no") or values.get("name")):
            message = f"第 {number} 行没有填写教职工号或姓名。"
            wrong.append(FieldFault("/text", "TEACHER_MISSING", message, {"row": number}))
        if wrong:
            faults += wrong
        else:
            lines.append((number, _line(values)))
    if faults:
        raise _refused(faults)
    return lines


def _headers(cells: list[str]) -> dict[int, Column]:
    """Place -> column; columns nobody asked for are passed over."""
    found: dict[int, Column] = {}
    for place, cell in enumerate(cells):
        column = _BY_HEADER.get("".join(fold(cell).split()))
        if column and column not in found.values():
            found[place] = column
    known = {column.name for column in found.values()}
    missing = [column.header for column in _NEEDED if column.name not in known]
    if not known & {"staff_no", "name"}:
        missing.insert(0, "教职工号或姓名")
    if missing:
        message = f"首行应为表头，缺少：{'、'.join(missing)}。"
        raise _refused([FieldFault("/text", "HEADER_MISSING", message, {"missing": missing})])
    return found


def _line(values: dict[str, object]) -> HoursSubmissionLineWrite:
    claimed = values["claimed_hours"]
    return HoursSubmissionLineWrite.model_validate(
        {**values, "claimed_hours": claimed if isinstance(claimed, Decimal) else str(claimed)}
    )


def _refused(faults: list[FieldFault]) -> Invalid:
    detail = "；".join(fault.message for fault in faults[:5])
    return Invalid("INVALID", f"粘贴的内容有 {len(faults)} 处问题，未保存：{detail}", errors=faults)
