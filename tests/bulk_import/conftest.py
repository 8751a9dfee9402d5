"""Imports in tests: the application with its storage, and a worker with the jobs of imports."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.core.db import Database
from tests.factories.exports import Clerk
from tests.factories.imports import Desk, working
from tests.factories.keys import SignIn


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """The folder of uploaded files."""
    return tmp_path / "storage"


@pytest.fixture
def app(app: FastAPI, storage: Path) -> FastAPI:
    """The whole application, with imports."""
    app.state.storage = storage
    return app


@pytest.fixture
def worker(database: Database, storage: Path) -> Callable[[], AbstractAsyncContextManager[None]]:
    """A worker in this process, while the block lasts."""
    return asynccontextmanager(lambda: working(database, storage))


@pytest.fixture
def desk(client: object, as_role: object, tmp_path: Path) -> Desk:
    """A clerk who uploads files."""
    return Desk(client, as_role, tmp_path)  # type: ignore[arg-type]  # fixtures of the tests' root


@pytest.fixture
def clerk(client: httpx.AsyncClient, as_role: SignIn) -> Clerk:
    """Who asks for exports."""
    return Clerk(client, as_role)
