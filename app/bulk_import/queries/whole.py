"""SQL of what surrounds an import: causes of its faults, remembered columns, previews, and old files."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.bulk_import.models import Import, ImportFault, ImportMapping, ImportPreview
from app.bulk_import.queries.imports import scope_of
from app.core.batch.staging import CREATE, UPDATE, Batch
from app.core.db import AnyRow
from app.core.ids import new_id
from app.core.pages import Page, PageRequest, fetch_page

GROUPED_OVER = 200
"""Rows of one and the same fault that are told as one cause."""
PREVIEWS_MOST = 10_000
_CAUSES_MOST = 100
_MAPPINGS_MOST = 200
_FAULTS_AT_ONCE = 5000
_KEPT = timedelta(days=30)

_BY_WORDS = text(
    """
    SELECT f.level, f.code, f."column", regexp_replace(f.message, '^第[0-9]+行[：:]?', '') AS told,
           count(DISTINCT f.row) AS rows, min(f.row) AS first_row, min(f.suggestion) AS suggestion
      FROM import_faults f
     WHERE f.region_id = :region AND f.import_id = :import AND f.level <> 'fixed' AND f.row > 0
     GROUP BY 1, 2, 3, 4 HAVING count(DISTINCT f.row) > :over
     ORDER BY 5 DESC, 6 LIMIT :most
    """
)
_BY_CODE = text(
    """
    SELECT f.level, f.code, f."column", count(DISTINCT f.row) AS rows, min(f.row) AS first_row,
           (array_agg(regexp_replace(f.message, '^第[0-9]+行[：:]?', '') ORDER BY f.row, f.place))[1] AS told,
           (array_agg(f.suggestion ORDER BY f.row, f.place))[1] AS suggestion
      FROM import_faults f
     WHERE f.region_id = :region AND f.import_id = :import AND f.level <> 'fixed'
     GROUP BY 1, 2, 3 ORDER BY f.level = 'warning', 4 DESC, 5 LIMIT :most
    """
)


async def causes(db: AsyncConnection, batch: Batch) -> list[dict[str, Any]]:
    """What lies behind the faults of an import, by how many rows: the same words in over 200 rows are one cause."""
    values = {**batch.values, "most": _CAUSES_MOST}
    large = (await db.execute(_BY_WORDS, {**values, "over": GROUPED_OVER})).all()
    found = [_cause(row, f"同一原因共 {row.rows} 行：{row.told}", row.rows) for row in large]
    for row in (await db.execute(_BY_CODE, values)).all():
        place = (row.level, row.code, row.column)
        rest = row.rows - sum(one.rows for one in large if (one.level, one.code, one.column) == place)
        if rest > 0:
            message = row.told if rest == 1 else f"同类问题共 {rest} 行，例如：{row.told}"
            found.append(_cause(row, message, rest))
    return found


def _cause(row: AnyRow, message: str, rows: int) -> dict[str, Any]:
    told = row.told
    advice = row.suggestion or (told[told.index("请") :] if "请" in told else told)
    kept = {"level": row.level, "code": row.code, "column": row.column, "first_row": row.first_row}
    return kept | {"rows": rows, "message": message, "advice": advice}


async def fault_pages(ctx: Context, import_id: UUID) -> AsyncIterator[Sequence[AnyRow]]:
    """All faults of an import in the order of its rows, some thousands at a time."""
    fault = ImportFault
    columns = (fault.row, fault.place, fault.level, fault.code, fault.column, fault.cell, fault.message, fault.value)
    mine = and_(
        fault.region_id == ctx.principal.region_id,
        fault.import_id == import_id,
        select(Import.id).where(scope_of(ctx), Import.id == import_id).exists(),
    )
    after = (-1, -1)
    while True:
        beyond = (fault.row > after[0]) | ((fault.row == after[0]) & (fault.place > after[1]))
        statement = select(*columns, fault.suggestion).where(mine, beyond).order_by(fault.row, fault.place)
        rows = (await ctx.db.execute(statement.limit(_FAULTS_AT_ONCE))).all()
        if not rows:
            return
        yield rows
        after = (rows[-1].row, rows[-1].place)


async def mappings(
    db: AsyncConnection, region_id: int, organisation_id: UUID, kind: str
) -> dict[str, dict[str, str | None]]:
    """Fingerprint -> columns, as the organisation has told them for files of a kind; the newest ones."""
    mapping = ImportMapping
    statement = (
        select(mapping.fingerprint, mapping.columns)
        .where(mapping.region_id == region_id, mapping.organisation_id == organisation_id, mapping.kind == kind)
        .order_by(mapping.updated_at.desc())
        .limit(_MAPPINGS_MOST)
    )
    return {row.fingerprint.hex(): row.columns for row in (await db.execute(statement)).all()}


async def put_mapping(ctx: Context, kind: str, fingerprint: bytes, columns: Mapping[str, str | None]) -> None:
    """Remember which column is which field for files with these headers."""
    mapping = ImportMapping
    given = {"id": new_id(), "region_id": ctx.principal.region_id, "organisation_id": ctx.principal.organisation_id}
    statement = insert(mapping).values(**given, kind=kind, fingerprint=fingerprint, columns=dict(columns))
    changed = {
        "columns": statement.excluded.columns,
        "updated_at": func.clock_timestamp(),
        "version": mapping.version + 1,
    }
    keys = ["region_id", "organisation_id", "kind", "fingerprint"]
    await ctx.db.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def keep_preview(db: AsyncConnection, batch: Batch, preview: str | None, absentees: str | None) -> None:
    """Keep what the rows would change, and who is missing, of the last check; the first ten thousand of each."""
    old = and_(ImportPreview.region_id == batch.region_id, ImportPreview.import_id == batch.import_id)
    await db.execute(delete(ImportPreview).where(old))
    values = {**batch.values, "most": PREVIEWS_MOST}
    if preview:
        statement = f"""
        INSERT INTO import_previews (region_id, import_id, row, plan, before, after)
        SELECT :region, :import, p.number, CASE p.plan WHEN '{CREATE}' THEN 'create' ELSE 'update' END,
               p.before, p.after
          FROM ({preview}) AS p WHERE p.plan IN ('{CREATE}', '{UPDATE}') ORDER BY p.number LIMIT :most
        """  # noqa: S608 - texts of our own
        await db.execute(text(statement), values)
    if absentees:
        scope = None if batch.organisations is None else [str(one) for one in sorted(batch.organisations)]
        statement = f"""
        INSERT INTO import_previews (region_id, import_id, row, plan, before)
        SELECT :region, :import, NULL, 'absent', a.before FROM ({absentees}) AS a ORDER BY a.place LIMIT :most
        """  # noqa: S608 - texts of our own
        await db.execute(text(statement), {**values, "scope": scope})


async def previews(ctx: Context, import_id: UUID, request: PageRequest, *, absent: bool) -> Page[AnyRow]:
    """What the rows of an import would change, or who is missing from its file."""
    preview = ImportPreview
    statement = select(preview.place, preview.row, preview.plan, preview.before, preview.after).where(
        preview.region_id == ctx.principal.region_id,
        preview.import_id == import_id,
        (preview.plan == "absent") if absent else (preview.plan != "absent"),
        select(Import.id).where(scope_of(ctx), Import.id == import_id).exists(),
    )
    scope = f"import-previews|{import_id}|{absent}"
    return await fetch_page(ctx.db, statement, request, order=(preview.place,), scope=scope)


async def drop_old_previews(db: AsyncConnection, region_id: int) -> None:
    """Forget previews of imports older than the files are kept."""
    preview = ImportPreview
    old = select(Import.id).where(Import.region_id == region_id, Import.created_at < func.now() - _KEPT)
    await db.execute(delete(preview).where(preview.region_id == region_id, preview.import_id.in_(old)))
