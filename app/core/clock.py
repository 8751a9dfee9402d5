"""The day a request lives in: the region's day, or the day a client of a demo database asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Clock:
    """`today` is the day of the region; `is_set` says that the test clock chose it."""

    today: date
    is_set: bool = False

    @staticmethod
    def running() -> "Clock":
        """The real day in China."""
        return Clock(datetime.now(CHINA).date())

    @staticmethod
    def at(day: date) -> "Clock":
        """The test clock, stopped on a day."""
        return Clock(day, is_set=True)

    def now(self) -> datetime:
        """The present moment, or noon of the day the test clock stands on."""
        if self.is_set:
            return datetime.combine(self.today, time(12), CHINA)
        return datetime.now(UTC)
