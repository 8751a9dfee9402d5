"""A client that is slow, or does nothing, holds up nobody else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import httpx
import pytest

from tests.factories.imports import LEDGER, csv_bytes
from tests.factories.service import Service
from tests.factories.world import World

Say = Callable[[str], None]
SLOW = 24
"""More than there are connections in the pool."""


@pytest.mark.long
def test_uploads_slower_than_an_idle_transaction_may_last_arrive_and_hold_up_nobody(
    service: Service, world: World, say: Say
) -> None:
    service.start_api()
    head = service.sign_in("training_school")
    lines = [
        (world.staff_no("a1-1"), "", "市培计划", "1.5", f"研修{number}", "2026-10-17") for number in range(SLOW * 20)
    ]

    async def drops(number: int) -> AsyncIterator[bytes]:
        yield csv_bytes([LEDGER, *lines[number * 20 : number * 20 + 20]])
        for _ in range(19):
            await asyncio.sleep(1)
            yield b"\n"

    async def run() -> tuple[list[httpx.Response], httpx.Response]:
        limits = httpx.Limits(max_connections=SLOW + 1)
        async with httpx.AsyncClient(base_url=service.base, timeout=120, trust_env=False, limits=limits) as client:

            async def send(number: int) -> httpx.Response:
                own = head | {"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"}
                url = "/v1/imports?kind=hours_entries"
                return await client.post(url, content=drops(number), headers=own)

            sending = [asyncio.create_task(send(number)) for number in range(SLOW)]
            await asyncio.sleep(3)
            other = await client.get("/v1/me", headers=head)
            assert not any(one.done() for one in sending)
            return await asyncio.gather(*sending), other

    begin = time.monotonic()
    answers, other = asyncio.run(run())
    say(f"{SLOW} uploads of {time.monotonic() - begin:.0f} s: {sorted({one.status_code for one in answers})}")
    assert other.status_code == 200
    assert {one.status_code for one in answers} == {202}, answers[0].text
