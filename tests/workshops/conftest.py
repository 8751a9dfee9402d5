"""Fixtures of the workshop tests."""

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.workshops import Studio


@pytest.fixture
def studio(client: httpx.AsyncClient, as_role: SignIn, clone: Clone) -> Studio:
    """Whoever runs workshops."""
    return Studio(client, as_role, clone)
