"""Rules of consultation: the windows of ten days, what a report must say, when a month may close. [A3.4] Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from app.consultations.states import Tally, Window
from app.policy.finding import Finding, Severity
from app.policy.load import NoPolicyYet, Regulation

CLAUSE = "A3.4"
NAMES = ("上旬", "中旬", "下旬")
DAY = timedelta(days=1)


def windows_of(month: date, regulation: Regulation) -> list[Window]:
    """The windows of the month a day lies in, in order; the last one runs to the end of the month. [A3.4]"""
    first = month.replace(day=1)
    after = (first + 31 * DAY).replace(day=1)
    value = regulation.param("consultations.window_first_days", on=after - DAY)
    starts = [first.replace(day=int(str(one))) for one in value] if isinstance(value, tuple) else [first]
    ends = [*(one - DAY for one in starts[1:]), after - DAY]
    titles = NAMES if len(starts) == len(NAMES) else tuple(f"第 {n} 期" for n in range(1, len(starts) + 1))
    return [
        Window(start, end, f"{first.year} 年 {first.month} 月{title}")
        for start, end, title in zip(starts, ends, titles, strict=True)
    ]


def window_of(day: date, regulation: Regulation) -> Window:
    """The window a day lies in."""
    return next(one for one in windows_of(day, regulation) if one.starts_on <= day <= one.ends_on)


def windows_between(first: date, last: date, regulation: Regulation) -> Iterator[Window]:
    """Every window that has begun by the last day and ends on the first or later, in order.

    Months before the regulation have none.
    """
    month = first.replace(day=1)
    while month <= last:
        try:
            windows = windows_of(month, regulation)
        except NoPolicyYet:
            windows = []
        yield from (one for one in windows if one.starts_on <= last and one.ends_on >= first)
        month = (month + 31 * DAY).replace(day=1)


def late_days(submitted_on: date, window: Window) -> int:
    """Days after the window's last day on which a report was handed in; 0 in time."""
    return max(0, (submitted_on - window.ends_on).days)


def check_window(window: Window, first: date, last: date, *, today: date) -> list[Finding]:
    """Whether a report may be written of a window: it has begun, and the project runs in it. [A3.4]"""
    found = []
    if window.starts_on > today:
        text = f"{window.name}从 {window.starts_on} 开始，今天是 {today}，尚不能填报。"
        found.append(_must("consultation.window_begun", text, today, window.starts_on))
    if last < window.starts_on or first > window.ends_on:
        text = f"培训项目实施期为 {first} 至 {last}，{window.name}不在其中，不需要汇报。"
        found.append(_must("consultation.project_running", text, window.starts_on, f"{first}/{last}"))
    return found


def check_contents(said: Mapping[str, str | None], labels: Mapping[str, str]) -> list[Finding]:
    """Whether a report says something under each heading; labels: code → words of the code list. [A3.4]"""
    empty = [label for code, label in labels.items() if not said.get(code)]
    if not empty:
        return []
    text = f"会商汇报应包括{len(labels)}项内容，还缺：{'、'.join(empty)}。"
    return [_must("consultation.headings", text, len(labels) - len(empty), len(labels))]


def check_month(last: date, tally: Tally, *, today: date) -> list[Finding]:
    """Whether a month may be closed: it is over; what is missing, late or unanswered is said, and stays on record.

    last: the month's last day. A missing report does not hold the summary back: the summary says it. [A3.4]
    """
    found = []
    if today <= last:
        text = f"本月到 {last} 结束，今天是 {today}，次日起才能办结每月小结。"
        found.append(_must("consultation.month_over", text, today, last))
    if tally.missing:
        text = f"本月应有会商汇报 {tally.due} 份，缺 {tally.missing} 份，请在小结中说明并督促补报。"
        found.append(_advise("consultation.reports_missing", text, tally.due - tally.missing, tally.due))
    if tally.late:
        text = f"本月有会商汇报 {tally.late} 份逾期提交。"
        found.append(_advise("consultation.reports_late", text, tally.late, 0))
    if tally.undecided:
        text = f"本月还有会商汇报 {tally.undecided} 份未接收或退回。"
        found.append(_advise("consultation.reports_undecided", text, tally.undecided, 0))
    return found


def check_briefing(said: Mapping[str, str | None], labels: Mapping[str, str], reports: int) -> list[Finding]:
    """Whether a briefing may come out: it stands on reports, and says something under each heading. [A3.4]"""
    found = []
    if not reports:
        text = "会商简报由子项目的会商汇报形成，请先选取汇报。"
        found.append(_must("briefing.reports", text, 0, 1))
    empty = [label for code, label in labels.items() if not said.get(code)]
    if empty:
        text = f"会商简报还缺：{'、'.join(empty)}。"
        found.append(_must("briefing.headings", text, len(labels) - len(empty), len(labels)))
    return found


def drafted(reports: Sequence[tuple[str, Mapping[str, str | None]]]) -> dict[str, str | None]:
    """The text of a briefing out of reports, heading by heading, each line with the sub-project it comes from.

    reports: (sub-project and window, what is said by field); difficulties follow shortcomings under their heading.
    """
    fields = {
        "progress": ("progress",),
        "experience": ("experience",),
        "shortcomings": ("shortcomings", "difficulties"),
        "suggestions": ("suggestions",),
    }
    text: dict[str, str | None] = {}
    for heading, names in fields.items():
        lines = [f"{whose}：{said[name]}" for whose, said in reports for name in names if said.get(name)]
        text[heading] = "\n".join(lines) or None
    return text


def _must(rule: str, message: str, actual: int | date, required: int | date | str) -> Finding:
    return Finding(rule, Severity.MUST, CLAUSE, message, actual=actual, required=required)


def _advise(rule: str, message: str, actual: int, required: int) -> Finding:
    return Finding(rule, Severity.ADVISE, CLAUSE, message, actual=actual, required=required)
