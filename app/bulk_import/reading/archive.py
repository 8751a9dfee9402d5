"""The zip file a workbook is: checked member by member before any library opens it. [T24, T25]"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

from app.bulk_import.reading.limits import FileRefused, Limits, refusal, too_big, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 64 * 1024
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SMALL: Final = 1024 * 1024
"""Members up to this size may be packed tighter than the ratio: empty sheets are."""
_STRINGS_MOST: Final = 2_000_000


def unsafe(what: str) -> FileRefused:
    """Make the refusal of a workbook built to do harm, or looking so."""
    return refusal("FILE_UNSAFE", f"文件{what}，请在 WPS/Excel 中打开后另存为新的 .xlsx。")


@dataclass(frozen=True, slots=True)
class Archive:
    """A workbook's members, by name, after the directory was found acceptable."""

    path: Path
    members: dict[str, zipfile.ZipInfo]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Stream a member unpacked.

        Raises FileRefused when the member is not exactly as long as the directory says: readers that trust the
        packed data instead would unpack something else than was checked.
        """
        info = self.members.get(name)
        if info is None:
            raise unreadable()
        with self.path.open("rb") as file:
            yield from _unpacked(file, info)

    def check_markup(self, name: str) -> None:
        """Unpack an XML member to its end and refuse it if it declares a document type."""
        parser = safe_parser()
        root_seen = False

        def seen(_name: str, _attributes: dict[str, str]) -> None:
            nonlocal root_seen
            root_seen = True

        parser.StartElementHandler = seen
        strings = 0
        for chunk in self.chunks(name):
            if not root_seen:
                feed(parser, chunk)
            strings += chunk.count(b"<si")
        if strings > _STRINGS_MOST:
            raise unsafe("文字过多")


def safe_parser() -> expat.XMLParserType:
    """An XML parser that refuses document type declarations, and with them every entity."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def feed(parser: expat.XMLParserType, chunk: bytes, *, is_last: bool = False) -> None:
    """Give a parser more text. Raises FileRefused when it is not XML."""
    try:
        parser.Parse(chunk, is_last)
    except expat.ExpatError:
        raise unreadable() from None


def _refuse_doctype(*_declaration: object) -> None:
    raise unsafe("含有文档类型声明")


def open_archive(path: Path, limits: Limits) -> Archive:
    """Check the directory of a workbook and the length of every XML member. Raises FileRefused."""
    size = path.stat().st_size
    if size > limits.workbook_size:
        raise too_big(size, limits.workbook_size)
    try:
        with zipfile.ZipFile(path) as file:
            infos = file.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError):
        raise unreadable() from None
    _check_directory(infos, limits)
    archive = Archive(path, {info.filename: info for info in infos})
    for name in archive.members:
        if name.casefold().endswith((".xml", ".rels")):
            archive.check_markup(name)
    return archive


def _check_directory(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {info.filename.casefold() for info in infos}
    if len(names) != len(infos) or any(info.compress_type not in _METHODS for info in infos):
        raise unreadable()
    if any(info.flag_bits & 1 for info in infos):
        raise unreadable()
    if any(name.endswith("vbaproject.bin") for name in names):
        raise refusal("FILE_TYPE", "暂不支持 .xlsm，请在 WPS/Excel 中另存为 .xlsx。", value=".xlsm")
    if any("externallinks/" in name for name in names):
        raise unsafe("链接了其他工作簿")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    is_tight = any(
        info.file_size > max(_SMALL, limits.workbook_ratio * info.compress_size) for info in infos
    ) or unpacked > max(_SMALL, limits.workbook_ratio * packed)
    if len(infos) > limits.workbook_members or unpacked > limits.workbook_unpacked or is_tight:
        raise unsafe("解压后过大")


def _unpacked(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise unreadable()
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    file.seek(info.header_offset + _LOCAL_HEADER.size + name_length + extra_length)
    left, total, checksum = info.compress_size, 0, 0
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
    while left and (packed := file.read(min(_CHUNK, left))):
        left -= len(packed)
        for chunk in _inflated(inflater, packed):
            total += len(chunk)
            if total > info.file_size:
                raise unreadable()
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
    is_whole = inflater is None or (inflater.eof and not inflater.unused_data)
    if total != info.file_size or checksum != info.CRC or not is_whole:
        raise unreadable()


def _inflated(inflater: zlib._Decompress | None, packed: bytes) -> Iterator[bytes]:
    if inflater is None:
        yield packed
        return
    try:
        while packed:
            chunk = inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail
            if chunk:
                yield chunk
    except zlib.error:
        raise unreadable() from None
