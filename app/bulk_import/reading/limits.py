"""How large a file may be, and how a whole file is refused."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.batch import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.bulk_import.reading.header import ColumnUse
    from app.core.batch import Level

MIB = 1024 * 1024
MEMORY_MAX = 2 * 1024**3
CPU_SECONDS_MAX = 600


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold at most. Sizes in bytes unless the name says otherwise."""

    workbook_size: int = 20 * MIB
    workbook_rows: int = 100_000
    workbook_members: int = 200
    workbook_unpacked: int = 400 * MIB
    workbook_ratio: int = 100
    workbook_grid_cells: int = 5_000_000
    """Rows times columns of the sheet's used area: it lies in memory as a whole, 32 bytes a cell."""
    text_size: int = 512 * MIB
    text_rows: int = 1_000_000
    line_length: int = 64 * 1024
    """Characters of one line of a text file."""
    columns: int = 100
    header_within: int = 15
    """Rows in which the header is looked for."""


class FileRefused(Exception):
    """A file that cannot be read as a whole; `faults` says why, each of level stop."""

    def __init__(self, *faults: Fault, columns: Sequence[ColumnUse] = ()) -> None:
        """Take the reasons; columns: those of the file, where a mapping of them would help."""
        super().__init__("; ".join(fault.code for fault in faults))
        self.faults = faults
        self.columns = tuple(columns)


def refusal(code: str, message: str, *, row: int | None = None, value: str | None = None) -> FileRefused:
    """Make the refusal of a file for one reason."""
    return FileRefused(file_fault(code, message, "stop", row=row, value=value))


def file_fault(
    code: str,
    message: str,
    level: Level,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> Fault:
    """Make a fault of the file rather than of a cell."""
    return Fault(row=row, column=column, cell=None, code=code, message=message, value=value, level=level)


def unreadable() -> FileRefused:
    """Make the refusal of a file that is damaged or has a password."""
    return refusal("FILE_UNREADABLE", "文件有密码或已损坏，请取消密码后另存为 xlsx。")


def too_many_rows(rows: int, most: int) -> FileRefused:
    """Make the refusal of a file with more rows than are taken at once."""
    return refusal("FILE_TOO_LARGE", f"文件共 {rows} 行，超过 {most} 行，请按学校拆分。", value=str(rows))


def too_big(size: int, most: int) -> FileRefused:
    """Make the refusal of a file of too many bytes."""
    # Rounded up, so that the size shown is never the size allowed.
    message = f"文件共 {-(-size // MIB)} MB，超过 {most // MIB} MB，请按学校拆分。"
    return refusal("FILE_TOO_LARGE", message, value=str(size))


def too_wide(row: int, columns: int, most: int) -> FileRefused:
    """Make the refusal of a file with too many columns."""
    message = f"第{row}行有 {columns} 列，超过 {most} 列，请删除多余的列。"
    return refusal("FILE_TOO_LARGE", message, row=row, value=str(columns))


def bound() -> None:
    """Bound this process, which reads a file, in memory and time."""
    for kind, most in ((resource.RLIMIT_AS, MEMORY_MAX), (resource.RLIMIT_CPU, CPU_SECONDS_MAX)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
