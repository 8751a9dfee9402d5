"""When a campaign runs, who may be nominated and by whom, how long it is publicised. [M7.1b] [A5.9] [A6.7]"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.evaluations.states import CampaignRoute, EvaluatedKind
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

DECEMBER_CLAUSE = "M7.1b"
OF_WORKSHOPS = {"master_studio": "master_studio"}
"""Campaign kinds that are open to one kind of workshop only."""
AT_CITY_LEVEL = frozenset({"provincial", "city"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of campaign as the code list has it. rubric: of the regulation, None where it prints none."""

    code: str
    label: str
    subject: EvaluatedKind
    rubric: str | None
    clause: str | None


def kind_of(regulation: Regulation, code: str) -> Kind:
    """The kind; raises UnknownCode."""
    row = regulation.codes("campaign_kinds").get(code)
    rubric = row.facts.get("rubric")
    clause = row.clause
    return Kind(code, row.label, EvaluatedKind(str(row.facts["subject"])), str(rubric) if rubric else None, clause)


def window_of(regulation: Regulation, year: int) -> tuple[date, date]:
    """First and last day of the yearly selections: December. [M7.1b]"""
    on = date(year, 12, 31)
    month = regulation.whole("evaluations.selection_month", on=on)
    first = regulation.whole("evaluations.selection_window.from_day", on=on)
    last = regulation.whole("evaluations.selection_window.until_day", on=on)
    return date(year, month, first), date(year, month, min(last, calendar.monthrange(year, month)[1]))


def check_window(regulation: Regulation, kind: Kind, year: int, opens_on: date, closes_on: date) -> list[Finding]:
    """The kinds that the text sets for December run in December, the others within their year. [M7.1b] 每年 12 月份"""
    first, last = window_of(regulation, year)
    if kind.clause != DECEMBER_CLAUSE:
        first, last = date(year, 1, 1), date(year, 12, 31)
    if first <= opens_on and closes_on <= last:
        return []
    message = f"{kind.label}的评选应在 {first} 至 {last} 之间，现为 {opens_on} 至 {closes_on}。"
    rule = "campaign.window"
    return [Finding(rule, Severity.MUST, kind.clause, message, f"{opens_on}/{closes_on}", f"{first}/{last}")]


def publicised_until(regulation: Regulation, on: date) -> date:
    """The last day of publicity 公示; the day it is put up does not count."""
    return on + timedelta(days=regulation.whole("evaluations.publicity_days", on=on))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is nominated. level, kind, is_registered: of a workshop; is_accepted: of a case; claims: of a person."""

    subject: EvaluatedKind
    name: str
    level: str | None = None
    kind: str | None = None
    is_registered: bool = True
    is_accepted: bool = True
    has_priority: bool = False
    holds_already: bool = False


def check_subject(kind: Kind, subject: Subject) -> list[Finding]:
    """What speaks against a nomination, all at once; and what speaks for it, as advice. [M7.1b] [A6.7]"""
    findings = []
    if subject.subject is EvaluatedKind.WORKSHOP and not subject.is_registered:
        message = f"{subject.name}未注册或已结束，不能参评。"
        findings.append(Finding("campaign.workshop_registered", Severity.MUST, "A6.13a", message, "未注册", "已注册"))
    wanted = OF_WORKSHOPS.get(kind.code)
    if wanted and subject.kind != wanted:
        message = f"{subject.name}不是名师工作室，不能参评{kind.label}。"
        findings.append(Finding("campaign.workshop_kind", Severity.MUST, kind.clause, message, subject.kind, wanted))
    if subject.subject is EvaluatedKind.CASE and not subject.is_accepted:
        message = f"案例《{subject.name}》尚未入选典型案例，不能参评。"
        findings.append(Finding("campaign.case_accepted", Severity.MUST, kind.clause, message, "未入选", "已入选"))
    if subject.holds_already:
        message = f"{subject.name}已获得过{kind.label}。"
        findings.append(Finding("campaign.held_already", Severity.ADVISE, kind.clause, message, "已获得", None))
    if kind.code == "backbone_teacher" and subject.has_priority:
        message = f"{subject.name}是工作坊成员，骨干教师评选中优先。"
        findings.append(Finding("campaign.workshop_priority", Severity.ADVISE, "A6.7", message, "工作坊成员", None))
    return findings


def check_alone(regulation: Regulation, kind: Kind, level: str | None, *, on: date) -> list[Finding]:
    """A workshop nominates on its own in backbone reviews, if it is a city one. [A6.7] 市级教师工作坊可单独参与"""
    is_city = level in AT_CITY_LEVEL and regulation.flag("evaluations.city_workshop_enters_alone", on=on)
    if kind.code == "backbone_teacher" and is_city:
        return []
    message = "只有市级工作坊可以单独参与骨干教师评审，其余由中心校、市直学校或进修学校推荐。"
    return [Finding("campaign.workshop_alone", Severity.MUST, "A6.7", message, level, "市级")]


ROUTES: Mapping[str, CampaignRoute] = {
    "central_school": CampaignRoute.CENTRAL_SCHOOL,
    "school": CampaignRoute.DIRECT_SCHOOL,
    "training_school": CampaignRoute.TRAINING_SCHOOL,
    "teacher": CampaignRoute.WORKSHOP,
}
"""Role -> the route it nominates by. [A5.6] [A5.9]"""


def too_few(sheets: Mapping[str, int], least: int) -> Sequence[str]:
    """Names of candidates with fewer evaluators than needed."""
    return [name for name, count in sheets.items() if count < least]
