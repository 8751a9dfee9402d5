"""The school year 学年: named "2022-2023", an integer start year inside; 1 September to 31 August."""

import re
from dataclasses import dataclass
from datetime import date

_NAME = re.compile(r"(\d{4})-(\d{4})")
FIRST_MONTH = 9


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """A school year by the calendar year it starts in."""

    start: int

    @staticmethod
    def of(day: date) -> "SchoolYear":
        """The school year a day lies in."""
        return SchoolYear(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @staticmethod
    def parse(name: str) -> "SchoolYear":
        """From "2022-2023"; raises ValueError for anything else."""
        match = _NAME.fullmatch(name)
        if not match or int(match[2]) != int(match[1]) + 1:
            message = f"学年应写作 2022-2023 的形式，收到 {name!r}"
            raise ValueError(message)
        return SchoolYear(int(match[1]))

    @property
    def name(self) -> str:
        """As clients see it: "2022-2023"."""
        return f"{self.start}-{self.start + 1}"

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.start, FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """31 August of the next calendar year."""
        return date(self.start + 1, FIRST_MONTH - 1, 31)

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the year."""
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        """The name."""
        return self.name
