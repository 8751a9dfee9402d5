"""Commands as a person calls them: their settings name the database of the test, their service runs on loopback."""

import asyncio
import base64
import hashlib
import json
import shlex
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from app.cli import app as cli
from app.core.db import Database
from tests.factories import keys
from tests.factories.cluster import Clone, Cluster
from tests.factories.exports import Clerk
from tests.factories.imports import working
from tests.factories.world import World

Call = Callable[..., Awaitable[Result]]
"""The words of a command -> what it printed and its exit code."""

Shell = Callable[..., Awaitable[Result]]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Clone], None]:
    """Name a database as the configured one, with the keys of the tests."""

    def name(clone: Clone) -> None:
        sealing, signing = keys.seal_keys(), keys.signing_keys()
        pair = {
            "public": base64.b64encode(sealing.public["test"]).decode(),
            "private": base64.b64encode(sealing.private or b"").decode(),
        }
        settings = {
            "DATABASE_URL": _text(clone.service),
            "SHIXUN_HOME": str(tmp_path / "home"),
            "SHIXUN_STORAGE": str(tmp_path / "files"),
            "SHIXUN_SIGNING_KEYS": json.dumps(
                {"current": "test", "keys": {name: asdict(one) for name, one in signing.keys.items()}}
            ),
            "SHIXUN_DATA_KEYS": json.dumps({"1": _key("data key of tests")}),
            "SHIXUN_INDEX_KEY": _key("index key of tests"),
            "SHIXUN_CURSOR_KEY": _key("cursor key of tests"),
            "SHIXUN_REFRESH_KEY": _key("refresh key of tests"),
            "SHIXUN_SEAL_KEYS": json.dumps({"current": "test", "keys": {"test": pair}}),
        }
        for variable, value in settings.items():
            monkeypatch.setenv(variable, value)
        if clone.assumes_roles:
            monkeypatch.delenv("MIGRATION_DATABASE_URL", raising=False)
        else:
            monkeypatch.setenv("MIGRATION_DATABASE_URL", _text(clone.owner))

    return name


@pytest.fixture
def shixun(installed: Callable[[Clone], None], clone: Clone) -> Call:
    """Call `shixun …` on the database of the test."""
    installed(clone)
    return call


@pytest_asyncio.fixture
async def sql(clone: Clone) -> AsyncIterator[asyncpg.Connection]:
    """An administrator's connection to the database of the test."""
    opened = await clone.connect()
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def empty(server: Cluster) -> AsyncIterator[Clone]:
    """A database without anything in it."""
    made = await server.empty()
    yield made
    await server.drop(made)


@pytest_asyncio.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The application of the test, served on loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        service = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        running = asyncio.create_task(service.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        service.should_exit = True
        await running


async def call(*words: str) -> Result:
    """Run a command in a thread: it has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli, list(words))


def _key(name: str) -> str:
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def shell(address: str, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Run a command as an account; answers exit code and output."""
    monkeypatch.chdir(tmp_path)

    async def run(who: str, command: str) -> Result:
        variables = {"SHIXUN_SERVER": address, "SHIXUN_TOKEN": keys.token(world.account(who)), "COLUMNS": "200"}
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
