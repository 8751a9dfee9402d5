"""Evidence of school sheets: hung on while the lines may change, seen where the sheet is, kept afterwards. [A5.10]"""

import io
import zipfile

import httpx
import pytest

from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.submissions import URL, Office
from tests.factories.uploads import PDF, jpeg, upload

READERS = ("bureau", "bureau_be", "training_school", "central_school", "school")
OUTSIDERS = ("school_a2", "school_b1", "central_b", "abroad_bureau", "abroad_school")


async def files_of(clone: Clone) -> list[tuple[str, str]]:
    """Kind of the owner and name of every file."""
    connection = await clone.connect()
    rows = await connection.fetch("SELECT owner_kind, name FROM files ORDER BY id")
    await connection.close()
    return [tuple(row) for row in rows]


@pytest.mark.clause("A5.10")
async def test_evidence_is_added_while_the_sheet_is_open_and_read_ever_after(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    sheet = await office.sheet("school")
    path = f"{URL}/{sheet['id']}"
    school = as_role("school")
    made = await upload(client, school, path, PDF, "签到表.pdf")
    again = await upload(client, school, path, PDF, "另一个名字.pdf")
    assert (made.status_code, again.status_code, again.json()["id"]) == (201, 200, made.json()["id"])
    kept = [("hours_submission", "签到表.pdf")]

    assert (await office.post("school", f"/{sheet['id']}:submit", {})).status_code == 200
    late = await upload(client, school, path, jpeg(), "现场.jpg")
    assert (late.status_code, late.json()["code"], await files_of(clone)) == (409, "HOURS_SUBMISSION_CLOSED", kept)
    back = await office.post("central_school", f"/{sheet['id']}:return", {"reason": "请补现场照片"})
    assert back.status_code == 200
    assert (await upload(client, school, path, jpeg(), "现场.jpg")).status_code == 201
    for who, verb in (("school", "submit"), ("central_school", "recommend"), ("training_school", "approve")):
        moved = await office.post(who, f"/{sheet['id']}:{verb}", {})
        assert moved.status_code == 200, moved.text
    closed = await upload(client, school, path, PDF + b"\n")
    kept.append(("hours_submission", "现场.jpg"))
    assert (closed.json()["code"], await files_of(clone)) == ("HOURS_SUBMISSION_CLOSED", kept)

    listed = (await client.get(f"{path}/files", headers=as_role("central_school"))).json()["items"]
    assert [one["name"] for one in listed] == ["签到表.pdf", "现场.jpg"]
    packed = await client.get(f"{path}/files.zip", headers=as_role("training_school"))
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert file.namelist() == ["目录.csv", "001_签到表.pdf", "002_现场.jpg"]
        assert file.read("001_签到表.pdf") == PDF
    asked = "query($id:UUID!){hoursSubmission(uuid:$id){files{name} lines{nodes{uuid}}}}"
    answer = await data(client, school, asked, id=sheet["id"])
    assert [one["name"] for one in answer["hoursSubmission"]["files"]] == ["签到表.pdf", "现场.jpg"]


async def test_who_may_not_edit_a_sheet_adds_nothing_and_who_may_not_see_it_sees_none_of_its_files(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    sheet = await office.sheet("school")
    path = f"{URL}/{sheet['id']}"
    file_id = (await upload(client, as_role("school"), path, PDF)).json()["id"]
    urls = (f"{path}/files", f"{path}/files.zip", f"/v1/files/{file_id}", f"/v1/files/{file_id}/content")
    for username in READERS:
        answers = [(await client.get(url, headers=as_role(username))).status_code for url in urls]
        assert answers == [200] * 4, username
    for username in OUTSIDERS:
        answers = [(await client.get(url, headers=as_role(username))).status_code for url in urls]
        assert answers == [404] * 4, username
    # A teacher of the sheet's own lines: sheets are not theirs to see, so neither are the files.
    answers = [(await client.get(url, headers=as_role("teacher"))).status_code for url in urls]
    assert answers == [403, 403, 404, 404]
    for username in (*READERS, *OUTSIDERS, "teacher"):
        if username == "school":
            continue
        answer = await upload(client, as_role(username), path, PDF + b"\n")
        assert answer.status_code in {403, 404}, username
    assert await files_of(clone) == [("hours_submission", "佐证.pdf")]
