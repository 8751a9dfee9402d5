"""Use cases of imports: templates, uploads, looking, committing, cancelling and the report."""

from app.bulk_import.service.imports import cancel, commit, find, get, rows, upload
from app.bulk_import.service.kinds import install, kind_named, kinds
from app.bulk_import.service.report import report
from app.bulk_import.service.template import template
from app.bulk_import.service.whole import absentees, preview, remap, resume, revert

__all__ = [
    "absentees",
    "cancel",
    "commit",
    "find",
    "get",
    "install",
    "kind_named",
    "kinds",
    "preview",
    "remap",
    "report",
    "resume",
    "revert",
    "rows",
    "template",
    "upload",
]
