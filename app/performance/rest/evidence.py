"""REST of evidence and of what is printed: files of a row, the zip of a year, the table as a workbook."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from app.access.doors import Ctx, Paged, listing, permits
from app.access.permissions import Permission
from app.archive.rest import ZIP, Arrival, OnShelf, attached, uploads
from app.archive.schemas import File
from app.archive.service import packed
from app.archive.states import MediaType
from app.core.schemas import Listing
from app.performance import service
from app.performance.rest.card import Code, Year
from app.performance.rest.marks import ROW
from app.performance.service.table import workbook

router = APIRouter(tags=["performance"])
READ = permits(Permission.SCORECARD_READ)
BINARY = {"schema": {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}}
XLSX: dict[int | str, dict[str, Any]] = {200: {"description": "自评表", "content": {str(MediaType.XLSX): BINARY}}}


@router.post(f"{ROW}/files", **uploads(Permission.SCORECARD_ASSESS))
async def attach_scorecard_file(arrived: Arrival, ctx: Ctx, year: Year, code: Code) -> Response:
    """Hang evidence on one's own row 上传佐证材料 [A4.1]."""
    return arrived.answer(await service.attach_file(ctx, year, code, arrived.draft, arrived.shelf.limits))


@router.get(f"{ROW}/files", response_model=Listing[File], **READ)
async def list_scorecard_files(ctx: Ctx, year: Year, code: Code, page: Paged) -> object:
    """Evidence of a row, oldest first 佐证材料 [A4.1]."""
    return listing(await service.find_files(ctx, page, year, code))


@router.get("/scorecards/{year}/files.zip", response_class=Response, responses=ZIP, **READ)
async def get_scorecard_files_zip(ctx: Ctx, year: Year, shelf: OnShelf) -> Response:
    """The table and all evidence of a year in one zip, with an index 打包下载 [A4.1]."""
    found = await service.evidence_to_pack(ctx, year)
    table = {f"绩效评级自评表{year}.xlsx": workbook(found.card)}
    pieces = packed(found.files, shelf.storage, folders=found.folders, texts=table)
    return StreamingResponse(pieces, media_type="application/zip", headers=attached(f"绩效评级佐证材料{year}.zip"))


@router.get("/scorecards/{year}/table.xlsx", response_class=Response, responses=XLSX, **READ)
async def get_scorecard_table(ctx: Ctx, year: Year) -> Response:
    """The printed table with facts, marks and, on a second sheet, the evidence 绩效评级自评表 [A4.1]."""
    content = workbook(await service.get_card(ctx, year))
    return Response(content, media_type=str(MediaType.XLSX), headers=attached(f"绩效评级自评表{year}.xlsx"))
