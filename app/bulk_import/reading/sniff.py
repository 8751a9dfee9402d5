"""What a file is, by its first bytes and its directory; the name only helps where the bytes say nothing."""

from __future__ import annotations

import enum
import re
import zipfile
from typing import TYPE_CHECKING, Final

from app.bulk_import.reading.limits import FileRefused, refusal, unreadable

if TYPE_CHECKING:
    from pathlib import Path

_HEAD: Final = 4096
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML: Final = re.compile(rb"\s*<(?:!doctype|html|head|meta|body|table|\?xml|!--|style|div)", re.IGNORECASE)
_OTHERS: Final = {b"%PDF": ".pdf", b"Rar!": ".rar", b"7z\xbc\xaf": ".7z", b"\x1f\x8b": ".gz", b"\x89PNG": ".png"}
_OTHERS_JPEG: Final = b"\xff\xd8\xff"
_REFUSED_NAMES: Final = frozenset({".xlsm", ".xltm", ".xlsb", ".et", ".ett", ".numbers", ".ods"})
_OLE_NAMES: Final = frozenset({"", ".xls", ".xlsx", ".csv"})
_ZIP_CONTENTS: Final = (
    ("xl/vbaProject.bin", ".xlsm"),
    ("xl/workbook.bin", ".xlsb"),
    ("Index/Document.iwa", ".numbers"),
    ("Index.zip", ".numbers"),
    ("content.xml", ".ods"),
    ("word/document.xml", ".docx"),
    ("ppt/presentation.xml", ".pptx"),
)
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OLE_DIRECTORY_WITHIN: Final = 1024 * 1024


class FileKind(enum.StrEnum):
    """The kinds of files that are read."""

    XLSX = "xlsx"
    XLS = "xls"
    HTML = "html"
    CSV = "csv"
    NDJSON = "ndjson"


def file_kind(path: Path, filename: str) -> FileKind:
    """Tell what a file is. Raises FileRefused for kinds that are not read, with advice."""
    extension = "." + filename.rpartition(".")[2].casefold() if "." in filename else ""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip():
        raise refusal("FILE_EMPTY", "文件是空的，没有可导入的数据。")
    if extension in _REFUSED_NAMES:
        raise _refused_type(extension)
    if head.startswith(_ZIP):
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        return _kind_of_ole(path, extension)
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return FileKind.HTML
    _refuse_other_formats(head, extension)
    if extension in {".ndjson", ".jsonl"} or (extension != ".csv" and head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{"):
        return FileKind.NDJSON
    return FileKind.CSV


def _refuse_other_formats(head: bytes, extension: str) -> None:
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            raise _refused_type(name)
    if head.startswith(_OTHERS_JPEG):
        raise _refused_type(".jpg")
    if extension in {".xlsx", ".xls"} and b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable()


def _kind_of_zip(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    # A damaged directory shows in many ways, as does a name in a broken encoding.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError):
        raise unreadable() from None
    for member, extension in _ZIP_CONTENTS:
        if member in names:
            raise _refused_type(extension)
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    raise refusal("FILE_TYPE", "压缩包不能导入，请解压后上传其中的 .xlsx。", value=".zip")


def _kind_of_ole(path: Path, extension: str) -> FileKind:
    """An old workbook, or a new one behind a password; other documents have the same first bytes."""
    with path.open("rb") as file:
        start = file.read(_OLE_DIRECTORY_WITHIN)
        file.seek(max(0, path.stat().st_size - _OLE_DIRECTORY_WITHIN))
        end = file.read()
    if _ENCRYPTED in start or _ENCRYPTED in end:
        raise unreadable()
    if extension not in _OLE_NAMES:
        raise _refused_type(extension)
    return FileKind.XLS


def _refused_type(extension: str) -> FileRefused:
    message = f"暂不支持 {extension}，请在 WPS/Excel 中另存为 .xlsx。"
    return refusal("FILE_TYPE", message, value=extension)
