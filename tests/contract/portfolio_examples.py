"""A valid request for every operation of the portfolio and of coverage; it has no records of its own."""

from app.access.permissions import Permission
from tests.contract.places import Example

YEAR = {"school_year": "2026-2027"}


def _portfolio() -> Example:
    """About the teacher of a place; outside the scope of teachers' records there is none."""
    return Example(lambda at: {"teacher_id": at.teacher}, sees=Permission.TEACHER_READ)


EXAMPLES: dict[str, Example] = {
    "getTeacherPortfolio": _portfolio(),
    "getTeacherPortfolioPdf": _portfolio(),
    "listTeacherCoverage": Example(query=lambda _: dict(YEAR)),
    "getTeacherCoverageSummary": Example(query=lambda _: dict(YEAR)),
}
