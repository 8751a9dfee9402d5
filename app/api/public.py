"""What everybody may read without a token 公开接口: the newest heads of seals, and the keys they are checked with."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.access.doors import opener
from app.accounts.entry import Entrance
from app.core.errors import NotFound
from app.hours.queries.seals import regions
from app.hours.schemas import PublicSealStanding
from app.hours.service.seals import public_standing

PUBLIC: dict[str, Any] = {"openapi_extra": {"x-public": True}}
Region = Annotated[str, Query(pattern=r"^[0-9]{6}$", description="六位区域代码")]
router = APIRouter(tags=["hours"], prefix="/public")


@router.get("/hours-seals/latest", response_model=PublicSealStanding, **PUBLIC)
async def get_public_hours_seal(request: Request, region: Region) -> object:
    """The newest head of a region and the public keys, to be kept by whoever wants to check later 公开的封存摘要."""
    entrance: Entrance = request.app.state.entrance
    opener(request).limits.take("read", f"public {request.client.host if request.client else ''}")
    async with entrance.database.begin(int(region)) as db:
        if int(region) not in await regions(db):
            raise NotFound
        return await public_standing(db, int(region))
