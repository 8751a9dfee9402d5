"""Rules of school sheets 学时申报; pure functions over lines and what is known of them. [A5.6] [A5.7.1] [A6.13c]"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.hours.rules.crediting import ZERO, CategoryPolicy, Line, Used, check_line, credit, line_key
from app.hours.states import HoursCategory
from app.policy.finding import Finding, Severity
from app.policy.school_year import SchoolYear

NO_POST = "hours.not_employed"


@dataclass(frozen=True, slots=True)
class Term:
    """A half of a school year as sheets are filed: the holiday after a term belongs to it."""

    name: str
    first_day: date
    last_day: date

    def __contains__(self, day: date) -> bool:
        """Whether a day lies in the term."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry of the ledger for the same teacher and day, not reversed."""

    id: UUID
    line_key: str
    category: str
    title: str
    session: str | None
    source: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a sheet, where its teacher was on its day, and what the ledger has of that teacher and day.

    is_own: employed on the day by the unit that files or by a school under it; is_on_post: at post there.
    """

    teacher_id: UUID
    claimed: Decimal
    title: str
    day: date
    session: str | None
    is_own: bool
    is_on_post: bool
    entered: tuple[Entered, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would become of a line: hours credited (0 where it is refused) and what is to be said of it."""

    credited: Decimal
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the sheet cannot go on with this line."""
        return any(finding.severity is Severity.MUST for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all lines of a sheet share.

    used_year, used_days: hours the ledger has credited already, by teacher and by day.
    is_closed: the school year of the term takes no postings any more.
    """

    category: HoursCategory
    term: Term
    policies: Mapping[date, CategoryPolicy | Finding]
    used_year: Mapping[UUID, Decimal]
    used_days: Mapping[tuple[UUID, date], Decimal]
    is_closed: bool = False


def term_of(year: SchoolYear, number: int, second_starts: date) -> Term:
    """The first term runs from 1 September to the day before the second begins, the second to 31 August."""
    name = f"{year}-{number}"
    if number == 1:
        return Term(name, year.first_day, date.fromordinal(second_starts.toordinal() - 1))
    return Term(name, second_starts, year.last_day)


def term_on(year: SchoolYear, day: date, second_starts: date) -> str:
    """The name of the term of a school year in which a day lies."""
    return term_of(year, 1 if day in term_of(year, 1, second_starts) else 2, second_starts).name


def check_filing(category: HoursCategory, *, is_school: bool, has_central_school: bool) -> list[Finding]:
    """Who files what: schools their school-based research, 中心校 and 市直学校 workshops. [A5.7.1] [A6.13c]"""
    if category is HoursCategory.SCHOOL_RESEARCH and not is_school:
        message = "校本研修学时由学校申报，中心校不申报。"
        return [Finding("hours_submission.filed_by", Severity.MUST, "A5.7.1", message, str(category), None)]
    if category is HoursCategory.WORKSHOP and is_school and has_central_school:
        message = "工作坊学时由工作坊所在的中心校或市直学校申报，请由中心校填报。"
        return [Finding("hours_submission.filed_by", Severity.MUST, "A6.13c", message, str(category), None)]
    return []


def check_sheet(sheet: Sheet, lines: Sequence[SheetLine], *, today: date) -> list[Outcome]:
    """Lines (n,) -> outcomes (n,), same order: what approval would do with them, one after the other."""
    first: dict[str, int] = {}
    days, years = dict(sheet.used_days), dict(sheet.used_year)
    outcomes = []
    for place, line in enumerate(lines):
        key = line_key(line.teacher_id, line.day, sheet.category, line.title, line.session)
        findings = _check(sheet, line, key, today=today)
        if first.setdefault(key, place) != place:
            message = f"与第 {first[key] + 1} 行相同（教师、日期、活动、场次），请删去一行。"
            findings.append(_must("hours_submission.repeated", None, message, place + 1, first[key] + 1))
        policy = sheet.policies[line.day]
        if isinstance(policy, Finding) or any(one.severity is Severity.MUST for one in findings):
            outcomes.append(Outcome(ZERO, tuple(findings)))
            continue
        day = (line.teacher_id, line.day)
        given = credit(line.claimed, Used(days.get(day, ZERO), years.get(line.teacher_id, ZERO)), policy)
        days[day] = days.get(day, ZERO) + given.credited
        years[line.teacher_id] = years.get(line.teacher_id, ZERO) + given.credited
        outcomes.append(Outcome(given.credited, (*findings, *given.findings)))
    return outcomes


def _check(sheet: Sheet, line: SheetLine, key: str, *, today: date) -> list[Finding]:
    findings = []
    if sheet.is_closed:
        findings.append(_must("hours.year_closed", None, "该学年的学时账已封，不再登记学时。", sheet.term.name, None))
    policy = sheet.policies[line.day]
    if isinstance(policy, Finding):
        findings.append(policy)
    else:
        facts = Line(sheet.category, line.claimed, line.day, None, line.is_own, line.is_on_post)
        findings += [one for one in check_line(facts, policy, today=today) if one.rule != NO_POST]
    if not line.is_own:
        message = f"该教师 {line.day} 不在本单位任职，应由当时所在学校申报。"
        findings.append(_must("hours_submission.other_school", "A5.2", message, line.day, None))
    if line.day not in sheet.term:
        term = sheet.term
        message = f"活动日期 {line.day} 不在 {term.name} 学期内（{term.first_day} 至 {term.last_day}）。"
        findings.append(_must("hours_submission.outside_term", None, message, line.day, term.name))
    return findings + _check_entered(sheet, line, key)


def _check_entered(sheet: Sheet, line: SheetLine, key: str) -> list[Finding]:
    """The same line counts once; the same title in another session or category is worth a second look."""
    findings = []
    for one in line.entered:
        is_same = (one.category, one.title, one.session) == (str(sheet.category), line.title, line.session)
        if one.line_key == key or is_same:
            message = f"该教师 {line.day}“{line.title}”已计入学时（来源：{one.source}），请删去本行。"
            findings.append(_must("hours_submission.already_credited", None, message, str(one.id), None))
        elif one.title == line.title:
            message = f"该教师 {line.day} 已有同名活动“{line.title}”计入学时（场次或类别不同），请核对是否重复。"
            findings.append(
                Finding("hours_submission.similar_entry", Severity.ADVISE, None, message, str(one.id), None)
            )
    return findings


def _must(rule: str, clause: str | None, message: str, actual: object, required: object) -> Finding:
    return Finding(rule, Severity.MUST, clause, message, actual, required)  # type: ignore[arg-type]  # scalars only
