"""Use cases of the archive; other domains hang files on records through them. [A5.10]"""

from app.archive.rules import cell
from app.archive.service.files import (
    Opened,
    Reference,
    attach,
    find,
    get,
    get_many,
    hide,
    install,
    of_records,
    opened,
    packable,
    packable_of,
)
from app.archive.service.packing import packed

__all__ = [
    "Opened",
    "Reference",
    "attach",
    "cell",
    "find",
    "get",
    "get_many",
    "hide",
    "install",
    "of_records",
    "opened",
    "packable",
    "packable_of",
    "packed",
]
