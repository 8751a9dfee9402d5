"""School sheets at the doors: a body of plain text, and what a list asks of the database."""

import httpx

from app.core.db import Database
from tests.factories.cluster import Clone
from tests.factories.graph import data
from tests.factories.keys import SignIn
from tests.factories.statements import counted
from tests.factories.submissions import URL, Office, activity, stored
from tests.factories.world import World


async def test_plain_text_is_pasted_as_it_is(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, clone: Clone
) -> None:
    sheet = await office.sheet()
    url, head = f"{URL}/{sheet['id']}/lines:paste", as_role("school")
    rows = "姓名\t活动名称\t活动日期\t学时\n钱二\t听评课\t2026-10-22\t1"

    async def paste(body: bytes, kind: str = "text/plain; charset=utf-8", query: str = "") -> httpx.Response:
        return await client.post(url + query, content=body, headers=head | {"Content-Type": kind})

    added = await paste(rows.encode("utf-8-sig"))
    assert (added.status_code, added.json()["line_count"]) == (200, 2), added.text
    for encoding in ("utf-8", "gb18030"):
        replaced = await paste(rows.encode(encoding), "text/plain", "?replace=true")
        assert (replaced.status_code, replaced.json()["line_count"]) == (200, 1), replaced.text
    before = await stored(clone)
    stale = await client.post(
        url, content=rows.encode(), headers=head | {"Content-Type": "text/plain", "If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "ETAG_MISMATCH")
    assert [(await paste(body, kind)).status_code for body, kind in (
        (b"", "text/plain"), (rows.encode(), "text/csv"), (b"\xff\xfe\x00", "text/plain"), (b"{", "application/json"),
    )] == [422, 422, 422, 400]  # fmt: skip
    assert await stored(clone) == before


async def test_a_list_of_sheets_asks_as_much_for_one_as_for_many(
    office: Office, client: httpx.AsyncClient, as_role: SignIn, database: Database
) -> None:
    asked = "{hoursSubmissions(first:20){nodes{lineCount acts{act} files{name} school{name}}}}"

    async def statements() -> tuple[int, int]:
        with counted(database) as listed:
            assert (
                await client.get(f"{URL}?limit=50&include_total=true", headers=as_role("bureau"))
            ).status_code == 200
        with counted(database) as graph:
            await data(client, as_role("bureau"), asked)
        return len(listed), len(graph)

    await office.sheet("school")
    await statements()  # the first request of a caller also looks up who it is
    one = await statements()
    for place in range(5):
        await office.sheet("school", activity("1"), activity("2", session=f"第 {place} 场"))
    await office.sheet("school_a2", activity(staff_no=World().staff_no("a2-1")), to="submitted")
    assert await statements() == one
