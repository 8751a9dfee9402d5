"""A briefing on paper 会商简报的版式: masthead with the issue, the four headings, to whom it is sent. [A3.4]"""

from app.access.context import Context
from app.certificates import printing
from app.consultations.service import checks
from app.consultations.states import BriefingStatus
from app.core.db import AnyRow

TITLE, ISSUER = "会商简报", "“国培计划”项目县项目办"
ORDER = "一二三四"


def issue_of(row: AnyRow) -> str:
    """The issue in words; a draft has none yet, one withdrawn says so."""
    if row.number is None:
        return "草稿" if row.status == BriefingStatus.DRAFT else "草稿（已撤回）"
    withdrawn = "（已撤回）" if row.status == BriefingStatus.WITHDRAWN else ""
    return f"{row.year} 年第 {row.number} 期{withdrawn}"


def name_of(row: AnyRow, ending: str) -> str:
    """The name of the file of a briefing."""
    return f"{TITLE}-{issue_of(row).replace(' ', '')}.{ending}"


def page_of(ctx: Context, row: AnyRow) -> tuple[printing.Page, printing.Imprint]:
    """A briefing as it is printed; nothing is verified by a code, so it bears none."""
    sections = [printing.Section("", row.foreword)] if row.foreword else []
    sections += [printing.Section(heading, text or "（暂缺）") for heading, text in _parts(ctx, row)]
    page = printing.Page(ISSUER, [], row.title, [], _sent(row), "briefing", sections)
    return page, printing.Imprint(TITLE, issue_of(row), 1, ISSUER, _day(row), "")


def text_of(ctx: Context, row: AnyRow) -> str:
    """A briefing as plain text, for the public account."""
    head = [TITLE, issue_of(row), f"{ISSUER}　{_day(row)}", "", row.title, ""]
    body = [row.foreword, ""] if row.foreword else []
    for heading, text in _parts(ctx, row):
        body += [heading, text or "（暂缺）", ""]
    return "\n".join([*head, *body, *_sent(row)]).rstrip() + "\n"


def _parts(ctx: Context, row: AnyRow) -> list[tuple[str, str | None]]:
    labels = checks.labels(ctx).items()
    return [(f"{place}、{label}", getattr(row, code)) for place, (code, label) in zip(ORDER, labels, strict=True)]


def _sent(row: AnyRow) -> list[str]:
    return [f"{name}：{whom}" for name, whom in (("报送", row.report_to), ("抄送", row.copy_to)) if whom]


def _day(row: AnyRow) -> str:
    """The day it came out; of a draft the period it is of."""
    if row.published_on is None:
        return f"{row.starts_on} 至 {row.ends_on}"
    return f"{row.published_on.year} 年 {row.published_on.month} 月 {row.published_on.day} 日"
