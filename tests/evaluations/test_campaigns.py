"""A campaign from its window to the certificate, and everything that may not be."""

import io

import httpx
import pypdf
import pytest

from tests.factories.cluster import Clone
from tests.factories.evaluations import DECIDING, NOMINATING, PUBLIC, REASON, SCORING, Jury, full_marks, refused
from tests.factories.keys import SignIn
from tests.factories.world import World

A1, D = "甲镇第一小学", "市直实验幼儿园"
PRINTED = full_marks("demonstration_school")


@pytest.mark.clause("M7.1b", "A5.9", "A5.R", "A5.6")
async def test_demonstration_school_from_nomination_to_certificate(
    jury: Jury, client: httpx.AsyncClient, as_role: SignIn, clone: Clone, world: World
) -> None:
    campaign = await jury.campaign()
    one = f"campaigns/{campaign['id']}"
    a1, direct = world.organisation("A1"), world.organisation("D")
    await jury.nominated(campaign, "central_school", a1)
    await jury.nominated(campaign, "school_d", direct)
    nominate = f"{one}/candidates"
    body = {"subject_id": str(a1), "grounds": "成绩突出"}
    await refused(
        jury,
        clone,
        [
            (
                "central_school",
                nominate,
                {**body, "subject_id": str(world.organisation("A2"))},
                NOMINATING,
                409,
                "CAMPAIGN_QUOTA_FULL",
            ),
            ("training_school", nominate, body, NOMINATING, 409, "CANDIDATE_THERE"),
            ("school", nominate, body, NOMINATING, 403, "OTHER_BODY"),
            ("teacher", nominate, body, NOMINATING, 403, "OTHER_BODY"),
            ("central_b", nominate, body, NOMINATING, 403, "OUT_OF_SCOPE"),
            (
                "central_b",
                nominate,
                {**body, "subject_id": str(world.organisation("B1"))},
                "2026-12-11",
                409,
                "CAMPAIGN_WINDOW",
            ),
            ("bureau", f"{one}:score", {}, "2026-12-10", 409, "CAMPAIGN_NOMINATIONS_RUNNING"),
            ("bureau", f"{one}:score", {}, SCORING, 409, "CAMPAIGN_PANEL_TOO_SMALL"),
            ("bureau", f"{one}:decide", {}, DECIDING, 409, "STATUS_CONFLICT"),
            ("training_school", f"{one}:open", {}, SCORING, 403, "PERMISSION_DENIED"),
        ],
    )
    sheets = await jury.scoring(campaign)
    assert sorted((one["candidate_name"], one["evaluator_name"][5:]) for one in sheets) == [
        (name, who) for name in sorted((A1, D)) for who in ("teacher_a2", "training_school", "training_school_2")
    ]
    await refused(jury, clone, [("training_school", f"{one}:publicise", {}, PUBLIC, 409, "SHEETS_OPEN")])
    less = full_marks("demonstration_school", {"competitions": 4.5})
    others = ("training_school_2", "teacher_a2")
    await jury.scored(
        sheets,
        {
            (A1, "training_school"): less,
            (D, "training_school"): full_marks("demonstration_school", {"competitions": 10}),
        }
        | {(name, who): PRINTED for name in (A1, D) for who in others},
    )
    shown = await jury.done("training_school", f"{one}:publicise", on=PUBLIC)
    assert (shown["status"], shown["objections_until"]) == ("publicised", "2026-12-22")
    up = (await jury.get("teacher", f"{one}/publicity"))["items"]
    assert [(row["name"], row["place"], row["share"]) for row in up] == [(A1, 1, 98.5)]
    assert (await jury.get("teacher", f"{one}/candidates"))["items"] == []
    await refused(
        jury,
        clone,
        [
            ("bureau", f"{one}:decide", {}, "2026-12-22", 409, "PUBLICITY_RUNNING"),
            ("training_school", f"{one}:decide", {}, DECIDING, 403, "PERMISSION_DENIED"),
        ],
    )
    decided = await jury.done("bureau", f"{one}:decide", on=DECIDING)
    assert (decided["status"], decided["decided_on"]) == ("decided", DECIDING)
    award = (await jury.get("teacher", "awards"))["items"][0]
    assert (award["holder_name"], award["number"], award["place"]) == (A1, "RYZS-2026-000001", 1)
    pdf = await client.get(f"/v1/certificates/{award['certificate_id']}.pdf", headers=as_role("school"))
    text = "".join(pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().split())
    assert f"授予{A1}2026年度“校本研修示范校”称号" in text
    titles = (await jury.get("bureau", "school-titles"))["items"]
    assert [(row["kind"], row["status"], row["document"]) for row in titles] == [
        ("demonstration_school", "confirmed", "RYZS-2026-000001")
    ]


async def test_award_is_revoked_by_two_persons_and_the_title_ends(jury: Jury, clone: Clone, world: World) -> None:
    campaign = await jury.campaign("development_school")
    one = f"campaigns/{campaign['id']}"
    candidate = await jury.nominated(campaign, "central_school", world.organisation("A1"))
    await jury.done("bureau", f"{one}:score", on=SCORING)
    await refused(jury, clone, [("bureau", f"{one}:publicise", {}, PUBLIC, 422, "EVALUATION_INVALID")])
    await jury.done("bureau", f"{one}:publicise", {"candidate_ids": [candidate["id"]]}, PUBLIC)
    await refused(jury, clone, [("bureau", f"{one}:decide", {}, DECIDING, 403, "SEPARATION_OF_DUTIES")])
    await jury.done("bureau_2", f"{one}:decide", on=DECIDING)
    award = (await jury.get("school", "awards?kind=development_school"))["items"][0]
    ask = f"awards/{award['id']}"
    asked = await jury.done("bureau", f"{ask}:askRevocation", REASON, DECIDING)
    assert asked["revocation_reason"] == REASON["reason"]
    assert (await jury.get("school", ask))["revocation_reason"] is None
    await refused(
        jury,
        clone,
        [
            ("bureau", f"{ask}:confirmRevocation", {}, DECIDING, 403, "SEPARATION_OF_DUTIES"),
            (
                "bureau_2",
                f"certificates/{award['certificate_id']}:revoke",
                REASON,
                DECIDING,
                409,
                "CERTIFICATE_STANDS_ON_DECISION",
            ),
        ],
    )
    await jury.done("bureau_2", f"{ask}:refuseRevocation", REASON, DECIDING)
    await jury.done("bureau_2", f"{ask}:askRevocation", REASON, DECIDING)
    revoked = await jury.done("bureau", f"{ask}:confirmRevocation", on=DECIDING)
    assert revoked["status"] == "revoked"
    certificate = await jury.get("bureau", f"certificates/{award['certificate_id']}")
    title = (await jury.get("bureau", "school-titles"))["items"][0]
    assert (certificate["status"], title["status"], title["ends_on"]) == ("revoked", "ended", DECIDING)
    await refused(jury, clone, [("bureau", f"{ask}:askRevocation", REASON, DECIDING, 409, "STATUS_CONFLICT")])
