"""Exporting organisations 导出机构."""

from collections.abc import AsyncIterator

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.organisations import queries
from app.organisations.states import OrganisationKind

_COLUMNS = (
    Column("kind", "机构类别", 12),
    Column("code", "机构代码", 14),
    Column("name", "机构名称", 26),
    Column("short_name", "简称", 14),
    Column("town", "乡镇", 12),
    Column("stages", "学段", 16),
    Column("status", "状态", 8),
)


class OrganisationsFilter(Input):
    """Which organisations."""

    kind: OrganisationKind | None = None


async def _count(ctx: Context, only: OrganisationsFilter) -> int:
    return await count_of(ctx.db, queries.whole(ctx, kind=only.kind))


async def _rows(ctx: Context, only: OrganisationsFilter) -> AsyncIterator[tuple[Value, ...]]:
    kinds = {one.code: one.label for one in ctx.regulation.codes("organisation_kinds")}
    stages = {one.code: one.label for one in ctx.regulation.codes("stages")}
    async for row in rows_of(ctx.db, queries.whole(ctx, kind=only.kind)):
        taught = "、".join(stages.get(one, one) for one in row.stages)
        state = "正常" if row.status == "open" else "已撤并"
        yield (kinds.get(row.kind, row.kind), row.code, row.name, row.short_name, row.town, taught, state)


ORGANISATIONS_EXPORT = ExportKind(
    name="organisations",
    title="机构名单",
    permission=Permission.ORGANISATION_READ,
    filters=OrganisationsFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
