"""Where files lie: a folder of this machine, or a bucket reached through obstore (extra `s3`).

Everything here blocks: callers on the event loop go through a thread. A key is a relative path; what is stored under a
key never changes.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file as a listing shows it."""

    key: str
    size_bytes: int
    modified_at: datetime


class Storage(Protocol):
    """What the service needs of a place for files."""

    def put(self, draft: Path, key: str) -> None:
        """Store a finished draft under a new key, durably; the draft may be gone afterwards."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes under a key, None if there is nothing."""
        ...

    def pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in pieces. Raises FileNotFoundError."""
        ...

    def delete(self, key: str) -> None:
        """Remove a key; no effect if it is gone."""
        ...

    def all(self) -> Iterator[Stored]:
        """Everything that is stored, in no order."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a local disk; drafts must lie on the same file system."""

    root: Path

    def put(self, draft: Path, key: str) -> None:
        """Rename the draft to its place; the entry is on disk when this returns."""
        target = self.root / key
        _make_folder(target.parent)
        draft.rename(target)
        sync_folder(target.parent)

    def size(self, key: str) -> int | None:
        """Bytes under a key, None if there is nothing."""
        try:
            return (self.root / key).stat().st_size
        except FileNotFoundError:
            return None

    def pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in pieces. Raises FileNotFoundError."""
        with (self.root / key).open("rb") as file:
            file.seek(start)
            while start < end and (piece := file.read(min(PIECE, end - start))):
                start += len(piece)
                yield piece

    def delete(self, key: str) -> None:
        """Remove a key; no effect if it is gone."""
        (self.root / key).unlink(missing_ok=True)

    def all(self) -> Iterator[Stored]:
        """Everything that is stored; a file that goes while this looks is left out."""
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = Path(folder, name)
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
                modified = datetime.fromtimestamp(found.st_mtime, UTC)
                yield Stored(path.relative_to(self.root).as_posix(), found.st_size, modified)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A store of obstore: S3 and what speaks like it, or its own memory and local stores in tests."""

    store: Any

    @staticmethod
    def at(url: str) -> "Bucket":
        """The bucket of a URL such as `s3://bucket/prefix`; credentials and endpoint come from AWS_* variables."""
        from obstore.store import from_url  # noqa: PLC0415 - an extra, not installed everywhere

        return Bucket(from_url(url))

    def put(self, draft: Path, key: str) -> None:
        """Upload the draft; a key that exists is not overwritten."""
        import obstore  # noqa: PLC0415 - an extra, not installed everywhere

        # A conditional put is one request: it knows no parts, so what is large goes up in parts and may overwrite.
        # Keys are fresh UUIDs, nothing lies there.
        obstore.put(self.store, key, draft)

    def size(self, key: str) -> int | None:
        """Bytes under a key, None if there is nothing."""
        import obstore  # noqa: PLC0415 - an extra, not installed everywhere

        try:
            return int(obstore.head(self.store, key)["size"])
        except FileNotFoundError:
            return None

    def pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes [start, end) in pieces. Raises FileNotFoundError."""
        import obstore  # noqa: PLC0415 - an extra, not installed everywhere

        for at in range(start, end, 4 * PIECE):
            yield bytes(obstore.get_range(self.store, key, start=at, end=min(at + 4 * PIECE, end)))

    def delete(self, key: str) -> None:
        """Remove a key; no effect if it is gone."""
        import obstore  # noqa: PLC0415 - an extra, not installed everywhere

        try:
            obstore.delete(self.store, key)
        except FileNotFoundError:
            return

    def all(self) -> Iterator[Stored]:
        """Everything that is stored, a thousand at a time."""
        import obstore  # noqa: PLC0415 - an extra, not installed everywhere

        for batch in obstore.list(self.store):
            for one in batch:
                yield Stored(str(one["path"]), int(one["size"]), one["last_modified"])


def sync_folder(folder: Path) -> None:
    """Bring the entries of a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
