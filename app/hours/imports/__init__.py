"""Importing lines of the ledger, and claims of schools 批量导入学时、学时申报."""

from app.hours.imports.claims import RESEARCH_HOURS
from app.hours.imports.kind import HOURS

__all__ = ["HOURS", "RESEARCH_HOURS"]
