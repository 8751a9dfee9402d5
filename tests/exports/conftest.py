"""Exports in tests: a clerk who asks, decides and fetches, and a worker that writes."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.core.db import Database
from app.exports import service
from tests.factories.exports import Clerk
from tests.factories.imports import working
from tests.factories.keys import SignIn


@pytest.fixture
def clerk(client: httpx.AsyncClient, as_role: SignIn) -> Clerk:
    """Who asks for exports."""
    return Clerk(client, as_role)


@pytest.fixture
def worker(database: Database, app: FastAPI) -> Callable[[], AbstractAsyncContextManager[None]]:
    """A worker in this process, while the block lasts."""
    return asynccontextmanager(lambda: working(database, app.state.storage))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bound of 500 rows lowered, so that the world is large."""
    monkeypatch.setattr(service, "ROWS_ALONE", 3)
    return 3
