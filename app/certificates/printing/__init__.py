"""Certificates on paper: PDF by typst with an embedded font, the code to verify by 证书的版式.

Rendering runs in one thread of its own: a page takes some 10 ms, and typst keeps the font open in between.
"""

import asyncio
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import segno
import typst

from app.certificates.printing.page import Fact, Imprint, Page, Section, Table
from app.certificates.printing.word import document
from app.core.address import verification_url
from app.core.errors import Unavailable

__all__ = ["FONT_MISSING", "Fact", "Imprint", "Page", "Section", "Table", "font_folder", "render", "write"]

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


def font_folder() -> Path | None:
    """The folder of the font, None where it is missing."""
    found = find_spec(FONT_PACKAGE)
    folders = [Path(one) for one in (found.submodule_search_locations or ())] if found else []
    return next((folder for folder in folders if (folder / FONT_FILE).is_file()), None)


async def render(page: Page, imprint: Imprint) -> bytes:
    """The PDF; raises Unavailable 503 when WAITING_MAX others wait already or the font is missing."""
    if font_folder() is None:
        raise Unavailable("FONT_MISSING", "服务器缺少中文字体，暂不能出具证书，请联系管理员运行 shixun doctor。")
    return await _queued(_rendered, page, imprint)


async def write(page: Page, imprint: Imprint) -> bytes:
    """The Word document; raises Unavailable 503 when WAITING_MAX others wait already."""
    return await _queued(document, page, imprint)


async def _queued(make: Callable[[Page, Imprint], bytes], page: Page, imprint: Imprint) -> bytes:
    global _waiting  # noqa: PLW0603 - one counter for the one pool of this process
    if _waiting >= WAITING_MAX:
        raise Unavailable("NO_CAPACITY", "系统繁忙，请稍后重试。", retry_after=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_POOL, make, page, imprint)
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
