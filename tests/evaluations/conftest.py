"""Fixtures of the tests of evaluations."""

import httpx
import pytest

from tests.factories.evaluations import Jury
from tests.factories.keys import SignIn
from tests.factories.world import World


@pytest.fixture
def jury(client: httpx.AsyncClient, as_role: SignIn, world: World) -> Jury:
    """Whoever runs, nominates, scores and decides."""
    return Jury(client, as_role, world)
