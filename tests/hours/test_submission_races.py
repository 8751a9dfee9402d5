"""School sheets under real concurrency: one effect, whoever acts at the same moment."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.factories.cluster import Clone
from tests.factories.submissions import Office, activity


@pytest.mark.clause("A5.6")
async def test_approve_against_withdraw_has_one_winner(office: Office, clone: Clone) -> None:
    for _ in range(5):
        sheet = await office.sheet("school", activity("1", activity_title=f"备课 {_}"), to="submitted")
        answers = await asyncio.gather(
            office.post("training_school", f"/{sheet['id']}:approve", {}),
            office.post("school", f"/{sheet['id']}:withdraw", {}),
        )
        assert sorted(one.status_code for one in answers) == [200, 409]
        found = await office.get("school", f"/{sheet['id']}")
        posted = (await office.get("school", f"/{sheet['id']}/lines"))["items"][0]["entry_id"]
        assert (found["status"] == "approved") == (posted is not None) == (answers[0].status_code == 200)
    connection = await clone.connect()
    pairs = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM hours_entries) AS entries,"
        " (SELECT count(*) FROM hours_submissions WHERE status = 'approved') AS approved"
    )
    await connection.close()
    assert pairs["entries"] == pairs["approved"]


async def test_two_sheets_with_the_same_line_are_credited_once(office: Office, clone: Clone) -> None:
    sheets = [await office.sheet("school", to="submitted") for _ in range(4)]
    answers = await asyncio.gather(*(office.post("training_school", f"/{one['id']}:approve", {}) for one in sheets))
    assert sorted(one.status_code for one in answers) == [200, 422, 422, 422]
    connection = await clone.connect()
    assert await connection.fetchval("SELECT count(*) FROM hours_entries") == 1
    await connection.close()


async def test_editing_against_submitting_leaves_what_was_submitted(office: Office, clone: Clone) -> None:
    """With the version both have read one wins; without, a line is in the sheet that was submitted, or refused."""
    statuses = set()
    for turn in range(6):
        sheet = await office.sheet("school", activity("1", activity_title=f"备课 {turn}"))
        path, etag = f"/{sheet['id']}", {"etag": sheet["etag"]} if turn % 2 else {}
        more = {"lines": [activity("2", activity_title=f"备课 {turn}")], **etag}
        # Who is asked first has a lead; both leads are given.
        acts = [office.post("school", f"{path}/lines:batchCreate", more), office.post("school", f"{path}:submit", etag)]
        answers = await asyncio.gather(*(acts if turn < 3 else acts[::-1]))
        edited, submitted = (one.status_code for one in (answers if turn < 3 else answers[::-1]))
        statuses.add((edited, submitted))
        assert submitted in ({200, 412} if etag else {200})
        assert edited in ({200, 409, 412} if etag else {200, 409})
        assert not etag or (edited == 200) != (submitted == 200)
        found = await office.get("school", path)
        assert found["status"] == ("submitted" if submitted == 200 else "draft")
        assert found["line_count"] == 1 + (edited == 200)
        if submitted == 200:
            connection = await clone.connect()
            facts = "SELECT facts ->> 'lines' FROM events WHERE kind = 'hours_submission.submitted' AND entity_id = $1"
            assert int(await connection.fetchval(facts, UUID(sheet["id"]))) == found["line_count"]
            await connection.close()
    assert any(200 in pair for pair in statuses)


def expected(status: int, sheets: int) -> dict[int, int]:
    """How many answers of each status a storm has."""
    return {200: sheets, 409: status - sheets}


async def storm(office: Office, clone: Clone, *, sheets: int, approvers: int) -> None:
    """Every sheet is approved by all approvers at once: one effect each."""
    made = [
        await office.sheet(
            "school", *(activity(str(who), activity_title=f"第 {number} 次") for who in (1, 2, 3)), to="submitted"
        )
        for number in range(sheets)
    ]
    counts: dict[int, int] = {}
    for sheet in made:
        who = ("training_school", "training_school_2")
        answers = await asyncio.gather(
            *(office.post(who[place % 2], f"/{sheet['id']}:approve", {}) for place in range(approvers))
        )
        for answer in answers:
            counts[answer.status_code] = counts.get(answer.status_code, 0) + 1
    connection = await clone.connect()
    found: Any = await connection.fetchrow(
        "SELECT (SELECT count(*) FROM hours_entries) AS entries,"
        " (SELECT sum(credited) FROM hours_summaries) AS credited,"
        " (SELECT count(*) FROM hours_submission_acts WHERE act = 'approve') AS acts,"
        " (SELECT count(*) FROM events WHERE kind = 'hours_submission.approved') AS events"
    )
    await connection.close()
    assert tuple(found) == (3 * sheets, 6 * sheets, sheets, sheets)
    assert counts == expected(sheets * approvers, sheets)


@pytest.mark.clause("A5.6")
async def test_sixteen_approvers_have_one_effect_per_sheet(office: Office, clone: Clone) -> None:
    await storm(office, clone, sheets=5, approvers=16)


@pytest.mark.long
@pytest.mark.clause("A5.6")
async def test_sixty_four_approvers_have_one_effect_per_sheet(office: Office, clone: Clone) -> None:
    await storm(office, clone, sheets=200, approvers=64)
