"""Importing rosters 批量导入教师."""

from app.teachers.imports.kind import TEACHERS

__all__ = ["TEACHERS"]
