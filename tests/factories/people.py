"""Made-up persons: ID numbers that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.core.batch import id_check_digit

if TYPE_CHECKING:
    from datetime import date

NO_AREA: Final = "999999"
"""An area code that is not given out."""


def id_number(birth: date, sequence: int) -> str:
    """Make an ID number with a right check digit for an area that does not exist.

    sequence: 0-999, odd for men and even for women.
    """
    first_17 = f"{NO_AREA}{birth:%Y%m%d}{sequence:03d}"
    return first_17 + id_check_digit(first_17)
