"""All files of a record in one zip, made while it is sent: nothing lies in memory or on the disk as a whole."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from app.archive import rules
from app.archive.states import key_of
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.storage import Storage

INDEX = "目录.csv"
_HEADER = ("序号", "文件名", "类型", "字节数", "SHA-256", "上传角色", "上传时间", "说明")


class _Out(io.RawIOBase):
    """What the zip writer writes, until it is taken."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It can be written to; the writer notes that it cannot seek, and puts sizes behind the members."""
        return True

    def write(self, piece: object) -> int:
        """Keep a piece."""
        content = bytes(piece)  # type: ignore[call-overload]  # any buffer
        self._pieces.append(content)
        return len(content)

    def taken(self) -> bytes:
        """What was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


def packed(
    rows: Sequence[AnyRow],
    storage: Storage,
    *,
    folders: Mapping[UUID, str] = MappingProxyType({}),
    texts: Mapping[str, bytes] = MappingProxyType({}),
) -> Iterator[bytes]:
    """The zip in pieces: an index first, then every file that is not hidden; blocks, so it runs in a thread.

    folders: by the record a file hangs on. texts: files by name that come behind the index.
    """
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr(INDEX, index_of(rows))
        for name, content in texts.items():
            file.writestr(name, content)
        yield out.taken()
        for place, row in enumerate(rows, 1):
            if row.hidden_at is not None:
                continue
            member = zipfile.ZipInfo(_member(place, row, folders), row.created_at.astimezone(CHINA).timetuple()[:6])
            with file.open(member, "w", force_zip64=True) as target:
                for piece in storage.pieces(key_of(row.region_id, row.id, row.sha256), 0, row.size_bytes):
                    target.write(piece)
                    yield out.taken()
    yield out.taken()


def _member(place: int, row: AnyRow, folders: Mapping[UUID, str]) -> str:
    name = f"{place:03d}_{row.name}"
    folder = folders.get(row.owner_id, "").replace("/", "_").replace("\\", "_")
    return f"{rules.clean_name(folder, '')}/{name}" if folder else name


def index_of(rows: Sequence[AnyRow]) -> bytes:
    """The index as CSV with a byte order mark, for spreadsheets."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_HEADER)
    for place, row in enumerate(rows, 1):
        at = row.created_at.astimezone(CHINA).isoformat(timespec="seconds")
        note = f"已隐藏：{row.hidden_reason}" if row.hidden_at is not None else ""
        name, kind = rules.cell(row.name), row.media_type
        lines.writerow((place, name, kind, row.size_bytes, row.sha256.hex(), row.uploaded_as, at, rules.cell(note)))
    return text.getvalue().encode("utf-8-sig")
