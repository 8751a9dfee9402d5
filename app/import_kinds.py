"""The assembly of bulk imports and exports: the kinds this installation offers, and their jobs."""

from pathlib import Path

from app.access.exporting import ExportKind
from app.bulk_import import service
from app.bulk_import.jobs import functions
from app.consultations.exports import CONSULTATION_REPORTS_EXPORT
from app.core.batch.staging import BatchKind
from app.core.jobs import JobRegistry
from app.evaluations.exports import EVALUATION_EXPORTS
from app.evaluations.imports import AWARDS
from app.exports import service as exports
from app.exports.jobs import functions as export_functions
from app.funds.exports import PAYMENTS_EXPORT
from app.hours.exports import EXPORTS as HOURS_EXPORTS
from app.hours.imports import HOURS, RESEARCH_HOURS
from app.organisations.exports import ORGANISATIONS_EXPORT
from app.organisations.imports import ORGANISATIONS
from app.portfolio.exports import TEACHER_COVERAGE_EXPORT
from app.practice.exports import PRACTICE_SUMMARY_EXPORT
from app.projects.exports import PROJECT_EXPORTS
from app.projects.imports import NOMINATIONS
from app.school_research.exports import RESEARCH_EXPORTS
from app.school_research.imports import RESEARCH_ATTENDANCE
from app.teachers.exports import TEACHERS_EXPORT
from app.teachers.imports import TEACHERS
from app.trainers.exports import TRAINERS_EXPORT
from app.trainers.imports import TRAINERS
from app.training.exports import TRAINING_EXPORTS
from app.training.imports import ATTENDANCE, MARKS
from app.workshops.exports import WORKSHOP_MEMBERS_EXPORT
from app.workshops.imports import WORKSHOP_MEMBERS

KINDS: tuple[BatchKind, ...] = (
    ORGANISATIONS,
    TEACHERS,
    HOURS,
    RESEARCH_HOURS,
    RESEARCH_ATTENDANCE,
    WORKSHOP_MEMBERS,
    TRAINERS,
    NOMINATIONS,
    ATTENDANCE,
    MARKS,
    AWARDS,
)
EXPORTS: tuple[ExportKind, ...] = (
    ORGANISATIONS_EXPORT,
    TEACHERS_EXPORT,
    TRAINERS_EXPORT,
    *HOURS_EXPORTS,
    *RESEARCH_EXPORTS,
    *TRAINING_EXPORTS,
    *EVALUATION_EXPORTS,
    WORKSHOP_MEMBERS_EXPORT,
    *PROJECT_EXPORTS,
    PAYMENTS_EXPORT,
    CONSULTATION_REPORTS_EXPORT,
    PRACTICE_SUMMARY_EXPORT,
    TEACHER_COVERAGE_EXPORT,
)
IMPORT_ATTEMPTS = 10
"""A file is read in a process of its own, so a worker that dies seldom dies of the import it was at."""


def install() -> None:
    """Make the kinds known in this process: API, worker and command line alike."""
    service.install(KINDS)
    exports.install(EXPORTS)


def register(registry: JobRegistry, storage: Path) -> None:
    """Add the jobs of imports over the folder of uploaded files; makes the kinds known as well."""
    install()
    for kind, function in functions(storage).items():
        registry.add(kind, function, attempts=IMPORT_ATTEMPTS)
    for kind, function in export_functions(storage).items():
        registry.add(kind, function)
