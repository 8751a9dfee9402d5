"""Charts of completion: whole XML, texts for everyone, scope, bounds."""

from xml.etree import ElementTree as ET

import httpx
import pytest

from app.hours.rules import charts
from tests.factories.keys import SignIn


def parsed(text: str) -> ET.Element:
    """Our own picture."""
    return ET.fromstring(text)  # noqa: S314 - made by ourselves a moment ago


SVG = "{http://www.w3.org/2000/svg}"


def test_names_are_escaped_and_figures_stand_in_text() -> None:
    image = parsed(
        charts.bars([charts.Bar("<甲>&乙", 1, 3), charts.Bar("空校", 0, 0)], title="题", note="注", width=320)
    )
    texts = [one.text for one in image.iter(f"{SVG}text")]
    assert {"<甲>&乙", "33.3%（1/3）", "—（0/0）", "已达标", "未达标"} <= set(texts)
    assert image.findtext(f"{SVG}title") == "题"
    assert image.findtext(f"{SVG}desc") == "<甲>&乙 33.3%（1/3）；空校 —（0/0）"
    assert parsed(charts.line([], [], title="题", note="注", width=320)).findtext(f"{SVG}desc") == "学年尚未开始"


@pytest.mark.clause("A5.7.1")
async def test_chart_shows_the_own_scope_only(client: httpx.AsyncClient, as_role: SignIn) -> None:
    url = "/v1/hours-completion/chart.svg?school_year=2026-2027"
    county = await client.get(url, headers=as_role("bureau"))
    assert (county.status_code, county.headers["content-type"]) == (200, "image/svg+xml")
    assert all(
        one in county.text for one in ("甲镇中心校", "市直实验幼儿园", "附件5", "截至2026-11-2", "合计", "满24学时")
    )
    mine = (await client.get(url, headers=as_role("school"))).text
    assert "乙镇" not in mine
    assert "甲镇中心校" in mine
    week = await client.get(f"{url}&by=week&width=1600", headers=as_role("school"))
    assert parsed(week.text).find(f"{SVG}polyline") is not None
    assert (await client.get(f"{url}&width=1601", headers=as_role("bureau"))).status_code == 422
    assert (await client.get(url, headers=as_role("teacher"))).status_code == 403
