"""Use cases of certificates: issue, revoke, read, verify. Packages above call `issue` and `note_change`."""

from app.certificates.service.issuing import Draft, issue, note_change, revoke
from app.certificates.service.reading import find, get, get_many, pdf
from app.certificates.service.verification import verify

__all__ = ["Draft", "find", "get", "get_many", "issue", "note_change", "pdf", "revoke", "verify"]
