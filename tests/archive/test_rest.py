"""Evidence files over REST: hang on an entry, look, open, pack, hide. [A5.10]"""

import asyncio
import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from app.archive.jobs import lost, sweep
from app.archive.states import FileLimits, Shelf
from app.core.db import Database
from app.core.storage import Bucket
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.uploads import PDF, jpeg, upload
from tests.factories.world import World


async def entry_of(client: httpx.AsyncClient, as_role: SignIn, world: World, teacher: str = "a1-1") -> str:
    """A manual posting."""
    made = await post(client, as_role("training_school"), line(world, teacher))
    return str(made.json()["id"])


async def standing(clone: Clone) -> tuple[int, int, int]:
    """Files, bytes counted for people, bytes counted for organisations."""
    connection = await clone.connect()
    used = "SELECT coalesce(sum(used_bytes), 0)::bigint FROM file_usage WHERE kind = $1"
    files = await connection.fetchval("SELECT count(*) FROM files")
    people, organisations = await connection.fetchval(used, "account"), await connection.fetchval(used, "organisation")
    await connection.close()
    return files, people, organisations


def stored(app: FastAPI) -> list[Path]:
    """Everything that lies on the shelf."""
    return sorted(path for path in Path(app.state.shelf.storage.root).rglob("*") if path.is_file())


@pytest.mark.clause("A5.10")
async def test_evidence_is_hung_on_an_entry_seen_opened_packed_and_hidden(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = await entry_of(client, as_role, world)
    clerk, school = as_role("training_school"), as_role("school")
    photo = jpeg(exif=True, orientation=6, tail=b"PK\x03\x04 more")
    made = await upload(client, clerk, entry, PDF, "../../etc/签到表.pdf")
    assert made.status_code == 201, made.text
    picture = (await upload(client, school, entry, photo, "现场.png")).json()
    again = await upload(client, school, entry, PDF, "另一个名字.pdf")
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert (made.json()["name"], picture["name"], picture["media_type"]) == ("签到表.pdf", "现场.jpg", "image/jpeg")
    assert (made.json()["uploaded_as"], picture["uploaded_as"]) == ("training_school", "school")
    assert await standing(clone) == (2, len(PDF) + picture["size_bytes"], len(PDF) + picture["size_bytes"])
    assert sorted(path.name for path in stored(app)) == sorted([made.json()["id"], picture["id"]])

    listed = (await client.get(f"/v1/hours-entries/{entry}/files", headers=as_role("teacher"))).json()
    assert [one["id"] for one in listed["items"]] == [made.json()["id"], picture["id"]]
    got = await client.get(f"/v1/files/{picture['id']}/content", headers=as_role("teacher"))
    assert got.status_code == 200
    assert b"GPS" not in got.content
    assert got.content == jpeg_without_place()
    assert hashlib.sha256(got.content).hexdigest() == picture["sha256"]
    safe = {name: got.headers[name] for name in ("content-disposition", "content-security-policy", "content-type")}
    assert safe == {
        "content-disposition": "attachment; filename=\"file.jpg\"; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.jpg",
        "content-security-policy": "sandbox; default-src 'none'",
        "content-type": "image/jpeg",
    }
    assert got.headers["x-content-type-options"] == "nosniff"

    packed = await client.get(f"/v1/hours-entries/{entry}/files.zip", headers=school)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert file.testzip() is None
        assert file.namelist() == ["目录.csv", "001_签到表.pdf", "002_现场.jpg"]
        assert file.read("002_现场.jpg") == got.content
        rows = list(csv.reader(io.StringIO(file.read("目录.csv").decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["签到表.pdf", "现场.jpg"]
    assert [row[4:6] for row in rows[1:]] == [[one["sha256"], one["uploaded_as"]] for one in listed["items"]]


async def test_what_is_hidden_stays_on_record_and_gives_nothing_out(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    school, photo = as_role("school"), jpeg(exif=True)
    entry = await entry_of(client, as_role, world)
    await upload(client, school, entry, PDF)
    picture = (await upload(client, school, entry, photo, "现场.jpg")).json()
    hide = f"/v1/files/{picture['id']}:hide"
    short = await client.post(hide, json={"reason": "无"}, headers=school)
    stale = await client.post(hide, json={"reason": "含个人信息", "etag": '"7"'}, headers=school)
    hidden = await client.post(hide, json={"reason": "含个人信息"}, headers=school | {"If-Match": picture["etag"]})
    twice = await client.post(hide, json={"reason": "含个人信息"}, headers=school)
    gone = await client.get(f"/v1/files/{picture['id']}/content", headers=school)
    assert (short.status_code, stale.json()["code"]) == (422, "ETAG_MISMATCH")
    assert (hidden.status_code, hidden.json()["hidden_reason"]) == (200, "含个人信息")
    assert (twice.json()["code"], gone.json()["code"]) == ("FILE_ALREADY_HIDDEN", "FILE_HIDDEN")
    packed = await client.get(f"/v1/hours-entries/{entry}/files.zip", headers=school)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as file:
        assert file.namelist() == ["目录.csv", "001_佐证.pdf"]
        assert "已隐藏：含个人信息" in file.read("目录.csv").decode()
    anew = await upload(client, school, entry, photo, "现场.jpg")
    assert (anew.status_code, len(stored(app))) == (201, 3)
    connection = await clone.connect()
    kinds = [row["kind"] for row in await connection.fetch("SELECT kind FROM events WHERE entity = 'file' ORDER BY id")]
    with pytest.raises(Exception, match="permission denied"):
        await connection.execute("SET ROLE shixun_service; DELETE FROM files")
    await connection.close()
    assert kinds == ["file.attached", "file.attached", "file.hidden", "file.attached"]


def jpeg_without_place() -> bytes:
    """What stays of the photo: the frame, and which way up it is."""
    turned = b"\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"
    plain = jpeg()
    return plain[:2] + turned + bytes(6) + plain[2:]


OUTSIDERS = ("school_a2", "school_b1", "central_b", "teacher_a2", "abroad_bureau", "abroad_school")


async def test_a_file_is_seen_where_its_entry_is_and_nowhere_else(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    entry = await entry_of(client, as_role, world)
    made = (await upload(client, as_role("teacher"), entry, PDF)).json()
    urls = [f"/v1/files/{made['id']}{part}" for part in ("", "/content", "/link")]
    urls += [f"/v1/hours-entries/{entry}/files{part}" for part in ("", ".zip")]
    for username in ("bureau", "bureau_be", "training_school_2", "central_school", "school", "teacher"):
        answers = [(await client.get(url, headers=as_role(username))).status_code for url in urls]
        assert answers == [200] * 5, username
    for username in OUTSIDERS:
        answers = [(await client.get(url, headers=as_role(username))).status_code for url in urls]
        assert answers == [404] * 5, username
        assert (await upload(client, as_role(username), entry, PDF + b"\n")).status_code in {403, 404}, username
        hide = await client.post(f"/v1/files/{made['id']}:hide", json={"reason": "不该看到"}, headers=as_role(username))
        assert hide.status_code in {403, 404}, username
    refused = await upload(client, as_role("bureau"), entry, PDF + b"\n")
    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert (await upload(client, as_role("central_school"), entry, PDF + b"\n")).json()["code"] == "OUT_OF_SCOPE"
    assert await standing(clone) == (1, len(PDF), len(PDF))
    assert [path.name for path in stored(app)] == [made["id"]]
    assert list(app.state.shelf.drafts.iterdir()) == []
    # A file whose kind of record no domain answers for is seen by nobody, whatever its row says.
    connection = await clone.connect()
    await connection.execute("UPDATE files SET owner_kind = 'unknown_kind'")
    await connection.close()
    assert (await client.get(urls[0], headers=as_role("bureau"))).status_code == 404


async def test_one_range_is_answered_and_the_etag_is_the_hash(
    client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    head = as_role("school")
    made = (await upload(client, head, await entry_of(client, as_role, world), PDF)).json()
    url, size = f"/v1/files/{made['id']}/content", len(PDF)
    cases = {
        "bytes=0-3": (206, PDF[:4], f"bytes 0-3/{size}"),
        "bytes=-6": (206, PDF[-6:], f"bytes {size - 6}-{size - 1}/{size}"),
        f"bytes=4-{size * 2}": (206, PDF[4:], f"bytes 4-{size - 1}/{size}"),
        "bytes=0-1,4-5": (200, PDF, None),
        "bytes=5-2": (200, PDF, None),
        "bytes=-0": (200, PDF, None),
        "lines=1-2": (200, PDF, None),
        "bytes=²-3": (200, PDF, None),
        f"bytes={size}-": (416, b"", f"bytes */{size}"),
    }
    raw = [(name.encode(), value.encode()) for name, value in head.items()]
    for asked, (status, body, range_) in cases.items():
        got = await client.get(url, headers=httpx.Headers([*raw, (b"Range", asked.encode())]))
        assert (got.status_code, got.content, got.headers.get("content-range")) == (status, body, range_), asked
    etag = f'"{made["sha256"]}"'
    known = await client.get(url, headers=head | {"If-None-Match": etag})
    other = await client.get(url, headers=head | {"Range": "bytes=0-3", "If-Range": '"other"'})
    assert (known.status_code, known.content, other.status_code) == (304, b"", 200)


async def test_a_link_is_for_one_file_and_worth_what_its_asker_is_now(
    client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, app: FastAPI
) -> None:
    entry = await entry_of(client, as_role, world)
    one = (await upload(client, as_role("school"), entry, PDF)).json()
    two = (await upload(client, as_role("school"), entry, jpeg(), "图.jpg")).json()
    link = (await client.get(f"/v1/files/{one['id']}/link", headers=as_role("school"))).json()["url"]
    assert (await client.get(link)).content == PDF
    ticket = link.partition("ticket=")[2]
    wrong = [
        link.replace(one["id"], two["id"]),
        link.replace("file.pdf", "file.jpg"),
        link + f"&grant={uuid4()}",
        link[:-4] + "AAAA",
        link.partition("?")[0] + "?ticket=x",
    ]
    for url in wrong:
        answer = await client.get(url)
        assert (answer.status_code, answer.json()["code"]) == (401, "LINK_EXPIRED"), url
    assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {ticket}"})).status_code == 401
    token = as_role("school")["Authorization"].partition(" ")[2]
    assert (await client.get(link.partition("?")[0], params={"ticket": token})).status_code == 401
    acting = as_role("school") | {"X-Acting-Grant": str(world.account("school").grant_id)}
    as_granted = (await client.get(f"/v1/files/{one['id']}/link", headers=acting)).json()["url"]
    assert ("&grant=" in as_granted, (await client.get(as_granted)).content) == (True, PDF)
    connection = await clone.connect()
    await connection.execute("UPDATE sessions SET revoked_at = now() WHERE account_id = $1", world.account("school").id)
    await connection.close()
    app.state.entrance._callers.clear()  # noqa: SLF001 - a lock is seen within five seconds, the test does not wait
    assert (await client.get(link)).json()["code"] == "SESSION_REVOKED"


async def test_what_no_row_may_be_written_for_is_refused_and_leaves_nothing(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    head, entry = as_role("school"), await entry_of(client, as_role, world)
    shelf: Shelf = app.state.shelf

    async def code(body: bytes = PDF, **limits: Any) -> tuple[int, str]:
        app.state.shelf = replace(shelf, limits=replace(FileLimits(free_share=0), **limits))
        answer = await upload(client, head, entry, body)
        return answer.status_code, answer.json().get("code", "")

    assert await code(b"") == (422, "FILE_DAMAGED")
    assert await code(b"MZ executable") == (422, "FILE_TYPE_REFUSED")
    assert await code(file=len(PDF) - 1, video=2 * len(PDF)) == (413, "FILE_TOO_LARGE")
    assert await code(file=10, video=10) == (413, "FILE_TOO_LARGE")
    assert await code(person=len(PDF) - 1) == (413, "FILE_QUOTA_FULL")
    assert await code(organisation=len(PDF) - 1) == (413, "FILE_QUOTA_FULL")
    assert await code(free_share=1.0) == (507, "STORAGE_FULL")
    app.state.shelf = replace(shelf, limits=FileLimits(free_share=0))
    url = f"/v1/hours-entries/{entry}/files"
    plain = await client.post(url, json={"file": "x"}, headers=head)
    named = await client.post(url, files={"other": ("a.pdf", PDF)}, headers=head)
    text = await client.post(url, data={"file": "text"}, files={"x": ("a", b"")}, headers=head)
    broken = await client.post(
        url, content=b"--x\r\nnonsense", headers=head | {"Content-Type": "multipart/form-data; boundary=x"}
    )
    many = await client.post(url, files=[("file", ("a.pdf", PDF))] * 3, headers=head)
    assert [one.status_code for one in (plain, named, text)] == [422, 422, 422]
    assert [broken.status_code, many.status_code] == [422, 400]
    assert (many.headers["content-type"], many.json()["code"]) == ("application/problem+json", "BAD_REQUEST")
    assert (await standing(clone), stored(app), list(shelf.drafts.iterdir())) == ((0, 0, 0), [], [])
    assert await code() == (201, "")
    dry = await client.post(f"{url}?validate_only=true", files={"file": ("b.pdf", PDF + b"\n")}, headers=head)
    assert (dry.status_code, (await standing(clone))[0]) == (201, 1)


async def test_no_storm_passes_a_quota(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone
) -> None:
    """Room for ten files of one organisation; sixteen people's uploads at once, and four times the same bytes."""
    entry = await entry_of(client, as_role, world)
    size = len(PDF) + 4
    app.state.shelf = replace(app.state.shelf, limits=FileLimits(organisation=10 * size + 1, free_share=0))
    people = ("school", "teacher", "training_school", "training_school_2")
    bodies = [PDF + f"{number:04b}".encode().translate(BLANKS) for number in range(16)]
    bodies += [bodies[0]] * 4
    answers = await asyncio.gather(
        *(upload(client, as_role(people[place % 4]), entry, body) for place, body in enumerate(bodies))
    )
    statuses = [one.status_code for one in answers]
    files, by_people, by_organisations = await standing(clone)
    assert files == statuses.count(201) == 10
    assert by_people == by_organisations == 10 * size
    assert set(statuses) <= {200, 201, 413}
    assert len(stored(app)) == 10


BLANKS = bytes.maketrans(b"01", b"\n ")


async def test_sweeper_takes_what_no_row_names_and_doctor_finds_what_is_gone(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    entry = await entry_of(client, as_role, world)
    made = (await upload(client, as_role("school"), entry, PDF)).json()
    shelf: Shelf = app.state.shelf
    (kept,) = stored(app)
    orphan = kept.with_name(str(uuid4()))
    orphan.write_bytes(PDF)
    foreign = kept.with_name("notes.txt")
    foreign.write_bytes(b"not ours")
    draft = shelf.drafts / f"{uuid4()}.raw"
    draft.write_bytes(b"half a file")
    assert await sweep(database, shelf) == 0
    assert await sweep(database, shelf, keep=timedelta(seconds=-1)) == 2
    assert (kept.exists(), orphan.exists(), foreign.exists(), draft.exists()) == (True, False, True, False)
    assert await lost(database, shelf, with_hashes=True) == []
    kept.write_bytes(PDF.replace(b"obj", b"OBJ"))
    assert [one.fault for one in await lost(database, shelf, with_hashes=True)] == ["another hash"]
    kept.write_bytes(b"short")
    assert [one.fault for one in await lost(database, shelf)] == [f"5 bytes instead of {len(PDF)}"]
    kept.unlink()
    assert [(str(one.file_id), one.fault) for one in await lost(database, shelf)] == [(made["id"], "missing")]
    answer = await client.get(f"/v1/files/{made['id']}/content", headers=as_role("school"))
    assert (answer.status_code, answer.json()["code"]) == (503, "FILE_MISSING")


async def test_graphql_shows_files_of_entries_in_one_statement_and_hides_them(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    first, second = await entry_of(client, as_role, world), await entry_of(client, as_role, world, "a1-2")
    head = as_role("school")
    made, _ = [(await upload(client, head, entry, PDF)).json() for entry in (first, second)]
    query = "{hoursEntries{nodes{uuid files{uuid name sha256 uploadedAs}}}}"
    await data(client, head, query)
    with counted(database) as sent:
        nodes = (await data(client, head, query))["hoursEntries"]["nodes"]
    assert {node["uuid"]: len(node["files"]) for node in nodes} == {first: 1, second: 1}
    assert sum("FROM files" in statement for statement in sent) == 1
    assert (await data(client, as_role("school_a2"), "{hoursEntries{nodes{files{uuid}}}}")) == {
        "hoursEntries": {"nodes": []}
    }
    shown = "{...on File{hiddenReason} ...on Problem{code}}"
    hide = f'mutation($id:UUID!){{hideFile(uuid:$id,input:{{reason:"含个人信息"}}){shown}}}'
    assert (await data(client, head, hide, id=made["id"])) == {"hideFile": {"hiddenReason": "含个人信息"}}
    assert (await data(client, head, hide, id=made["id"])) == {"hideFile": {"code": "FILE_ALREADY_HIDDEN"}}
    assert (await data(client, as_role("school_b1"), hide, id=made["id"])) == {"hideFile": {"code": "NOT_FOUND"}}


async def test_a_bucket_serves_as_the_folder_does(
    app: FastAPI, client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    from obstore.store import MemoryStore  # noqa: PLC0415 - an extra of the product

    bucket = Bucket(MemoryStore())
    app.state.shelf = replace(app.state.shelf, storage=bucket)
    head, entry = as_role("school"), await entry_of(client, as_role, world)
    made = (await upload(client, head, entry, PDF)).json()
    assert [one.size_bytes for one in bucket.all()] == [len(PDF)]
    url = f"/v1/files/{made['id']}/content"
    assert (await client.get(url, headers=head)).content == PDF
    assert (await client.get(url, headers=head | {"Range": "bytes=5-9"})).content == PDF[5:10]
    assert await lost(database, app.state.shelf, with_hashes=True) == []
    assert (await upload(client, as_role("school_b1"), entry, PDF + b"\n")).status_code == 404
    assert len(list(bucket.all())) == 1
    bucket.delete(next(bucket.all()).key)
    bucket.delete("419001/00/00/none")
    assert (await client.get(url, headers=head)).status_code == 503
