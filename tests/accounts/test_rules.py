"""Pure rules of accounts at their boundaries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.access.permissions import PERMISSIONS, Permission, Role
from app.accounts import rules
from app.accounts.rules import GrantFacts, RefreshFacts, Refreshing
from app.organisations.states import OrganisationKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RIGHT = {
    ("bureau", "bureau"),
    ("training_school", "training_school"),
    ("central_school", "central_school"),
    ("school", "school"),
    ("teacher", "school"),
    ("teacher", "central_school"),
    ("teacher", "training_school"),
}


def test_every_role_has_its_kinds() -> None:
    assert set(rules.ROLE_KINDS) == {str(role) for role in Role}


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("role", Role)
def test_role_agrees_with_the_kind_of_its_organisation(role: Role, kind: OrganisationKind) -> None:
    found = rules.check_grant(GrantFacts(str(role), kind, has_teacher=True))
    expected = [] if (str(role), str(kind)) in RIGHT else ["account.role_organisation"]
    assert [finding.rule for finding in found] == expected


@pytest.mark.parametrize(
    ("role", "organisation", "department", "has_teacher", "codes"),
    [
        ("bureau", "bureau", "department", False, []),
        ("bureau", "bureau", "school", False, ["account.desk_kind"]),
        ("school", "school", "department", False, ["account.desk_role"]),
        ("teacher", "school", None, False, ["account.teacher"]),
        ("teacher", "school", None, True, []),
        (
            "teacher",
            "bureau",
            "school",
            False,
            ["account.role_organisation", "account.desk_role", "account.desk_kind", "account.teacher"],
        ),
    ],
)
def test_every_disagreement_of_a_grant_is_a_finding(
    role: str, organisation: str, department: str | None, has_teacher: Any, codes: list[str]
) -> None:
    desk = OrganisationKind(department) if department else None
    found = rules.check_grant(GrantFacts(role, OrganisationKind(organisation), desk, has_teacher))
    assert [finding.rule for finding in found] == codes


@pytest.mark.parametrize(
    ("failures", "age", "locked"),
    [
        (0, None, False),
        (4, timedelta(), False),
        (5, timedelta(), True),
        (6, timedelta(), True),
        (5, timedelta(minutes=15) - SECOND, True),
        (5, timedelta(minutes=15), False),
        (5, timedelta(days=1), False),
    ],
)
def test_five_failures_lock_out_for_the_rest_of_fifteen_minutes(
    failures: int, age: timedelta | None, locked: object
) -> None:
    assert rules.is_locked_out(failures, None if age is None else NOON - age, at=NOON) is locked


@pytest.mark.parametrize(
    ("failures", "age", "count", "begins"),
    [
        (0, None, 1, timedelta()),
        (1, SECOND, 2, SECOND),
        (4, timedelta(minutes=15) - SECOND, 5, timedelta(minutes=15) - SECOND),
        (4, timedelta(minutes=15), 1, timedelta()),
        (5, timedelta(hours=1), 1, timedelta()),
    ],
)
def test_failure_counts_within_its_window_and_starts_a_new_one_after(
    failures: int, age: timedelta | None, count: int, begins: timedelta
) -> None:
    since = None if age is None else NOON - age
    assert rules.after_failure(failures, since, at=NOON) == (count, NOON - begins)


@pytest.mark.parametrize(
    ("roles", "life"),
    [
        (["school"], timedelta(days=60)),
        (["central_school", "teacher"], timedelta(days=60)),
        (["bureau"], timedelta(hours=12)),
        (["training_school"], timedelta(hours=12)),
        (["teacher", "training_school"], timedelta(hours=12)),
    ],
)
def test_session_ends_after_sixty_days_or_twelve_hours_at_desks(roles: list[str], life: timedelta) -> None:
    ends = rules.session_ends(roles, began=NOON)
    assert ends == NOON + life
    assert rules.idle_until(ends, at=NOON) == min(NOON + timedelta(days=14), ends)


@pytest.mark.parametrize(
    ("used", "revoked", "active", "until", "verdict"),
    [
        (None, False, True, SECOND, Refreshing.ROTATE),
        (None, False, True, timedelta(), Refreshing.OVER),
        (None, True, True, SECOND, Refreshing.OVER),
        (None, False, False, SECOND, Refreshing.OVER),
        (timedelta(), False, True, SECOND, Refreshing.REPEAT),
        (timedelta(seconds=10), False, True, SECOND, Refreshing.REPEAT),
        (timedelta(seconds=10, microseconds=1), False, True, SECOND, Refreshing.REUSED),
        (timedelta(days=1), False, True, SECOND, Refreshing.REUSED),
        (timedelta(days=1), True, True, SECOND, Refreshing.OVER),
    ],
)
def test_refresh_token_rotates_repeats_for_ten_seconds_then_betrays_its_session(
    used: timedelta | None, revoked: Any, active: Any, until: timedelta, verdict: Refreshing
) -> None:
    facts = RefreshFacts(revoked, active, NOON + until, None if used is None else NOON - used)
    assert rules.judge_refresh(facts, at=NOON) is verdict


@pytest.mark.parametrize(
    ("address", "networks", "allowed"),
    [
        ("203.0.113.9", [], True),
        (None, [], True),
        ("10.1.2.3", ["10.1.0.0/16"], True),
        ("10.2.0.0", ["10.1.0.0/16"], False),
        ("10.2.0.1", ["10.1.0.0/16", "10.2.0.0/16"], True),
        ("::ffff:10.1.2.3", ["10.1.0.0/16"], True),
        ("10.1.2.3", ["fd00::/8"], False),
        ("fd00::1", ["fd00::/8"], True),
        (None, ["10.1.0.0/16"], False),
        ("", ["0.0.0.0/0"], False),
        ("somewhere", ["0.0.0.0/0"], False),
    ],
)
def test_program_signs_in_from_its_networks_only(address: str | None, networks: list[str], allowed: object) -> None:
    assert rules.is_in_networks(address, networks) is allowed


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 11, 23), date(2027, 11, 23)),
        (date(2026, 12, 31), date(2027, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_program_is_registered_for_a_year_at_most(today: date, latest: date) -> None:
    assert rules.client_expires_at_latest(today) == latest


def test_what_programs_never_get_exists() -> None:
    assert {str(permission) for permission in PERMISSIONS} >= rules.NOT_FOR_PROGRAMS
    assert Permission.HOURS_READ not in rules.NOT_FOR_PROGRAMS
