"""Working on the page /scorecard: marks by two persons, evidence, what-if, freezing; refusals write nothing."""

import asyncio
import hashlib
import re
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from app.api.scorecard.visit import FORM, ROLE
from tests.factories.cluster import Clone
from tests.factories.scorecard_pages import Browser, said
from tests.factories.scorecards import CITY, ECOLOGY, FUNDS, TEAM, put_team
from tests.factories.trainers import Bureau
from tests.factories.uploads import PDF
from tests.factories.world import HOME, World

CITY_PAGE, TEAM_PAGE = "2026/indicators/organisation.city_work", "2026/indicators/support_system.trainer_team"
ECOLOGY_PAGE = "2026/indicators/effects.ecology"
NOTE = "已印发文件 <b>&\"'"


def act(code: str, verb: str) -> str:
    """The address of a form on a row."""
    return f"2026/requirements/{code}/{verb}"


@pytest_asyncio.fixture
async def browser(client: httpx.AsyncClient) -> Browser:
    """A browser."""
    return Browser(client)


async def stored(clone: Clone) -> list[int]:
    """How many rows, files and frozen states there are."""
    connection = await clone.connect()
    tables = ("scorecard_rows", "files", "scorecard_snapshots", "idempotency_keys")
    found = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in tables]
    await connection.close()
    return found


@pytest.mark.clause("A4.1", "A3.6")
async def test_a_row_is_assessed_scored_returned_and_frozen_by_two_persons(browser: Browser, office: Bureau) -> None:
    await browser.enter("bureau")
    form = await browser.form(CITY_PAGE, act(CITY, "assess"))
    form |= {"points": ["2.5"], "note": [NOTE], "link_label": ["文件", ""], "link_url": ["https://a.cn/1", ""]}
    sent = await asyncio.gather(*(browser.send(act(CITY, "assess"), form) for _ in range(2)))
    assert {one.status_code for one in sent} == {303}  # a double click
    page = await browser.read(sent[0].headers["location"].removeprefix("/scorecard/").partition("#")[0])
    assert "自评已保存。" in page
    assert "&lt;b&gt;" in page
    assert "<b>&" not in page
    assert "须由教师教育科的另一人评分" in page
    assert act(CITY, "score") not in page
    await browser.enter("bureau_2")
    form = await browser.form(CITY_PAGE, act(CITY, "score"))
    wrong = await browser.send(act(CITY, "score"), form | {"points": ["9.3"], "note": ["材料不全"]})
    assert (wrong.status_code, said(wrong)) == (422, ["分数以 0.5 为最小单位"])
    assert 'value="9.3"' in wrong.text
    assert "材料不全</textarea>" in wrong.text
    beyond = await browser.send(act(CITY, "score"), form | {"points": ["9"]})
    assert (beyond.status_code, len(said(beyond))) == (422, 1)
    assert "附件4" in said(beyond)[0]
    assert (await browser.send(act(CITY, "score"), form | {"points": ["2"]})).status_code == 303
    back = await browser.form(CITY_PAGE, act(CITY, "return"))
    empty = await browser.send(act(CITY, "return"), back)
    assert (empty.status_code, said(empty)) == (422, ["缺少必填项"])
    assert (await browser.send(act(CITY, "return"), back | {"reason": ["请补充会议纪要"]})).status_code == 303
    page = await browser.read(CITY_PAGE)
    assert "退回：请补充会议纪要" in page
    form = await browser.form("2026/snapshots", "2026/freeze")
    refused = await browser.send("2026/freeze", form)
    assert (refused.status_code, "请先勾选确认" in refused.text) == (422, True)
    assert (await browser.send("2026/freeze", form | {"confirm": ["yes"]})).status_code == 303
    again = await browser.form("2026/snapshots", "2026/freeze")
    both = await browser.send("2026/freeze", again)
    assert both.text.count('class="fault"') == 2  # not confirmed, and no reason for a second time
    assert [one["number"] for one in (await office.get("bureau", "scorecards/2026/snapshots"))["items"]] == [1]
    shown = await browser.read("2026/snapshots/1")
    assert "内容与摘要相符" in shown
    content = await browser.client.get("/scorecard/2026/snapshots/1/content.json")
    assert hashlib.sha256(content.content).hexdigest() in shown


async def test_what_somebody_else_did_in_between_is_shown_and_the_input_is_kept(
    browser: Browser, office: Bureau
) -> None:
    await browser.enter("bureau")
    late = await browser.form(CITY_PAGE, act(CITY, "assess"))
    await office.done("bureau_2", f"{'scorecards/2026'}/requirements/{CITY}:assess", {"points": 1, "note": "先到"})
    answer = await browser.send(act(CITY, "assess"), late | {"points": ["3"], "note": ["后到"]})
    assert answer.status_code == 412
    assert "现在是“待评分”" in answer.text
    assert "先到" in answer.text
    assert "后到</textarea>" in answer.text
    kept = await office.get("bureau", "scorecards/2026")
    assert kept["sums"]["self_assessed"] == 1
    fresh = await browser.form(CITY_PAGE, act(CITY, "assess"))
    assert (await browser.send(act(CITY, "assess"), fresh | {"points": ["3"], "note": ["后到"]})).status_code == 303


@pytest.mark.clause("A4.1")
async def test_refusals_are_readable_pages_and_nothing_is_written(browser: Browser, clone: Clone) -> None:
    await browser.enter("bureau")
    form = await browser.form(CITY_PAGE, act(CITY, "assess"))
    mark = form | {"points": ["1"], "note": ["说明"]}
    for changes, head, status in (
        ({"form": "guessed"}, {}, 400),
        ({"form": ""}, {}, 400),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 400),
        ({"etag": "x"}, {}, 400),
        ({"etag": ""}, {}, 400),
        ({"etag": '"7"'}, {}, 412),
    ):
        answer = await browser.send(act(CITY, "assess"), mark | changes, headers=head)
        assert answer.status_code == status, (changes, answer.text)
        assert answer.headers["content-type"].startswith("text/html")
    other = await browser.send(act(TEAM, "assess"), mark)
    assert (other.status_code, "这一项由教师进修学校自评" in other.text or "进修学校" in other.text) == (403, True)
    assert "依据：附件4" in other.text
    for path, status in ((act("no.such.row", "assess"), 404), (f"2026/requirements/{CITY}/erase", 404)):
        assert (await browser.send(path, mark)).status_code == status
    ahead = await browser.send(f"2099/requirements/{CITY}/assess", mark)
    assert (ahead.status_code, "尚未开始" in ahead.text) == (422, True)
    upload = {"file": ("佐证.pdf", PDF)}
    theirs = await browser.send(act(TEAM, "files"), {"form": form["form"]}, files=upload)
    assert theirs.status_code == 403
    assert (await browser.send(act(CITY, "files"), {"form": "guessed"}, files=upload)).status_code == 400
    hostile = await browser.send(act(CITY, "files"), {"form": form["form"]}, files={"file": ("a.pdf", b"MZ\x00")})
    assert (hostile.status_code, "没有保存" in hostile.text) == (422, True)
    for who in ("school", "training_school"):
        await browser.enter(who)
        kept = browser.client.cookies[FORM]
        for path in (act(CITY, "score"), act(CITY, "return"), "2026/freeze"):
            sent = mark | {"form": kept, "etag": '"0"', "reason": "退回", "confirm": "yes"}
            answer = await browser.send(path, sent)
            assert answer.status_code == 403, (who, path, answer.text)
            assert "依据：附" in answer.text
    assert await stored(clone) == [0, 0, 0, 0]


HOSTILE = (
    "",
    "-1",
    "1e999999",
    "NaN",
    "Infinity",
    "1,5",
    "２",
    "\x00",
    "'; DROP TABLE x; --",
    "9" * 400,
    "<svg onload=x>",
)


async def test_hostile_values_are_never_a_fault_of_ours(browser: Browser) -> None:
    await browser.enter("bureau")
    form = await browser.form(CITY_PAGE, act(CITY, "assess"))
    for value in HOSTILE:
        answer = await browser.send(act(CITY, "assess"), form | {"points": [value], "note": [value]})
        assert answer.status_code in {303, 412, 422}, (value, answer.text)
        assert "<svg onload" not in answer.text
        asked = httpx.QueryParams({"count.trainers.people": value, f"points.{TEAM}": value, "count.no.such": "1"})
        assert (await browser.client.get(f"/scorecard/2026/what-if?{asked}")).status_code in {200, 422}
        for path in ("2026/indicators/{}", f"{TEAM_PAGE}?figure={{}}", f"{TEAM_PAGE}?cursor={{}}", "{}/snapshots"):
            bad = httpx.QueryParams({"x": value})
            page = await browser.client.get("/scorecard/" + path.format(str(bad)[2:]))
            assert page.status_code < 500, (path, value)
            assert "<svg onload" not in page.text
    for path in ("2026/files/x", f"2026/files/{uuid4()}", "2026/snapshots/9", "2026/snapshots/x", "2021", "abc"):
        page = await browser.client.get(f"/scorecard/{path}")
        assert page.status_code in {404, 422}, path
        assert page.headers["content-type"].startswith("text/html")


@pytest.mark.clause("A4.3")
async def test_a_line_of_a_list_leads_to_its_record(
    browser: Browser, clone: Clone, world: World, office: Bureau
) -> None:
    await put_team(clone, world)
    await browser.enter("bureau")
    figure = f"{TEAM_PAGE}?figure=trainers.took_part"
    page = await browser.read(figure)
    links = re.findall(r'href="/scorecard/(2026/indicators/[^"]+/records/[^"]+)"', page)
    assert len(links) == 4
    for link in links:
        shown = await browser.read(link.replace("&amp;", "&"))
        assert "培训者聘任" in shown
        assert "2028-09-01" in shown
        assert "/v1/trainer-appointments/" in shown
    idle = await browser.read(f"{figure}&counted=no")
    assert ("赵一" in idle, "钱二" in idle) == (True, False)
    counts = await browser.read(f"{figure}&counted=yes")
    assert ("赵一" in counts, "钱二" in counts) == (False, True)
    elsewhere = links[0].partition("/records/")[2].partition("?")[0]
    await browser.read(f"{TEAM_PAGE}/records/{uuid4()}?figure=trainers.took_part", 404)
    await browser.read(f"{CITY_PAGE}/records/{elsewhere}?figure=trainers.took_part", 404)
    await browser.read(f"{TEAM_PAGE}/records/{elsewhere}?figure=no.such", 404)
    await browser.enter("school")
    await browser.read(links[0].replace("&amp;", "&"), 403)


async def test_evidence_is_uploaded_and_read_on_the_page(browser: Browser, clone: Clone) -> None:
    await browser.enter("training_school")
    form = await browser.form(TEAM_PAGE, act(TEAM, "files"))
    for _ in range(2):
        sent = await browser.send(act(TEAM, "files"), form, files={"file": ("佐证<1>.pdf", PDF)})
        assert sent.status_code == 303, sent.text
    assert (await stored(clone))[1] == 1
    page = await browser.read(TEAM_PAGE)
    link = re.search(r'href="/scorecard/(2026/files/[^"]+)"', page)
    assert link
    got = await browser.client.get(f"/scorecard/{link[1]}")
    assert (got.status_code, got.headers["content-disposition"].startswith("attachment")) == (200, True)
    assert (await browser.client.get("/scorecard/2026/files.zip")).content.startswith(b"PK")
    nothing = await browser.send(act(TEAM, "files"), form)
    assert nothing.status_code == 422
    await browser.enter("school")
    await browser.read(link[1], 404)


@pytest.mark.clause("A4.5")
async def test_departments_are_named_on_the_page(browser: Browser) -> None:
    await browser.enter("bureau")
    form = await browser.form(ECOLOGY_PAGE, act(ECOLOGY, "designate"))
    none = await browser.send(act(ECOLOGY, "designate"), form)
    assert none.status_code == 422
    unknown = await browser.send(act(ECOLOGY, "designate"), form | {"departments": ["no_such"]})
    assert (unknown.status_code, "没有科室 no_such" in unknown.text) == (422, True)
    named = await browser.send(act(ECOLOGY, "designate"), form | {"departments": ["basic_education", "personnel"]})
    assert named.status_code == 303
    page = await browser.read(ECOLOGY_PAGE)
    assert "基础教育科、" in page
    assert act(ECOLOGY, "assess") not in page
    await browser.enter("bureau_be")
    page = await browser.read(ECOLOGY_PAGE)
    assert act(ECOLOGY, "assess") in page
    assert act(ECOLOGY, "score") not in page
    assert act(FUNDS, "assess") not in await browser.read("2026/indicators/guarantees.funds")


@pytest.mark.clause("A4.2")
async def test_what_if_keeps_what_was_assumed_and_stores_nothing(browser: Browser, clone: Clone) -> None:
    await browser.enter("training_school")
    page = await browser.read(f"2026/what-if?count.trainers.people=50&points.{TEAM}=4.5&count.trainers.took_part=")
    assert 'value="50"' in page
    assert "0 分</td><td>4.5 分" in page
    wrong = await browser.client.get(f"/scorecard/2026/what-if?count.trainers.people=-1&points.{TEAM}=5.5")
    assert wrong.status_code == 422
    assert said(wrong) == ["应不小于 0"]
    both = await browser.client.get(f"/scorecard/2026/what-if?count.no.such=1&points.{TEAM}=5.5")
    assert (said(both), "没有可以假设的数据 no.such" in both.text) == (["“县级教师培训师队伍建设”只有 5 分"], True)
    assert (await stored(clone))[0] == 0


async def test_a_person_with_two_grants_chooses_the_role(browser: Browser, clone: Clone, world: World) -> None:
    second, who = uuid4(), world.account("training_school")
    connection = await clone.connect()
    await connection.execute(
        "INSERT INTO account_grants (region_id, id, account_id, role, organisation_id, starts_on)"
        " VALUES ($1, $2, $3, 'school', $4, '2023-09-01')",
        HOME, second, who.id, world.organisation("A1"),
    )  # fmt: skip
    await connection.close()
    await browser.enter("training_school")
    page = await browser.read("2026")
    assert "甲镇第一小学" in page
    form = await browser.form("2026", "role")
    for grant in (str(uuid4()), "", "x;y"):
        assert (await browser.send("role", form | {"grant": grant})).status_code == 400
    assert (await browser.send("role", form | {"grant": str(second), "form": "guessed"})).status_code == 400
    assert ROLE not in browser.client.cookies
    assert (await browser.send("role", form | {"grant": str(second)})).status_code == 303
    page = await browser.read("2026", 403)
    assert "您有多项身份" in page
    assert (await browser.send("role", form | {"grant": str(who.grant_id)})).status_code == 303
    assert "2026 年绩效评级" in await browser.read("2026")
    browser.client.cookies.set(ROLE, str(uuid4()), domain="shixun.test", path="/scorecard")
    assert "X-Acting-Grant" not in await browser.read("2026", 403)
    await browser.read("2026")


async def test_a_year_without_data_and_years_that_are_none(browser: Browser) -> None:
    await browser.enter("bureau")
    assert "2023 年还没有任何记录" in await browser.read("2023")
    assert "本年还没有冻结过" in await browser.read("2023/snapshots")
    assert "2027 年尚未开始" in await browser.read("2027", 422)
    assert "请从年度中选择" in await browser.read("2021", 422)
