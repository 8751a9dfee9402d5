"""Certificates on paper: PDF by typst with an embedded font, the code to verify by 证书的版式.

Rendering runs in one thread of its own: a page takes some 10 ms, and typst keeps the font open in between.
"""

import asyncio
import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import segno
import typst

from app.core.address import verification_url
from app.core.errors import Unavailable

FONT_PACKAGE = "noto_cjk_sans_otc"
FONT_FILE = "NotoSansCJK-Regular.ttc"
FONT_MISSING = (
    f"the font of certificates is missing ({FONT_FILE} of the package noto-cjk-sans-otc): install it with"
    " `pip install noto-cjk-sans-otc`"
)
WAITING_MAX = 100
_TEMPLATES = Path(__file__).parent
_POOL = ThreadPoolExecutor(max_workers=1, thread_name_prefix="certificate")
_waiting = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value at the head; `is_name` prints it larger."""

    label: str
    value: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: relative column widths (0: as wide as its text), "l", "c" or "r" per column, a total (label, figure)."""

    title: str
    header: Sequence[str]
    widths: Sequence[int]
    align: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What a certificate says on paper, beside its title, number, day and code. form: its template 版式."""

    authority: str
    facts: Sequence[Fact]
    statement: str
    tables: Sequence[Table]
    notes: Sequence[str] = field(default_factory=tuple)
    form: Literal["portrait", "letter"] = "portrait"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the issuing adds: title, number, edition, issuer, day in words, and the token of verification.

    token: empty for a form, which nobody verifies.
    """

    title: str
    number: str
    edition: int
    issuer: str
    day: str
    token: str


def font_folder() -> Path | None:
    """The folder of the font, None where it is missing."""
    found = find_spec(FONT_PACKAGE)
    folders = [Path(one) for one in (found.submodule_search_locations or ())] if found else []
    return next((folder for folder in folders if (folder / FONT_FILE).is_file()), None)


async def render(page: Page, imprint: Imprint) -> bytes:
    """The PDF; raises Unavailable 503 when WAITING_MAX others wait already or the font is missing."""
    global _waiting  # noqa: PLW0603 - one counter for the one pool of this process
    if font_folder() is None:
        raise Unavailable("FONT_MISSING", "服务器缺少中文字体，暂不能出具证书，请联系管理员运行 shixun doctor。")
    if _waiting >= WAITING_MAX:
        raise Unavailable("NO_CAPACITY", "系统繁忙，请稍后重试。", retry_after=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_POOL, _rendered, page, imprint)
    finally:
        _waiting -= 1


def _rendered(page: Page, imprint: Imprint) -> bytes:
    address = verification_url(imprint.token) if imprint.token else ""
    data = {**asdict(page), **asdict(imprint), "address": address, "qr": _code(address) if address else ""}
    compiler, template = _compiler(), _template(page.form)
    # Texts of users reach typst as data only: as source they could read files.
    pdf = compiler.compile(template, format="pdf", sys_inputs={"data": json.dumps(data)})
    assert isinstance(pdf, bytes)  # noqa: S101 - without an output file it gives the bytes
    return pdf


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(root=str(_TEMPLATES), font_paths=[str(font_folder())], ignore_system_fonts=True)


@cache
def _template(form: str) -> bytes:
    return (_TEMPLATES / f"{form}.typ").read_bytes()


def _code(address: str) -> str:
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(image, kind="svg", xmldecl=False, border=1)
    return image.getvalue().decode()
