"""Fixtures of the training tests."""

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.training import Course
from tests.factories.world import World


@pytest.fixture
def course(client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> Course:
    """Whoever trains."""
    return Course(client, as_role, world, clone)
