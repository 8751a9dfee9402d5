"""The page /scorecard: signing in by form, whose form it is, what it shows, and that all text is escaped."""

import re
from http.cookies import SimpleCookie

import httpx
import pytest
import pytest_asyncio

from app.api.scorecard.visit import ACCESS, FORM, REFRESH
from tests.factories.cluster import Clone
from tests.factories.scorecards import CITY, SAID, put_team, row
from tests.factories.trainers import Bureau
from tests.factories.world import PASSWORD, World

FIELD = re.compile(r'name="form" value="([^"]+)"')


@pytest_asyncio.fixture
async def browser(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that keeps cookies, with the form open."""
    first = await client.get("/scorecard")
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    return client


async def enter(browser: httpx.AsyncClient, username: str, **changes: str) -> httpx.Response:
    """Send the sign-in form as the page has it."""
    page = await browser.get("/scorecard")
    found = FIELD.search(page.text)
    assert found
    form = {"form": found[1], "username": username, "password": PASSWORD, **changes}
    return await browser.post("/scorecard/sign-in", data=form)


async def test_signing_in_and_out(browser: httpx.AsyncClient) -> None:
    answer = await enter(browser, "bureau")
    assert (answer.status_code, answer.headers["location"]) == (303, "/scorecard")
    cookies = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        cookies.load(line)
    for name in (ACCESS, REFRESH):
        facts = cookies[name]
        assert (facts["httponly"], facts["samesite"], facts["path"]) == (True, "strict", "/scorecard")
    page = await browser.get("/scorecard")
    assert "2026 年绩效评级" in page.text
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert "script-src 'self'" in policy
    assert "<script" not in page.text
    assert not re.search(r"""(src|href)=["']https?://""", page.text)
    form = FIELD.search(page.text)
    assert form
    left = await browser.post("/scorecard/sign-out", data={"form": form[1]})
    assert left.status_code == 303
    assert ACCESS not in browser.cookies
    assert "登录" in (await browser.get("/scorecard")).text
    browser.cookies.set(REFRESH, cookies[REFRESH].value, path="/scorecard")
    assert (await browser.get("/scorecard")).status_code == 401  # the session itself is over


async def test_a_form_of_another_site_is_refused(browser: httpx.AsyncClient) -> None:
    for changes in ({"form": "guessed"}, {"form": ""}):
        assert (await enter(browser, "bureau", **changes)).status_code == 400
    kept = browser.cookies[FORM]
    sent = {"form": kept, "username": "bureau", "password": PASSWORD}
    cross = await browser.post("/scorecard/sign-in", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 400
    assert ACCESS not in browser.cookies
    assert (await enter(browser, "bureau", password="wrong")).status_code == 401
    assert ACCESS not in browser.cookies


async def test_a_school_is_told_that_it_may_not_look(browser: httpx.AsyncClient) -> None:
    await enter(browser, "school")
    for path in ("/scorecard", "/scorecard/2026/indicators/support_system.trainer_team", "/scorecard/2026/table.xlsx"):
        page = await browser.get(path)
        assert page.status_code == 403
        assert "没有查看绩效评级的权限" in page.text
        assert "依据：附件4" in page.text
        assert [word for word in ("市级工作", "评定分", "失分最多") if word in page.text] == []


@pytest.mark.clause("A4.1", "A4.3")
async def test_the_page_leads_to_people_and_escapes_what_they_wrote(
    browser: httpx.AsyncClient, office: Bureau, clone: Clone, world: World
) -> None:
    await put_team(clone, world)
    note = "<script>alert(1)</script>&\"'"
    await office.done("bureau", row(CITY, "assess"), {**SAID, "note": note})
    await office.done("bureau_2", row(CITY, "return"), {"reason": "<b>重写</b>"})
    await enter(browser, "bureau")
    page = (await browser.get("/scorecard/2026")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>重写</b>" not in page
    links = set(re.findall(r'href="(/scorecard/2026/indicators/[^"#]+)', page))
    assert len(links) > 20
    for link in links:
        shown = await browser.get(link.replace("&amp;", "&"))
        assert shown.status_code == 200, link
    drill = await browser.get("/scorecard/2026/indicators/support_system.trainer_team?figure=trainers.took_part")
    assert all(name in drill.text for name in ("赵一", "钱二", "周五", "郑七", "未计入"))
    table = await browser.get("/scorecard/2026/table.xlsx")
    assert table.content.startswith(b"PK")
    for path, status in (("/scorecard/2026/indicators/no.such", 404), ("/scorecard/2021", 422)):
        assert (await browser.get(path)).status_code == status
