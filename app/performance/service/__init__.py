"""Use cases of the scorecard."""

from app.performance.service.files import (
    attach_file,
    evidence_to_pack,
    find_files,
    rows_with_files,
)
from app.performance.service.freezing import find_kept_records, find_snapshots, freeze, get_snapshot
from app.performance.service.marking import assess, designate, return_row, score
from app.performance.service.outlook import what_if
from app.performance.service.people import names_of
from app.performance.service.reading import (
    OWNER,
    find_records,
    find_years,
    get_card,
    get_indicator,
    get_record,
)

__all__ = [
    "OWNER",
    "assess",
    "attach_file",
    "designate",
    "evidence_to_pack",
    "find_files",
    "find_kept_records",
    "find_records",
    "find_snapshots",
    "find_years",
    "freeze",
    "get_card",
    "get_indicator",
    "get_record",
    "get_snapshot",
    "names_of",
    "return_row",
    "rows_with_files",
    "score",
    "what_if",
]
