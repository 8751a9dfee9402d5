"""Commands against a real server on loopback, as a clerk's terminal and a script run them."""

import asyncio
import shlex
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner, Result

from app.cli import app as cli
from app.core.db import Database
from tests.factories import keys
from tests.factories.exports import Clerk
from tests.factories.imports import working
from tests.factories.world import World

Shell = Callable[..., Awaitable[Result]]


@pytest_asyncio.fixture
async def server(app: FastAPI) -> AsyncIterator[str]:
    """The address of a server over the test's own clone."""
    made = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    running = asyncio.create_task(made.serve())
    while not made.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{made.servers[0].sockets[0].getsockname()[1]}"
    made.should_exit = True
    await running


@pytest.fixture
def shell(server: str, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Run a command as an account; answers exit code and output."""
    monkeypatch.chdir(tmp_path)

    async def run(who: str, command: str) -> Result:
        variables = {"SHIXUN_SERVER": server, "SHIXUN_TOKEN": keys.token(world.account(who)), "COLUMNS": "200"}
        return await asyncio.to_thread(CliRunner().invoke, cli, shlex.split(command), env=variables)

    return run


@pytest.fixture
def worker(database: Database, app: FastAPI) -> Callable[[], AbstractAsyncContextManager[None]]:
    """A worker in this process, while the block lasts."""
    return asynccontextmanager(lambda: working(database, app.state.storage))


@pytest.fixture
def clerk(client: httpx.AsyncClient, as_role: keys.SignIn) -> Clerk:
    """Who decides about exports."""
    return Clerk(client, as_role)
