"""Looking at files before they are kept: what they are, whether they are whole, and what must not stay in them."""

from app.archive.reading.draft import check_room, looked_at
from app.archive.reading.formats import Found, identify

__all__ = ["Found", "check_room", "identify", "looked_at"]
