"""From an upload to a stored draft: copied and counted, looked at, cleaned, synced, hashed and put in its place.

The order is what keeps every row's file whole: a row is written only after this, so a crash anywhere leaves at most a
file without a row, which the sweeper removes.
"""

import errno
import hashlib
import mmap
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from app.archive.reading.formats import identify
from app.archive.reading.found import Found, Pieces, damaged
from app.archive.states import MIB, Draft, Shelf
from app.core.errors import InsufficientStorage, TooLarge
from app.core.ids import new_id
from app.core.storage import PIECE, sync_folder

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def check_room(shelf: Shelf, coming: int) -> None:
    """Refuse early what is too large for any kind of file (413), or what the disk has no room for (507)."""
    most = max(shelf.limits.file, shelf.limits.video)
    if coming > most + MIB:
        raise too_large(most)
    shelf.drafts.mkdir(parents=True, exist_ok=True)
    disk = shutil.disk_usage(shelf.drafts)
    if disk.free - coming < disk.total * shelf.limits.free_share:
        raise disk_full()


def looked_at(file: IO[bytes], filename: str, shelf: Shelf, region_id: int) -> Draft:
    """Take an upload in; blocks. Raises Invalid 422, TooLarge 413, InsufficientStorage 507, and leaves nothing then."""
    file_id = new_id()
    raw, clean = shelf.drafts / f"{file_id}.raw", shelf.drafts / f"{file_id}.draft"
    try:
        size = _copied(file, raw, max(shelf.limits.file, shelf.limits.video))
        if size == 0:
            raise damaged("文件，内容为空")
        found = _identified(raw)
        if size > shelf.limits.most(found.media_type):
            raise too_large(shelf.limits.most(found.media_type))
        source = raw
        if found.pieces:
            _rewrite(raw, clean, found.pieces)
            source = clean
        sha256 = _synced(source)
        draft = Draft(file_id, region_id, filename, found.media_type, source.stat().st_size, sha256)
        sync_folder(shelf.drafts)
        shelf.storage.put(source, draft.key)
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full() from error
        raise
    finally:
        for path in (raw, clean):
            path.unlink(missing_ok=True)
    return draft


def too_large(most: int) -> TooLarge:
    """The refusal of a file above its limit."""
    message = f"文件过大，最大 {most // MIB} MiB。请压缩或拆分后再上传。"
    return TooLarge("FILE_TOO_LARGE", message, max_bytes=most)


def disk_full() -> InsufficientStorage:
    """The refusal when the disk is nearly full."""
    return InsufficientStorage("STORAGE_FULL", "存储空间不足，暂时不能上传。请稍后再试，并告知管理员清理或扩容。")


def _copied(file: IO[bytes], raw: Path, most: int) -> int:
    size = 0
    with raw.open("xb") as target:
        while piece := file.read(PIECE):
            size += len(piece)
            if size > most:
                raise too_large(most)
            target.write(piece)
    return size


def _identified(raw: Path) -> Found:
    with raw.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return identify(data)


def _rewrite(raw: Path, clean: Path, pieces: Pieces) -> None:
    with raw.open("rb") as source, clean.open("xb") as target:
        for part in pieces.parts:
            if isinstance(part, bytes):
                target.write(part)
                continue
            source.seek(part.start)
            left = part.stop - part.start
            while left and (piece := source.read(min(PIECE, left))):
                left -= len(piece)
                target.write(piece)


def _synced(path: Path) -> bytes:
    """The SHA-256 of a file that is on the disk when this returns."""
    digest = hashlib.sha256()
    with path.open("rb+") as file:
        for piece in _read(file):
            digest.update(piece)
        os.fsync(file.fileno())
    return digest.digest()


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def is_draft_of(name: str) -> bool:
    """Whether a file in the folder of drafts was made here."""
    stem, _, suffix = name.partition(".")
    try:
        UUID(stem)
    except ValueError:
        return False
    return suffix in {"raw", "draft"}
