"""Identifiers: time-ordered UUIDs made in Python, so that every supported PostgreSQL version gets the same."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return uuid7()
