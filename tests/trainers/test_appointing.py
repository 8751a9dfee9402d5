"""Into the team and out of it: applications, direct appointment, letters, revocation."""

import asyncio
import io
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pypdf
import pytest
from sqlalchemy import select

from app.core.clock import Clock
from app.core.db import Database
from app.trainers.models import TrainerAppointment
from app.trainers.queries.appointments import standing
from app.trainers.rules import terms
from app.trainers.states import AppointmentStatus
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.trainers import FIELD, Bureau, application, put_appointment
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World

TABLES = ("trainer_applications", "trainer_invitations", "trainer_appointments", "trainer_revocations", "certificates")
APPOINT = {"starts_on": "2026-12-01", "waiver_reason": "业务能力突出"}


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    rows = [await fetch(clone, f"SELECT id, version FROM {table} ORDER BY id") for table in TABLES]
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [tuple(row) for some in (*rows, events) for row in some]


async def refused(office: Bureau, clone: Clone, cases: list[tuple[str, str, dict[str, Any], int, str]]) -> None:
    """Each case (who, path, body, status, code) is refused so, and nothing was written."""
    before = await written(clone)
    for who, path, body, status, code in cases:
        answer = await office.send(who, path, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, path, answer.text)
    assert await written(clone) == before


@pytest.mark.clause("A7.3", "A7.6")
async def test_application_recommendation_decision_and_letter(
    office: Bureau, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    made = await office.done("teacher", "trainer-applications", application())
    one = f"trainer-applications/{made['id']}"
    await refused(
        office,
        clone,
        [
            ("teacher", "trainer-applications", application(), 409, "TRAINER_APPLICATION_OPEN"),
            ("teacher", "trainer-applications", application(source="x", statements=[]), 422, "INVALID"),
            ("teacher", "trainer-applications", application(source="x", stage="y"), 422, "TRAINER_INVALID"),
            ("school", "trainer-applications", application(), 403, "PERMISSION_DENIED"),
            ("school_a2", f"{one}:recommend", {"opinion": "同意推荐此人"}, 404, "NOT_FOUND"),
            ("central_school", f"{one}:recommend", {"opinion": "同意推荐此人"}, 403, "OUT_OF_SCOPE"),
            ("bureau", f"{one}:appoint", APPOINT, 409, "STATUS_CONFLICT"),
            ("bureau", f"{one}:return", {"reason": "材料不齐全"}, 403, "OTHER_BODY"),
        ],
    )
    await office.done("school", f"{one}:return", {"reason": "请补充荣誉证书"})
    await office.done("teacher", f"{one}:submit", application())
    await office.done("school", f"{one}:recommend", {"opinion": "同意推荐此人"})
    bare, past = {"starts_on": "2026-12-01"}, {**APPOINT, "starts_on": "2020-01-01"}
    await refused(
        office,
        clone,
        [
            ("bureau_be", f"{one}:appoint", APPOINT, 403, "PERMISSION_DENIED"),
            ("bureau", f"{one}:appoint", bare, 422, "RULE_BROKEN"),
            ("bureau", f"{one}:appoint", past, 422, "TRAINER_INVALID"),
        ],
    )
    term = await office.done("bureau", f"{one}:appoint", APPOINT)
    assert (term["starts_on"], term["ends_on"], term["until"]) == ("2026-12-01", "2029-12-01", "2029-12-01")
    assert (term["number"], term["route"]) == (f"PS-{Clock.running().today.year}-000001", "application")
    assert [(found["rule"], found["severity"]) for found in term["findings"]] == [("trainers.title", "advise")]
    seen = await office.get("school_a2", f"trainer-appointments/{term['id']}")
    assert (seen["findings"], seen["waiver_reason"], seen["holder_name"]) == ([], None, "赵一")
    file = await client.get(f"/v1/certificates/{term['certificate_id']}.pdf", headers=as_role("teacher"))
    page = pypdf.PdfReader(io.BytesIO(file.content)).pages[0]
    text = "".join(page.extract_text().split())
    assert page.mediabox.width > page.mediabox.height
    assert all(part in text for part in ("聘书", "兹聘请赵一同志", "聘期三年", "2029年11月30日", term["number"]))
    alone = await office.send("bureau", f"certificates/{term['certificate_id']}:revoke", {"reason": "姓名有误"})
    assert (alone.status_code, alone.json()["code"]) == (409, "CERTIFICATE_STANDS_ON_DECISION")
    done = await office.get("teacher", one)
    assert done["status"] == "appointed"


@pytest.mark.clause("A7.3")
async def test_rejection_is_told_to_bureau_and_person_only(office: Bureau, clone: Clone) -> None:
    made = await office.recommended()
    one = f"trainer-applications/{made['id']}"
    stale = {"reason": "名额已满", "etag": '"1"'}
    await refused(office, clone, [("bureau", f"{one}:reject", stale, 412, "ETAG_MISMATCH")])
    await office.done("bureau", f"{one}:reject", {"reason": "名额已满，请下次再报"})
    reasons = [(await office.get(who, one))["decision_reason"] for who in ("bureau_be", "teacher", "school")]
    assert reasons == ["名额已满，请下次再报"] * 2 + [None]
    again = await office.done("teacher", "trainer-applications", application())
    assert (await office.done("teacher", f"trainer-applications/{again['id']}:withdraw"))["status"] == "withdrawn"


@pytest.mark.clause("A7.4")
async def test_direct_appointment_needs_consent_first(office: Bureau, clone: Clone, world: World) -> None:
    body = {**FIELD, "teacher_id": str(world.teacher("a1-1")), "reason": "长期担任授课专家"}
    made = await office.done("bureau", "trainer-invitations", body)
    one = f"trainer-invitations/{made['id']}"
    await refused(
        office,
        clone,
        [
            ("bureau", "trainer-invitations", body, 409, "TRAINER_INVITATION_OPEN"),
            ("bureau", "trainer-invitations", {**body, "teacher_id": str(uuid4())}, 422, "TRAINER_INVALID"),
            ("bureau", f"{one}:appoint", APPOINT, 409, "STATUS_CONFLICT"),
            ("teacher_a2", f"{one}:consent", {}, 404, "NOT_FOUND"),
            ("bureau", f"{one}:consent", {}, 403, "PERMISSION_DENIED"),
        ],
    )
    assert (await office.done("teacher", f"{one}:decline"))["status"] == "declined"
    term = await office.appointed()
    assert (term["route"], term["standing"]) == ("direct", "upcoming")


@pytest.mark.clause("A7.6")
async def test_of_64_overlapping_appointments_one_stands(clone: Clone, world: World) -> None:
    teacher, school = world.teacher("a1-2"), world.organisation("A1")

    async def one(day: int) -> str:
        connection = await clone.connect()
        try:
            begin = f"2027-{day % 12 + 1:02d}-{day % 28 + 1:02d}"
            whose = (connection, HOME, uuid4(), teacher, school)
            await put_appointment(*whose, starts_on=begin, ends_on=begin.replace("2027", "2030"))
        except Exception as error:  # noqa: BLE001 - what it was is the answer
            return str(getattr(error, "constraint_name", error))
        finally:
            await connection.close()
        return "stands"

    answers = []
    for start in range(0, 64, 16):  # at once as many as the server has connections for
        answers += await asyncio.gather(*(one(day) for day in range(start, start + 16)))
    assert sorted(set(answers)) == ["ex_trainer_appointments_one_at_a_time", "stands"]
    assert answers.count("stands") == 1


@pytest.mark.clause("A7.6")
async def test_two_ways_at_once_end_in_one_term(office: Bureau, world: World) -> None:
    made = await office.recommended()
    body = {**FIELD, "teacher_id": str(world.teacher("a1-1")), "reason": "长期担任授课专家"}
    asked = await office.done("bureau", "trainer-invitations", body)
    await office.done("teacher", f"trainer-invitations/{asked['id']}:consent")
    paths = [f"trainer-applications/{made['id']}:appoint", f"trainer-invitations/{asked['id']}:appoint"]
    answers = await asyncio.gather(*(office.send("bureau", path, APPOINT) for path in paths))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert [one.json()["code"] for one in answers if one.status_code == 409] == ["TRAINER_TERM_OVERLAP"]
    after = {**APPOINT, "starts_on": "2029-11-30"}
    lost = next(path for path, one in zip(paths, answers, strict=True) if one.status_code == 409)
    assert (await office.send("bureau", lost, after)).status_code == 409
    assert (await office.send("bureau", lost, {**after, "starts_on": "2029-12-01"})).status_code == 200


@pytest.mark.clause("A7.11")
async def test_revocation_by_two_persons_with_evidence_shows_on_the_letter(
    office: Bureau, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    on = Clock.running().today.isoformat()  # the letter's status bears the real day
    term = await office.appointed(starts_on=on)
    one = f"trainer-appointments/{term['id']}"
    ground = {"ground": "discipline", "reason": "违反八项规定，已有处分"}
    await refused(
        office,
        clone,
        [
            ("bureau", f"{one}:revoke", {**ground, "ground": "laziness"}, 422, "TRAINER_INVALID"),
            ("bureau_be", f"{one}:revoke", ground, 403, "PERMISSION_DENIED"),
        ],
    )
    asked = await office.done("bureau", f"{one}:revoke", ground)
    path = f"trainer-revocations/{asked['id']}"
    await refused(
        office,
        clone,
        [
            ("bureau", f"{path}:confirm", {}, 403, "SEPARATION_OF_DUTIES"),
            ("bureau_2", f"{path}:confirm", {}, 409, "TRAINER_EVIDENCE_MISSING"),
            ("bureau_2", f"{one}:revoke", ground, 409, "TRAINER_REVOCATION_OPEN"),
        ],
    )
    files = {"file": ("处分决定.pdf", PDF)}
    sent = await client.post(f"/v1/{path}/files", files=files, headers=as_role("bureau"))
    assert sent.status_code == 201, sent.text
    letter = await office.get("teacher", f"certificates/{term['certificate_id']}")
    token = letter["verification_url"].rpartition("/")[2]
    before = (await client.get(f"/v1/public/verifications/{token}")).json()
    assert (before["status"], before["title"], before["name_masked"]) == ("valid", "聘书", "赵*")
    assert (await office.done("bureau_2", f"{path}:confirm"))["status"] == "confirmed"
    after = (await client.get(f"/v1/public/verifications/{token}")).json()
    assert (after["status"], after["status_changed_on"]) == ("revoked", on)
    ended = await office.get("teacher", one)
    assert (ended["standing"], ended["until"], ended["end_reason"]) == ("revoked", on, "违反八项规定等纪律要求")
    files_seen = await office.get("teacher", f"{path}/files")
    assert [file["name"] for file in files_seen["items"]] == ["处分决定.pdf"]
    assert (await office.send("bureau", f"{one}:revoke", ground)).status_code == 409


@pytest.mark.clause("A7.6")
async def test_active_on_a_day_is_the_same_in_sql(clone: Clone, world: World, database: Database) -> None:
    connection = await clone.connect()
    where = (HOME, uuid4(), world.teacher("a1-1"), world.organisation("A1"))
    await put_appointment(connection, *where, starts_on="2026-12-01", ends_on="2029-12-01")
    await connection.close()
    term = terms.Term(date(2026, 12, 1), date(2029, 12, 1))
    async with database.begin(HOME) as db:
        for day in (date(2026, 11, 30), date(2026, 12, 1), date(2029, 11, 30), date(2029, 12, 1)):
            table = TrainerAppointment
            said = await db.scalar(select(standing(day)).where(table.region_id == HOME, table.id == where[1]))
            assert said == terms.standing(AppointmentStatus.APPOINTED, term, on=day)


@pytest.mark.clause("A7.6")
@pytest.mark.parametrize(("starts_on", "status"), [("2029-11-30", 409), ("2029-12-01", 200)])
async def test_records_with_terms_at_once_are_not_merged(
    office: Bureau, clone: Clone, world: World, starts_on: str, status: int
) -> None:
    connection = await clone.connect()
    for name, first in (("a1-1", "2026-12-01"), ("a1-2", starts_on)):
        whose = (connection, HOME, uuid4(), world.teacher(name), world.organisation("A1"))
        await put_appointment(*whose, starts_on=first, ends_on=f"{int(first[:4]) + 3}{first[4:]}")
    await connection.close()
    body = {"into_id": str(world.teacher("a1-1")), "reason": "同一人重复登记", "is_same_person": True}
    answer = await office.send("bureau", f"teachers/{world.teacher('a1-2')}:merge", body)
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["code"] == "TRAINER_TERM_OVERLAP"
