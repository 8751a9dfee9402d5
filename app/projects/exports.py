"""Exporting the roster of trainees 参训学员花名册 and the summary of nominations 报名汇总表, to be signed."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.access.exporting import Column, ExportKind, Value
from app.access.permissions import Permission
from app.core.db import AnySelect
from app.core.schemas import Input
from app.core.whole import count_of, rows_of
from app.projects.queries import whole
from app.projects.states import NominationStatus, TraineeStatus

_PERSON = (
    Column("number", "序号", 6),
    Column("name", "姓名", 10),
    Column("sex", "性别", 6),
    Column("school", "单位", 26),
    Column("stage", "学段", 10),
    Column("subject", "学科", 12),
    Column("title", "职称", 12),
    Column("posts", "职务", 14),
    Column("id_number", "身份证号", 22),
    Column("mobile", "手机", 14),
)
_TRAINEES = (*_PERSON, Column("note", "备注", 20))
_NOMINATIONS = (
    *_PERSON,
    Column("unit", "报送单位", 22),
    Column("status", "状态", 10),
    Column("priority", "优先次序", 18),
    Column("note", "备注", 30),
)
SIGNATURE = "填表人：　　　　　　　　负责人：　　　　　　　　（盖章）"
_STATUSES = {
    NominationStatus.APPLIED: "已申请",
    NominationStatus.NOMINATED: "已选送",
    NominationStatus.PASSED: "已报送",
    NominationStatus.CHECKED: "已审核",
    NominationStatus.CONFIRMED: "已录取",
    NominationStatus.REJECTED: "未通过",
    NominationStatus.WITHDRAWN: "已撤回",
}
_PRIORITIES = ("市级工作坊成员", "镇、校级工作坊成员", "")
_LEFT = {TraineeStatus.ENROLLED: "", TraineeStatus.WITHDRAWN: "退出", TraineeStatus.REPLACED: "被替换"}


class ProjectTraineesFilter(Input):
    """Whose trainees: of one project."""

    project_id: UUID
    status: TraineeStatus | None = TraineeStatus.ENROLLED


class ProjectNominationsFilter(Input):
    """Whose nominations: of one project."""

    project_id: UUID
    status: NominationStatus | None = None


def _trainees(ctx: Context, only: ProjectTraineesFilter) -> AnySelect:
    return whole.trainees(ctx, only.project_id, only.status)


def _nominations(ctx: Context, only: ProjectNominationsFilter) -> AnySelect:
    return whole.nominations(ctx, only.project_id, only.status)


class _Labels:
    """What codes are called."""

    def __init__(self, ctx: Context) -> None:
        """ctx: of the request, for the regulation in force."""
        sets = ("stages", "subjects", "titles", "posts")
        self.of = {name: {one.code: one.label for one in ctx.regulation.codes(name)} for name in sets}

    def person(self, number: int, row: Any) -> tuple[Value, ...]:
        """The columns every list of people begins with."""
        stages, subjects, titles, posts = (self.of[name] for name in ("stages", "subjects", "titles", "posts"))
        return (
            number,
            row.teacher_name,
            "男" if row.sex == "male" else "女",
            row.school_name,
            stages.get(row.stage, row.stage),
            subjects.get(row.subject, row.subject),
            titles.get(row.title, row.title),
            "、".join(posts.get(one, one) for one in row.posts),
            row.id_number_masked,
            row.mobile_masked,
        )


async def _count_trainees(ctx: Context, only: ProjectTraineesFilter) -> int:
    return await count_of(ctx.db, _trainees(ctx, only))


async def _trainee_rows(ctx: Context, only: ProjectTraineesFilter) -> AsyncIterator[tuple[Value, ...]]:
    labels, number = _Labels(ctx), 0
    async for row in rows_of(ctx.db, _trainees(ctx, only)):
        number += 1
        yield (*labels.person(number, row), _LEFT[TraineeStatus(row.status)])


async def _count_nominations(ctx: Context, only: ProjectNominationsFilter) -> int:
    return await count_of(ctx.db, _nominations(ctx, only))


async def _nomination_rows(ctx: Context, only: ProjectNominationsFilter) -> AsyncIterator[tuple[Value, ...]]:
    labels, number = _Labels(ctx), 0
    async for row in rows_of(ctx.db, _nominations(ctx, only)):
        number += 1
        note = "；".join(one["message"] for one in row.findings if one["severity"] == "must")
        said = (row.unit_name, _STATUSES[NominationStatus(row.status)], _PRIORITIES[row.priority], note)
        yield (*labels.person(number, row), *said)


PROJECT_EXPORTS = (
    ExportKind(
        name="project_trainees",
        title="参训学员花名册",
        permission=Permission.TRAINEE_READ,
        filters=ProjectTraineesFilter,
        columns=lambda _ctx, _only: _TRAINEES,
        count=_count_trainees,
        rows=_trainee_rows,
        signature=SIGNATURE,
    ),
    ExportKind(
        name="project_nominations",
        title="报名汇总表",
        permission=Permission.NOMINATION_READ,
        filters=ProjectNominationsFilter,
        columns=lambda _ctx, _only: _NOMINATIONS,
        count=_count_nominations,
        rows=_nomination_rows,
        signature=SIGNATURE,
    ),
)
