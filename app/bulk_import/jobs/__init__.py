"""Background work of imports: read the file in a process of its own, check, apply in chunks."""

from app.bulk_import.jobs.run import functions

__all__ = ["functions"]
