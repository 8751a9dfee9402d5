"""REST of briefings and of their paper."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.access.doors import Ctx, Once, Paged, Tagged, listing, permits
from app.access.permissions import Permission
from app.consultations import service
from app.consultations.queries.briefings import BriefingFilter
from app.consultations.schemas import Briefing, BriefingCreate, BriefingPatch, ConsultationMove, ConsultationReason
from app.core.schemas import Listing

router = APIRouter(tags=["consultations"])
READ, WRITE = permits(Permission.BRIEFING_READ), permits(Permission.BRIEFING_WRITE)
ONE = "/briefings/{briefing_id:uuid}"
PDF, TEXT = "application/pdf", "text/plain"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _bytes(kind: str) -> dict[str, Any]:
    return {"responses": {200: {"content": {kind: {}}, "description": "文件"}}}


def _file(named: tuple[str, bytes], kind: str) -> Response:
    name, content = named
    ending = name.rpartition(".")[2]
    headers = {"Content-Disposition": f"attachment; filename=\"briefing.{ending}\"; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=kind, headers=headers)


@router.get("/briefings", response_model=Listing[Briefing], **READ)
async def list_briefings(ctx: Ctx, page: Paged, only: Annotated[BriefingFilter, Depends()]) -> object:
    """Briefings: published ones for everybody, drafts for who handles them, newest first 会商简报列表 [A3.4]."""
    return listing(await service.find_briefings(ctx, page, only))


@router.post("/briefings", response_model=Briefing, status_code=201, **WRITE)
async def draft_briefing(ctx: Ctx, new: BriefingCreate, once: Once) -> Response:
    """Draft a briefing from reports of a period 由汇报起草会商简报 [A3.4]."""
    return await once.answer(ctx, new, lambda: service.draft_briefing(ctx, new), Briefing)


@router.get(ONE, response_model=Briefing, **READ)
async def get_briefing(ctx: Ctx, briefing_id: UUID, tag: Tagged) -> object:
    """One briefing 会商简报详情 [A3.4]."""
    return tag.seal(await service.get_briefing(ctx, briefing_id))


@router.patch(ONE, response_model=Briefing, **WRITE)
async def change_briefing(ctx: Ctx, briefing_id: UUID, patch: BriefingPatch, tag: Tagged) -> object:
    """Edit a draft; reports named anew put its text together anew 修改会商简报 [A3.4]."""
    return tag.seal(await service.change_briefing(ctx, briefing_id, patch, version=tag.expected(patch)))


@router.post(f"{ONE}:publish", response_model=Briefing, **WRITE)
async def publish_briefing(ctx: Ctx, briefing_id: UUID, given: ConsultationMove, tag: Tagged) -> object:
    """Publish a briefing under the next number of the year, as another person 发布会商简报 [A3.4]."""
    return tag.seal(await service.publish_briefing(ctx, briefing_id, given, version=tag.expected(given)))


@router.post(f"{ONE}:withdraw", response_model=Briefing, **WRITE)
async def withdraw_briefing(ctx: Ctx, briefing_id: UUID, given: ConsultationReason, tag: Tagged) -> object:
    """Withdraw a briefing, with a reason; one that was published keeps its number 撤回会商简报."""
    return tag.seal(await service.withdraw_briefing(ctx, briefing_id, given, version=tag.expected(given)))


@router.get(f"{ONE}.pdf", response_class=Response, **READ, **_bytes(PDF))
async def get_briefing_pdf(ctx: Ctx, briefing_id: UUID) -> Response:
    """A briefing on paper 会商简报 PDF [A3.4]."""
    return _file(await service.briefing_pdf(ctx, briefing_id), PDF)


@router.get(f"{ONE}.docx", response_class=Response, **READ, **_bytes(WORD))
async def get_briefing_docx(ctx: Ctx, briefing_id: UUID) -> Response:
    """The same as a Word document 会商简报 Word [A3.4]."""
    return _file(await service.briefing_document(ctx, briefing_id), WORD)


@router.get(f"{ONE}.txt", response_class=Response, **READ, **_bytes(TEXT))
async def get_briefing_txt(ctx: Ctx, briefing_id: UUID) -> Response:
    """The same as plain text, for the public account 会商简报文本 [A3.5]."""
    return _file(await service.briefing_text(ctx, briefing_id), TEXT)
