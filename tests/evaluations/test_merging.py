"""Two records turn out to be one person's: awards, candidates, panel and sheets are the person's, or it is refused."""

import pytest

from tests.factories.cluster import Clone
from tests.factories.evaluations import DECIDING, NOMINATING, PANEL, PUBLIC, REASON, SCORING, Jury, refused
from tests.factories.teachers import fetch
from tests.factories.world import World


def merging(world: World, name: str, into: str) -> tuple[str, dict[str, object]]:
    """Path and body of merging one record into another."""
    body = {"into_id": str(world.teacher(into)), "reason": "重复登记的档案", "is_same_person": True}
    return f"teachers/{world.teacher(name)}:merge", body


async def put_award(clone: Clone, world: World, name: str, number: str) -> None:
    """An award of 2024 on paper."""
    await fetch(
        clone,
        "INSERT INTO awards (region_id, id, kind, year, subject, subject_id, holder_name, unit_id, teacher_id, route,"
        " number, awarded_on, granted_by) SELECT region_id, gen_random_uuid(), 'advanced_person', 2024, 'teacher', id,"
        f" name, school_id, id, 'recorded', '{number}', '2024-12-20', id FROM teachers"
        f" WHERE id = '{world.teacher(name)}' RETURNING 1",
    )


@pytest.mark.clause("M7.1b")
async def test_a_merged_record_is_one_candidate_and_holds_the_awards(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign("advanced_person", unit_places=3)
    await jury.nominated(campaign, "central_school", world.teacher("a1-2"))
    other = await jury.nominated(campaign, "central_school", world.teacher("a1-3"))
    await put_award(clone, world, "a1-2", "奖字001")
    path, body = merging(world, "a1-3", "a1-2")
    await refused(jury, clone, [("bureau", path, body, NOMINATING, 409, "CAMPAIGN_OVERLAP")])
    await jury.done("central_school", f"campaign-candidates/{other['id']}:withdraw", REASON, NOMINATING)
    await jury.done("bureau", path, body, NOMINATING)
    await put_award(clone, world, "a1-1", "奖字002")
    path, body = merging(world, "a1-2", "a1-1")
    await refused(jury, clone, [("bureau", path, body, NOMINATING, 409, "AWARD_OVERLAP")])
    await fetch(clone, "UPDATE awards SET year = 2023 WHERE number = '奖字002' RETURNING 1")
    await jury.done("bureau", path, body, NOMINATING)
    stays = str(world.teacher("a1-1"))
    awards = (await jury.get("bureau", f"awards?teacher_id={stays}"))["items"]
    assert sorted((one["number"], one["subject_id"]) for one in awards) == [("奖字001", stays), ("奖字002", stays)]
    listed = (await jury.get("bureau", f"campaigns/{campaign['id']}/candidates?status=nominated"))["items"]
    assert [(one["subject_id"], one["teacher_id"]) for one in listed] == [(stays, stays)]


@pytest.mark.clause("SoD3")
async def test_a_merged_record_keeps_its_sheets_and_what_bars_it(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign()
    await jury.nominated(campaign, "central_b", world.organisation("B1"))
    sheets = await jury.scoring(campaign)
    assert len(sheets) == len(PANEL)
    path, body = merging(world, "a2-1", "a1-3")
    candidate = sheets[0]["candidate_id"]
    put = (
        "INSERT INTO candidate_persons (region_id, id, candidate_id, person_id, capacity, ground) SELECT region_id,"
        f" gen_random_uuid(), id, '{world.teacher('a1-3')}', 'barred', 'nominator' FROM campaign_candidates"
    )
    await fetch(clone, f"{put} WHERE id = '{candidate}' RETURNING 1")
    await refused(jury, clone, [("bureau", path, body, NOMINATING, 409, "CAMPAIGN_OVERLAP")])
    await fetch(clone, "DELETE FROM candidate_persons WHERE ground = 'nominator' RETURNING 1")
    await jury.done("bureau", path, body, NOMINATING)
    moved = await fetch(clone, f"SELECT teacher_id FROM score_sheets WHERE person_id = '{world.teacher('a1-3')}'")
    assert [row["teacher_id"] for row in moved] == [world.teacher("a1-3")]
    assert len(await fetch(clone, f"SELECT 1 FROM campaign_panels WHERE person_id = '{world.teacher('a1-3')}'")) == 1


@pytest.mark.clause("M7.1b")
async def test_parting_gives_back_awards_honours_candidacies_and_sheets(jury: Jury, clone: Clone, world: World) -> None:
    first, second, third = (str(world.teacher(name)) for name in ("a1-2", "a1-3", "a1-1"))
    campaign = await jury.campaign("advanced_person", unit_places=3)
    await jury.nominated(campaign, "central_school", first)
    await put_award(clone, world, "a1-2", "奖字001")
    await put_award(clone, world, "a1-3", "奖字002")
    await fetch(clone, "UPDATE awards SET year = 2023 WHERE number = '奖字002' RETURNING 1")
    given = (
        "INSERT INTO teacher_honours (region_id, id, teacher_id, award_id, code, level, awarded_on, number, granted_by)"
        " SELECT region_id, id, teacher_id, id, 'research_advanced_person', 'city', awarded_on, number, granted_by"
        " FROM awards RETURNING 1"
    )
    await fetch(clone, given)
    for name, into in (("a1-2", "a1-3"), ("a1-3", "a1-1")):
        path, body = merging(world, name, into)
        await jury.done("bureau", path, body, NOMINATING)
    assert await _held(jury, clone) == {third: (2, 2, 1)}
    part = {"reason": "经核实为两人"}
    back = await jury.done("bureau", f"teachers/{second}:unmerge", part, NOMINATING)
    assert [one["number"] for one in back["awarded_honours"]] == ["奖字002"]
    assert await _held(jury, clone) == {second: (1, 1, 0), third: (1, 1, 1)}
    await jury.done("bureau", f"campaigns/{campaign['id']}:score", on=SCORING)
    chosen = (await jury.get("bureau", f"campaigns/{campaign['id']}/candidates"))["items"][0]["id"]
    await jury.done("bureau", f"campaigns/{campaign['id']}:publicise", {"candidate_ids": [chosen]}, PUBLIC)
    await jury.done("bureau_2", f"campaigns/{campaign['id']}:decide", on=DECIDING)
    assert await _held(jury, clone) == {second: (1, 1, 0), third: (2, 2, 1)}
    await jury.done("bureau", f"teachers/{first}:unmerge", part, DECIDING)
    assert await _held(jury, clone) == {first: (2, 2, 1), second: (1, 1, 0)}
    left = await fetch(clone, "SELECT count(*) AS n FROM teacher_successions WHERE undone_at IS NULL")
    assert left[0]["n"] == 0


async def _held(jury: Jury, clone: Clone) -> dict[str, tuple[int, int, int]]:
    """Teacher -> awards, honours in the read-out, and candidacies."""
    rows = await fetch(
        clone,
        "SELECT t.id, (SELECT count(*) FROM awards a WHERE a.teacher_id = t.id AND a.subject_id = t.id) AS awards,"
        " (SELECT count(*) FROM campaign_candidates c WHERE c.teacher_id = t.id AND c.subject_id = t.id) AS standing"
        " FROM teachers t",
    )
    found = {}
    for row in rows:
        if row["awards"] or row["standing"]:
            shown = (await jury.get("bureau", f"teachers/{row['id']}"))["awarded_honours"]
            found[str(row["id"])] = (row["awards"], len(shown), row["standing"])
    return found


@pytest.mark.clause("SoD3")
async def test_parting_gives_sheets_and_the_place_on_the_panel_back(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign()
    await jury.nominated(campaign, "central_b", world.organisation("B1"))
    await jury.scoring(campaign)
    path, body = merging(world, "a2-1", "a1-3")
    await jury.done("bureau", path, body, SCORING)
    whose = "SELECT person_id, teacher_id FROM {} WHERE teacher_id IS NOT NULL"
    for name in ("score_sheets", "campaign_panels"):
        assert [tuple(row) for row in await fetch(clone, whose.format(name))] == [(world.teacher("a1-3"),) * 2]
    await jury.done("bureau", f"teachers/{world.teacher('a2-1')}:unmerge", {"reason": "经核实为两人"}, SCORING)
    for name in ("score_sheets", "campaign_panels"):
        assert [tuple(row) for row in await fetch(clone, whose.format(name))] == [(world.teacher("a2-1"),) * 2]
