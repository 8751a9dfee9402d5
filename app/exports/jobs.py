"""The job of an export: write the file with the rights of the person who asked, as they stand now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from app.bulk_import.jobs.context import asker_of
from app.core.errors import ShixunError
from app.core.jobs import JobContext, JobFunction, Superseded
from app.exports import queries, service
from app.exports.states import ExportFormat, ExportStatus


def functions(storage: Path) -> dict[str, JobFunction]:
    """Job kind -> function, over the folder of files."""

    async def write(job: JobContext) -> Mapping[str, Any]:
        return await _write(job, storage)

    return {service.WRITE: write}


async def _write(job: JobContext, storage: Path) -> Mapping[str, Any]:
    assert job.operation is not None  # noqa: S101 - exports are operations
    region, export_id = job.operation.region_id, UUID(job.payload["export_id"])
    try:
        asker = await asker_of(job)
        async with job.database.begin(region) as db:
            await queries.allow_long(db)
            ctx = asker.over(db)
            row = await queries.by_id(ctx, export_id)
            if row is None or row.status != ExportStatus.PREPARING:
                return {"export_id": str(export_id), "status": row.status if row else "gone"}
            kind = service.kind_named(row.kind)
            path = service.stored(storage, row.stored_name)
            filters = kind.filters.model_validate(row.filters)
            rows, size = await service.write(ctx, kind, filters, ExportFormat(row.format), export_id, path)
            await job.hold(db)
            await queries.ready(db, region, export_id, total=rows, size=size)
    except (Superseded, OSError):
        raise
    except ShixunError:
        async with job.database.begin(region) as db:
            await queries.change(db, region, export_id, {"status": str(ExportStatus.FAILED)})
        raise
    return {"export_id": str(export_id), "status": "ready", "rows": rows}
