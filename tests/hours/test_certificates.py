"""The yearly hours certificate: what it says, its editions, who may, and what a reversal does to it."""

import asyncio
import hashlib
import io
from typing import Any

import asyncpg
import httpx
import pypdf
import pytest

from app.core.db import OWNER_ROLE, REGION_SETTING, SERVICE_ROLE, Database
from app.core.limits import Buckets, Limit
from tests.factories.certificates import TABLES, credit, issue, reverse, revoke, token_of
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.seals import seal_all
from tests.factories.world import HOME, World


async def counts(clone: Clone) -> tuple[int, ...]:
    connection = await clone.connect()
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES]
    await connection.close()
    return tuple(found)


@pytest.mark.clause("A5.7.1", "A6.13c")
async def test_certificate_lists_what_was_credited_and_its_pdf_is_kept(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    for day in range(1, 9):  # eight workshop days: 40 of 48 hours are credited
        await credit(client, as_role, world, activity_date=f"2026-10-{day:02d}")
    await credit(client, as_role, world, category="school_research", claimed_hours=2.5, activity_title="校本研修")
    made = await issue(client, as_role("teacher"), world)
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["kind"], one["number"], one["edition"], one["status"]) == ("hours", "XSZM-2026-000001", 1, "valid")
    assert (one["holder_name"], one["issuer"], one["period"]) == ("赵一", "测试进修学校", "2026-2027")
    assert (len(one["content"]["lines"]), one["content"]["total"]) == (8, "42.5")
    assert len(one["stands_on"]["records"]) == 9
    said = {row["category"]: (row["credited"], row["standing"]) for row in one["content"]["categories"]}
    assert said == {"school_research": ("2.5", "还差 21.5 学时"), "workshop": ("40", "已达上限")}
    asked = {row["category"]: row["requirement"] for row in one["content"]["categories"]}
    assert asked["school_research"].startswith("每学年 24 学时（附件5")
    assert asked["workshop"].startswith("每天 6 学时、每学年不超过 40 学时（附件6")
    file = await client.get(f"/v1/certificates/{one['id']}.pdf", headers=as_role("school"))
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert hashlib.sha256(file.content).hexdigest() == one["pdf_sha256"]
    assert "filename*=UTF-8''%E5%AD%A6%E6%97%B6%E8%AF%81%E6%98%8E" in file.headers["content-disposition"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.content)).pages)
    assert all(part in text for part in ("赵一", "XSZM-2026-000001", "甲镇第一小学", "42.5", "2026-10-07"))
    assert "99999919850601" not in text
    again = await client.get(f"/v1/certificates/{one['id']}.pdf", headers=as_role("bureau"))
    assert again.content == file.content


async def test_same_ledger_gives_the_same_certificate_and_a_changed_one_a_new_edition(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    await credit(client, as_role, world)
    first = (await issue(client, as_role("school"), world)).json()
    assert (await issue(client, as_role("training_school"), world)).json() == first
    assert (await counts(clone))[:3] == (1, 1, 1)
    await credit(client, as_role, world, activity_date="2026-10-18")
    second = (await issue(client, as_role("central_school"), world)).json()
    assert (second["edition"], second["previous_id"], second["number"]) == (2, first["id"], "XSZM-2026-000002")
    assert second["content"]["total"] == "12"
    old = (await client.get(f"/v1/certificates/{first['id']}", headers=as_role("bureau"))).json()
    assert (old["status"], old["content"]["total"]) == ("superseded", "6")
    shown = (await client.get(f"/v1/public/verifications/{token_of(first)}")).json()
    assert (shown["status"], shown["status_title"]) == ("superseded", "已被新版本替代")
    listed = (await client.get("/v1/certificates?status=valid&kind=hours", headers=as_role("teacher"))).json()
    assert [item["id"] for item in listed["items"]] == [second["id"]]


async def test_reversal_shows_on_verification_at_once(client: httpx.AsyncClient, as_role: SignIn, world: World) -> None:
    entry = await credit(client, as_role, world)
    await credit(client, as_role, world, activity_date="2026-10-18")
    one = (await issue(client, as_role("teacher"), world)).json()
    later = await credit(client, as_role, world, activity_date="2026-10-19")
    await reverse(client, as_role, later["id"])  # not among what it stands on
    url = f"/v1/public/verifications/{token_of(one)}"
    fresh = await client.get(url)
    assert (fresh.status_code, fresh.json()["is_changed_after"], fresh.json()["changes"]) == (200, False, [])
    assert "no-store" in fresh.headers["cache-control"]
    await reverse(client, as_role, entry["id"])
    shown = (await client.get(url)).json()
    assert (shown["status"], shown["is_changed_after"], shown["stands_on"]["records"]) == ("valid", True, 2)
    assert [change["what"] for change in shown["changes"]] == ["所依据的一条学时记录（2026-10-17，6 学时）已红冲"]
    own = (await client.get(f"/v1/certificates/{one['id']}", headers=as_role("teacher"))).json()
    assert (own["changes"][0]["record"], own["etag"]) == (entry["id"], '"2"')
    page = await client.get(f"/verify/{token_of(one)}")
    assert "有效，但之后有变动" in page.text
    assert (await issue(client, as_role("teacher"), world)).json()["content"]["total"] == "6"


async def test_certificate_names_the_seal_that_covers_all_its_entries(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    await credit(client, as_role, world)
    assert (await issue(client, as_role("teacher"), world)).json()["stands_on"]["seal"] is None
    await credit(client, as_role, world, "a1-2")
    assert await seal_all(database) == 2
    sealed = (await issue(client, as_role("school"), world, "a1-2")).json()
    assert sealed["stands_on"]["seal"]["number"] == 1
    shown = (await client.get(f"/v1/public/verifications/{token_of(sealed)}")).json()
    assert shown["stands_on"]["seal"] == sealed["stands_on"]["seal"]
    assert sealed["stands_on"]["seal"]["head"] in (await client.get(f"/verify/{token_of(sealed)}")).text
    await credit(client, as_role, world, "a1-2", activity_date="2026-10-18")  # newer than the seal
    again = (await issue(client, as_role("school"), world, "a1-2")).json()
    assert (again["edition"], again["stands_on"]["seal"]) == (2, None)


async def test_public_learns_masked_name_and_totals_only(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    await credit(client, as_role, world, "b1-2")
    one = (await issue(client, as_role("school_b1"), world, "b1-2")).json()
    answer = await client.get(f"/v1/public/verifications/{token_of(one)}")
    shown = answer.json()
    assert (shown["name_masked"], shown["content"]["total"], shown["stands_on"]["seal"]) == ("王*一", "6", None)
    assert (shown["stands_on"]["digest"], shown["pdf_sha256"]) == (one["stands_on"]["digest"], one["pdf_sha256"])
    page = await client.get(f"/verify/{token_of(one)}")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert page.headers["content-type"].startswith("text/html")
    personal = ("王八一", world.staff_no("b1-2"), world.id_number("b1-2")[-4:], "乙镇", "工作坊集中研修", one["id"])
    for text in (answer.text.replace(one["pdf_sha256"], ""), page.text.replace(one["pdf_sha256"], "")):
        assert [part for part in personal if part in text.replace(one["stands_on"]["digest"], "")] == []
    assert "https://" not in page.text
    for wrong in ("AbCdEfGhIjKlMnOpQrStUv", "x", "%00", "%ED%A0%80", "a" * 90):
        unknown = await client.get(f"/v1/public/verifications/{wrong}")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "CERTIFICATE_UNKNOWN")
        assert (await client.get(f"/verify/{wrong}")).status_code == 404


async def test_revocation_by_the_bureau_or_the_training_school_only(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    await credit(client, as_role, world)
    one = (await issue(client, as_role("teacher"), world)).json()
    before = await counts(clone)
    for role in ("bureau_be", "central_school", "school", "teacher"):
        refused = await revoke(client, as_role(role), one["id"])
        assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert (await revoke(client, as_role("abroad_bureau"), one["id"])).status_code == 404
    assert await counts(clone) == before
    done = await revoke(client, as_role("bureau"), one["id"])
    assert (done.status_code, done.json()["status"], done.json()["status_reason"]) == (200, "revoked", "姓名有误")
    again = await revoke(client, as_role("training_school"), one["id"])
    assert (again.status_code, again.json()["possible"]) == (409, [])
    shown = (await client.get(f"/v1/public/verifications/{token_of(one)}")).json()
    assert (shown["status"], "姓名有误" in str(shown)) == ("revoked", False)
    next_one = (await issue(client, as_role("teacher"), world)).json()
    assert (next_one["edition"], next_one["status"]) == (2, "valid")


REFUSALS: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("school_a2", {}, 422, "REFERENCE_UNKNOWN"),
    ("central_b", {}, 422, "REFERENCE_UNKNOWN"),
    ("teacher_a2", {}, 422, "REFERENCE_UNKNOWN"),
    ("abroad_bureau", {}, 422, "REFERENCE_UNKNOWN"),
    ("teacher", {"school_year": "2025-2026"}, 409, "HOURS_NONE"),
    ("teacher", {"school_year": "2026-2028"}, 422, "INVALID"),
    ("teacher", {"kind": "award"}, 422, "INVALID"),
)


async def test_refused_certificate_writes_nothing(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    await credit(client, as_role, world)
    before = await counts(clone)
    for role, changes, status, code in REFUSALS:
        answer = await issue(client, as_role(role), world, **changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (role, changes, answer.text)
    assert await counts(clone) == before


async def test_numbers_have_no_gaps_and_a_year_has_one_valid_certificate_under_a_storm(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    teachers = ("a1-1", "a1-2", "a2-1", "b1-1")
    for teacher in teachers:
        await credit(client, as_role, world, teacher)
    head = as_role("training_school")
    calls = [issue(client, head, world, teacher) for teacher in teachers * 4]
    refused = [issue(client, head, world, "a1-3") for _ in range(4)]  # no hours: must leave no gap
    answers = await asyncio.gather(*calls, *refused)
    assert [answer.status_code for answer in answers] == [201] * 16 + [409] * 4
    assert {answer.json()["number"] for answer in answers[:16]} == {f"XSZM-2026-00000{n}" for n in range(1, 5)}
    assert (await counts(clone))[:3] == (4, 1, 4)


async def test_reversal_and_issue_at_once_never_leave_an_unmarked_certificate(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entries = [await credit(client, as_role, world, activity_date=f"2026-10-{day:02d}") for day in range(1, 7)]
    await credit(client, as_role, world, category="city")
    for entry in entries:
        await asyncio.gather(issue(client, as_role("teacher"), world), reverse(client, as_role, entry["id"]))
        connection = await clone.connect()
        wrong = await connection.fetchval(
            "SELECT count(*) FROM certificates c, jsonb_array_elements_text(stands_on->'records') r"
            " JOIN hours_entries e ON e.reverses_id::text = r"
            " WHERE c.status = 'valid' AND NOT changes @> jsonb_build_array(jsonb_build_object('record', r))"
        )
        await connection.close()
        assert wrong == 0


FROZEN = {
    "holder_name": "'x'",
    "content": "'{}'",
    "pdf": "'\\x00'",
    "number": "'XSZM-2026-000009'",
    "token": "repeat('a', 22)",
    "teacher_id": "NULL",
    "stands_on": "'{}'",
}
ANOTHER = {"id": "gen_random_uuid()", "number_place": "9", "number": "'XSZM-2026-000009'", "token": "repeat('a', 22)"}


async def test_what_is_issued_stays_and_one_is_valid(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    await credit(client, as_role, world)
    await issue(client, as_role("teacher"), world)
    connection = await clone.connect()
    before = await connection.fetch("SELECT * FROM certificates")
    statements = [f"UPDATE certificates SET {name} = {value}" for name, value in FROZEN.items()]
    statements += ["DELETE FROM certificates", "TRUNCATE certificates CASCADE"]
    for role in (SERVICE_ROLE, OWNER_ROLE):
        await connection.execute(f"SET ROLE {role}")
        await connection.execute(f"SET {REGION_SETTING} = '{HOME}'")
        for statement in statements:
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)):
                await connection.execute(statement)
        await connection.execute("RESET ROLE")
    names = list(before[0].keys())
    values = ", ".join(ANOTHER.get(name, name) for name in names)
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_certificates_valid_teacher"):
        await connection.execute(f"INSERT INTO certificates ({', '.join(names)}) SELECT {values} FROM certificates")
    assert await connection.fetch("SELECT * FROM certificates") == before
    await connection.close()


async def test_verification_is_limited_per_address(entrance: Any, client: httpx.AsyncClient) -> None:
    entrance.limits = Buckets(entrance.limits.limits | {"verification": Limit(30, 60)})
    codes = [(await client.get("/v1/public/verifications/x")).status_code for _ in range(31)]
    assert codes == [404] * 30 + [429]
