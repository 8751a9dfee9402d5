"""Exporting the trainer team 导出培训者名册."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.trainers.queries import appointments
from app.trainers.queries.appointments import AppointmentFilter
from app.trainers.states import AppointmentStanding

_COLUMNS = (
    Column("number", "聘书编号", 18),
    Column("name", "姓名", 10),
    Column("school", "单位", 26),
    Column("source", "来源", 16),
    Column("stage", "学段", 12),
    Column("subject", "学科", 12),
    Column("starts_on", "聘期起始日", 12),
    Column("last_day", "聘期截止日", 12),
    Column("standing", "当日状态", 10),
)
_STANDINGS = {
    AppointmentStanding.UPCOMING: "未到聘期",
    AppointmentStanding.ACTIVE: "在聘",
    AppointmentStanding.EXPIRED: "期满",
    AppointmentStanding.DISMISSED: "已解聘",
    AppointmentStanding.REVOKED: "已撤销",
    AppointmentStanding.WITHDRAWN: "录入有误，已撤回",
}


class TrainersFilter(Input):
    """Which trainers."""

    school_id: UUID | None = None
    standing: AppointmentStanding | None = None
    active_on: date | None = None


def _only(only: TrainersFilter) -> AppointmentFilter:
    return AppointmentFilter(school_id=only.school_id, standing=only.standing, active_on=only.active_on)


async def _count(ctx: Context, only: TrainersFilter) -> int:
    return await count_of(ctx.db, appointments.whole(ctx, _only(only)))


async def _rows(ctx: Context, only: TrainersFilter) -> AsyncIterator[tuple[Value, ...]]:
    sets = ("trainer_sources", "stages", "subjects")
    sources, stages, subjects = ({one.code: one.label for one in ctx.regulation.codes(name)} for name in sets)
    async for row in rows_of(ctx.db, appointments.whole(ctx, _only(only))):
        yield (
            row.number,
            row.holder_name,
            row.school_name,
            sources.get(row.source, row.source),
            stages.get(row.stage, row.stage),
            subjects.get(row.subject, row.subject),
            row.starts_on,
            row.last_day,
            _STANDINGS[AppointmentStanding(row.standing)],
        )


TRAINERS_EXPORT = ExportKind(
    name="trainers",
    title="培训者名册",
    permission=Permission.TRAINER_READ,
    filters=TrainersFilter,
    columns=lambda _ctx, _only: _COLUMNS,
    count=_count,
    rows=_rows,
)
