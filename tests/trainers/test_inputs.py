"""What others say of a trainer: opinions for the yearly assessment, and reports of grounds for revocation."""

from datetime import date
from typing import Any

import pytest

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.policy.load import Regulation
from app.trainers import service
from tests.factories.cluster import Clone
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau
from tests.factories.world import World

TABLES = ("trainer_inputs", "trainer_reports", "trainer_revocations", "trainer_community_members")
REPORT = {"ground": "duties_unmet", "reason": "多次无故缺席集中研修"}
Case = tuple[str, str, dict[str, Any], int, str]


async def refused(office: Bureau, clone: Clone, on: str, cases: list[Case]) -> None:
    """Each case (who, path, body, status, code) is refused so, and nothing was written."""
    before = [await fetch(clone, f"SELECT id, version FROM {table} ORDER BY id") for table in TABLES]
    for who, path, body, status, code in cases:
        answer = await office.send(who, path, body, on)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, path, answer.text)
    assert [await fetch(clone, f"SELECT id, version FROM {table} ORDER BY id") for table in TABLES] == before


@pytest.mark.clause("A7.10")
async def test_the_unit_and_the_training_school_each_speak_once_before_the_assessment(
    office: Bureau, clone: Clone
) -> None:
    term = await office.appointed()
    give, on = f"trainer-appointments/{term['id']}:give-input", "2027-07-01"
    said = {"school_year": "2026-2027", "opinion": "按时完成各项任务"}
    await refused(
        office,
        clone,
        on,
        [
            ("school_a2", give, said, 403, "OUT_OF_SCOPE"),
            ("central_school", give, said, 403, "PERMISSION_DENIED"),
            ("teacher", give, said, 403, "PERMISSION_DENIED"),
            ("bureau", give, said, 403, "PERMISSION_DENIED"),
            ("school", give, {**said, "school_year": "2027-2028"}, 422, "TRAINER_INVALID"),
            ("school", give, {**said, "opinion": "好"}, 422, "INVALID"),
        ],
    )
    givers = [(await office.done(who, give, said, on))["giver"] for who in ("school", "training_school")]
    assert givers == ["unit", "training_school"]
    await refused(office, clone, on, [("school", give, said, 409, "TRAINER_INPUT_GIVEN")])
    first = (await office.get("school", "trainer-inputs"))["items"][0]
    assert await office.get("school", f"trainer-inputs/{first['id']}") == first
    hidden = await office.client.get(f"/v1/trainer-inputs/{first['id']}", headers=office.as_role("school_a2"))
    assert hidden.status_code == 404
    seen = {
        who: len((await office.get(who, "trainer-inputs?school_year=2026-2027"))["items"])
        for who in ("bureau", "training_school", "school", "school_a2", "teacher", "teacher_a2")
    }
    assert seen == {"bureau": 2, "training_school": 2, "school": 2, "school_a2": 0, "teacher": 2, "teacher_a2": 0}
    denied = await office.client.get("/v1/trainer-inputs", headers=office.as_role("central_school"))
    assert denied.status_code == 403
    result = {"school_year": "2026-2027", "result": "qualified", "opinion": "履职良好，同意"}
    await office.done("bureau", f"trainer-appointments/{term['id']}:assess", result, "2027-08-31")
    late: Case = ("training_school_2", give, said, 409, "TRAINER_ASSESSED")
    await refused(office, clone, "2027-09-01", [late])


@pytest.mark.clause("A7.11")
async def test_anybody_reports_and_only_the_desk_reads_and_answers(office: Bureau, clone: Clone) -> None:
    term = await office.appointed()
    path, on = f"trainer-appointments/{term['id']}:report", "2027-03-01"
    await refused(
        office,
        clone,
        on,
        [
            ("teacher", path, REPORT, 403, "SEPARATION_OF_DUTIES"),
            ("bureau", path, REPORT, 403, "PERMISSION_DENIED"),
            ("school", path, {**REPORT, "ground": "laziness"}, 422, "TRAINER_INVALID"),
        ],
    )
    made = [await office.done(who, path, REPORT, on) for who in ("teacher_a2", "school_d", "training_school")]
    first, second, third = (f"trainer-reports/{one['id']}" for one in made)
    reason = {"reason": "经核查不属实"}
    await refused(
        office,
        clone,
        on,
        [
            ("school_d", path, REPORT, 409, "TRAINER_REPORT_OPEN"),
            ("school_d", f"{second}:set-aside", reason, 403, "PERMISSION_DENIED"),
            ("bureau_be", f"{second}:take-up", {}, 403, "PERMISSION_DENIED"),
        ],
    )
    for who in ("school_d", "teacher", "bureau_be"):
        answer = await office.client.get("/v1/trainer-reports", headers=office.as_role(who))
        assert answer.status_code == 403
    assert len((await office.get("bureau", "trainer-reports?status=asked"))["items"]) == 3
    assert (await office.get("bureau", first))["ground"] == REPORT["ground"]
    aside = await office.done("bureau", f"{first}:set-aside", reason, on)
    assert (aside["status"], aside["answer_reason"], aside["revocation_id"]) == ("set_aside", reason["reason"], None)
    taken = await office.done("bureau", f"{second}:take-up", on=on)
    opened = await office.get("bureau", f"trainer-revocations/{taken['revocation_id']}")
    assert (opened["ground"], opened["reason"], opened["status"]) == (*REPORT.values(), "asked")
    await refused(
        office,
        clone,
        on,
        [
            ("bureau", f"{first}:take-up", {}, 409, "STATUS_CONFLICT"),
            ("bureau", f"{third}:take-up", {}, 409, "TRAINER_REVOCATION_OPEN"),
        ],
    )


@pytest.mark.clause("A7.8")
async def test_whoever_is_in_the_team_has_priority(office: Bureau, world: World, database: Database) -> None:
    await office.appointed()
    ids = [world.teacher(name) for name in ("a1-2", "a1-1", "a2-1")]
    given = {}
    account, school = world.account("school"), world.organisation("A1")
    who = Principal(world.region, account.id, Role.SCHOOL, school, frozenset({school}))
    law = Regulation.load(("jiyuan_2022_109",))
    async with database.begin(world.region) as db:
        for day in ("2026-11-30", "2026-12-01", "2029-11-30", "2029-12-01"):
            ctx = Context(db, who, law, Clock.at(date.fromisoformat(day)))
            given[day] = await service.priority_of(ctx, ids)
    none, one = [False] * 3, [False, True, False]
    assert list(given.values()) == [none, one, one, none]
