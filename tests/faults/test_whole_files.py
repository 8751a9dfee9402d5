"""A county's whole files through real processes: bounded memory, whatever the size; peaks and rates are printed."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories.ledger_files import ledger_file, roster_file
from tests.factories.service import Service, peak_mib

Say = Callable[[str], None]
LINES = int(os.environ.get("FAULT_ROWS") or 1_000_000)
SHEET_ROWS = min(LINES, 100_000)
TEACHERS = 8000
WHO = "training_school"
SECONDS = 3000
GROWTH_MIB = {"api": 64, "worker": 96}
"""What a whole file may add to a process; a reader is a process of its own."""
READER_MIB = {"csv": 256, "xlsx": 512}


@dataclass
class Peaks:
    """The most memory each process has had, looked at many times a second: a reader lives no longer than its file."""

    service: Service
    before: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Keep what each process says of itself."""
        pids = {name: process.pid for name, process in self.service.processes.items()}
        pids |= {f"reader of {name}": self.service.reader(name) or 0 for name in pids if name.startswith("worker")}
        for name, pid in pids.items():
            self.peaks[name] = max(self.peaks.get(name, 0), peak_mib(pid))

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.wait(0.1):
            self.look()

    def grown(self, name: str) -> float:
        """What was added since the beginning."""
        return self.peaks[name] - self.before[name]

    def __str__(self) -> str:
        """For the terminal."""
        return ", ".join(
            f"{name} {self.before.get(name, 0):.0f} -> {most:.0f} MiB" for name, most in self.peaks.items()
        )


@contextmanager
def peaks_of(service: Service) -> Iterator[Peaks]:
    """Peaks while the block lasts."""
    found = Peaks(service)
    found.look()
    found.before = dict(found.peaks)
    watch = threading.Thread(target=found.run)
    watch.start()
    try:
        yield found
    finally:
        found.stop.set()
        watch.join()


@pytest.fixture
def county(service: Service, tmp_path: Path, say: Say) -> Service:
    """API, worker and 8,000 teachers."""
    service.start_worker()
    service.start_api()
    begin = time.monotonic()
    found = service.ended(WHO, service.upload(WHO, "teachers", roster_file(tmp_path, TEACHERS)), seconds=300)
    assert (found["status"], found["applied"]) == ("committed", TEACHERS), found
    say(f"roster of {TEACHERS} in {time.monotonic() - begin:.1f} s")
    return service


def followed(service: Service, sent: dict[str, Any], say: Say, *, name: str = "") -> dict[str, Any]:
    """The import once it has ended; every stage and every half minute is said."""
    stage, begin, told = "", time.monotonic(), 0.0
    until = begin + SECONDS
    while True:
        operation = service.get(WHO, sent["links"]["self"]).json()
        at, seconds = operation["metadata"], time.monotonic() - begin
        if at["stage"] != stage or seconds - told > 30:
            say(f"{name}{seconds:6.1f} s {at['stage']} {at['processed']}")
            stage, told = at["stage"], seconds
        if operation["done"]:
            break
        assert time.monotonic() < until, service.log("worker")
        time.sleep(0.3)
    found: dict[str, Any] = service.get(WHO, sent["links"]["import"]).json()
    assert found["status"] == "partially_committed", (found, service.log("worker"))
    return found


def right(service: Service, found: list[dict[str, Any]], say: Say) -> None:
    """Each row of every file once, sums and seals right."""
    entries = service.figure("SELECT count(*) FROM hours_entries")
    assert entries == sum(one["applied"] for one in found)
    assert all(one["applied"] == one["counters"]["to_create"] for one in found)
    posted = "SELECT sum((facts ->> 'rows')::int) FROM events WHERE kind = 'hours.batch_posted'"
    assert service.figure(posted) == entries
    begin = time.monotonic()
    verified = service.command("ledger", "verify")
    say(f"ledger verify of {entries} entries: {time.monotonic() - begin:.1f} s")
    assert (verified.returncode, verified.stdout) == (0, "")


def bounded(peaks: Peaks, form: str, say: Say) -> None:
    """Memory stays within its bounds."""
    say(f"peaks: {peaks}")
    for name, most in GROWTH_MIB.items():
        assert peaks.grown(name) <= most, name
    assert peaks.peaks["reader of worker"] <= READER_MIB[form]


def free_gib(service: Service) -> float:
    """Free space where the database lies."""
    return shutil.disk_usage(service.home).free / 1024**3


@pytest.mark.long
def test_a_million_lines_in_one_file_take_no_more_memory_than_a_few(county: Service, tmp_path: Path, say: Say) -> None:
    file = ledger_file(tmp_path, LINES, TEACHERS)
    free = free_gib(county)
    with peaks_of(county) as peaks:
        begin = time.monotonic()
        sent = county.upload(WHO, "hours_entries", file)
        say(f"{LINES} rows, {file.stat().st_size / 2**20:.0f} MiB: sent in {time.monotonic() - begin:.1f} s")
        found = followed(county, sent, say)
        seconds = time.monotonic() - begin
        say(f"{LINES / seconds:.0f} rows/s in all; {found['counters']}; {free - free_gib(county):.1f} GiB of disk")
    bounded(peaks, "csv", say)
    with peaks_of(county) as peaks:
        begin, lines = time.monotonic(), 0
        url = f"{county.base}/v1/imports/{found['id']}/report.csv"
        head = county.sign_in(WHO)
        with httpx.stream("GET", url, headers=head, timeout=600, trust_env=False) as answer:
            lines = sum(piece.count(b"\n") for piece in answer.iter_bytes())
        say(f"report of {lines} lines in {time.monotonic() - begin:.1f} s; {peaks}")
    assert lines == LINES + 1
    assert peaks.grown("api") <= GROWTH_MIB["api"]
    right(county, [found], say)


@pytest.mark.long
def test_a_hundred_thousand_rows_of_a_workbook(county: Service, tmp_path: Path, say: Say) -> None:
    file = ledger_file(tmp_path, SHEET_ROWS, TEACHERS, form="xlsx")
    with peaks_of(county) as peaks:
        begin = time.monotonic()
        found = followed(county, county.upload(WHO, "hours_entries", file), say)
        seconds = time.monotonic() - begin
        say(f"{SHEET_ROWS / seconds:.0f} rows/s of a workbook of {file.stat().st_size / 2**20:.0f} MiB")
    bounded(peaks, "xlsx", say)
    right(county, [found], say)


@pytest.mark.long
def test_two_files_at_once_on_one_worker(county: Service, tmp_path: Path, say: Say) -> None:
    """The same teachers in both: their accounts are locked in one order, so neither import ever waits in a circle."""
    files = [ledger_file(tmp_path, SHEET_ROWS, TEACHERS, seed=seed) for seed in (1, 2)]
    with peaks_of(county) as peaks, ThreadPoolExecutor(2) as pool:
        begin = time.monotonic()
        sent = [county.upload(WHO, "hours_entries", file) for file in files]
        found = list(pool.map(lambda one: followed(county, one[1], say, name=f"{one[0]}: "), enumerate(sent, 1)))
        say(f"{2 * SHEET_ROWS / (time.monotonic() - begin):.0f} rows/s, two at once")
    bounded(peaks, "csv", say)
    right(county, found, say)
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert county.figure(deadlocks) == 0
