"""Imports beside the floor: COPY into an unlogged stage and one INSERT … SELECT with the same checks; and memory.

Also raw COPY into the ledger's table with its indexes and foreign keys, which checks nothing and counts nothing.
"""

import asyncio
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.settings import CLONE

HEADERS = ("教职工号", "姓名", "学时类别", "学时", "活动名称", "活动日期")
TITLES = {"I1": "import a CSV of ledger lines", "I2": "import an XLSX of ledger lines"}
ROWS = {"I1": 30_000, "I2": 10_000}
FAULTY_EVERY = 500
DAY = "2026-10-10"
WAIT_SECONDS = 300
_STAGE = """
CREATE UNLOGGED TABLE IF NOT EXISTS floor_stage (number serial, staff_no text, name text, category text, claimed text,
  title text, day text);
CREATE UNLOGGED TABLE IF NOT EXISTS floor_faults (number int, reason text);
TRUNCATE floor_stage; TRUNCATE floor_faults;
"""
_STAGED = ("staff_no", "name", "category", "claimed", "title", "day")
_MERGE = """
WITH read AS (
  SELECT s.number, t.id AS teacher_id, e.school_id, s.title, s.day::date AS day,
         CASE WHEN s.claimed ~ '^\\d+(\\.\\d)?$' THEN s.claimed::numeric END AS claimed,
         CASE WHEN t.id IS NULL THEN 'teacher unknown' WHEN s.name <> '' AND s.name <> t.name THEN 'name'
              WHEN s.claimed !~ '^\\d+(\\.\\d)?$' THEN 'hours' WHEN s.claimed::numeric NOT BETWEEN 0.5 AND 24
              THEN 'hours of a day'
              WHEN s.category <> '市培计划' THEN 'category' WHEN e.school_id IS NULL THEN 'not employed'
              WHEN NOT e.is_on_post THEN 'not on post' WHEN s.day::date > current_date THEN 'future' END AS reason
    FROM floor_stage s LEFT JOIN teachers t ON t.region_id = $1 AND t.staff_no = s.staff_no AND t.status <> 'merged'
    LEFT JOIN employments e ON e.region_id = $1 AND e.teacher_id = t.id AND e.starts_on <= s.day::date
                           AND (e.ends_on IS NULL OR e.ends_on > s.day::date)
), bad AS (
  INSERT INTO floor_faults SELECT number, reason FROM read WHERE reason IS NOT NULL
), posted AS (
  INSERT INTO hours_entries (region_id, id, teacher_id, school_id, school_year, category, claimed, credited,
         activity_title, activity_date, source, line_key, policy_version, posted_by)
  SELECT $1, gen_random_uuid(), teacher_id, school_id, 2026, 'city', claimed, claimed, title, day, 'import',
         'line:' || encode(sha256(convert_to(concat_ws(E'\\x1f', teacher_id::text, day::text, 'city', title, ''),
                                             'UTF8')), 'hex'), 'floor', $2
    FROM read WHERE reason IS NULL ORDER BY teacher_id
  ON CONFLICT DO NOTHING RETURNING teacher_id, claimed
)
INSERT INTO hours_summaries AS h (region_id, teacher_id, school_year, category, entries, claimed, credited)
SELECT $1, teacher_id, 2026, 'city', count(*), sum(claimed), sum(claimed) FROM posted GROUP BY 2 ORDER BY 2
ON CONFLICT (region_id, teacher_id, school_year, category) DO UPDATE SET entries = h.entries + excluded.entries,
   claimed = h.claimed + excluded.claimed, credited = h.credited + excluded.credited
"""
_RAW = (
    "region_id", "id", "teacher_id", "school_id", "school_year", "category", "claimed", "credited", "activity_title",
    "activity_date", "source", "line_key", "policy_version", "posted_by",
)  # fmt: skip
_RAW_ROWS = """
SELECT region_id, gen_random_uuid(), teacher_id, school_id, school_year, category, claimed, credited, activity_title,
       activity_date, source, line_key || ':raw', policy_version, posted_by
  FROM hours_entries WHERE policy_version = 'floor' ORDER BY seq DESC LIMIT {rows}
"""


@dataclass(frozen=True)
class Service:
    """The service that is measured: its address, a token, and the process of its API."""

    base: str
    token: str
    process: int


@dataclass(frozen=True)
class Taken:
    """Rows a second of one round: floor, raw COPY, service; and peaks in MB: API and worker over before, child."""

    floor: float
    raw: float
    service: float
    api: float
    worker: float
    child: float


@dataclass
class Memory:
    """Peaks of private memory of processes and of the children of one, sampled while the block lasts."""

    api: int
    worker: int
    peaks: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Sample every 20 ms."""
        before = {"api": _private(self.api), "worker": _private(self.worker)}
        highest = dict(before) | {"child": 0}
        ended = threading.Event()

        def sample() -> None:
            while not ended.wait(0.02):
                now = {"api": _private(self.api), "worker": _private(self.worker)}
                now["child"] = max((_private(child) for child in _children(self.worker)), default=0)
                highest.update({name: max(highest[name], size) for name, size in now.items()})

        thread = threading.Thread(target=sample)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.peaks = {name: size - before.get(name, 0) for name, size in highest.items()}


def measure(admin: str, service: Service, region: int, *, rounds: int, only: str) -> dict[str, list[Taken]]:
    """Job -> its rounds; every round has files of its own, and floor and service take turns."""
    wanted = [name for name in TITLES if not only or name in only.split(",")]
    found: dict[str, list[Taken]] = {name: [] for name in wanted}
    if not wanted:
        return found
    people = asyncio.run(_people(admin, region))
    with tempfile.TemporaryDirectory(prefix="shixun-bench-", dir="/var/tmp") as folder, _worker() as worker:
        for round_ in range(rounds):
            for name in wanted:
                write = _write_csv if name == "I1" else _write_xlsx
                files = [write(Path(folder), people, ROWS[name], f"{name}-{round_}-{side}") for side in "fs"]
                floor, raw = asyncio.run(_floor(admin, region, files[0], ROWS[name]))
                memory = Memory(service.process, worker)
                with memory.watched():
                    spent = _import(service, files[1])
                mb = {side: size / 2**20 for side, size in memory.peaks.items()}
                rates = [ROWS[name] / one for one in (floor, raw, spent)]
                taken = Taken(rates[0], rates[1], rates[2], mb["api"], mb["worker"], mb["child"])
                found[name].append(taken)
                print(f"round {round_} {name} {taken}", file=sys.stderr)
    return found


def lines(table: dict[str, list[Taken]]) -> list[str]:
    """The table as markdown."""
    if not any(table.values()):
        return []
    shown = [
        "",
        "## Imports",
        "",
        (
            "Rows a second from the upload to the end, 0.2 % of them faulty with a reason each, `on_error=skip`. Floor:"
            " `\\copy` into an unlogged stage and one INSERT … SELECT with the same checks (for XLSX read by calamine)."
            " Memory: growth of the private pages of API and worker at their peak, and the peak of the reading process."
        ),
        "",
        "| job | | rows | floor | raw COPY | service | to floor | to raw COPY | API MB | worker MB | reader MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, rounds in table.items():

        def middle(of: Callable[[Taken], float], rounds: list[Taken] = rounds) -> float:
            return statistics.median(of(one) for one in rounds)

        shown.append(
            f"| {name} | {TITLES[name]} | {ROWS[name]} | {middle(lambda one: one.floor):.0f} |"
            f" {middle(lambda one: one.raw):.0f} | {middle(lambda one: one.service):.0f} |"
            f" **{middle(lambda one: one.service / one.floor):.2f}** |"
            f" {middle(lambda one: one.service / one.raw):.2f} | +{middle(lambda one: one.api):.0f} |"
            f" +{middle(lambda one: one.worker):.0f} | {middle(lambda one: one.child):.0f} |"
        )
    return shown


async def _people(admin: str, region: int) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(admin)
    rows = await connection.fetch(
        "SELECT t.staff_no, t.name FROM teachers t JOIN employments e ON e.region_id = t.region_id"
        " AND e.teacher_id = t.id AND e.is_on_post AND $1 >= e.starts_on AND (e.ends_on IS NULL OR e.ends_on > $1)"
        " WHERE t.region_id = $2 AND t.status = 'active' ORDER BY t.staff_no LIMIT 5000",
        date.fromisoformat(DAY),
        region,
    )
    await connection.close()
    return [(row["staff_no"], row["name"]) for row in rows]


def _lines(people: list[tuple[str, str]], rows: int, mark: str) -> Iterator[tuple[str, ...]]:
    yield HEADERS
    for number in range(rows):
        staff_no, name = people[number % len(people)]
        is_faulty = number % FAULTY_EVERY == 0
        yield ("nobody" if is_faulty else staff_no, name, "市培计划", "0.5", f"基准{mark}-{number}", DAY)


def _write_csv(folder: Path, people: list[tuple[str, str]], rows: int, mark: str) -> Path:
    path = folder / f"{mark}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(_lines(people, rows, mark))
    return path


def _write_xlsx(folder: Path, people: list[tuple[str, str]], rows: int, mark: str) -> Path:
    path = folder / f"{mark}.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("学时")
        for number, cells in enumerate(_lines(people, rows, mark)):
            sheet.write_row(number, 0, cells)
    return path


async def _floor(admin: str, region: int, path: Path, rows: int) -> tuple[float, float]:
    """Seconds of the floor, and of raw COPY of as many rows."""
    connection = await asyncpg.connect(admin)
    await connection.execute(_STAGE)
    await connection.execute("ANALYZE teachers")
    who = await connection.fetchval("SELECT id FROM accounts WHERE username = 'bureau' LIMIT 1")
    started = time.perf_counter()
    if path.suffix == ".csv":
        with path.open("rb") as file:
            await connection.copy_to_table("floor_stage", source=file, columns=_STAGED, format="csv", header=True)
    else:
        read: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
        await connection.copy_records_to_table("floor_stage", records=map(tuple, read), columns=_STAGED)
    await connection.execute("ANALYZE floor_stage")
    await connection.execute(_MERGE, region, who)
    floor = time.perf_counter() - started
    with tempfile.TemporaryFile(dir="/var/tmp") as kept:
        await connection.copy_from_query(_RAW_ROWS.format(rows=rows), output=kept)
        kept.seek(0)
        started = time.perf_counter()
        await connection.copy_to_table("hours_entries", source=kept, columns=_RAW)
        raw = time.perf_counter() - started
    await connection.close()
    return floor, raw


def _import(service: Service, path: Path) -> float:
    """Seconds of an import by the service; the outcome is checked."""
    form = {"kind": "hours_entries", "mode": "commit", "on_error": "skip"}
    head = {"Authorization": service.token, "Idempotency-Key": path.stem.ljust(8, "-") + str(time.time_ns())}
    stages: dict[str, float] = {}
    with httpx.Client(base_url=service.base, headers=head, timeout=60, trust_env=False) as client:
        started = time.perf_counter()
        with path.open("rb") as file:
            sent = client.post("/v1/imports", data=form, files={"file": (path.name, file)})
        operation = sent.raise_for_status().json()
        while not operation["done"]:
            assert time.perf_counter() - started < WAIT_SECONDS, operation
            time.sleep(0.05)
            operation = client.get(operation["links"]["self"]).raise_for_status().json()
            stages.setdefault(operation["metadata"]["stage"], time.perf_counter() - started)
        spent = time.perf_counter() - started
    print({stage: round(at, 1) for stage, at in stages.items()}, file=sys.stderr)
    outcome = operation["response"]
    assert outcome, operation["error"]
    assert (outcome["applied"] + outcome["error"], outcome["error"]) == (
        outcome["total"],
        -(-outcome["total"] // FAULTY_EVERY),
    ), outcome
    return spent


@contextmanager
def _worker() -> Iterator[int]:
    """A worker process of the environment; its id."""
    with (CLONE / ".shixun-bench.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=os.environ, stdout=log, stderr=log)
        try:
            time.sleep(5)
            assert process.poll() is None, "the worker did not start"
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def _private(process: int) -> int:
    """Bytes of private memory, 0 for a process that is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon")), 0)


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*"):
        with suppress(OSError):
            found += [int(one) for one in (thread / "children").read_text("ascii").split()]
    return found
