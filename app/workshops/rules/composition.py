"""Composition of a workshop 人员组成; pure functions over its people and the pack's figures. [A6.4] [A6.5]"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.workshops.states import MemberRole, WorkshopFamily, WorkshopKind


@dataclass(frozen=True, slots=True)
class Person:
    """A member as composition looks at it.

    area: what counts as one area 区域 (see `area_of`). is_own: of the workshop's own unit. others: names of the other
    workshops of the level the person belongs to.
    """

    teacher_id: UUID
    name: str
    role: MemberRole
    area: UUID
    is_own: bool
    stage: str
    subject: str
    others: tuple[str, ...] = ()
    has_consented: bool = True


@dataclass(frozen=True, slots=True)
class Team:
    """A workshop with its people; alike: names of workshops of the same unit, stage, subject and kind. [A6.12]"""

    family: WorkshopFamily
    kind: WorkshopKind | None
    stage: str
    subject: str
    leader_id: UUID
    people: tuple[Person, ...]
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The pack's figures of a day; people and areas are counts, the share is a fraction."""

    families: tuple[str, ...]
    core: tuple[int, int]
    full: tuple[int, int]
    core_areas: int
    own_share: Decimal
    applicant_areas: int
    exempt_stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement with its figures, whether it is met, and the smallest change that would meet it.

    repair_people: how many people that change moves; 0 where it is met or nobody need move.
    """

    finding: Finding
    is_met: bool
    repair: str | None = None
    repair_people: int = 0


def limits(regulation: Regulation, *, on: date) -> Limits:
    """The figures in force on a day; raises NoPolicyYet before the regulation."""

    def span(name: str) -> tuple[int, int]:
        return regulation.whole(f"{name}.min", on=on), regulation.whole(f"{name}.max", on=on)

    return Limits(
        regulation.texts("workshops.composition_families", on=on),
        span("workshops.core_members"),
        span("workshops.full_members"),
        regulation.whole("workshops.core_areas_min", on=on),
        regulation.decimal("workshops.own_unit_core_share_max", on=on),
        regulation.whole("workshops.applicant_areas_min", on=on),
        regulation.texts("workshops.applicant_areas_exempt_stages", on=on),
    )


def area_of(school_id: UUID, central_school_id: UUID | None, stages: Sequence[str]) -> UUID:
    """The area of a school: primary schools under one 中心校 are one, every other school is its own. [A6.5a]"""
    is_primary = "primary" in stages and "junior_middle" not in stages
    return central_school_id if central_school_id and is_primary else school_id


def check_composition(team: Team, limit: Limits) -> list[Check]:
    """Every requirement of a team in the order of the articles, met or not. [A6.4] [A6.5] [A6.12] [A6.13a]

    Families the articles do not bind are checked for their leader, homogeneity and double membership only.
    """
    checks = [_leader(team)]
    if team.family in limit.families:
        core = [one for one in team.people if one.role is MemberRole.CORE]
        applicants = [one for one in team.people if one.role is MemberRole.APPLICANT]
        checks += [
            _count("workshop.core_members", "A6.4", "核心成员", len(core), limit.core),
            _count("workshop.full_members", "A6.4", "正式成员（含核心成员）", len(team.people), limit.full),
            _areas("workshop.core_areas", "A6.5a", "核心成员", core, limit.core_areas),
            _own_share(core, len(team.people), limit.own_share, of_core=False),
            _own_share(core, len(core), limit.own_share, of_core=True),
        ]
        if team.stage not in limit.exempt_stages:
            areas = _areas("workshop.applicant_areas", "A6.5d", "申报成员", applicants, limit.applicant_areas)
            checks.append(areas)
    return [*checks, *_advice(team)]


def broken(checks: Sequence[Check]) -> list[Finding]:
    """The findings of the requirements that are not met."""
    return [one.finding for one in checks if not one.is_met]


def _leader(team: Team) -> Check:
    role = next((one.role for one in team.people if one.teacher_id == team.leader_id), None)
    is_met = role is MemberRole.CORE
    message = "主持人是核心成员。" if is_met else "主持人不在核心成员中。"
    repair = None if is_met else "把主持人列为核心成员"
    return _check("workshop.leader", "A6.4", message, (role, MemberRole.CORE), is_met=is_met, repair=(repair, 1))


def _count(rule: str, clause: str, who: str, actual: int, span: tuple[int, int]) -> Check:
    least, most = span
    is_met = least <= actual <= most
    missing = least - actual if actual < least else actual - most
    verb = "增加" if actual < least else "减少"
    message = f"{who}应为 {least}-{most} 人，现为 {actual} 人。"
    repair = None if is_met else f"{verb} {missing} 名{who.removesuffix('（含核心成员）')}"
    return _check(rule, clause, message, (actual, f"{least}-{most}"), is_met=is_met, repair=(repair, missing))


def _areas(rule: str, clause: str, who: str, people: Sequence[Person], least: int) -> Check:
    actual = len({one.area for one in people})
    message = f"{who}应来自不少于 {least} 个不同区域的学校，现为 {actual} 个。"
    missing = least - actual
    repair = f"增加或换入 {missing} 名其他区域学校的{who}" if missing > 0 else None
    return _check(rule, clause, message, (actual, least), is_met=missing <= 0, repair=(repair, missing))


def _own_share(core: Sequence[Person], whole: int, most: Decimal, *, of_core: bool) -> Check:
    """Own core people among the team (must), and among the core (advise)."""
    own = sum(one.is_own for one in core)
    allowed = int((most * whole).to_integral_value(ROUND_DOWN))
    is_met = own <= allowed
    among, rule = (
        ("核心成员", "workshop.own_unit_core_share_of_core")
        if of_core
        else ("团队总数", "workshop.own_unit_core_share")
    )
    share = (Decimal(own) / whole).quantize(Decimal("0.0001")) if whole else Decimal(0)
    message = f"本单位的核心成员不得超过{among}的 {most:.0%}：共 {whole} 人，最多 {allowed} 人，现为 {own} 人。"
    repair = None if is_met else f"把 {own - allowed} 名本单位的核心成员换成其他单位的教师"
    severity = Severity.ADVISE if of_core else Severity.MUST
    return _check(
        rule, "A6.5b", message, (share, most), is_met=is_met, repair=(repair, own - allowed), severity=severity
    )


def _advice(team: Team) -> list[Check]:
    """What is pointed out and does not refuse: double members, members that do not fit, consent, homogeneity."""
    twice = [f"{one.name}（{'、'.join(one.others)}）" for one in team.people if one.others]
    off_stage = team.kind is not WorkshopKind.CROSS_STAGE and team.family is WorkshopFamily.TEACHER_WORKSHOP
    strange = [
        one.name for one in team.people if off_stage and (one.stage != team.stage or one.subject != team.subject)
    ]
    silent = [one.name for one in team.people if not one.has_consented]
    return [
        _advise("workshop.one_per_level", None, "已是同级其他工作坊的成员", twice, "一人同一时间只参加一个同级工作坊"),
        _advise("workshop.fits_theme", "A6.13a", "与工作坊的学段、学科不一致", strange, "换成同学段、同学科的教师"),
        _advise("workshop.consent", None, "尚未同意加入", silent, "请本人在系统中确认"),
        _advise("workshop.homogeneous", "A6.12", "同单位、同学段、同学科、同类型", team.alike, "与其合并，或改变类型"),
    ]


def _advise(rule: str, clause: str | None, what: str, names: Sequence[str], repair: str) -> Check:
    message = f"{what}：{'、'.join(names)}。" if names else f"没有{what}的情形。"
    facts = (len(names), 0)
    change = (repair if names else None, 0)
    return _check(rule, clause, message, facts, is_met=not names, repair=change, severity=Severity.ADVISE)


def _check(  # noqa: PLR0913 - what a requirement is made of
    rule: str,
    clause: str | None,
    message: str,
    facts: tuple[object, object],
    *,
    is_met: bool,
    repair: tuple[str | None, int],
    severity: Severity = Severity.MUST,
) -> Check:
    actual, required = facts
    finding = Finding(rule, severity, clause, message, actual, required)  # type: ignore[arg-type]  # scalars only
    return Check(finding, is_met, None if is_met else repair[0], 0 if is_met else repair[1])
