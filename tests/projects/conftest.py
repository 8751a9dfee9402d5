"""Fixtures of the project tests."""

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import Office
from tests.factories.workshops import Studio
from tests.factories.world import World


@pytest.fixture
def office(client: httpx.AsyncClient, as_role: SignIn, world: World) -> Office:
    """Whoever handles projects."""
    return Office(client, as_role, world)


@pytest.fixture
def studio(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> Studio:
    """Whoever runs workshops."""
    return Studio(client, as_role, clone)
