"""Use cases of certificates: issue, revoke, read, verify. Packages above call `issue` and `note_changes`."""

from app.certificates.service.issuing import Change, Draft, issue, note_changes, revoke, take_back
from app.certificates.service.reading import find, get, get_many, pdf
from app.certificates.service.verification import verify

__all__ = [
    "Change",
    "Draft",
    "find",
    "get",
    "get_many",
    "issue",
    "note_changes",
    "pdf",
    "revoke",
    "take_back",
    "verify",
]
