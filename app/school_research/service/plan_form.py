"""The printed form 《年度校本研修方案申请表》 out of a plan. [A5.7.3]"""

from collections.abc import Sequence

from app.access.context import Context
from app.certificates import printing
from app.core.db import AnyRow
from app.school_research.schemas import PlanContent
from app.school_research.service.plan_checks import CONTENTS, MODES

TITLE = "校本研修方案申请表"
STATUS_NAMES = {
    "draft": "草稿",
    "submitted": "已提交，待审核",
    "returned": "已退回",
    "approved": "审核通过",
    "running": "审核通过，实施中",
    "closed": "已结束",
    "superseded": "已被修订稿替代",
    "withdrawn": "已撤回",
}
FEN = 100


def form_name(row: AnyRow, ending: str) -> str:
    """The name of the file of a revision."""
    return f"年度校本研修方案申请表-{row.school_name}-{row.school_year}-第{row.revision}稿.{ending}"


def page_of(ctx: Context, row: AnyRow, content: PlanContent) -> tuple[printing.Page, printing.Imprint]:
    """A revision as it is printed; nothing is verified by a code, so the form bears none."""
    facts = [
        printing.Fact("学校", row.school_name, is_name=True),
        printing.Fact("学年", row.school_year),
        printing.Fact("第一责任人", content.principal or "—"),
        printing.Fact("稿次", f"第 {row.revision} 稿"),
        printing.Fact("提交截止日", str(row.due_on or "—")),
        printing.Fact("状态", STATUS_NAMES[row.status]),
    ]
    own = [
        _list("研修内容", [*_labels(ctx, CONTENTS, content.contents), *_own(content.own_contents)]),
        _list("研修方式", [*_labels(ctx, MODES, content.modes), *_own(content.own_modes)]),
        _list("研修目标", [f"{name}：{text or '—'}" for name, text in _aims(content)]),
        printing.Table(
            "研修团队", ("名称", "负责人", "人数"), (3, 2, 1), ("l", "l", "r"),
            [(one.name, one.leader, str(one.members)) for one in content.teams],
        ),
        printing.Table(
            "研修安排", ("时间", "内容"), (1, 3), ("l", "l"), [(one.period, one.matter) for one in content.schedule]
        ),
        printing.Table(
            "经费预算", ("用途", "金额（元）"), (3, 1), ("l", "r"),
            [(one.purpose, _yuan(one.amount_fen)) for one in content.budget],
            ("合计", _yuan(sum(one.amount_fen for one in content.budget))),
        ),
        _list("考核评价办法", [content.evaluation or "—"]),
        _list("进修学校审核意见", [row.opinion or " "]),
    ]  # fmt: skip
    notes = ["本表由系统按所填内容生成，提交与审核记录以系统为准。"]
    if row.late_reason:
        notes.append(f"逾期提交原因：{row.late_reason}")
    if row.amend_reason:
        notes.append(f"修订理由：{row.amend_reason}")
    page = printing.Page(row.school_name, facts, f"研修主题：{content.theme or '—'}", own, notes)
    day = f"{ctx.clock.today.year} 年 {ctx.clock.today.month} 月 {ctx.clock.today.day} 日"
    number = f"{row.school_year} 学年"
    return page, printing.Imprint(TITLE, number, row.revision, row.school_name, day, "")


def _list(title: str, lines: Sequence[str]) -> printing.Table:
    return printing.Table(
        title, ("序号", "内容"), (0, 1), ("c", "l"), [(str(n), one) for n, one in enumerate(lines, 1)]
    )


def _labels(ctx: Context, name: str, codes: Sequence[str]) -> list[str]:
    known = ctx.regulation.codes(name)
    return [known.get(code).label for code in codes]


def _own(names: Sequence[str]) -> list[str]:
    return [f"{name}（学校自定）" for name in names]


def _aims(content: PlanContent) -> list[tuple[str, str | None]]:
    aims = content.aims
    return [("学期目标", aims.term), ("学年目标", aims.year), ("长远目标", aims.long_term)]


def _yuan(fen: int) -> str:
    return f"{fen // FEN}.{fen % FEN:02d}"
