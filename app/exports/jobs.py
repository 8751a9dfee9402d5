"""The job of an export: write the file with the rights of the person who asked, as they stand now.

The file is written beside its place and put there in the transaction that makes the export ready, which only the run
that counts may commit: a run that was killed, or taken over, leaves no half file.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from app.bulk_import.jobs.context import asker_of, will_pass
from app.core import events
from app.core.errors import ShixunError
from app.core.jobs import JobContext, JobFunction
from app.exports import queries, service
from app.exports.states import ExportStatus


def functions(storage: Path) -> dict[str, JobFunction]:
    """Job kind -> function, over the folder of files."""

    async def write(job: JobContext) -> Mapping[str, Any]:
        assert job.operation is not None  # noqa: S101 - exports are operations
        region, export_id = job.operation.region_id, UUID(job.payload["export_id"])
        try:
            return await _write(job, region, export_id, storage)
        except Exception as error:
            if not will_pass(error):
                why = error.detail if isinstance(error, ShixunError) else "导出出错，没有完成。请联系管理员。"
                await _give_up(job, region, export_id, why)
            raise

    return {service.WRITE: write}


async def _write(job: JobContext, region: int, export_id: UUID, storage: Path) -> Mapping[str, Any]:
    asker = await asker_of(job)
    async with job.database.begin(region) as db:
        await queries.allow_long(db)
        ctx = asker.over(db)
        row = await queries.by_id(ctx, export_id)
        if row is None or row.status != ExportStatus.PREPARING:
            return {"export_id": str(export_id), "status": row.status if row else "gone"}

        async def tell(rows: int) -> None:
            await job.progress("writing", rows, max(rows, row.total))

        written = await service.write(ctx, row, storage, tell)
        try:
            await job.hold(db)
            await service.finish(ctx, row, written, storage)
        finally:
            written.path.unlink(missing_ok=True)
    return {"export_id": str(export_id), "status": str(ExportStatus.READY), "rows": written.rows}


async def _give_up(job: JobContext, region: int, export_id: UUID, why: str) -> None:
    async with job.database.begin(region) as db:
        await job.hold(db)
        row = await queries.failed(db, region, export_id, why)
        if row is not None:
            who = {"account_id": row.account_id, "organisation_id": row.organisation_id}
            facts = {"kind": row.kind, "rows": row.total}
            note = events.draft(region, "export.failed", entity="export", entity_id=export_id, facts=facts, **who)
            await events.append(db, [note])
