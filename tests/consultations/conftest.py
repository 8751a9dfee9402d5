"""Fixtures of the tests of consultations."""

from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from tests.factories.cluster import Clone
from tests.factories.consultations import Consulting, put_sub_project
from tests.factories.keys import SignIn
from tests.factories.world import HOME, World


@pytest.fixture
def office(client: httpx.AsyncClient, as_role: SignIn, world: World) -> Consulting:
    """Whoever reports, answers, sums up, meets and publishes."""
    return Consulting(client, as_role, world)


@pytest_asyncio.fixture
async def team(clone: Clone, world: World) -> UUID:
    """A sub-project of a project that runs from 2026-10-01 to 2027-06-30, with a1-1 in its team; its id."""
    connection: asyncpg.Connection = await clone.connect()
    made = await put_sub_project(connection, HOME, world.teacher("a1-1"))
    await connection.close()
    return made
