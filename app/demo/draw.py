"""Seeded choices 确定性抽取: built on two methods of the generator whose output is the same in every Python."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")

_EPOCH_MS = int(datetime(2025, 8, 1, tzinfo=UTC).timestamp()) * 1000
_BLOCK_MS = 10_000_000
_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM_BITS = 74
_LOW_BITS = 62


class Draw:
    """A stream of choices named by its seed; the same seed gives the same choices."""

    def __init__(self, seed: str) -> None:
        """Start the stream."""
        # Demo data must be repeatable and nothing here is a secret, so the plain generator is the right one.
        self._random = Random(seed).random  # noqa: S311

    def below(self, bound: int) -> int:
        """Give an integer from 0 up to, not including, the bound."""
        return int(self._random() * bound)

    def between(self, low: int, high: int) -> int:
        """Give an integer from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """Answer True with the probability given."""
        return self._random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """Give one item."""
        return items[int(self._random() * len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Give all items in a drawn order."""
        result = list(items)
        for last in range(len(result) - 1, 0, -1):
            other = self.below(last + 1)
            result[last], result[other] = result[other], result[last]
        return result


class Weighted(Generic[T]):
    """A list to pick from by integer weights."""

    def __init__(self, pairs: Sequence[tuple[T, int]]) -> None:
        """Take (item, weight) pairs."""
        self._items = [item for item, _ in pairs]
        self._bounds = list(accumulate(weight for _, weight in pairs))

    def pick(self, draw: Draw) -> T:
        """Give one item, as often as its weight says."""
        return self._items[bisect_right(self._bounds, draw.below(self._bounds[-1]))]


class Ids:
    """Ids laid out as UUID version 7 whose time is a fixed counter: they sort in the order of their making."""

    def __init__(self, seed: str, block: int) -> None:
        """Start a block of at most ten million ids; a block never meets another."""
        # Repeatable by intent, as in Draw.
        self._bits = Random(seed).getrandbits  # noqa: S311
        self._clock = _EPOCH_MS + block * _BLOCK_MS

    def new(self) -> UUID:
        """Give the next id."""
        drawn = self._bits(_RANDOM_BITS)
        high, low = drawn >> _LOW_BITS, drawn & ((1 << _LOW_BITS) - 1)
        value = self._clock << 80 | _VERSION | high << 64 | _VARIANT | low
        self._clock += 1
        return UUID(int=value)


def apportion(total: int, weights: Sequence[int], *, least: int) -> list[int]:
    """Share a total by weights, every share at least the least, the shares adding up exactly.

    Raises ValueError where the total does not reach.
    """
    spare = total - least * len(weights)
    if spare < 0:
        message = f"{total} cannot give {len(weights)} shares of at least {least}"
        raise ValueError(message)
    whole = sum(weights)
    shares = [least + spare * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(spare * weights[index] % whole), index))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
