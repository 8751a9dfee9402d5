"""REST of seals and proofs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.schemas import HoursEntryProof, HoursSeal, HoursSealCheck, HoursSealStanding, HoursSealsVerification
from app.hours.states import SEAL_NUMBER_MAX

router = APIRouter(tags=["hours"])
READ = permits(Permission.HOURS_SEAL_READ)
Number = Annotated[int, Path(ge=1, le=SEAL_NUMBER_MAX)]


@router.get("/hours-seals", response_model=Listing[HoursSeal], **READ)
async def list_hours_seals(ctx: Ctx, page: Paged) -> object:
    """Seals over the ledger, newest first 学时封存列表."""
    return listing(await service.find_seals(ctx, page))


@router.get("/hours-seals/latest", response_model=HoursSealStanding, **READ)
async def get_hours_seal_standing(ctx: Ctx) -> object:
    """The newest seal, and what is not sealed yet 封存现状."""
    return await service.latest_seal(ctx)


@router.get("/hours-seals/{number}", response_model=HoursSeal, **READ)
async def get_hours_seal(ctx: Ctx, number: Number) -> object:
    """One seal 学时封存."""
    return await service.get_seal(ctx, number)


@router.post("/hours-seals:verify", response_model=HoursSealsVerification, status_code=202, **READ)
async def verify_hours_seals(ctx: Ctx, response: Response) -> object:
    """Check every seal of the region against the entries stored now, as an operation 核验全部封存."""
    started = await service.verify_seals(ctx)
    response.headers["Location"] = started.links["self"]
    return started


@router.post("/hours-seals/{number}:verify", response_model=HoursSealCheck, **READ)
async def verify_hours_seal(ctx: Ctx, number: Number) -> object:
    """Check one seal against the entries stored now 核验一次封存."""
    return await service.verify_seal(ctx, number)


@router.get("/hours-entries/{entry_id:uuid}/proof", response_model=HoursEntryProof, **permits(Permission.HOURS_READ))
async def get_hours_entry_proof(ctx: Ctx, entry_id: UUID) -> object:
    """The inclusion proof of a sealed entry, checkable without this service 学时记录的包含证明."""
    return await service.prove(ctx, entry_id)
