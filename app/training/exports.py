"""Exporting attendance 考勤表 and the summary of a project 培训情况汇总表. [A2.3b] [A4.2]"""

from collections.abc import AsyncIterator
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.training.queries import whole
from app.training.states import TrainingCompletionStatus, TrainingDayPart, TrainingPresence

_ATTENDANCE = (
    Column("held_on", "日期", 12),
    Column("part", "时段", 8),
    Column("topic", "课题", 30),
    Column("hours", "学时", 8),
    Column("lecturer", "授课人", 12),
    Column("school", "单位", 26),
    Column("staff_no", "教职工号", 14),
    Column("name", "姓名", 10),
    Column("presence", "考勤", 8),
)
_SUMMARY = (
    Column("unit", "报送单位", 22),
    Column("school", "单位", 26),
    Column("staff_no", "教职工号", 14),
    Column("name", "姓名", 10),
    Column("due", "应到", 8),
    Column("present", "出勤", 8),
    Column("on_leave", "请假", 8),
    Column("marked", "作业", 8),
    Column("score", "过程成绩", 10),
    Column("completion", "结业", 10),
    Column("number", "结业证书编号", 20),
    Column("credited", "计入学时", 10),
)
_PARTS = {
    TrainingDayPart.MORNING: "上午",
    TrainingDayPart.AFTERNOON: "下午",
    TrainingDayPart.EVENING: "晚上",
    TrainingDayPart.WHOLE: "全天",
}
_PRESENCES = {TrainingPresence.PRESENT: "出勤", TrainingPresence.ABSENT: "缺勤", TrainingPresence.LEAVE: "请假"}
_COMPLETIONS = {
    TrainingCompletionStatus.RECOMMENDED: "待决定",
    TrainingCompletionStatus.COMPLETED: "结业",
    TrainingCompletionStatus.NOT_COMPLETED: "未结业",
}


class TrainingOfProject(Input):
    """Of which project."""

    project_id: UUID


def _attendance(ctx: Context, only: TrainingOfProject) -> AnySelect:
    return whole.attendance(ctx, only.project_id)


def _summary(ctx: Context, only: TrainingOfProject) -> AnySelect:
    return whole.summary(ctx, only.project_id)


async def _count_attendance(ctx: Context, only: TrainingOfProject) -> int:
    return await count_of(ctx.db, _attendance(ctx, only))


async def _count_summary(ctx: Context, only: TrainingOfProject) -> int:
    return await count_of(ctx.db, _summary(ctx, only))


async def _attendance_rows(ctx: Context, only: TrainingOfProject) -> AsyncIterator[tuple[Value, ...]]:
    async for row in rows_of(ctx.db, _attendance(ctx, only)):
        yield (
            row.held_on,
            _PARTS[TrainingDayPart(row.part)],
            row.topic,
            row.hours,
            row.lecturer_name,
            row.school_name,
            row.staff_no,
            row.teacher_name,
            _PRESENCES[TrainingPresence(row.presence)],
        )


async def _summary_rows(ctx: Context, only: TrainingOfProject) -> AsyncIterator[tuple[Value, ...]]:
    async for row in rows_of(ctx.db, _summary(ctx, only)):
        yield (
            row.unit_name,
            row.school_name,
            row.staff_no,
            row.teacher_name,
            row.due,
            row.present,
            row.on_leave,
            row.marked,
            row.score,
            _COMPLETIONS[TrainingCompletionStatus(row.completion)] if row.completion else None,
            row.number,
            row.credited,
        )


TRAINING_EXPORTS = (
    ExportKind(
        name="training_attendance",
        title="培训考勤表",
        permission=Permission.TRAINING_ATTENDANCE_READ,
        filters=TrainingOfProject,
        columns=lambda _ctx, _only: _ATTENDANCE,
        count=_count_attendance,
        rows=_attendance_rows,
    ),
    ExportKind(
        name="training_summary",
        title="培训情况汇总表",
        permission=Permission.TRAINING_SCORE_READ,
        filters=TrainingOfProject,
        columns=lambda _ctx, _only: _SUMMARY,
        count=_count_summary,
        rows=_summary_rows,
    ),
)
