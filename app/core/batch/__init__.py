"""Rows that come in batches: what an import kind declares, the kinds of cells, and what reading them says."""

from app.core.batch.codes import Bool, Code, CodeMatch, CodeTable, Digits, Integer
from app.core.batch.measures import DAYS_1904, Date, Hours, SchoolYear
from app.core.batch.people import IdNumber, Mobile, PersonName, id_check_digit, tidy_name
from app.core.batch.protocol import (
    CLEAR,
    NOTHING,
    Cell,
    CellError,
    CellKind,
    Clear,
    Column,
    Fault,
    ImportKind,
    Level,
    Parse,
    Parsed,
    ReadRow,
    Remark,
)
from app.core.batch.text import Text, fold, masked, printed, shown

__all__ = [
    "CLEAR",
    "DAYS_1904",
    "NOTHING",
    "Bool",
    "Cell",
    "CellError",
    "CellKind",
    "Clear",
    "Code",
    "CodeMatch",
    "CodeTable",
    "Column",
    "Date",
    "Digits",
    "Fault",
    "Hours",
    "IdNumber",
    "ImportKind",
    "Integer",
    "Level",
    "Mobile",
    "Parse",
    "Parsed",
    "PersonName",
    "ReadRow",
    "Remark",
    "SchoolYear",
    "Text",
    "fold",
    "id_check_digit",
    "masked",
    "printed",
    "shown",
    "tidy_name",
]
