"""Fixtures of the tests of the portfolio and of coverage."""

import httpx
import pytest

from tests.factories.keys import SignIn
from tests.factories.trainers import Bureau
from tests.factories.world import World


@pytest.fixture
def office(client: httpx.AsyncClient, as_role: SignIn, world: World) -> Bureau:
    """Whoever reads, over REST."""
    return Bureau(client, as_role, world)
