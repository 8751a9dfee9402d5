"""Fixtures: one PostgreSQL for the run, and for every test a database that is as the migrated template is."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from starlette.datastructures import State

from app.accounts import entry
from app.accounts.entry import Entrance
from app.archive.states import FileLimits
from app.core import crypto, log, pages, signatures
from app.core.db import Database
from app.main import create_app, shelf_in
from tests.factories import cluster, keys
from tests.factories.lending import Lender
from tests.factories.world import World


def pytest_configure(config: pytest.Config) -> None:
    """Markers, and the keys of this process."""
    config.addinivalue_line("markers", "clause(*ids): the clauses of the regulation a test proves")
    config.addinivalue_line("markers", "long: left to `make test-long`")
    log.configure(level="ERROR")
    crypto.install(keys.vault())
    pages.install(keys.CURSOR_KEY)
    signatures.install(keys.seal_keys())
    # Counts of statements must not hang on how long a slow machine takes: who a token stands for is not asked again.
    entry.CACHE_SECONDS = 600.0


@pytest.fixture(scope="session")
def server() -> Iterator[cluster.Cluster]:
    """A server for tests: DATABASE_URL of an administrator, or an embedded one of this process."""
    with cluster.running() as running:
        yield running


@pytest.fixture(scope="session")
def lender(server: cluster.Cluster) -> Iterator[Lender]:
    """Who lends the databases of this process's tests."""
    lender = Lender(server)
    yield lender
    lender.end()


@pytest_asyncio.fixture
async def clone(lender: Lender) -> AsyncIterator[cluster.Clone]:
    """A database of this test alone, with the world in it and nothing else."""
    made = await lender.lend()
    yield made
    lender.take_back(made)


@pytest_asyncio.fixture
async def database(clone: cluster.Clone) -> AsyncIterator[Database]:
    """The clone as the service sees it."""
    opened = clone.database()
    yield opened
    await opened.close()


@pytest.fixture
def world() -> World:
    """Ids and names of what stands in the template."""
    return World()


@pytest.fixture
def entrance(database: Database) -> Entrance:
    """The doors' entrance over the clone, with generous limits and the test clock."""
    return keys.entrance(database)


@pytest.fixture(scope="session")
def assembled() -> FastAPI:
    """The application put together once a process: its routes are everybody's, and the first request builds them."""
    return create_app(keys.entrance(Database("postgresql://nobody@127.0.0.1:1/none")))


@pytest.fixture
def app(assembled: FastAPI, entrance: Entrance, tmp_path: Path) -> FastAPI:
    """The whole application over the test's own clone; uploads go to the test's own folder."""
    files = tmp_path / "files"
    shelf = shelf_in(files, FileLimits(free_share=0))
    assembled.state = State({"entrance": entrance, "demo": False, "storage": files, "shelf": shelf})
    return assembled


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client; faults of ours surface as 500 answers, as for a real client."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shixun.test") as opened:
        yield opened


@pytest.fixture
def as_role(world: World) -> Callable[[str], dict[str, str]]:
    """Headers that sign a request as one of the world's accounts, by username."""
    return lambda username: {"Authorization": f"Bearer {keys.token(world.account(username))}"}
