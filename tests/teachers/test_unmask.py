"""Full numbers, one at a time: who may, the reason on record, the limit, and nothing left behind."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.accounts.entry import Entrance
from app.core.limits import Limit
from tests.factories.cluster import Clone
from tests.factories.teachers import MOBILE, counts, fetch
from tests.factories.world import World

As = Callable[[str], dict[str, str]]
ASK = {"field": "id_number", "reason": "核对社保信息"}


def url(world: World, teacher: str) -> str:
    """The address of unmasking."""
    return f"/v1/teachers/{world.teacher(teacher)}:unmask"


@pytest.mark.parametrize(
    ("username", "teacher", "status"),
    [
        ("bureau", "b1-1", 200),
        ("training_school", "d-1", 200),
        ("school", "a1-2", 200),
        ("teacher", "a1-1", 200),
        ("school", "a2-1", 404),
        ("teacher", "a1-2", 404),
        ("central_school", "a1-1", 403),
        ("bureau_be", "a1-1", 403),
        ("bureau", "x1-1", 404),
        ("abroad_school", "a1-1", 404),
    ],
)
async def test_who_may_unmask(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, username: str, teacher: str, status: int
) -> None:
    before = await counts(clone)
    answer = await client.post(url(world, teacher), json=ASK, headers=as_role(username))
    assert answer.status_code == status, answer.text
    shown = answer.json().get("value")
    assert shown == (world.id_number(teacher) if status == 200 else None)
    after = await counts(clone)
    assert after["events"] - before["events"] == (1 if status == 200 else 0)
    assert after | {"events": 0} == before | {"events": 0}


async def test_the_audit_log_has_field_and_reason_and_never_the_value(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, capfd: pytest.CaptureFixture[str]
) -> None:
    await client.patch("/v1/me/contact", json={"mobile": MOBILE}, headers=as_role("teacher"))
    await client.post(url(world, "a1-1"), json=ASK, headers=as_role("bureau"))
    answer = await client.post(url(world, "a1-1"), json=ASK | {"field": "mobile"}, headers=as_role("bureau"))
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.json() == {"teacher_id": str(world.teacher("a1-1")), "field": "mobile", "value": MOBILE}
    rows = await fetch(
        clone,
        "SELECT channel, facts::text, account_id FROM events WHERE kind = 'teacher.unmasked' ORDER BY seq",
    )
    assert [(row["channel"], row["facts"]) for row in rows] == [
        ("audit", '{"field": "id_number", "reason": "核对社保信息"}'),
        ("audit", '{"field": "mobile", "reason": "核对社保信息"}'),
    ]
    assert {row["account_id"] for row in rows} == {world.account("bureau").id}
    kept = str(await fetch(clone, "SELECT * FROM events")) + str(await fetch(clone, "SELECT * FROM teachers"))
    written = kept + "".join(capfd.readouterr())
    assert world.id_number("a1-1") not in written
    assert MOBILE not in written


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"field": "id_number"}, "/reason"),
        (ASK | {"reason": "核对下"}, "/reason"),
        (ASK | {"reason": "    "}, "/reason"),
        (ASK | {"reason": "电话13800005678"}, "/reason"),
        (ASK | {"field": "birth_date"}, "/field"),
        (ASK | {"role": "bureau"}, "/role"),
    ],
)
async def test_requests_without_a_proper_reason_are_refused(
    client: httpx.AsyncClient, as_role: As, world: World, clone: Clone, body: dict[str, Any], pointer: str
) -> None:
    before = await counts(clone)
    refused = await client.post(url(world, "a1-1"), json=body, headers=as_role("bureau"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    assert world.id_number("a1-1") not in refused.text
    assert await counts(clone) == before


async def test_a_mobile_that_is_not_set_is_not_found(client: httpx.AsyncClient, as_role: As, world: World) -> None:
    refused = await client.post(url(world, "a1-2"), json=ASK | {"field": "mobile"}, headers=as_role("bureau"))
    assert (refused.status_code, refused.json()["code"]) == (404, "MOBILE_NOT_SET")


@pytest.mark.parametrize("value", ["true", "1", "false"])
async def test_trying_it_out_is_refused_for_it_would_leave_no_record(
    client: httpx.AsyncClient, as_role: As, world: World, value: str
) -> None:
    refused = await client.post(f"{url(world, 'a1-1')}?validate_only={value}", json=ASK, headers=as_role("bureau"))
    assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATE_ONLY_REFUSED")
    assert world.id_number("a1-1") not in refused.text


async def test_thirty_an_hour_for_each_account(
    client: httpx.AsyncClient, entrance: Entrance, as_role: As, world: World, clone: Clone
) -> None:
    entrance.limits.limits["unmask"] = Limit(30, 3600)
    entrance.limits.now = lambda: 0.0  # the clock stands: however long the asking takes
    answers = [await client.post(url(world, "a1-1"), json=ASK, headers=as_role("bureau")) for _ in range(31)]
    other = await client.post(url(world, "a1-1"), json=ASK, headers=as_role("bureau_2"))
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert (answers[-1].json()["code"], answers[-1].headers["retry-after"]) == (
        "RATE_LIMITED",
        "121",
    )  # two minutes a piece, and the second begun
    assert other.status_code == 200
    assert len(await fetch(clone, "SELECT 1 FROM events WHERE kind = 'teacher.unmasked'")) == 31
