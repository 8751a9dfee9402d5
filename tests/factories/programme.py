"""The opening programme for tests: writes that are refused and leave nothing behind, and exported lists."""

import json
from typing import Any

import httpx

from tests.factories import practice, training
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import Office
from tests.factories.teachers import fetch
from tests.factories.world import World

Case = tuple[str, str, dict[str, Any], int, str]
TABLES = (
    *training.TABLES, *practice.TABLES, "training_plans", "projects", "project_phases", "sub_projects",
    "project_people", "project_quotas", "project_criteria", "project_nominations", "project_trainees", "budget_lines",
    "payments", "reimbursements",
)  # fmt: skip


class Programme(Office):
    """Whoever takes part in the programme: paths are below the project once there is one."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
        """The client, the world it acts in, and its database, which is only counted."""
        super().__init__(client, as_role, world)
        self.clone, self.path = clone, ""
        self.trainees: dict[str, str] = {}

    async def stored(self) -> list[tuple[Any, ...]]:
        """How many rows the tables hold, with their versions; refusals put on record do not count."""
        quiet = "SELECT 'events' AS name, count(*) AS many, 0 AS versions FROM events WHERE kind NOT LIKE 'access.%'"
        versions = {name: "0" if name == "hours_entries" else "coalesce(sum(version), 0)::int" for name in TABLES}
        each = [f"SELECT '{name}', count(*), {version} FROM {name}" for name, version in versions.items()]
        return [tuple(row) for row in await fetch(self.clone, " UNION ALL ".join([quiet, *each]))]

    async def refuses(self, on: str, *cases: Case) -> None:
        """Each write (who, path, body, status, code) is refused, and nothing is written."""
        before, wrong = await self.stored(), []
        for who, path, body, status, code in cases:
            answer = await self.send(who, path, body, on)
            said = answer.json()
            told = [said.get("code"), *(fault["code"] for fault in said.get("errors", []))]
            if answer.status_code != status or code not in told:
                wrong.append((who, path, answer.status_code, told))
        assert wrong == []
        assert await self.stored() == before

    async def hidden(self, path: str, *who: str) -> None:
        """Nobody of these sees it."""
        for one in who:
            answer = await self.client.get(f"/v1/{path}", headers=self.as_role(one))
            assert answer.status_code == httpx.codes.NOT_FOUND, (one, path, answer.text)

    async def put(self, who: str, path: str, body: dict[str, Any], on: str) -> httpx.Response:
        """A whole record written anew."""
        head = self.as_role(who) | {"X-Shixun-Date": on}
        return await self.client.put(f"/v1/{path}", json=body, headers=head)

    async def exported(self, kind: str, on: str, who: str = "bureau") -> list[dict[str, Any]]:
        """The lines of an exported list of the project."""
        filters = {"project_id": self.path.removeprefix("projects/")}
        body = {"kind": kind, "format": "ndjson", "reason": "核对人次", "filters": filters}
        made = await self.done(who, "exports", body, on)
        taken = await self.client.get(f"/v1/exports/{made['id']}/content", headers=self.as_role(who))
        return [json.loads(line) for line in taken.text.splitlines()]
