"""Fixtures of the hours tests."""

import httpx
import pytest

from tests.factories.keys import SignIn
from tests.factories.submissions import Office


@pytest.fixture
def office(client: httpx.AsyncClient, as_role: SignIn) -> Office:
    """Whoever handles school sheets."""
    return Office(client, as_role)
