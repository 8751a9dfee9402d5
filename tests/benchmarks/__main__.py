"""`make bench`: the hot paths of the real service beside the floor, interleaved, as ratios; writes docs/benchmarks.md.

Both run as one process each on the same embedded PostgreSQL with the demo county. What counts is the ratio in one run:
machines are noisy, absolute figures move.
"""

import argparse
import asyncio
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx

from app.commands.installation import installation
from app.commands.serving import load_demo
from app.core.clock import CHINA
from app.core.embedded import SUPERUSER
from app.settings import CLONE
from tests.benchmarks import imports, sealing
from tests.benchmarks.load import Job, Result, run
from tests.benchmarks.scorecard import kept_section

REGION = 419001
IMPORT_ROUNDS = 2
NESTED = """query($id: UUID!) { organisation(uuid: $id) { name teachers(first: 50) { nodes { name
 hours(schoolYear: "2026-2027") { categories { category claimed credited } }
 hoursEntries(first: 5) { activityTitle activityDate creditedHours } } } } }"""
TITLES = {
    "J1": "a teacher's school year",
    "J2": "a page of 50 entries of a school",
    "J3": "completion of every school",
    "J4": "GraphQL: school, 50 teachers, their year and last 5 entries",
    "J5": "post one entry",
    "J6": "the scorecard of the year; floor: its counts alone",
}


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=3)
    asked.add_argument("--connections", type=int, default=16)
    asked.add_argument("--only", default="", help="J1 to J6, S1 (sealing), I1, I2; with commas")
    asked.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    options = asked.parse_args()
    home = Path(tempfile.mkdtemp(prefix="shixun-bench-", dir="/var/tmp"))
    os.environ["SHIXUN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    try:
        with installation() as here:
            here.migrate()
            load_demo(here)
            assert here.embedded is not None
            admin = here.embedded.url(role=SUPERUSER, database="shixun").replace("+asyncpg", "")
            teacher, school = asyncio.run(_subjects(admin))
            floor_environment = {"FLOOR_URL": admin, "FLOOR_REGION": str(REGION)}
            with (
                _served("tests.benchmarks.floor:make", floor_environment) as floor,
                _served("app.main:from_environment", here.environment) as service,
            ):
                jobs = _jobs(floor[0], service[0], teacher, school)
                table = _measure(jobs, options)
                more = sealing.lines(_sealed(admin, jobs["J5"][1], options))
                measured = imports.Service(service[0], _token(service[0]), service[1])
                more += imports.lines(imports.measure(admin, measured, REGION, rounds=IMPORT_ROUNDS, only=options.only))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    _print(table, more, options)


async def _subjects(admin: str) -> tuple[str, str]:
    connection = await asyncpg.connect(admin)
    await connection.execute("VACUUM ANALYZE")
    find = (
        "SELECT t.id, t.school_id FROM teachers t JOIN (SELECT teacher_id, count(*) n FROM hours_entries GROUP BY 1) e"
        " ON e.teacher_id = t.id WHERE t.region_id = $1 AND t.status = 'active' AND t.is_on_post"
        " ORDER BY e.n DESC, t.id LIMIT 1"
    )
    row = await connection.fetchrow(find, REGION)
    await connection.close()
    return str(row[0]), str(row[1])


@contextmanager
def _served(factory: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port), "--no-access-log"]
    quiet = {"SHIXUN_LOG_LEVEL": os.environ.get("SHIXUN_LOG_LEVEL", "INFO")}
    with (CLONE / ".shixun-bench.log").open("ab") as log:
        process = subprocess.Popen(
            [*arguments, "--log-level", "warning"], env={**os.environ, **environment, **quiet}, stdout=log, stderr=log
        )
        base = f"http://127.0.0.1:{port}"
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{base}/healthz", trust_env=False)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield base, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _jobs(floor: str, service: str, teacher: str, school: str) -> dict[str, tuple[Job, Job]]:
    token = _token(service)
    entry = {
        "teacher_id": teacher,
        "category": "city",
        "claimed_hours": 0.5,
        "activity_title": "基准 SERIAL",
        "activity_date": "2026-10-10",
        "reason": "基准测试",
    }
    return {
        "J1": (
            Job(floor, f"/J1/{teacher}"),
            Job(service, f"/v1/teachers/{teacher}/hours?school_year=2026-2027", token),
        ),
        "J2": (Job(floor, f"/J2/{school}"), Job(service, f"/v1/hours-entries?school_id={school}&limit=50", token)),
        "J3": (Job(floor, "/J3"), Job(service, "/v1/hours-completion?school_year=2025-2026", token)),
        "J4": (
            Job(floor, f"/J4/{school}"),
            Job(service, "/graphql", token, {"query": NESTED.replace("\n", " "), "variables": {"id": school}}),
        ),
        "J5": (Job(floor, f"/J5/{teacher}", "-", entry), Job(service, "/v1/hours-entries", token, entry)),
        "J6": (Job(floor, "/J6"), Job(service, f"/v1/scorecards/{datetime.now(CHINA).year}", token)),
    }


def _sealed(admin: str, post: Job, options: argparse.Namespace) -> list[tuple[float, float]]:
    if options.only and "S1" not in options.only.split(","):
        return []
    return sealing.measure(
        admin, post, rounds=options.rounds + 1, connections=options.connections, seconds=options.seconds
    )


def _measure(jobs: dict[str, tuple[Job, Job]], options: argparse.Namespace) -> dict[str, list[tuple[Result, Result]]]:
    _must_answer(jobs["J4"][1])
    wanted = {name: pair for name, pair in jobs.items() if not options.only or name in options.only.split(",")}
    found: dict[str, list[tuple[Result, Result]]] = {name: [] for name in wanted}
    for round_ in range(options.rounds + 1):
        for name, pair in wanted.items():
            both = tuple(run(job, connections=options.connections, seconds=options.seconds) for job in pair)
            if round_:  # the first round only warms up
                found[name].append((both[0], both[1]))
            print(f"round {round_} {name} floor {both[0]} service {both[1]}", file=sys.stderr)
    return found


def _must_answer(job: Job) -> None:
    """A GraphQL refusal is a 200 too: it must not be measured as an answer."""
    answer = httpx.post(f"{job.base}{job.path}", json=job.body, headers={"Authorization": job.token}, trust_env=False)
    assert "errors" not in answer.json(), answer.text


def _token(service: str) -> str:
    form = {"grant_type": "password", "username": "training_school", "password": "shixun-demo"}
    return f"Bearer {httpx.post(f'{service}/v1/auth/token', data=form, trust_env=False).json()['access_token']}"


def _print(table: dict[str, list[tuple[Result, Result]]], more: list[str], options: argparse.Namespace) -> None:
    tool = "wrk" if shutil.which("wrk") else "own client"
    lines = [
        "# Benchmarks",
        "",
        (
            f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} cores,"
            f" Python {platform.python_version()}, {tool}, {options.connections} connections,"
            f" median of {options.rounds} interleaved rounds of {options.seconds} s."
            " Written by `make bench`; only the ratios mean something."
        ),
        "",
        "| job | | floor /s | service /s | ratio | floor p99 ms | service p99 ms | refused |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, rounds in table.items():
        ratio = statistics.median(service.rate / floor.rate for floor, service in rounds)
        rate = [statistics.median(pair[side].rate for pair in rounds) for side in (0, 1)]
        p99 = [statistics.median(pair[side].p99 for pair in rounds) for side in (0, 1)]
        refused = sum(pair[1].refused for pair in rounds)
        lines.append(
            f"| {name} | {TITLES[name]} | {rate[0]:.0f} | {rate[1]:.0f} | **{ratio:.2f}** | {p99[0]:.1f} |"
            f" {p99[1]:.1f} | {refused} |"
        )
    text = "\n".join(lines + more) + "\n"
    print(text)
    if options.write:
        path = CLONE / "docs" / "benchmarks.md"
        path.write_text(text + kept_section(path.read_text(encoding="utf-8")), encoding="utf-8")


main()
