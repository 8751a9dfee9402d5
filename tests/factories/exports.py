"""Exports for tests: asking, deciding, fetching."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.factories.keys import SignIn

WAIT_SECONDS = 60


@dataclass
class Clerk:
    """Asks for exports as this or that account."""

    client: httpx.AsyncClient
    as_role: SignIn

    def head(self, who: str) -> dict[str, str]:
        """Headers of a write."""
        return self.as_role(who) | {"Idempotency-Key": str(uuid4())}

    async def ask(self, who: str, kind: str, **more: Any) -> httpx.Response:
        """Ask for an export as CSV."""
        body = {"kind": kind, "format": "csv", "filters": {}, "reason": "核对名册"} | more
        return await self.client.post("/v1/exports", json=body, headers=self.head(who))

    async def verb(self, who: str, export: str, name: str, **body: Any) -> httpx.Response:
        """Approve or refuse."""
        return await self.client.post(f"/v1/exports/{export}:{name}", json=body, headers=self.head(who))

    async def get(self, who: str, export: str) -> dict[str, Any]:
        """The export as it stands."""
        found: dict[str, Any] = (await self.client.get(f"/v1/exports/{export}", headers=self.as_role(who))).json()
        return found

    async def settled(self, who: str, export: str) -> dict[str, Any]:
        """The export once it is no longer being written."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                found = await self.get(who, export)
                if found["status"] != "preparing":
                    return found
                await asyncio.sleep(0.05)

    async def content(self, who: str, export: dict[str, Any]) -> httpx.Response:
        """The file."""
        return await self.client.get(f"/v1/exports/{export['id']}/content", headers=self.as_role(who))
