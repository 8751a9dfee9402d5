"""What is let in and what is not: names, polyglots, pixel floods, broken and cut files. [T27] [T28] [T29]"""

import io
import random
import resource
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.archive.reading import identify, looked_at
from app.archive.rules import cell, clean_name
from app.archive.states import MIB, FileLimits, MediaType, Shelf, id_of
from app.core.errors import Invalid, ShixunError
from app.core.storage import Folder
from tests.factories.uploads import DOCX_TYPES, PDF, XLSX_TYPES, jpeg, mp4, office, png, webp

GOOD = {
    "pdf": (PDF, MediaType.PDF),
    "jpeg": (jpeg(), MediaType.JPEG),
    "png": (png(), MediaType.PNG),
    "webp": (webp(), MediaType.WEBP),
    "docx": (office(), MediaType.DOCX),
    "xlsx": (office(XLSX_TYPES, "xl/workbook.xml"), MediaType.XLSX),
    "mp4": (mp4(), MediaType.MP4),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf in a folder of the test."""
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    return Shelf(Folder(tmp_path / "archive"), drafts, FileLimits(free_share=0))


def kept(shelf: Shelf, body: bytes) -> bytes:
    """What is stored of an upload."""
    draft = looked_at(io.BytesIO(body), "x", shelf, 419001)
    assert id_of(draft.key) == (419001, draft.id)
    assert shelf.storage.size(draft.key) == draft.size_bytes
    return b"".join(shelf.storage.pieces(draft.key, 0, draft.size_bytes))


def code(body: bytes) -> str:
    """The refusal of a file, or its type."""
    try:
        return str(identify(body).media_type)
    except Invalid as refusal:
        return refusal.code


@pytest.mark.parametrize("name", GOOD)
def test_every_allowed_type_is_known_by_its_content_and_stored_as_it_is(name: str, shelf: Shelf) -> None:
    body, kind = GOOD[name]
    found = identify(body)
    assert (found.media_type, found.pieces) == (kind, None)
    assert kept(shelf, body) == body


def test_what_tells_a_place_does_not_stay_and_the_picture_does(shelf: Shelf) -> None:
    told = [(jpeg(exif=True), jpeg()), (png(told=True), png()), (webp(told=True), webp())]
    for body, plain in told:
        assert (b"GPS" in body, kept(shelf, body)) == (True, plain)
    film = kept(shelf, mp4(told=True))
    assert (len(film), film) == (len(mp4(told=True)), mp4(told=True).replace(b"udta", b"free"))
    for orientation in range(2, 9):
        turned = kept(shelf, jpeg(exif=True, orientation=orientation))
        assert turned[:4] == b"\xff\xd8\xff\xe1"
        assert (turned[28 + 2 : 32], b"GPS" in turned) == (bytes([0, orientation]), False)
        assert kept(shelf, turned) == turned
    assert kept(shelf, jpeg(exif=True, orientation=9)) == jpeg()
    assert list(shelf.drafts.iterdir()) == []


SCRIPT = b"<html><script>alert(1)</script>"
POLYGLOTS = [
    *(front + body for front in (SCRIPT, b"\n", b"MZ", b"#!/bin/sh\n") for body, _ in GOOD.values()),
    *(PDF + tail for tail in (SCRIPT, b"PK\x05\x06" + bytes(18), b"x")),
    *(GOOD[name][0] + SCRIPT for name in ("docx", "xlsx", "mp4")),
    *(GOOD[name][0][:-cut] for name in GOOD for cut in (2, 5, 30)),
    PDF[:7] + SCRIPT,
    SCRIPT,
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
    b"GIF89a" + bytes(50),
    b"II*\x00" + bytes(50),
    b"\xff\xd8\xff",
    b"\xff\xd8\xff\xd9",
    b"RIFF\xff\xff\xff\xffWEBP",
    b"PK\x05\x06" + bytes(18),
    b"PK\x03\x04" + SCRIPT,
    b"%PDF-1.",
    b"\x00\x00\x00\x10ftypisom",
    b"\x00\x00\x00\x01ftypisom" + bytes(8),
    office("<Types/>"),
    office("macroEnabled " + DOCX_TYPES),
    office(word__vbaProject_bin=b"x"),
    office(XLSX_TYPES),
    office(bomb=bytes(3 * MIB)),
    office(DOCX_TYPES, "word/document.xml", **{"..__evil": b"x"}),
    office(__abs=b"x"),
]  # fmt: skip


def test_polyglots_and_cut_files_are_refused(shelf: Shelf) -> None:
    """A picture followed by something else is the one that may pass: what follows is cut off."""
    assert len(POLYGLOTS) >= 60
    passed = [body[:20] for body in POLYGLOTS if not code(body).startswith("FILE_")]
    assert passed == []
    for body in (jpeg(tail=SCRIPT), png(tail=office()), webp() + SCRIPT):
        assert kept(shelf, body) in {jpeg(), png(), webp()}
    with pytest.raises(ShixunError, match="FILE_TYPE_REFUSED"):
        looked_at(io.BytesIO(SCRIPT), "evil.pdf", shelf, 419001)
    assert len(SCRIPT) not in {one.size_bytes for one in shelf.storage.all()}


def test_hostile_files_take_no_memory() -> None:
    """Pixel floods, a million tiny parts, a directory of a million names, boxes in boxes: refused early."""
    deep = b""
    for _ in range(2_000):
        deep = struct.pack(">I", len(deep) + 8) + b"moov" + deep
    film = mp4()
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file:
        for number in range(3_000):
            file.writestr(f"word/{number}", b"")
    lying = bytearray(office())
    lying[-10:-6] = struct.pack("<I", 2**31)
    part = b"\xff\xe5\x00\x02"
    flood = {
        jpeg(size=(65_535, 65_535)): "FILE_PIXELS_TOO_MANY",
        png(size=(2**31 - 1, 2**31 - 1)): "FILE_PIXELS_TOO_MANY",
        webp(size=(16_384, 16_384)): "FILE_PIXELS_TOO_MANY",
        png(size=(0, 5)): "FILE_DAMAGED",
        b"\xff\xd8" + part * 1_000_000: "FILE_UNSAFE",
        b"\xff\xd8" + b"\xff" * (4 * MIB): "FILE_DAMAGED",
        b"\x89PNG\r\n\x1a\n" + bytes(12) * 300_000: "FILE_DAMAGED",
        b"RIFF" + struct.pack("<I", 12 * MIB) + b"WEBP" + b"JUNK\x00\x00\x00\x00" * (2 * MIB): "FILE_UNSAFE",
        film[:24] + deep + b"\x00\x00\x00\x08mdat": str(MediaType.MP4),
        film[:24] + b"\x00\x00\x00\x08free" * 200_000: "FILE_DAMAGED",
        many.getvalue(): "FILE_UNSAFE",
        bytes(lying): "FILE_UNSAFE",
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for body, expected in flood.items():
        assert code(body) == expected, body[:16]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_damage_anywhere_is_a_refusal_and_never_an_error() -> None:
    """Every file with bytes turned over, at places drawn from a fixed seed."""
    draw = random.Random(20221209)  # noqa: S311 - places of damage, no secret
    for body, kind in GOOD.values():
        for _ in range(300):
            broken = bytearray(body)
            for _ in range(draw.randint(1, 4)):
                broken[draw.randrange(len(body))] = draw.randrange(256)
            found = code(bytes(broken[: draw.choice((len(body), draw.randrange(1, len(body) + 1)))]))
            assert found == kind or found.startswith("FILE_")


NAMES = [
    "../../etc/passwd",
    "..\\..\\windows\\system32\\x.dll",
    "/abs/路径/签到.pdf",
    "C:\\Users\\张\\表.docx",
    "",
    " ",
    ".",
    "..",
    "...",
    "/",
    "\\",
    "a/",
    "\x00",
    "a\x00b.pdf",
    "a\r\nSet-Cookie: x=1.pdf",
    'a"; filename="b.html',
    "a%2f..%2fb",
    "~",
    "\u202egpj.exe",
    "\u200b\u200d",
    "a\ufeffb.pdf",
    "\ud800",
    "a\ud800b",
    "名" * 500,
    "a" * 5000 + ".pdf",
    "con",
    "nul.pdf",
    "x.pdf.exe",
    "x.html",
    "x.svg",
    "x.php\x00.jpg",
    "<script>.pdf",
    "a|b>c<d?e*f:g",
    "-rf",
    "--help",
    "=1+1.pdf",
    "e\u0301.pdf",
    "\u2028line\u2029",
    "a\tb",
    "a\u00a0b",
    "\U000e0041",
    "\ue000",
    "a" + "\u0301" * 300,
    ".htaccess",
    ".pdf",
    "pdf",
    "报告.PDF",
    "a.b.c.d.pdf",
    "x.pdf ",
    "x.pdf.",
    " . . ",
    "file://x",
    "http://x/y.pdf",
    "\\\\server\\share",
    "$(id).pdf",
    "`id`.pdf",
    "a;b&c.pdf",
    "🙂.pdf",
    "ﾃｽﾄ.pdf",
    "х.pdf",
    "a\x7f\x85b",
    "/".join(["a"] * 500),
]  # fmt: skip


def test_names_are_shown_clean_and_never_name_a_place() -> None:
    assert len(NAMES) >= 60
    for given in NAMES:
        name = clean_name(given, ".pdf")
        assert name.endswith(".pdf"), given
        assert not set(name) & set('/\\<>:"|?*\x00\r\n\t\u202e\u2028'), given
        assert 5 <= len(name) <= 124, given
        assert len(name.encode()) <= 200, given
        assert not name.startswith((".", " ")), given
    shown = {
        "../../etc/passwd": "passwd.pdf",
        "报告.PDF": "报告.pdf",
        "x.pdf.exe": "x.pdf.pdf",
        "": "未命名.pdf",
        "e\u0301.pdf": "é.pdf",
    }
    assert {given: clean_name(given, ".pdf") for given in shown} == shown
    assert [cell(text) for text in ("=1", "＝1", "表")] == ["'=1", "'＝1", "表"]


CRASH = """
import io, os, pathlib, signal, sys
from app.archive.reading import draft
from app.archive.states import FileLimits, Shelf
from app.core.storage import Folder
from tests.factories.uploads import jpeg
def dying(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
class Dying(Folder):
    def put(self, source, key):
        if step == "renaming": dying()
        super().put(source, key)
        dying()
for step in sys.argv[2:]:
    root = pathlib.Path(sys.argv[1], step)
    (root / "drafts").mkdir(parents=True)
    if os.fork() == 0:
        if step == "copied": draft._identified = dying
        if step == "rewriting": draft._rewrite = dying
        if step == "syncing": draft._synced = dying
        shelf = Shelf(Dying(root / "archive"), root / "drafts", FileLimits())
        draft.looked_at(io.BytesIO(jpeg(exif=True)), "x", shelf, 419001)
    assert os.waitstatus_to_exitcode(os.wait()[1]) == -signal.SIGKILL
"""


def test_a_kill_at_any_step_leaves_no_row_and_nothing_half_in_its_place(tmp_path: Path) -> None:
    """[F18] The row comes after all of these, so what a kill leaves is a draft or a whole file, both the sweeper's."""
    steps = {"copied": 0, "rewriting": 0, "syncing": 0, "renaming": 0, "renamed": 1}
    done = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path), *steps], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    for step, whole in steps.items():
        found = [path for path in (tmp_path / step / "archive").rglob("*") if path.is_file()]
        assert [path.read_bytes() for path in found] == [jpeg()] * whole, step
        assert bool(list((tmp_path / step / "drafts").iterdir())), step
