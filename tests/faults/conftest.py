"""What the long proofs share: a voice on the terminal, a seed that can be given again."""

import os
import random
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.factories.service import Service, installed

Say = Callable[[str], None]


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Write a line to the terminal while the test runs."""

    def said(line: str) -> None:
        with capfd.disabled():
            sys.stderr.write(f"  {line}\n")
            sys.stderr.flush()

    return said


@pytest.fixture
def seed(say: Say) -> int:
    """The seed of a random run: FAULT_SEED, else a fresh one; said, so that a run can be had again."""
    chosen = int(os.environ.get("FAULT_SEED") or random.randrange(2**32))  # noqa: S311 - a draw of test data
    say(f"FAULT_SEED={chosen}")
    return chosen


@pytest.fixture
def service() -> Iterator[Service]:
    """An installation whose processes can be killed."""
    with installed() as made:
        yield made
