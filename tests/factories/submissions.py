"""School sheets for tests, made through the doors."""

from typing import Any
from uuid import uuid4

import httpx

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.world import World

URL = "/v1/hours-submissions"
TABLES = (
    "hours_submissions",
    "hours_submission_lines",
    "hours_submission_acts",
    "hours_entries",
    "hours_summaries",
    "events",
)


def activity(teacher: str = "1", **changes: Any) -> dict[str, Any]:
    """A line of two hours on 2026-10-21; teacher: the last part of a name at A1 ("a1-1")."""
    body = {
        "staff_no": World().staff_no(f"a1-{teacher}"),
        "activity_title": "集体备课",
        "activity_date": "2026-10-21",
        "claimed_hours": 2,
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


class Office:
    """The people who handle sheets: each call answers the response."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn) -> None:
        """client: of the application; as_role: headers of an account."""
        self.client = client
        self._as_role = as_role

    async def post(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """POST below /v1/hours-submissions under a fresh idempotency key."""
        headers = self._as_role(who) | {"Idempotency-Key": str(uuid4())}
        return await self.client.post(URL + path, json=body, headers=headers)

    async def get(self, who: str, path: str) -> Any:
        """The body of a GET that succeeds."""
        answer = await self.client.get(URL + path, headers=self._as_role(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def sheet(
        self, who: str = "school", *lines: dict[str, Any], to: str = "draft", **facts: Any
    ) -> dict[str, Any]:
        """A sheet with lines (one of two hours if none are named), submitted or recommended where asked for."""
        made = await self.post(who, "", {"term": "2026-2027-1", **facts})
        assert made.status_code == 201, made.text
        path = f"/{made.json()['id']}"
        answer = await self.post(who, f"{path}/lines:batchCreate", {"lines": list(lines) or [activity()]})
        assert answer.status_code == 200, answer.text
        if to in {"submitted", "recommended"}:
            answer = await self.post(who, f"{path}:submit", {})
            assert answer.status_code == 200, answer.text
        if to == "recommended":
            answer = await self.post("central_school", f"{path}:recommend", {"note": "属实"})
            assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


async def stored(clone: Clone) -> dict[str, int]:
    """How many rows the tables hold, and the sum of versions; refusals put on record do not count."""
    connection = await clone.connect()
    try:
        found = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in TABLES}
        found["events"] -= await connection.fetchval("SELECT count(*) FROM events WHERE kind = 'access.refused'")
        found["versions"] = await connection.fetchval("SELECT coalesce(sum(version), 0)::int FROM hours_submissions")
        return found
    finally:
        await connection.close()
