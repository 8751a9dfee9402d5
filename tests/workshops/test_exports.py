"""The export of members holds those of the caller's workshops only."""

import pytest

from tests.factories.workshops import Studio


@pytest.mark.parametrize(("who", "count"), [("training_school", 20), ("central_school", 20), ("school_d", 0)])
async def test_members_are_exported_within_the_scope(studio: Studio, who: str, count: int) -> None:
    await studio.registered()
    body = {"kind": "workshop_members", "format": "csv", "reason": "核对成员"}
    made = await studio.done(who, "/v1/exports", body)
    headers = studio.headers(who)
    taken = await studio.client.get(f"/v1/exports/{made['id']}/content", headers=headers)
    lines = taken.content.decode("utf-8-sig").strip().splitlines()
    assert (taken.status_code, len(lines) - 1) == (200, count)
    assert sum("核心成员" in line for line in lines) == (5 if count else 0)
