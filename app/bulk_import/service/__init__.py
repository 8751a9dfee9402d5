"""Use cases of imports: templates, uploads, looking, committing, cancelling and the report."""

from app.bulk_import.service.imports import cancel, commit, find, get, rows, upload
from app.bulk_import.service.kinds import install, kind_named, kinds
from app.bulk_import.service.report import report
from app.bulk_import.service.template import template

__all__ = [
    "cancel",
    "commit",
    "find",
    "get",
    "install",
    "kind_named",
    "kinds",
    "report",
    "rows",
    "template",
    "upload",
]
