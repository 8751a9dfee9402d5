"""SIGKILL of the worker, and of the process that reads the file, at random points of an import of 100,000 lines."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.factories.ledger_files import ledger_file, roster_file
from tests.factories.service import Service, Watch, installed, watching

Say = Callable[[str], None]
ROWS = int(os.environ.get("FAULT_ROWS") or 100_000)
KILLS = int(os.environ.get("FAULT_KILLS") or 100)
TEACHERS = 2000
WHO = "training_school"
CONTENT = """
SELECT t.staff_no, e.category, e.claimed, e.credited, e.activity_title, e.activity_date::text, e.findings::text
  FROM hours_entries e JOIN teachers t ON t.region_id = e.region_id AND t.id = e.teacher_id ORDER BY 1, 2, 5, 6
"""
SUMMARIES = """
SELECT t.staff_no, s.school_year, s.category, s.entries, s.claimed, s.credited
  FROM hours_summaries s JOIN teachers t ON t.region_id = s.region_id AND t.id = s.teacher_id ORDER BY 1, 2, 3
"""
POSTED = "SELECT sum((facts ->> 'rows')::int) FROM events WHERE kind = 'hours.batch_posted'"
WHERE = """
SELECT o.fence AS run, coalesce(i.checked, -1) AS checked, i.applied,
       coalesce((SELECT number FROM import_stage_hours
                  ORDER BY region_id DESC, import_id DESC, number DESC LIMIT 1), 0) AS staged
  FROM imports i JOIN operations o ON o.region_id = i.region_id AND o.id = i.operation_id
 WHERE i.kind = 'hours_entries'
"""
STEPS = 7
SAME = ("status", "counters", "applied", "causes", "columns", "notes", "refusal", "file_sha256")


@dataclass(frozen=True)
class Outcome:
    """What an import left behind, without what differs from run to run (ids, times)."""

    document: dict[str, Any]
    report: str
    entries: list[tuple[Any, ...]]
    summaries: list[tuple[Any, ...]]
    posted: int


def began(service: Service, folder: Path) -> dict[str, Any]:
    """API, worker, roster; then the file is sent."""
    service.start_api()
    service.start_eager_worker()
    found = service.ended(WHO, service.upload(WHO, "teachers", roster_file(folder, TEACHERS)), seconds=120)
    assert (found["status"], found["applied"]) == ("committed", TEACHERS), found
    return service.upload(WHO, "hours_entries", ledger_file(folder, ROWS, TEACHERS))


def outcome(service: Service, found: dict[str, Any]) -> Outcome:
    """Everything a clerk and an auditor can see of it."""
    report = service.get(WHO, f"/v1/imports/{found['id']}/report.csv")
    assert report.status_code == 200, report.text
    verified = service.command("ledger", "verify")
    assert (verified.returncode, verified.stdout) == (0, ""), verified.stdout
    assert service.figure("SELECT count(*) FROM import_stage_hours") == 0
    return Outcome(
        {name: found[name] for name in SAME},
        report.text,
        [tuple(row) for row in service.ask(CONTENT)],
        [tuple(row) for row in service.ask(SUMMARIES)],
        service.figure(POSTED),
    )


def undisturbed(folder: Path, say: Say) -> Outcome:
    """The same files on an installation of their own, with nobody killed."""
    with installed() as service:
        sent = began(service, folder)
        begin = time.monotonic()
        found = service.ended(WHO, sent, seconds=600)
        seconds = time.monotonic() - begin
        say(f"undisturbed: {ROWS} rows in {seconds:.1f} s, {found['status']}, {found['counters']}")
        return outcome(service, found)


def reached(what: str, mark: int) -> Callable[[Any], bool]:
    """Whether the import has come so far."""
    return lambda at: bool(at[what] >= mark)


def read_anew(mark: int) -> Callable[[Any], bool]:
    """Whether the file is read from its start again, or was read whole before the kill."""
    return lambda at: bool(at["staged"] < mark or at["checked"] >= 0)


def killed(service: Service, watch: Watch, chance: random.Random, say: Say) -> None:
    """Kills while the file is read, between and within checks, and while it is applied."""
    eighth = KILLS // 8
    plan = [("staged", mark, 0.05) for mark in sorted(chance.sample(range(1, ROWS * 8 // 10), eighth))]
    plan += [("checked", mark, 0.6) for mark in sorted(chance.choices(range(STEPS), k=eighth))]
    plan += [("applied", mark, 0.1) for mark in sorted(chance.sample(range(ROWS * 9 // 10), KILLS - 2 * eighth))]
    begin, readers = time.monotonic(), 0
    for number, (what, mark, most) in enumerate(plan, 1):
        at = watch.until(WHERE, reached(what, mark))
        time.sleep(chance.uniform(0, most))
        reader = service.reader() if number % 2 and what == "staged" else None
        if reader:
            os.kill(reader, signal.SIGKILL)
            readers += 1
        else:
            service.kill("worker")
            service.start_eager_worker()
        # Only a kill while the job runs counts: the next run has begun, and a file half read is read from its start.
        watch.until(WHERE, reached("run", at["run"] + 1))
        if what == "staged":
            watch.until(WHERE, read_anew(mark))
        if number % 10 == 0 or number == len(plan):
            applied = watch.look(WHERE)["applied"]
            say(f"{number} kills, {readers} of the reader; {applied} rows applied; {time.monotonic() - begin:.0f} s")


@pytest.mark.long
def test_an_import_killed_a_hundred_times_ends_as_one_that_was_not(tmp_path: Path, seed: int, say: Say) -> None:
    chance = random.Random(seed)  # noqa: S311 - where to kill
    expected = undisturbed(tmp_path, say)
    with installed() as service:
        sent = began(service, tmp_path)
        with watching(service) as watch:
            killed(service, watch, chance, say)
            runs = watch.look(WHERE)["run"]
        found = service.ended(WHO, sent, seconds=600)
        say(f"{runs} runs; {found['status']}, {found['counters']}")
        ended = outcome(service, found)
    assert runs == KILLS + 1
    assert ended.document == expected.document
    assert ended.posted == expected.posted == len(expected.entries)
    assert ended.entries == expected.entries
    assert ended.summaries == expected.summaries
    assert ended.report == expected.report


@pytest.mark.long
def test_another_worker_takes_over_what_a_killed_one_held(service: Service, tmp_path: Path, say: Say) -> None:
    service.start_api()
    for name in ("worker", "second"):
        service.start_eager_worker(name)
    service.ended(WHO, service.upload(WHO, "teachers", roster_file(tmp_path, 100)), seconds=120)
    sent = service.upload(WHO, "hours_entries", ledger_file(tmp_path, 20_000, 100))
    with watching(service) as watch:
        watch.until(WHERE, lambda at: at["staged"] > 0)
        held = next(name for name in ("worker", "second") if service.reader(name))
        service.kill(held)
        at = watch.until(WHERE, lambda at: at["run"] == 2)
    found = service.ended(WHO, sent, seconds=300)
    say(f"{held} killed with {at['staged']} rows staged; {found['status']} by the other, {found['counters']}")
    assert (found["status"], found["operation"]["status"]) == ("partially_committed", "succeeded")
    assert service.figure("SELECT count(*) FROM hours_entries") == found["applied"] == found["counters"]["to_create"]
    assert service.command("ledger", "verify").returncode == 0


@pytest.mark.long
def test_postgres_killed_while_importing_loses_and_doubles_no_row(
    service: Service, tmp_path: Path, seed: int, say: Say
) -> None:
    """A crash empties the stage, which is unlogged: the file is read again, and what it applied before is known."""
    chance = random.Random(seed)  # noqa: S311 - where to kill
    service.start_api()
    service.start_eager_worker()
    service.ended(WHO, service.upload(WHO, "teachers", roster_file(tmp_path, 400)), seconds=120)
    sent = service.upload(WHO, "hours_entries", ledger_file(tmp_path, 20_000, 400))
    for what, mark in (("staged", 6000), *(("applied", one) for one in sorted(chance.sample(range(18_000), 4)))):
        with watching(service) as watch:
            at = watch.until(WHERE, reached(what, mark))
        time.sleep(chance.uniform(0, 0.1))
        service.kill_postgres()
        service.server.start()
        say(f"PostgreSQL killed in run {at['run']} with {at['staged']} rows staged, {at['applied']} applied")
    found = service.ended(WHO, sent, seconds=300)
    assert {name: process.poll() for name, process in service.processes.items()} == {"api": None, "worker": None}
    assert (found["status"], found["operation"]["status"]) == ("partially_committed", "succeeded")
    counted = found["counters"]
    say(f"{found['status']}, {counted}")
    assert (counted["total"], counted["unchanged"]) == (20_000, 0)
    assert service.figure("SELECT count(*) FROM hours_entries") == found["applied"] == counted["to_create"]
    assert service.figure(POSTED) == found["applied"]
    assert service.command("ledger", "verify").returncode == 0
