"""SQL of accounts, grants, sessions, API clients and the audit log."""

from app.accounts.queries.callers import caller_of

__all__ = ["caller_of"]
