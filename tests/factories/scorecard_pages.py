"""A browser on the page /scorecard: signs in, reads pages, fills in forms as they stand there."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.factories.world import PASSWORD

FIELD = re.compile(r'name="form" value="([^"]+)"')
HOME = "/scorecard"


class Forms(HTMLParser):
    """The forms of a page by action: names and values as a browser would send them."""

    def __init__(self, page: str) -> None:
        """page: its HTML."""
        super().__init__()
        self.found: dict[str, dict[str, list[str]]] = {}
        self._open: dict[str, list[str]] = {}
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their fields."""
        values = dict(attrs)
        name = values.get("name") or ""
        if tag == "form":
            self._open = self.found.setdefault(values.get("action") or "", {})
        elif tag == "input" and name:
            is_left = values.get("type") in {"checkbox", "file"} and "checked" not in values
            if not is_left:
                self._open.setdefault(name, []).append(values.get("value") or "")
        elif tag == "textarea":
            self._area = name
            self._open[name] = [""]

    def handle_data(self, data: str) -> None:
        """Text of a text area."""
        if self._area:
            self._open[self._area] = [self._open[self._area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        """Close a text area."""
        if tag == "textarea":
            self._area = None


class Browser:
    """One person's browser with its cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """client: keeps the cookies."""
        self.client = client

    async def enter(self, username: str, **changes: str) -> httpx.Response:
        """Sign in as somebody, with the form as the page has it."""
        self.client.cookies.clear()
        found = FIELD.search((await self.client.get(HOME)).text)
        assert found
        form = {"form": found[1], "username": username, "password": PASSWORD, **changes}
        return await self.client.post(f"{HOME}/sign-in", data=form)

    async def read(self, path: str, status: int = 200) -> str:
        """A page below /scorecard."""
        page = await self.client.get(f"{HOME}/{path}")
        assert page.status_code == status, page.text
        return page.text

    async def form(self, path: str, action: str) -> dict[str, Any]:
        """A form of a page, as a browser would send it untouched."""
        return dict(Forms(await self.read(path)).found[f"{HOME}/{action}"])

    async def send(self, action: str, form: dict[str, Any], **more: Any) -> httpx.Response:
        """Send a form."""
        return await self.client.post(f"{HOME}/{action}", data=form, **more)


def said(page: httpx.Response) -> list[str]:
    """The faults that stand beside fields."""
    return [unescape(one) for one in re.findall(r'class="fault"[^>]*><span>(.*?)</span>', page.text)]
