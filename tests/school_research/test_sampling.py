"""The random sample: strata, the draw over its boundaries, and the stand-alone script that draws the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.school_research.rules import Candidate, Design, check_again, draw, population_hash, seed_hash, wins
from tests.factories.cluster import Clone
from tests.factories.research import Desk, stored

CHECKER = Path(__file__).parents[2] / "docs" / "tools" / "check_sample.py"
SEED, OTHER = "a" * 64, "b" * 64
SCHOOLS = [Candidate(f"{n:02}", "east" if n < 12 else "west", "primary" if n % 3 else "junior") for n in range(20)]
NEW = {"term": "2026-2027-1", "percent": 34}


@pytest.mark.clause("A5.8.2")
@pytest.mark.parametrize(
    ("size", "percent", "count"),
    [(1, 1, 1), (4, 25, 1), (5, 25, 2), (10, 20, 2), (10, 21, 3), (100, 1, 1), (101, 1, 2), (7, 100, 7)],
)
def test_a_share_is_rounded_up(size: int, percent: int, count: int) -> None:
    assert wins(size, percent) == count


@pytest.mark.clause("A5.8.2")
@pytest.mark.parametrize(
    ("central", "stage", "counts"),
    [
        (False, False, {"*|*": 4}),
        (True, False, {"east|*": 3, "west|*": 2}),
        (False, True, {"*|junior": 2, "*|primary": 3}),
        (True, True, {"east|junior": 1, "east|primary": 2, "west|junior": 1, "west|primary": 1}),
    ],
)
def test_each_stratum_gives_its_share(*, central: bool, stage: bool, counts: dict[str, int]) -> None:
    drawn = draw(SCHOOLS, Design(20, central, stage), seed=SEED, public_value="")
    strata = [stratum for _, stratum in drawn]
    assert {stratum: strata.count(stratum) for stratum in strata} == counts
    assert len({school for school, _ in drawn}) == len(drawn)


@pytest.mark.clause("A5.8.2")
def test_the_draw_follows_from_the_record_and_from_nothing_else() -> None:
    design = Design(30, by_central_school=True, by_stage=False)
    first = draw(SCHOOLS, design, seed=SEED, public_value="7")
    assert draw(SCHOOLS[::-1], design, seed=SEED, public_value="7") == first
    assert draw(SCHOOLS, design, seed=OTHER, public_value="7") != first
    assert draw(SCHOOLS, design, seed=SEED, public_value="8") != first
    more = [*SCHOOLS, Candidate("20", "west", "primary")]
    assert population_hash(more) != population_hash(SCHOOLS)
    assert draw(more, design, seed=SEED, public_value="7") != first


@pytest.mark.clause("A5.8.2")
@pytest.mark.parametrize(("made", "reason", "count"), [(0, None, 0), (1, None, 1), (1, "首次材料失实", 0)])
def test_a_second_draw_needs_a_reason(made: int, reason: str | None, count: int) -> None:
    assert len(check_again(made, per_term=1, reason=reason)) == count


def checked(folder: Path, record: Any, committed: Any) -> subprocess.CompletedProcess[str]:
    """What the script says of a record and of what was published before the draw."""
    files = [folder / "record.json", folder / "committed.json"]
    for file, value in zip(files, (record, committed), strict=True):
        file.write_text(json.dumps(value), "utf-8")
    line = [sys.executable, "-I", str(CHECKER), str(files[0]), "--committed", str(files[1])]
    return subprocess.run(line, capture_output=True, text=True, check=False)


@pytest.mark.clause("A5.8.2", "A5.1")
async def test_sample_from_the_seed_to_the_last_correction(desk: Desk, tmp_path: Path) -> None:
    committed = (await desk.post("training_school", "/inspection-samples", NEW)).json()
    path = f"/inspection-samples/{committed['id']}"
    assert (committed["status"], committed["seed"], len(committed["population"])) == ("committed", None, 4)
    early = await desk.post("school", f"{path}:verify", {})
    assert (early.status_code, early.json()["code"]) == (409, "SAMPLE_NOT_DRAWN")
    record = (await desk.post("training_school", f"{path}:draw", {"public_value": "2026151"})).json()
    assert seed_hash(record["seed"]) == committed["seed_sha256"]
    drawn = [one["id"] for one in record["population"] if one["is_drawn"]]
    assert len(drawn) == 3  # one of 甲镇's two, 乙镇's one, the kindergarten
    assert (await desk.post("school", f"{path}:verify", {})).json()["is_valid"] is True
    said = checked(tmp_path, record, committed)
    assert (said.returncode, said.stdout[:19]) == (0, "holds: 3 of 4 schoo"), said.stderr
    school = {"id": "0199a000-0000-7000-8000-000000000000", "central_school_id": None, "stage": "primary"}
    later = {**record, "population": [*record["population"], school | {"name": "新校", "is_drawn": False}]}
    refuted = checked(tmp_path, later, committed)
    assert (refuted.returncode, "not those that were frozen" in refuted.stderr) == (1, True)
    again = await desk.post("training_school", "/inspection-samples", NEW)
    assert [one["code"] for one in again.json()["errors"]] == ["inspection_sample.again"]
    second = await desk.post("training_school", "/inspection-samples", NEW | {"reason": "首次材料失实"})
    assert second.json()["number"] == 2
    both = (await desk.get("school_d", "/inspection-samples?term=2026-2027-1"))["items"]
    assert [(one["number"], one["status"]) for one in both] == [(2, "committed"), (1, "drawn")]
    (mine,) = (await desk.get("school_d", "/inspections"))["items"]
    one = f"/inspections/{mine['id']}"
    bad = {"score": 72.5, "opinion": "缺总结", "correction_due_on": "2027-02-01"}
    steps: list[tuple[str, str, dict[str, Any], str]] = [
        ("school_d", "handIn", {"material": "方案、记录、考核"}, "handed_in"),
        ("training_school", "assess", bad, "correcting"),
        ("school_d", "correct", {"correction": "已补"}, "corrected"),
        ("training_school", "followUp", {"is_settled": False, "follow_up": "仍缺"}, "correcting"),
        ("school_d", "correct", {"correction": "已补齐总结"}, "corrected"),
        ("training_school", "followUp", {"is_settled": True, "follow_up": "属实"}, "settled"),
    ]
    for who, verb, body, status in steps:
        moved = await desk.post(who, f"{one}:{verb}", body)
        assert (moved.status_code, moved.json().get("status")) == (200, status), moved.text


@pytest.mark.clause("A5.8.1")
async def test_mid_term_checks_and_their_progress(desk: Desk, world: Any) -> None:
    body = {"term": "2026-2027-1", "score": 91, "opinion": "扎实"}
    a1, direct = ({"school_id": str(world.organisation(name))} for name in ("A1", "D"))
    made = await desk.post("central_school", "/inspections", body | a1)
    assert (made.status_code, made.json()["status"], made.json()["score"]) == (201, "assessed", 91.0)
    assert (await desk.post("training_school", "/inspections", body | direct)).status_code == 201
    for who, where, status, code in (
        ("central_school", a1, 409, "INSPECTION_TAKEN"),
        ("training_school", a1, 409, "INSPECTION_OTHER_BODY"),
        ("central_school", direct, 403, "OUT_OF_SCOPE"),
        ("school", a1, 403, "PERMISSION_DENIED"),
    ):
        refused = await desk.post(who, "/inspections", body | where)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    areas = (await desk.get("training_school", "/inspection-progress?term=2026-2027-1"))["items"]
    figures = {one["central_school_name"]: (one["checked"], one["unchecked"]) for one in areas}
    assert figures == {"甲镇中心校": (1, ["甲镇第二小学"]), "乙镇中心校": (0, ["乙镇初级中学"]), "市直学校": (1, [])}
    assert len((await desk.get("school", "/inspections"))["items"]) == 1
    spot = body | {"kind": "spot_check", "score": 70, "correction_due_on": "2026-12-01"}
    seen = [await desk.post("training_school", "/inspections", spot | a1) for _ in range(2)]
    assert [(one.status_code, one.json()["kind"]) for one in seen] == [(201, "spot_check")] * 2
    other = await desk.post("central_school", "/inspections", spot | a1)
    assert (other.status_code, other.json()["code"]) == (409, "INSPECTION_OTHER_BODY")
    one = f"/inspections/{seen[0].json()['id']}"
    assert (await desk.post("school", f"{one}:correct", {"correction": "已补齐"})).status_code == 200
    settled = {"is_settled": True, "follow_up": "属实"}
    assert (await desk.post("central_school", f"{one}:followUp", settled)).status_code == 409
    assert (await desk.post("training_school", f"{one}:followUp", settled)).json()["status"] == "settled"
    again = (await desk.get("training_school", "/inspection-progress?term=2026-2027-1"))["items"]
    assert again == areas


async def test_refusals_write_nothing_and_a_sample_cannot_be_changed(desk: Desk, clone: Clone) -> None:
    sample = (await desk.post("training_school", "/inspection-samples", NEW)).json()
    path = f"/inspection-samples/{sample['id']}"
    tables = ("inspection_samples", "inspections")
    before = await stored(clone, *tables)
    cases: list[tuple[str, str, dict[str, Any], int, str]] = [
        ("bureau", "/inspection-samples", NEW | {"reason": "x"}, 403, "PERMISSION_DENIED"),
        ("training_school", "/inspection-samples", NEW | {"percent": 0}, 422, "INVALID"),
        ("training_school", "/inspection-samples", NEW, 422, "RULE_BROKEN"),
        ("school", f"{path}:draw", {}, 403, "PERMISSION_DENIED"),
        ("abroad_bureau", f"{path}:verify", {}, 404, "NOT_FOUND"),
        ("training_school", f"{path}:draw", {"etag": '"9"'}, 412, "ETAG_MISMATCH"),
    ]
    for who, url, body, status, code in cases:
        refused = await desk.post(who, url, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert await stored(clone, *tables) == before
    connection = await clone.connect()
    for change in ("percent = 100", "seed = repeat('0', 64)", "population = '[]'"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(f"UPDATE inspection_samples SET {change}")
    await connection.close()
