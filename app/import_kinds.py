"""The assembly of bulk imports: the kinds this installation offers, and their jobs."""

from pathlib import Path

from app.bulk_import import service
from app.bulk_import.jobs import functions
from app.core.batch.staging import BatchKind
from app.core.jobs import JobRegistry
from app.hours.imports import HOURS
from app.organisations.imports import ORGANISATIONS
from app.teachers.imports import TEACHERS

KINDS: tuple[BatchKind, ...] = (ORGANISATIONS, TEACHERS, HOURS)


def install() -> None:
    """Make the kinds known in this process: API, worker and command line alike."""
    service.install(KINDS)


def register(registry: JobRegistry, storage: Path) -> None:
    """Add the jobs of imports over the folder of uploaded files; makes the kinds known as well."""
    install()
    for kind, function in functions(storage).items():
        registry.add(kind, function)
