"""Imports for tests: files in, answers out, a worker that applies them."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from app import import_kinds
from app.core.db import Database
from app.core.jobs import JobRegistry
from app.worker import WorkerLimits, run_worker

LIMITS = WorkerLimits(poll=0.2, lease=3, grace=20, retry_delay=0.1)
WAIT_SECONDS = 90
ROSTER = ("教职工号", "姓名", "身份证号", "学校标识码", "学段", "学科", "职称")
LEDGER = ("教职工号", "姓名", "学时类别", "学时", "活动名称", "活动日期")

Rows = Sequence[Sequence[str]]


def csv_bytes(rows: Rows, *, encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


async def working(database: Database, storage: Path) -> AsyncIterator[None]:
    """A worker in this process, with the jobs of imports."""
    registry = JobRegistry()
    import_kinds.register(registry, storage)
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(database, registry, stop=stop, limits=LIMITS))
    try:
        yield
    finally:
        stop.set()
        await running


@dataclass
class Desk:
    """A clerk: uploads files and waits for what becomes of them."""

    client: httpx.AsyncClient
    as_role: Callable[[str], dict[str, str]]
    folder: Path

    async def send(
        self, who: str, kind: str, body: bytes, *, name: str = "file.csv", key: str | None = None, **form: str
    ) -> httpx.Response:
        """Upload a file; form: mode, on_error, sheet, force."""
        headers = self.as_role(who) | {"Idempotency-Key": key or str(uuid4())}
        return await self.client.post(
            "/v1/imports", headers=headers, data={"kind": kind, **form}, files={"file": (name, body)}
        )

    async def done(self, who: str, accepted: httpx.Response) -> dict[str, Any]:
        """The import once its operation has ended."""
        assert accepted.status_code == 202, accepted.text
        body = accepted.json()
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                operation = (await self.client.get(accepted.headers["Location"], headers=self.as_role(who))).json()
                if operation["done"]:
                    break
                await asyncio.sleep(0.05)
        found: dict[str, Any] = (
            await self.client.get(f"/v1/imports/{body['import_id']}", headers=self.as_role(who))
        ).json()
        return found | {"operation": operation}

    async def take(self, who: str, kind: str, rows: Rows, **form: str) -> dict[str, Any]:
        """Upload rows as CSV and wait."""
        return await self.done(who, await self.send(who, kind, csv_bytes(rows), **form))

    async def faults(self, who: str, found: dict[str, Any], level: str = "error") -> list[tuple[int, str | None, str]]:
        """Row, cell and code of what is wrong."""
        url = f"/v1/imports/{found['id']}/rows?level={level}&limit=200"
        answer = await self.client.get(url, headers=self.as_role(who))
        return [(one["row"], one["cell"], one["code"]) for one in answer.json()["items"]]
