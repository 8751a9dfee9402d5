"""Files of a whole county 全县文件: a roster, and lines of the ledger with the faults that clerks make."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import xlsxwriter

from tests.factories.imports import LEDGER, ROSTER
from tests.factories.people import id_number

SCHOOLS: Final = ("2141990001", "2141990002", "3141990003", "1141990004")
STAGES: Final = (("小学", "语文"), ("小学", "数学"), ("初中", "语文"), ("学前教育", "健康"))
CATEGORIES: Final = ("市培计划", "工作坊", "校本研修", "省培计划")
FIRST_DAY: Final = date(2026, 9, 2)
DAYS: Final = 80
FAULTY_PER_MILLE: Final = 10


def staff_no(number: int) -> str:
    """Staff number of a teacher of the roster."""
    return f"30{number:06d}"


def roster(count: int) -> Iterator[tuple[str, ...]]:
    """Teachers of four schools, none of whom the world has."""
    for number in range(count):
        place = number % len(SCHOOLS)
        born = date(1970, 1, 1) + timedelta(days=number // 400)
        person = id_number(born, number % 400 + 500)
        yield (staff_no(number), f"研{chr(0x4E00 + number % 2000)}", person, SCHOOLS[place], *STAGES[place], "")


def lines(count: int, teachers: int, *, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """Lines of the ledger; ten in a thousand are faulty or repeated, and some hours are over a cap."""
    chance = random.Random(seed)  # noqa: S311 - a draw of test data
    before: tuple[str, ...] = ()
    for number in range(count):
        day = (FIRST_DAY + timedelta(days=number // teachers % DAYS)).isoformat()
        whole: tuple[str, ...] = (
            staff_no(number % teachers),
            "",
            CATEGORIES[number % 4],
            "1.5",
            f"研修{seed}-{number}",
            day,
        )
        match chance.randrange(1000):
            case 0 | 1 | 2:
                row = ("nobody", *whole[1:])
            case 3 | 4:
                row = (*whole[:3], "三天", *whole[4:])
            case 5:
                row = (*whole[:5], "2022.1")
            case 6 | 7 if before:
                row = before
            case 8 if before:
                row = (*before[:3], "2.5", *before[4:])
            case 9:
                row = (whole[0], "王不是", *whole[2:])
            case _:
                row = whole
        before = whole
        yield row


def write_csv(path: Path, head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Path:
    """Stream rows into a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, head: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Path:
    """Stream rows into a workbook."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, head)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
    return path


def roster_file(folder: Path, count: int) -> Path:
    """The roster as CSV."""
    return write_csv(folder / "roster.csv", ROSTER, roster(count))


def ledger_file(folder: Path, count: int, teachers: int, *, seed: int = 1, form: str = "csv") -> Path:
    """The lines as CSV or XLSX."""
    write = write_csv if form == "csv" else write_xlsx
    return write(folder / f"lines-{count}-{seed}.{form}", LEDGER, lines(count, teachers, seed=seed))
