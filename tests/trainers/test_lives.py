"""The whole lives of three trainers, over REST only, each day by the test clock."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from app.core.clock import Clock
from app.policy.school_year import SchoolYear
from tests.factories.keys import SignIn
from tests.factories.trainers import FIELD, Bureau, application
from tests.factories.uploads import PDF
from tests.factories.world import World
from tests.trainers.test_appointing import APPOINT

PASSWORD = "t9k!mWq2zd"
DAY = timedelta(days=1)


async def refused(office: Bureau, path: str, body: dict[str, Any], on: str = "") -> list[str]:
    """The codes of the faults by which a decision of the bureau is refused."""
    answer = await office.send("bureau", path, body, on)
    assert answer.status_code in {409, 422}, answer.text
    return [fault["code"] for fault in answer.json().get("errors", [])] or [answer.json()["code"]]


async def standing(office: Bureau, one: str, *days: date) -> list[str]:
    """What an appointment is on some days."""
    return [(await office.get("school_d", one, day.isoformat()))["standing"] for day in days]


async def verified(office: Bureau, who: str, term: dict[str, Any]) -> dict[str, Any]:
    """What the code on a letter says to everybody."""
    letter = await office.get(who, f"certificates/{term['certificate_id']}")
    answer = await office.client.get(f"/v1/public/verifications/{letter['verification_url'].rpartition('/')[2]}")
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.clause("A7.3", "A7.5", "A7.6", "A7.8", "A7.10")
async def test_applied_renewed_and_expired(office: Bureau, world: World) -> None:
    """Appointed on the last day of 60, renewed on the last day of 65, over on the third anniversary."""
    born = date.fromisoformat((await office.get("bureau", f"teachers/{world.teacher('a1-1')}"))["birth_date"])
    first, second = born.replace(year=born.year + 61) - DAY, born.replace(year=born.year + 66) - DAY
    made = await office.recommended()
    appoint = f"trainer-applications/{made['id']}:appoint"
    late = {**APPOINT, "starts_on": f"{first + DAY}"}
    assert "trainers.first_age_max" in await refused(office, appoint, late)
    term = await office.done("bureau", appoint, {**APPOINT, "starts_on": f"{first}"})
    one, over = f"trainer-appointments/{term['id']}", date.fromisoformat(term["until"])
    assert over == first.replace(year=first.year + 3)
    days = (first - DAY, first, over - DAY, over)
    assert await standing(office, one, *days) == ["upcoming", "active", "active", "expired"]
    marks = [(await office.get("school_d", one, day.isoformat()))["has_priority"] for day in days]
    assert marks == [False, True, True, False]
    years = [SchoolYear(start) for start in range(first.year - 1, over.year - 1)]
    renew, renewal = f"{one}:renew", {**APPOINT, "starts_on": f"{second}"}
    for year in years:
        assert "trainers.assessments_missing" in await refused(office, renew, renewal)
        given = {"school_year": year.name, "result": "qualified", "opinion": "履职良好，同意"}
        await office.done("bureau", f"{one}:assess", given, year.last_day.isoformat())
    assert await refused(office, renew, {**renewal, "starts_on": f"{over - DAY}"}) == ["TRAINER_TERM_OVERLAP"]
    assert "trainers.renewal_age_max" in await refused(office, renew, {**renewal, "starts_on": f"{second + DAY}"})
    new = await office.done("bureau", renew, renewal)
    again, end = f"trainer-appointments/{new['id']}", second.replace(year=second.year + 3)
    assert await standing(office, again, second, end - DAY, end) == ["active", "active", "expired"]
    assert (await office.get("bureau", f"trainer-team?on={end}"))["people"] == 0
    assert (await verified(office, "teacher", new))["status"] == "valid"  # the letter was never taken back


@pytest.mark.clause("A7.4", "A7.10")
async def test_appointed_directly_and_dismissed(office: Bureau) -> None:
    term = await office.appointed(teacher="a2-1")
    one = f"trainer-appointments/{term['id']}"
    said = {"school_year": "2026-2027", "opinion": "多次缺席，任务未完成"}
    for who in ("school_a2", "training_school"):
        await office.done(who, f"{one}:give-input", said, "2027-07-01")
    given = {"school_year": "2026-2027", "result": "unqualified", "opinion": "未完成任务"}
    made = await office.done("bureau", f"{one}:assess", given, "2027-08-31")
    await office.done("teacher_a2", f"trainer-assessments/{made['id']}:reply", {"reply": "因病缺席"}, "2027-09-01")
    gone = await office.done("bureau", f"{one}:dismiss", {"reason": "年度考核不合格"}, "2027-09-02")
    assert (gone["standing"], gone["until"], gone["has_priority"]) == ("dismissed", "2027-09-02", False)
    assert await standing(office, one, date(2027, 9, 1), date(2027, 9, 2)) == ["active", "dismissed"]
    assert (await verified(office, "teacher_a2", term))["status"] == "revoked"
    assert await refused(office, f"{one}:renew", APPOINT, "2029-11-01") == ["TRAINER_TERM_OVER"]


@pytest.mark.clause("A7.4", "A7.11")
async def test_appointed_and_revoked_and_the_letter_says_so(
    office: Bureau, client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    """The third has an account that is made here; verification bears the real day, so the term begins on it."""
    on = Clock.running().today.isoformat()
    grant = {"role": "teacher", "organisation_id": str(world.organisation("A1"))}
    person = {"teacher_id": str(world.teacher("a1-2")), "display_name": "钱二"}
    account = {"username": "teacher.three", "password": PASSWORD, "grant": grant, **person}
    made = await client.post("/v1/accounts", json=account, headers=as_role("bureau"))
    assert made.status_code == 201, made.text
    form = {"grant_type": "password", "username": "teacher.three", "password": PASSWORD}
    bearer = {"Authorization": f"Bearer {(await client.post('/v1/auth/token', data=form)).json()['access_token']}"}
    third = Bureau(client, lambda who: bearer if who == "third" else as_role(who), world)
    made = await third.done("third", "trainer-applications", application())
    await third.done("school", f"trainer-applications/{made['id']}:recommend", {"opinion": "同意推荐此人"})
    term = await third.done("bureau", f"trainer-applications/{made['id']}:appoint", {**APPOINT, "starts_on": on})
    one = f"trainer-appointments/{term['id']}"
    assert (await verified(third, "third", term))["status"] == "valid"
    report = {"ground": "discipline", "reason": "违反八项规定，已有处分"}
    told = await third.done("school_d", f"{one}:report", report)
    taken = await third.done("bureau", f"trainer-reports/{told['id']}:take-up")
    path = f"trainer-revocations/{taken['revocation_id']}"
    sent = await client.post(f"/v1/{path}/files", files={"file": ("处分决定.pdf", PDF)}, headers=as_role("bureau"))
    assert sent.status_code == 201, sent.text
    await third.done("bureau_2", f"{path}:confirm")
    said = await verified(third, "third", term)
    assert (said["status"], said["status_changed_on"]) == ("revoked", on)
    assert (await third.get("third", one))["standing"] == "revoked"
    body = {**FIELD, "teacher_id": str(world.teacher("a1-2")), "reason": "长期担任授课专家"}
    assert (await third.send("bureau", "trainer-invitations", body)).status_code == 201  # nothing bars a new start
