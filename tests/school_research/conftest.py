"""Fixtures of school-based research."""

import httpx
import pytest

from tests.factories.keys import SignIn
from tests.factories.research import Desk


@pytest.fixture
def desk(client: httpx.AsyncClient, as_role: SignIn) -> Desk:
    """Whoever handles school-based research."""
    return Desk(client, as_role)
