"""Start page, Swagger UI and GraphiQL load nothing from another host. 首页与接口文档不用外网"""

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.api import docs

PAGES = ("/", "/docs", "/graphql")
OWN_FILES = sorted((docs.STATIC / "pages").iterdir())
VENDOR = sorted((docs.STATIC / "vendor").iterdir())
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
FOREIGN = re.compile(r"""https?://|["'(]//\w""")


class Markup(HTMLParser):
    """What a page asks the browser to load, where it links to, and what it carries inline."""

    def __init__(self, page: str) -> None:
        """page: its HTML."""
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element loads or links to."""
        values = dict(attrs)
        if tag == "a":
            self.linked.append(values["href"] or "")
        elif address := values.get("src") or values.get("href"):
            self.loaded.append(address)
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)
        self.inline += [name for name in values if name == "style" or name.startswith("on")]


def bare_app(*, is_demo: bool = False) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.state.demo = is_demo
    app.include_router(docs.pages())
    docs.mount_static(app)
    return app


def ask(path: str, *, method: str = "GET", root_path: str = "", is_demo: bool = False) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=bare_app(is_demo=is_demo), root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path)

    return asyncio.run(send())


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_html_with_strict_headers(path: str) -> None:
    answer = ask(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == ("'none'", "'self'", "'self'")
    assert policy["style-src"] == ("'self' 'unsafe-inline'" if path == "/graphql" else "'self'")


@pytest.mark.parametrize("path", PAGES)
def test_page_loads_only_files_of_ours_that_exist(path: str) -> None:
    loaded = Markup(ask(path).text).loaded
    answers = [ask(address) for address in loaded]
    assert {address.split("/")[1] for address in loaded} == {"static"}
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["cache-control"] for answer in answers} == {"public, max-age=31536000, immutable"}
    assert {answer.headers["x-content-type-options"] for answer in answers} == {"nosniff"}


@pytest.mark.parametrize("path", PAGES)
def test_page_carries_no_inline_script_or_style(path: str) -> None:
    assert Markup(ask(path, is_demo=True).text).inline == []


@pytest.mark.parametrize("path", PAGES)
def test_page_names_no_foreign_host(path: str) -> None:
    assert FOREIGN.findall(ask(path, is_demo=True).text) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_behind_a_prefix_keeps_every_address_below_it(path: str) -> None:
    text = ask(path, root_path="/shixun").text
    markup = Markup(text)
    assert {address.split("/")[1] for address in markup.loaded + markup.linked} == {"shixun"}
    assert re.findall(r'data-\w+="/(?!shixun/)[^"]*"', text) == []


def test_pages_name_the_addresses_their_scripts_use() -> None:
    assert 'data-openapi="/openapi.json"' in ask("/docs").text
    assert 'data-graphql="/graphql" data-token="/v1/auth/token"' in ask("/graphql").text
    assert docs.graphiql_page("/shixun").body == ask("/graphql", root_path="/shixun").content


def test_root_path_is_escaped() -> None:
    assert b"<script>alert" not in docs.start_page('/"><script>alert(1)</script>', is_demo=True).body


def test_start_page_links_to_every_door() -> None:
    assert Markup(ask("/").text).linked == ["/docs", "/graphql", "/openapi.json", "/scorecard", "/healthz"]


def test_demo_sign_ins_are_shown_in_a_demo_only() -> None:
    demo, other = ask("/", is_demo=True).text, ask("/").text
    usernames = " ".join(re.findall(r"<tr><td><code>(\w+)</code>", demo))
    assert usernames == "bureau bureau_2 training_school central_school school teacher"
    assert "演示数据，均为合成" in demo
    assert ("shixun-demo" in demo, "shixun-demo" in other) == (True, False)


def test_only_get_is_mounted_at_graphql() -> None:
    assert ask("/graphql", method="POST").status_code == 405


def test_pages_are_not_in_the_openapi_document() -> None:
    assert bare_app().openapi()["paths"] == {}


@pytest.mark.parametrize("option", ["deepLinking: true", "persistAuthorization: true", "tryItOutEnabled: true"])
def test_swagger_ui_option_is_set(option: str) -> None:
    assert option in (docs.STATIC / "pages/swagger.js").read_text(encoding="utf-8")


def test_swagger_ui_asks_no_public_validator() -> None:
    assert "validatorUrl: null" in (docs.STATIC / "pages/swagger.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", OWN_FILES, ids=lambda file: file.name)
def test_own_file_names_no_foreign_host(file: Path) -> None:
    assert FOREIGN.findall(file.read_text(encoding="utf-8").replace(SVG_NAMESPACE, "")) == []


@pytest.mark.parametrize("file", sorted(docs.STATIC.glob("vendor/*/*.css")), ids=lambda file: file.name)
def test_vendored_style_sheet_loads_nothing(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"@import|url\((?![\"']?data:).{1,40}", text) == []


@pytest.mark.parametrize("file", sorted(docs.STATIC.glob("vendor/*/*.[cj]s*")), ids=lambda file: file.name)
def test_vendored_file_names_no_source_map(file: Path) -> None:
    assert "sourceMappingURL=" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", VENDOR, ids=lambda folder: folder.name)
def test_vendored_package_keeps_its_licence_and_is_in_the_notice(folder: Path) -> None:
    notice = (docs.STATIC / "NOTICE.md").read_text(encoding="utf-8")
    assert (folder / "LICENSE.txt").stat().st_size > 1000
    assert re.search(rf"\| `vendor/{folder.name}` \| [\w-]+ \| \d+\.\d+\.\d+ \| (MIT|Apache-2\.0) \|", notice)


@pytest.mark.parametrize("query", ["", "?v=000000000000"], ids=["no version", "an older version"])
def test_file_without_its_present_version_is_kept_for_an_hour(query: str) -> None:
    answer = ask(f"/static/pages/pages.css{query}")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/none.css", "/static/%2e%2e/docs.py", "/static/pages"])
def test_nothing_but_static_files_is_served(path: str) -> None:
    assert ask(path).status_code == 404
