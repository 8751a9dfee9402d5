"""Importing lines of the ledger 批量导入学时."""

from app.hours.imports.kind import HOURS

__all__ = ["HOURS"]
