"""What tests of accounts share: a look into the database, the token form, and a cache that is empty again."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.accounts.entry import Entrance
from tests.factories.cluster import Clone
from tests.factories.world import PASSWORD

Ask = Callable[..., Awaitable[httpx.Response]]


@pytest_asyncio.fixture
async def sql(clone: Clone) -> AsyncIterator[asyncpg.Connection]:
    """An administrator's connection to the database of the test."""
    opened = await clone.connect()
    yield opened
    await opened.close()


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Call the token endpoint with a form."""

    async def call(grant_type: str, **form: str) -> httpx.Response:
        return await client.post("/v1/auth/token", data={"grant_type": grant_type, **form})

    return call


@pytest.fixture
def sign_in(ask: Ask) -> Ask:
    """Sign in with the password of the tests, or another one."""

    async def call(username: str, password: str = PASSWORD, **form: str) -> httpx.Response:
        return await ask("password", username=username, password=password, **form)

    return call


@pytest.fixture
def forget(entrance: Entrance) -> Callable[[], None]:
    """Let five seconds pass as far as the entrance's caches are concerned."""

    def clear() -> None:
        entrance._claims.clear()  # noqa: SLF001 - the caches have no other door, and tests do not sleep
        entrance._callers.clear()  # noqa: SLF001 - as above

    return clear


def bearer(answer: httpx.Response) -> dict[str, str]:
    """Headers with the access token of an answer."""
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
