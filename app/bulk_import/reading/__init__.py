"""Reading uploaded files into rows: pure code, no database, no state outside its arguments."""

from app.bulk_import.reading.header import ColumnUse
from app.bulk_import.reading.limits import FileRefused, Limits
from app.bulk_import.reading.reading import Reading, read
from app.bulk_import.reading.sniff import FileKind

__all__ = ["ColumnUse", "FileKind", "FileRefused", "Limits", "Reading", "read"]
