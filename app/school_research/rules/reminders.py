"""Rules of reminders: which term is over, and what its schools then owe. [A5.7.2] [A5.7.3]"""

from collections.abc import Iterable
from datetime import date


def last_ended(terms: Iterable[tuple[str, date]], *, today: date) -> str | None:
    """The name of the latest term whose last day is before today; terms: (name, last day) in any order."""
    over = [(last, name) for name, last in terms if last < today]
    return max(over)[1] if over else None
