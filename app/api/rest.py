"""The REST door: every domain's router under /v1."""

from fastapi import APIRouter

from app.hours.rest import router as hours
from app.accounts.rest import router as accounts
from app.organisations.rest import router as organisations

ROUTERS = (accounts, organisations, hours)


def router() -> APIRouter:
    """All routes of version 1."""
    whole = APIRouter(prefix="/v1")
    for part in ROUTERS:
        whole.include_router(part)
    return whole
