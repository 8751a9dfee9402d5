"""PDF, Office files and MP4: their frame is checked to the end, their content is not run."""

import io
import re
import zipfile
import zlib

from app.archive.reading.found import Data, Found, Pieces, damaged, number, unsafe
from app.archive.states import MIB, MediaType

PDF, OFFICE, MP4 = " PDF", " Word 或 Excel 文件（.docx、.xlsx）", " MP4 视频"
MEMBERS_MAX = 2_000
DIRECTORY_MAX = MIB
UNPACKED_MAX = 400 * MIB
RATIO_MAX = 100
TYPES_MAX = MIB
BOXES_MAX = 10_000
_TAIL = 2_048
_END_OF_DIRECTORY = b"PK\x05\x06"
_MAIN = {
    "word/document.xml": (MediaType.DOCX, b"wordprocessingml.document.main+xml"),
    "xl/workbook.xml": (MediaType.XLSX, b"spreadsheetml.sheet.main+xml"),
}
_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}
)
_PLACES = frozenset({b"udta", b"meta"})
_PARENTS = frozenset({(0, b"moov"), (1, b"trak")})
_BOX_KIND = re.compile(rb"[ -~]{4}")


def pdf(data: Data) -> Found:
    """A PDF that ends where a PDF ends: nothing but blanks after its last end mark."""
    tail = data[max(0, len(data) - _TAIL) :]
    end = tail.rfind(b"%%EOF")
    if b"startxref" not in tail or end < 0 or tail[end + 5 :].strip(b"\r\n\t \x00"):
        raise damaged(PDF)
    return Found(MediaType.PDF)


def office(data: Data) -> Found:
    """A .docx or .xlsx by its directory; only the list of content types is unpacked, to a bound."""
    _check_directory(data)
    try:
        with zipfile.ZipFile(_Seekable(data)) as file:
            members = file.infolist()
            _check_members(members, len(data))
            names = {member.filename for member in members}
            with file.open("[Content_Types].xml") as types:
                declared = types.read(TYPES_MAX + 1)
    except (zipfile.BadZipFile, KeyError, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise damaged(OFFICE) from error
    if len(declared) > TYPES_MAX or b"macroEnabled" in declared or any("vbaProject" in name for name in names):
        raise unsafe("含有宏")
    for main, (kind, declaration) in _MAIN.items():
        if main in names and declaration in declared:
            return Found(kind)
    raise damaged(OFFICE)


def _check_directory(data: Data) -> None:
    """Before any library reads the directory: it is the last thing of the file, and small."""
    at = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - 22 - 0xFFFF))
    if at < 0 or at + 22 + number(data, at + 20, 2, "little") != len(data):
        raise damaged(OFFICE)
    count, size, start = (number(data, at + offset, width, "little") for offset, width in ((10, 2), (12, 4), (16, 4)))
    if count > MEMBERS_MAX or size > DIRECTORY_MAX:
        raise unsafe("由过多的部分组成")
    if start + size != at:
        raise damaged(OFFICE)


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    if sum(one.file_size for one in members) > UNPACKED_MAX:
        raise unsafe("解压后过大")
    if sum(one.compress_size for one in members) > size:
        raise unsafe("的各部分互相重叠")
    for one in members:
        if one.file_size > max(MIB, one.compress_size * RATIO_MAX):
            raise unsafe("解压后过大")
        if one.flag_bits & 1:
            raise unsafe("已加密")
        if one.filename.startswith("/") or "\\" in one.filename or ".." in one.filename.split("/"):
            raise unsafe("含有不安全的路径")


class _Seekable(io.RawIOBase):
    """Mapped bytes as a file."""

    def __init__(self, data: Data) -> None:
        self._data, self._at = data, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = len(self._data) if size is None or size < 0 else self._at + size
        piece = self._data[self._at : end]
        self._at += len(piece)
        return piece


def mp4(data: Data) -> Found:
    """An MP4 whose boxes fill the file exactly; boxes that may tell the place are blanked, lengths stay."""
    if data[8:12] not in _BRANDS:
        raise damaged(MP4)
    spots: list[int] = []
    kinds = _walk(data, 0, len(data), spots, depth=0)
    if not {b"ftyp", b"moov", b"mdat"} <= kinds:
        raise damaged(MP4)
    if not spots:
        return Found(MediaType.MP4)
    pieces, at = Pieces([]), 0
    for spot in spots:
        pieces.keep(at, spot)
        pieces.put(b"free")
        at = spot + 4
    pieces.keep(at, len(data))
    return Found(MediaType.MP4, pieces)


def _walk(data: Data, at: int, end: int, spots: list[int], *, depth: int) -> set[bytes]:
    """The kinds of boxes between two places; where a box may tell the place, its name is put down in `spots`."""
    kinds: set[bytes] = set()
    count = 0
    while at < end:
        count += 1
        size, kind, head = number(data, at, 4), bytes(data[at + 4 : at + 8]), 8
        if size == 1:
            size, head = number(data, at + 8, 8), 16
        size = end - at if size == 0 else size
        if count > BOXES_MAX or size < head or at + size > end or not _is_kind(kind):
            raise damaged(MP4)
        if kind in _PLACES:
            spots.append(at + 4)
        elif (depth, kind) in _PARENTS:
            _walk(data, at + head, at + size, spots, depth=depth + 1)
        kinds.add(kind)
        at += size
    return kinds


def _is_kind(kind: bytes) -> bool:
    return _BOX_KIND.fullmatch(kind.replace(b"\xa9", b"c")) is not None


def is_pdf(data: Data) -> bool:
    """Whether a file begins like a PDF."""
    return data[:7] in {b"%PDF-1.", b"%PDF-2."}


def is_zip(data: Data) -> bool:
    """Whether a file begins like a zip."""
    return data[:4] == b"PK\x03\x04"


def is_mp4(data: Data) -> bool:
    """Whether a file begins like an MP4."""
    return data[4:8] == b"ftyp"
