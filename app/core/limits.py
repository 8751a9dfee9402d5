"""Rate limits: token buckets in the memory of one process; several processes multiply the figures."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.errors import TooManyRequests

_KEYS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`quota` calls in `window` seconds, refilled evenly."""

    quota: int
    window: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a limit: whole calls, and seconds until the bucket is full again."""

    name: str
    limit: Limit
    remaining: int
    reset: int


@dataclass
class Buckets:
    """Buckets by (limit name, key); the least recently used are forgotten beyond a bound."""

    limits: dict[str, Limit]
    now: Callable[[], float] = time.monotonic
    _levels: OrderedDict[tuple[str, str], tuple[float, float]] = field(default_factory=OrderedDict)

    def relaxed(self, times: int) -> "Buckets":
        """Fresh buckets with every quota multiplied; a demo lets storms and benchmarks measure the service."""
        return Buckets(
            {name: Limit(limit.quota * times, limit.window) for name, limit in self.limits.items()}, self.now
        )

    def take(self, name: str, key: str, *, cost: float = 1) -> Standing:
        """Use up `cost` calls; raises TooManyRequests 429 with `retry_after` when the bucket has less."""
        limit = self.limits[name]
        rate = limit.quota / limit.window
        now = self.now()
        level, at = self._levels.pop((name, key), (float(limit.quota), now))
        level = min(float(limit.quota), level + (now - at) * rate)
        enough = level >= cost
        self._levels[name, key] = (level - cost if enough else level, now)
        while len(self._levels) > _KEYS_KEPT:
            self._levels.popitem(last=False)
        if not enough:
            wait = int((cost - level) / rate) + 1
            raise TooManyRequests("RATE_LIMITED", f"请求过于频繁，请在 {wait} 秒后重试。", retry_after=wait, limit=name)
        left = level - cost
        return Standing(name, limit, int(left), int((limit.quota - left) / rate) + 1)
