"""The facts of the record behind a line of a list, through the reading use cases of its own domain.

Which record it is stands in its address. Whoever may not read it there is told so, and sees the line alone.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.api.scorecard.visit import Visit, opened
from app.assistance import service as assistance
from app.assistance.queries import PAIRS, TITLES
from app.cases import service as cases
from app.core.db import AnyRow
from app.core.errors import NotFound, NotPermitted
from app.evaluations import service as evaluations
from app.funds import service as funds
from app.policy.load import Regulation
from app.projects import service as projects
from app.publications import service as publications
from app.steering import service as steering
from app.teachers import service as teachers
from app.trainers import service as trainers
from app.workshops import service as workshops

FEN = 100
_ID = "([0-9a-f-]{36})"
STATES = {
    "active": "有效",
    "annual": "年度计划",
    "answered": "已答复",
    "applied": "已申报",
    "appointed": "已聘任",
    "approved": "已批准",
    "accepted": "已入选",
    "archived": "已归档",
    "cancelled": "已取消",
    "checked": "已审核",
    "closed": "已关闭",
    "confirmed": "已确认",
    "declined": "未入选",
    "dismissed": "已解聘",
    "draft": "草稿",
    "ended": "已结束",
    "engaged": "在聘",
    "enrolled": "在训",
    "evaluating": "考核中",
    "expired": "期满",
    "five_year": "五年规划",
    "granted": "已授予",
    "left": "已离开",
    "merged": "已合并",
    "nominated": "已选送",
    "passed": "已通过初审",
    "practice": "实践中",
    "published": "已发布",
    "recommended": "已推荐",
    "recorded": "已登记",
    "refused": "未通过",
    "registered": "已注册",
    "rejected": "不予通过",
    "replaced": "已替换",
    "retracted": "已撤回",
    "returned": "已退回",
    "reversed": "已冲销",
    "revoked": "已撤销",
    "revoking": "撤销中",
    "running": "进行中",
    "scored": "已评分",
    "selecting": "遴选中",
    "standing": "存续",
    "dissolved": "已撤销",
    "submitted": "已提交",
    "upcoming": "未到聘期",
    "withdrawn": "已撤回",
    "development_school": "教师发展学校",
    "demonstration_school": "校本研修示范校",
}
"""States and kinds as people say them."""
FEN_OF, STATE_OF = "fen", "state"

Fact = tuple[str, str] | tuple[str, str, str]
Getter = Callable[[Context, UUID, UUID], Awaitable[AnyRow]]
"""Reads by the id in the address; the second id is that of the line."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its name, how it is read, and its facts: label, attribute, and how that is written."""

    name: str
    get: Getter
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the record says; refusal: why it is not shown."""

    name: str
    lines: tuple[tuple[str, str], ...] = ()
    refusal: str = ""


def _plain(get: Callable[[Context, UUID], Awaitable[AnyRow]]) -> Getter:
    async def read(ctx: Context, one: UUID, _: UUID) -> AnyRow:
        return await get(ctx, one)

    return read


STATUS: Fact = ("状态", "status", STATE_OF)
FIELD: tuple[Fact, ...] = (("学段", "stage", "stages"), ("学科", "subject", "subjects"))
TERM: tuple[Fact, ...] = (("开始", "starts_on"), ("结束", "ends_on"))
PERSON: tuple[Fact, ...] = (("姓名", "teacher_name"), ("学校", "school_name"), ("单位", "unit_name"))

KINDS: Mapping[str, Kind] = {
    f"teachers/{_ID}": Kind(
        "教师",
        _plain(teachers.get),
        (
            ("姓名", "name"),
            ("教职工号", "staff_no"),
            ("学校", "school_name"),
            *FIELD,
            ("职称", "title", "titles"),
            ("证件号码", "id_number_masked"),
            STATUS,
        ),
    ),
    f"projects/{_ID}": Kind(
        "培训项目",
        _plain(projects.get_project),
        (
            ("名称", "name"),
            ("级别", "level", "project_levels"),
            ("类别", "kind", "project_kinds"),
            ("目标", "aim"),
            ("承训单位", "host_name"),
            *TERM,
            ("名额", "quota"),
            ("在训学员", "trainees"),
            STATUS,
        ),
    ),
    f"projects/{_ID}/trainees": Kind(
        "培训项目学员",
        projects.get_trainee,
        (*PERSON, ("参训之日", "joined_on"), ("离开之日", "left_on"), ("离开的理由", "left_reason"), STATUS),
    ),
    f"projects/{_ID}/nominations": Kind(
        "选送人员", projects.get_nomination, (*PERSON, ("选送之日", "nominated_on"), ("理由", "reason"), STATUS)
    ),
    f"plans/{_ID}": Kind(
        "培训规划",
        _plain(projects.get_plan),
        (
            ("标题", "title"),
            ("种类", "kind", STATE_OF),
            ("起始年", "first_year"),
            ("终止年", "last_year"),
            ("内容", "text"),
            STATUS,
        ),
    ),
    f"leading-groups/{_ID}/holders": Kind(
        "领导小组、办公室", _plain(steering.get_group), (("名称", "name"), ("成立文件", "document"), STATUS)
    ),
    f"experts/{_ID}": Kind(
        "指导专家",
        _plain(steering.get_expert),
        (
            ("姓名", "name"),
            ("单位", "institution"),
            ("来源", "source", "expert_sources"),
            *FIELD,
            *TERM,
            ("评议次数", "reviews"),
            STATUS,
        ),
    ),
    f"school-titles/{_ID}": Kind(
        "学校称号",
        lambda ctx, one, _: assistance.get(ctx, TITLES, one),
        (("学校", "school_name"), ("称号", "kind", STATE_OF), ("文件", "document"), *TERM, STATUS),
    ),
    f"assistance-pairs/{_ID}": Kind(
        "结对帮扶",
        lambda ctx, one, _: assistance.get(ctx, PAIRS, one),
        (("帮扶学校", "helper_name"), ("受帮扶学校", "helped_name"), ("目标", "goal"), *TERM, STATUS),
    ),
    f"workshops/{_ID}": Kind(
        "工作坊（室）",
        _plain(workshops.get_workshop),
        (
            ("名称", "name"),
            ("类别", "family", "workshop_families"),
            ("级别", "level", "workshop_levels"),
            ("所在单位", "unit_name"),
            ("主持人", "leader_name"),
            *FIELD,
            ("主题", "theme"),
            ("核心成员", "core_count"),
            ("成员", "member_count"),
            STATUS,
        ),
    ),
    f"trainer-appointments/{_ID}": Kind(
        "培训者聘任",
        _plain(trainers.get_appointment),
        (
            ("姓名", "holder_name"),
            ("聘书编号", "number"),
            ("来源", "source", "trainer_sources"),
            *FIELD,
            ("聘期开始", "starts_on"),
            ("聘期届满", "ends_on"),
            ("当日状态", "standing", STATE_OF),
        ),
    ),
    f"cases/{_ID}": Kind(
        "典型案例",
        _plain(cases.get),
        (
            ("标题", "title"),
            ("单位", "organisation_name"),
            ("学期", "term"),
            ("摘要", "summary"),
            ("上报", "recommended_to"),
            ("上报之日", "recommended_on"),
            STATUS,
        ),
    ),
    f"publications/{_ID}": Kind(
        "信息发布",
        _plain(publications.get),
        (
            ("标题", "title"),
            ("单位", "organisation_name"),
            ("栏目", "column_code", "publication_columns"),
            ("发生之日", "happened_on"),
            ("发布之日", "published_on"),
            ("阅读量", "readings"),
            STATUS,
        ),
    ),
    f"awards/{_ID}": Kind(
        "奖项",
        _plain(evaluations.get_award),
        (
            ("获得者", "holder_name"),
            ("奖项", "kind", "campaign_kinds"),
            ("年度", "year"),
            ("证书编号", "number"),
            ("授予之日", "awarded_on"),
            STATUS,
        ),
    ),
    f"team-evaluations/{_ID}": Kind(
        "子项目团队评价",
        _plain(evaluations.get_team_evaluation),
        (("子项目", "sub_project_name"), ("年度", "year"), ("得分", "points"), ("意见", "opinion"), STATUS),
    ),
    f"budget-lines/{_ID}": Kind(
        "预算项目",
        _plain(funds.get_line),
        (
            ("名称", "title"),
            ("培训项目", "project_name"),
            ("用途", "purpose", "fund_purposes"),
            ("金额", "amount_fen", FEN_OF),
            ("已支出", "spent_fen", FEN_OF),
        ),
    ),
    f"payments/{_ID}": Kind(
        "支出",
        _plain(funds.get_payment),
        (
            ("收款方", "payee"),
            ("事由", "matter"),
            ("用途", "purpose", "fund_purposes"),
            ("金额", "amount_fen", FEN_OF),
            ("支付之日", "paid_on"),
            ("凭证", "voucher"),
            STATUS,
        ),
    ),
}


async def facts_of(visit: Visit, row: AnyRow) -> Facts | None:
    """The facts of the record of a line; None where the service shows none beyond the line."""
    for pattern, kind in KINDS.items():
        if found := re.fullmatch(f"/v1/{pattern}", row.href or ""):
            try:
                async with opened(visit) as ctx:
                    record = await kind.get(ctx, UUID(found[1]), row.id)
                    return Facts(kind.name, tuple(_lines(ctx.regulation, kind, record)))
            except (NotFound, NotPermitted) as refusal:
                return Facts(kind.name, refusal=refusal.detail)
    return None


def _lines(regulation: Regulation, kind: Kind, record: AnyRow) -> list[tuple[str, str]]:
    lines = []
    for label, name, *how in kind.facts:
        value = getattr(record, name, None)
        if value is not None and value != "":
            lines.append((label, _written(regulation, value, how[0] if how else "")))
    return lines


def _written(regulation: Regulation, value: Any, how: str) -> str:
    if how == FEN_OF:
        return f"{value // FEN:,}.{value % FEN:02d} 元"
    if how == STATE_OF:
        return STATES.get(str(value), str(value))
    if how:
        return next((one.label for one in regulation.codes(how) if one.code == value), str(value))
    return str(value)
