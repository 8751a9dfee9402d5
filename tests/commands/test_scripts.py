"""The examples of docs/scripts.md run as they are written, against a server on loopback."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.settings import CLONE
from tests.factories.cluster import Clone
from tests.factories.exports import Clerk
from tests.factories.imports import LEDGER, csv_bytes
from tests.factories.world import World

EXAMPLES = re.findall(
    r"^```(sh|python)\n(.*?)^```$", (CLONE / "docs/scripts.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
)
SCOPES = ("import.hours", "import.read", "export.create", "hours.read", "event.read")
FETCHED = {"command": "hours.ndjson", "curl": "hours.csv", "python": "hours.ndjson"}


@pytest.mark.parametrize("name", FETCHED)
async def test_example_runs_as_written(  # noqa: PLR0913, PLR0917 - fixtures
    name: str,
    address: str,
    clerk: Clerk,
    world: World,
    worker: Callable[[], AbstractAsyncContextManager[None]],
    clone: Clone,
    tmp_path: Path,
) -> None:
    language, example = EXAMPLES[list(FETCHED).index(name)]
    made = await clerk.client.post("/v1/api-clients", json=_program(world), headers=clerk.head("training_school"))
    assert made.status_code == 201, made.text
    client: dict[str, str] = made.json()
    samples = tmp_path / "docs" / "samples"
    samples.mkdir(parents=True)
    line = (world.staff_no("a1-1"), "", "校本研修", "2", "研修", "2026-10-17")
    (samples / "hours.csv").write_bytes(csv_bytes([LEDGER, line]))
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SHIXUN_CLIENT_ID": client["client_id"],
        "SHIXUN_CLIENT_SECRET": client["client_secret"],
    }
    runner = ("bash", "-c") if language == "sh" else (sys.executable, "-c")
    async with worker():
        process = await asyncio.create_subprocess_exec(
            *runner, example.replace("http://127.0.0.1:8000", address), cwd=tmp_path, env=variables,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output = (await asyncio.wait_for(process.communicate(), 60))[0].decode()
    assert process.returncode == 0, output
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 1
    await connection.close()
    fetched = (tmp_path / FETCHED[name]).read_text("utf-8-sig").splitlines()
    assert world.staff_no("a1-1") in fetched[-1]
    if name == "command":
        assert "全部导入" in output
        assert json.loads(fetched[0])["claimed"] == 2
    else:
        assert "committed" in output
        assert "hours_entries.batch_posted" in output or "import.committed" in output


def _program(world: World) -> dict[str, object]:
    """An API client of the training school."""
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    organisation = str(world.organisation("training school"))
    own = {"name": "人事系统", "role": "training_school", "organisation_id": organisation}
    return own | {"scopes": list(SCOPES), "expires_on": str(day)}
