"""Rules of accounts: which role stands where, lockout, lives of sessions, networks of programs; pure functions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from app.organisations.states import OrganisationKind
from app.policy.finding import Finding, Severity

FAILURES_MAX = 5
FAILURE_WINDOW = timedelta(minutes=15)
REPEAT_GRACE = timedelta(seconds=10)
IDLE = timedelta(days=14)
LONGEST = timedelta(days=60)
LONGEST_AT_DESKS = timedelta(hours=12)

ROLE_KINDS: Mapping[str, frozenset[OrganisationKind]] = {
    "bureau": frozenset({OrganisationKind.BUREAU}),
    "training_school": frozenset({OrganisationKind.TRAINING_SCHOOL}),
    "central_school": frozenset({OrganisationKind.CENTRAL_SCHOOL}),
    "school": frozenset({OrganisationKind.SCHOOL}),
    "teacher": frozenset(
        {OrganisationKind.SCHOOL, OrganisationKind.CENTRAL_SCHOOL, OrganisationKind.TRAINING_SCHOOL},
    ),
}
"""Role → kinds of organisations it is granted at; teachers work at schools of every kind."""
DESK_ROLES = frozenset({"bureau", "training_school"})
NOT_FOR_PROGRAMS = frozenset({"own_account", "account.change", "account.request", "api_client.change"})
"""What no API client may do: whoever makes accounts could make one with more rights than its scopes."""


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What decides whether a role may be granted at an organisation; department: kind of the desk, if one is named."""

    role: str
    organisation: OrganisationKind
    department: OrganisationKind | None = None
    has_teacher: bool = False


def check_grant(facts: GrantFacts) -> list[Finding]:
    """Whether role, organisation, desk and teacher of a grant agree."""
    found = []
    wanted = "、".join(sorted(ROLE_KINDS[facts.role]))
    if facts.organisation not in ROLE_KINDS[facts.role]:
        message = f"角色 {facts.role} 应授在：{wanted}；现为 {facts.organisation}。"
        found.append(_must("account.role_organisation", message, facts.organisation, wanted))
    if facts.department and facts.role != "bureau":
        message = f"只有教体局的授权可以指定科室，{facts.role} 不可以。"
        found.append(_must("account.desk_role", message, facts.role, "bureau"))
    if facts.department and facts.department is not OrganisationKind.DEPARTMENT:
        message = f"department_id 应为科室；现为 {facts.department}。"
        found.append(_must("account.desk_kind", message, facts.department, str(OrganisationKind.DEPARTMENT)))
    if facts.role == "teacher" and not facts.has_teacher:
        message = "教师账号应关联教师档案（teacher_id）；现未关联。"
        found.append(_must("account.teacher", message, actual=False, required=True))
    return found


def _must(rule: str, message: str, actual: str | bool, required: str | bool) -> Finding:  # noqa: FBT001 - a figure
    return Finding(rule, Severity.MUST, None, message, actual=actual, required=required)


def is_locked_out(failures: int, first_failed_at: datetime | None, *, at: datetime) -> bool:
    """Whether FAILURES_MAX failures in the running window refuse every further try until the window ends."""
    return failures >= FAILURES_MAX and first_failed_at is not None and at < first_failed_at + FAILURE_WINDOW


def after_failure(failures: int, first_failed_at: datetime | None, *, at: datetime) -> tuple[int, datetime]:
    """Count and start of the window after one more failure; a window that is over starts anew."""
    if first_failed_at is None or at >= first_failed_at + FAILURE_WINDOW:
        return 1, at
    return failures + 1, first_failed_at


def session_ends(roles: Collection[str], *, began: datetime) -> datetime:
    """When a session ends whatever happens: 12 h for desks of bureau and 进修学校, else 60 days."""
    return began + (LONGEST_AT_DESKS if DESK_ROLES.intersection(roles) else LONGEST)


def idle_until(ends: datetime, *, at: datetime) -> datetime:
    """Until when a session waits for its next refresh: 14 days, never beyond its end."""
    return min(ends, at + IDLE)


class Refreshing(StrEnum):
    """What a presented refresh token leads to."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSED = "reused"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class RefreshFacts:
    """The state of a session and of the token presented, read under the session's lock."""

    is_revoked: bool
    is_account_active: bool
    until: datetime
    used_at: datetime | None


def judge_refresh(facts: RefreshFacts, *, at: datetime) -> Refreshing:
    """A fresh token rotates; a used one repeats its answer for 10 s and then gives the session away as stolen."""
    if facts.is_revoked or not facts.is_account_active or at >= facts.until:
        return Refreshing.OVER
    if facts.used_at is None:
        return Refreshing.ROTATE
    return Refreshing.REPEAT if at <= facts.used_at + REPEAT_GRACE else Refreshing.REUSED


def is_in_networks(address: str | None, networks: Sequence[str]) -> bool:
    """Whether an address lies in one of the networks (CIDR); no networks let every address through."""
    if not networks:
        return True
    try:
        place = ip_address(address or "")
    except ValueError:
        return False
    if isinstance(place, IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    return any(place in ip_network(network) for network in networks)


def client_expires_at_latest(today: date) -> date:
    """The last day an API client may be registered for: the same day next year."""
    is_leap_day = (today.month, today.day) == (2, 29)
    return date(today.year + 1, 2, 28) if is_leap_day else today.replace(year=today.year + 1)
