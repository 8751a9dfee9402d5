"""SIGKILL of the API and of PostgreSQL while clients post: nothing acknowledged is lost, no key counts twice."""

import asyncio
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.factories.hours import line
from tests.factories.service import Service
from tests.factories.world import World

Say = Callable[[str], None]
CLIENTS, KILLS = 16, int(os.environ.get("FAULT_KILLS") or 12)
PATIENCE_SECONDS = 90
TEACHERS = ("a1-1", "a1-2", "a1-3", "a2-1", "a2-2", "b1-1", "b1-2", "d-1")
KEEPS_TRYING = {500, 502, 503, 504}


@dataclass
class Posters:
    """Clients that post until told to stop; each repeats a request under its key until it is acknowledged."""

    base: str
    head: Callable[[], dict[str, str]]
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Run all clients; for a thread of its own."""

        async def all_of_them() -> None:
            limits = httpx.Limits(max_connections=CLIENTS)
            async with httpx.AsyncClient(base_url=self.base, timeout=30, trust_env=False, limits=limits) as client:
                await asyncio.gather(*(self._client(client, number) for number in range(CLIENTS)))

        asyncio.run(all_of_them())

    async def _client(self, client: httpx.AsyncClient, number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}")  # noqa: S311 - a draw of test data
        serial = 0
        while not self.stop.is_set():
            count = chance.choice((0, 0, 2, 10))
            lines = []
            for _ in range(count or 1):
                serial += 1
                key = f"c{number}-{serial}"
                one = line(
                    World(), chance.choice(TEACHERS), category="city", claimed_hours=chance.choice((0.5, 1, 2)),
                    source="external", external_key=key, activity_date=f"2026-10-{chance.randint(1, 28):02d}",
                )  # fmt: skip
                lines.append(one)
                self.sent[key] = one
            await self._until_acknowledged(client, lines, is_batch=bool(count))

    async def _until_acknowledged(
        self, client: httpx.AsyncClient, lines: list[dict[str, Any]], *, is_batch: bool
    ) -> None:
        url = "/v1/hours-entries:batchCreate" if is_batch else "/v1/hours-entries"
        body = {"entries": lines} if is_batch else lines[0]
        key = str(uuid4())
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = await client.post(url, json=body, headers=self.head() | {"Idempotency-Key": key})
            except httpx.TransportError as error:
                self.answers[type(error).__name__] += 1
                await asyncio.sleep(0.1)
                continue
            replayed = " replayed" if "Idempotent-Replayed" in answer.headers else ""
            code = f" {answer.json()['code']}" if answer.status_code != 201 else replayed
            self.answers[f"{answer.status_code}{code}"] += 1
            if answer.status_code in KEEPS_TRYING:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code != 201:
                self.wrong.append(answer.text[:500])
                return
            found = answer.json()["items"] if is_batch else [answer.json()]
            self.acknowledged |= {one["external_key"]: entry["id"] for one, entry in zip(lines, found, strict=True)}
            return
        self.wrong.append(f"not acknowledged within {PATIENCE_SECONDS} s: {[one['external_key'] for one in lines]}")


def storm(service: Service, seed: int, say: Say, kill: Callable[[], None]) -> Posters:
    """Post, kill at random moments of steady posting, until the kills are done; then let every client finish."""
    head = service.sign_in("training_school")
    posters = Posters(service.base, lambda: head, seed)
    clients = threading.Thread(target=posters.run)
    chance = random.Random(seed)  # noqa: S311 - where to kill
    clients.start()
    try:
        for number in range(KILLS):
            before = len(posters.acknowledged)
            until = time.monotonic() + PATIENCE_SECONDS
            while len(posters.acknowledged) < before + 20 and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 1.5))
            killed_at = len(posters.acknowledged)
            begin = time.monotonic()
            kill()
            took = time.monotonic() - begin
            say(f"kill {number + 1}/{KILLS} at {killed_at} acknowledged; up again after {took:.1f} s")
    finally:
        posters.stop.set()
        clients.join(PATIENCE_SECONDS + 30)
    assert not clients.is_alive()
    return posters


def proven(service: Service, posters: Posters, say: Say) -> None:
    """Nothing acknowledged is lost, nothing is there twice, sums are right, events and seals agree."""
    say(f"{len(posters.acknowledged)} lines acknowledged; answers {dict(sorted(posters.answers.items()))}")
    assert posters.wrong == []
    assert "500 INTERNAL" not in posters.answers, service.log("api")
    rows = service.ask("SELECT external_key, id::text, teacher_id::text, claimed, credited FROM hours_entries")
    stored = {row["external_key"]: row["id"] for row in rows}
    lost = posters.acknowledged.keys() - stored.keys()
    assert (len(lost), len(rows) - len(stored)) == (0, 0)
    assert stored == posters.acknowledged
    assert posters.sent.keys() == stored.keys()
    expected: Counter[str] = Counter()
    for one in posters.sent.values():
        expected[one["teacher_id"]] += Decimal(str(one["claimed_hours"]))  # type: ignore[assignment]  # exact sums
    summaries = service.ask("SELECT teacher_id::text, claimed, credited FROM hours_summaries WHERE entries > 0")
    assert {row["teacher_id"]: row["claimed"] for row in summaries} == expected
    assert all(row["claimed"] == row["credited"] for row in summaries)
    # One event an entry, in the transaction of the entry.
    told = "SELECT count(*), count(DISTINCT entity_id) FROM events WHERE kind = 'hours.posted'"
    assert tuple(service.ask(told)[0]) == (len(stored), len(stored))
    verified = service.command("ledger", "verify")
    say(verified.stderr.strip().replace("\n", "; "))
    assert (verified.returncode, verified.stdout) == (0, "")
    # Sent once more under fresh keys: the same entries answer, none is added.
    head = service.sign_in("training_school")
    again = list(posters.sent.values())[:500]
    answer = httpx.post(
        f"{service.base}/v1/hours-entries:batchCreate", json={"entries": again}, timeout=60, trust_env=False,
        headers=head | {"Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    assert [entry["id"] for entry in answer.json()["items"]] == [stored[one["external_key"]] for one in again]
    assert service.figure("SELECT count(*) FROM hours_entries") == len(stored)


@pytest.mark.long
def test_the_api_killed_while_posting_loses_and_doubles_nothing(service: Service, seed: int, say: Say) -> None:
    service.start_worker()
    service.start_api()

    def kill() -> None:
        service.kill("api")
        service.start_api()

    posters = storm(service, seed, say, kill)
    proven(service, posters, say)


@pytest.mark.long
def test_postgres_killed_while_posting_loses_and_doubles_nothing(service: Service, seed: int, say: Say) -> None:
    """The API and the worker stay up and find the database again by themselves."""
    service.start_worker()
    service.start_api()

    def kill() -> None:
        service.kill_postgres()
        service.server.start()

    posters = storm(service, seed, say, kill)
    assert {name: process.poll() for name, process in service.processes.items()} == {"api": None, "worker": None}
    proven(service, posters, say)
