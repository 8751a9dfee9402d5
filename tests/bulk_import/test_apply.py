"""Applying: each row once, whatever is killed; nothing where a row is faulty; credits as the rules give them."""

import asyncio
import json
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.core.db import Database
from app.hours import rules
from app.hours.states import HoursCategory
from app.policy.load import Regulation
from tests.factories.cluster import Clone
from tests.factories.imports import LEDGER, ROSTER, WAIT_SECONDS, Desk, csv_bytes
from tests.factories.people import id_number
from tests.factories.world import PACKS, World

Worker = Callable[[], AbstractAsyncContextManager[None]]
ROOT = Path(__file__).resolve().parents[2]
TEACHERS = ("a1-1", "a1-2", "a1-3", "a2-1", "a2-2", "b1-1", "b1-2", "d-1", "d-2")

CHILD = """
import asyncio, sys
from pathlib import Path
from app import import_kinds
from app.access.reactions import install
from app.bulk_import.jobs import functions
from app.core import crypto
from app.core.db import Database, PoolSettings
from app.core.jobs import JobRegistry
from app.reactions import REACTIONS
from app.worker import WorkerLimits, run_worker, stop_on_signals
from tests.factories.keys import vault

async def main(url, role, storage):
    crypto.install(vault())
    install(REACTIONS)
    import_kinds.install()
    database = Database(url, PoolSettings(size=6), assume_role=role or None)
    registry = JobRegistry()
    for kind, function in functions(Path(storage), chunk_rows=250).items():
        registry.add(kind, function)
    stop = asyncio.Event()
    stop_on_signals(stop)
    await run_worker(database, registry, stop=stop, limits=WorkerLimits(poll=0.2, lease=1, grace=20, retry_delay=0.1))
    await database.close()

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def child(clone: Clone, storage: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, killed at the end if it still lives."""
    script = storage.parent / "worker_child.py"
    script.write_text(CHILD, "utf-8")
    url = clone.service.render_as_string(hide_password=False)
    role = "shixun_service" if clone.assumes_roles else ""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), url, role, str(storage), env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def total(clone: Clone, query: str, *values: object) -> Any:
    """One figure of the database, past every wall."""
    connection = await clone.connect()
    found = await connection.fetchval(query, *values)
    await connection.close()
    return found


DIFFERENT = """
SELECT count(*) FROM (SELECT teacher_id, school_year, category, count(*) n, sum(claimed) c, sum(credited) g
                        FROM hours_entries GROUP BY 1, 2, 3) e
  FULL JOIN hours_summaries s USING (teacher_id, school_year, category)
 WHERE (e.n, e.c, e.g) IS DISTINCT FROM (s.entries::bigint, s.claimed, s.credited)
"""


def ledger(world: World, rows: int) -> list[tuple[str, ...]]:
    """Lines of nine teachers, every hundredth faulty in a way only the check sees."""
    first = date(2026, 9, 2)
    lines = []
    for number in range(rows):
        teacher = TEACHERS[number % len(TEACHERS)]
        day = (first + timedelta(days=number % 80)).isoformat()
        staff = "nobody" if number % 100 == 99 else world.staff_no(teacher)
        category = ("市培计划", "工作坊", "校本研修")[number % 3]
        lines.append((staff, "", category, "1.5", f"研修{number}", day))
    return [LEDGER, *lines]


APPLIED = "SELECT coalesce(max(applied), 0) FROM imports"
STAGED = "SELECT count(*) FROM import_stage_hours"


async def reached(clone: Clone, query: str, least: int) -> None:
    """Wait until a figure of the database has reached a bound."""
    connection = await clone.connect()
    async with asyncio.timeout(WAIT_SECONDS):
        while await connection.fetchval(query) < least:  # noqa: ASYNC110 - what happens, happens in another process
            await asyncio.sleep(0.005)
    await connection.close()


async def test_killed_at_random_points_each_row_is_applied_once(
    desk: Desk, world: World, clone: Clone, storage: Path, database: Database
) -> None:
    """Six SIGKILLs, while staging and then between and within chunks: each run gets further, so none is given up."""
    seed = random.randrange(2**32)  # noqa: S311 - where to kill, no secret
    print(f"seed {seed}")  # noqa: T201 - a random run names its seed
    chance = random.Random(seed)  # noqa: S311 - a draw of test data
    rows = ledger(world, 5000)
    sent = await desk.send("training_school", "hours_entries", csv_bytes(rows), mode="commit", on_error="skip")
    marks = [0, *sorted(chance.sample(range(300, 4600), 5))]
    for mark in marks:
        async with child(clone, storage) as process:
            await (reached(clone, APPLIED, mark) if mark else reached(clone, STAGED, 1))
            await asyncio.sleep(chance.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            await process.wait()
    async with child(clone, storage):
        done = await desk.done("training_school", sent)
    assert (done["status"], done["applied"], done["counters"]["error"]) == ("partially_committed", 4950, 50)
    assert await total(clone, "SELECT count(*) FROM hours_entries") == 4950
    assert await total(clone, "SELECT sum(claimed) FROM hours_entries") == Decimal("1.5") * 4950
    assert await total(clone, DIFFERENT) == 0
    posted = "SELECT sum((facts ->> 'rows')::int) FROM events WHERE kind = 'hours.batch_posted'"
    assert await total(clone, posted) == 4950
    assert await total(clone, STAGED) == 0


async def test_a_stage_lost_in_a_crash_is_made_again(desk: Desk, world: World, clone: Clone, storage: Path) -> None:
    sent = await desk.send(
        "training_school", "hours_entries", csv_bytes(ledger(world, 2000)), mode="commit", on_error="skip"
    )
    async with child(clone, storage) as process:
        await reached(clone, APPLIED, 500)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    before = await total(clone, APPLIED)
    assert before < 1980
    await total(clone, "DELETE FROM import_stage_hours WHERE number % 2 = 0 RETURNING 1")
    async with child(clone, storage):
        done = await desk.done("training_school", sent)
    assert (done["status"], done["applied"]) == ("partially_committed", 1980)
    assert (done["counters"]["to_create"], done["counters"]["unchanged"], done["counters"]["error"]) == (1980, 0, 20)
    assert await total(clone, "SELECT count(*) FROM hours_entries") == 1980
    assert await total(clone, DIFFERENT) == 0


async def test_abort_writes_nothing_and_skip_writes_the_good_rows(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    rows = ledger(world, 300)
    async with worker():
        refused = await desk.take("training_school", "hours_entries", rows, mode="commit")
        assert (refused["status"], refused["applied"]) == ("invalid", 0)
        assert await total(clone, "SELECT count(*) FROM hours_entries") == 0
        assert await total(clone, "SELECT count(*) FROM hours_summaries") == 0
        head = desk.as_role("training_school") | {"Idempotency-Key": "commit-with-skip"}
        url = f"/v1/imports/{refused['id']}:commit"
        no = await desk.client.post(url, json={}, headers=head)
        assert (no.status_code, no.json()["code"], no.json()["error"]) == (409, "IMPORT_HAS_ERRORS", 3)
        skipped = await desk.done(
            "training_school", await desk.client.post(url, json={"on_error": "skip"}, headers=head)
        )
    assert (skipped["status"], skipped["applied"], skipped["counters"]["error"]) == ("partially_committed", 297, 3)
    assert await desk.faults("training_school", skipped) == [
        (row, f"A{row}", "TEACHER_UNKNOWN") for row in (101, 201, 301)
    ]
    assert await total(clone, "SELECT count(*) FROM hours_entries") == 297


async def test_a_grant_withdrawn_before_the_commit_stops_it(
    desk: Desk, worker: Worker, world: World, clone: Clone
) -> None:
    sent = await desk.send("training_school", "hours_entries", csv_bytes(ledger(world, 5)), mode="commit")
    grant = world.account("training_school").grant_id
    await total(clone, "UPDATE account_grants SET ends_on = '2026-01-01' WHERE id = $1 RETURNING 1", grant)
    async with worker():
        await reached(clone, "SELECT count(*) FROM imports WHERE status = 'failed'", 1)
    assert await total(clone, "SELECT refusal ->> 'code' FROM imports") == "REQUESTER_GONE"
    assert await total(clone, "SELECT count(*) FROM hours_entries") == 0
    assert sent.status_code == 202


@pytest.mark.clause("A6.13c")
@pytest.mark.parametrize("seed", range(4))
async def test_crediting_in_sql_agrees_with_the_rules(
    desk: Desk, worker: Worker, world: World, clone: Clone, seed: int
) -> None:
    """Random lines in two files one after the other, several a day, over the day's and the year's limit."""
    chance = random.Random(seed)  # noqa: S311 - a draw of test data
    regulation = Regulation.load(tuple(PACKS))
    lines: list[tuple[str, str, str, Decimal, date]] = []
    for number in range(160):
        teacher = chance.choice(("a1-1", "b1-1", "d-1"))
        category = chance.choice(("workshop", "workshop", "workshop", "school_research", "city"))
        hours = Decimal(chance.randint(1, 12)) / 2
        lines.append(
            (teacher, category, f"活动{number}", hours, date(2026, 9, 1) + timedelta(days=chance.randint(0, 20)))
        )
    halves = (lines[:70], lines[70:])
    expected: dict[tuple[str, str], tuple[Decimal, list[str]]] = {}
    used: dict[tuple[str, str], Decimal] = {}
    days: dict[tuple[str, str], dict[date, Decimal]] = {}
    for half in halves:
        for teacher, category in sorted({(one[0], one[1]) for one in half}):
            mine = [one for one in half if (one[0], one[1]) == (teacher, category)]
            mine.sort(key=lambda one: one[4])
            policy = rules.category_policy(regulation, HoursCategory(category), on=date(2026, 9, 1))
            account = (teacher, category)
            before = used.get(account, Decimal(0))
            given = rules.credit_in_order([(one[4], one[3]) for one in mine], before, days.get(account, {}), policy)
            for one, credit in zip(mine, given, strict=True):
                expected[teacher, one[2]] = (credit.credited, [finding.rule for finding in credit.findings])
                used[account] = used.get(account, Decimal(0)) + credit.credited
                of_day = days.setdefault(account, {})
                of_day[one[4]] = of_day.get(one[4], Decimal(0)) + credit.credited
    async with worker():
        for half in halves:
            body = [(world.staff_no(t), "", c, str(h), title, d.isoformat()) for t, c, title, h, d in half]
            done = await desk.take("training_school", "hours_entries", [LEDGER, *body], mode="commit")
            assert done["status"] == "committed", done
            capped = sum(bool(expected[one[0], one[2]][1]) for one in half)
            assert done["counters"]["warning"] == capped
    connection = await clone.connect()
    rows = await connection.fetch(
        "SELECT t.staff_no, e.activity_title, e.credited, e.findings"
        " FROM hours_entries e JOIN teachers t ON t.id = e.teacher_id"
    )
    await connection.close()
    names = {world.staff_no(name): name for name in TEACHERS}
    found = {
        (names[row["staff_no"]], row["activity_title"]): (
            row["credited"],
            [one["rule"] for one in json.loads(row["findings"])],
        )
        for row in rows
    }
    assert found == expected
    assert await total(clone, DIFFERENT) == 0


async def test_a_roster_counts_in_the_completion(desk: Desk, worker: Worker, clone: Clone, world: World) -> None:
    """New teachers enter the denominator through roster.changed, once a chunk."""
    roster = [
        ROSTER,
        *(
            (f"88{n:02d}", "周新", id_number(date(1980, 3, 1 + n), 2 * n + 1), "2141990001", "小学", "语文", "")
            for n in range(5)
        ),
    ]
    async with worker():
        line = (world.staff_no("a1-1"), "", "校本研修", "24", "研修", "2026-10-17")
        await desk.take("training_school", "hours_entries", [LEDGER, line], mode="commit")
        await desk.take("bureau", "teachers", roster, mode="commit")
    met = "SELECT (sum(teachers), sum(met))::text FROM hours_completion_counters WHERE school_id = $1"
    assert await total(clone, met, world.organisation("A1")) == "(8,1)"
