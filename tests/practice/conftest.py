"""Fixtures of the practice tests."""

import httpx
import pytest
import pytest_asyncio

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.practice import Scene, put_scene
from tests.factories.projects import Office
from tests.factories.world import World


@pytest.fixture
def office(client: httpx.AsyncClient, as_role: SignIn, world: World) -> Office:
    """Whoever handles the practice."""
    return Office(client, as_role, world)


@pytest_asyncio.fixture
async def scene(clone: Clone, world: World) -> Scene:
    """A project in practice with its people."""
    return await put_scene(clone, world)
