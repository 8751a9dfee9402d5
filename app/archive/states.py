"""Closed sets and sizes of the archive 过程档案."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from app.core.storage import Storage

MIB, GIB = 1024**2, 1024**3
UPLOAD_MAX = 200 * MIB
"""Nothing above this is read from the network, whatever the settings say."""
FILES_MAX = 200
"""Files of one object."""
SHARED_KINDS = frozenset({"workshop_activity", "practice_output", "consultation_report", "consultation_meeting"})
"""Kinds of records seen beyond the unit they belong to: only the look-up of their domain says who reads their files."""


class MediaType(StrEnum):
    """What may be archived 文件类型, told by content, never by name."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    MP4 = "video/mp4"


SUFFIXES = {
    MediaType.PDF: ".pdf",
    MediaType.JPEG: ".jpg",
    MediaType.PNG: ".png",
    MediaType.WEBP: ".webp",
    MediaType.DOCX: ".docx",
    MediaType.XLSX: ".xlsx",
    MediaType.MP4: ".mp4",
}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Sizes in bytes: one file, one video, all of one person, all of one organisation; share of the disk kept free."""

    file: int = 20 * MIB
    video: int = UPLOAD_MAX
    person: int = 2 * GIB
    organisation: int = 50 * GIB
    free_share: float = 0.1

    def most(self, media_type: MediaType) -> int:
        """The limit of one file of a type."""
        return self.video if media_type is MediaType.MP4 else self.file


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where files lie and how many may; handed down by the assembly. drafts: a local folder, see core/storage."""

    storage: Storage
    drafts: Path
    limits: FileLimits = field(default_factory=FileLimits)


@dataclass(slots=True)
class Draft:
    """An upload that has been looked at, cleaned and stored; no row names it yet.

    sha256 and size_bytes are those of what is stored. is_kept: a row was written for it in the caller's transaction.
    """

    id: UUID
    region_id: int
    filename: str
    media_type: MediaType
    size_bytes: int
    sha256: bytes
    is_kept: bool = False

    @property
    def key(self) -> str:
        """Where it lies."""
        return key_of(self.region_id, self.id, self.sha256)


def key_of(region_id: int, file_id: UUID, sha256: bytes) -> str:
    """The key of a file in the storage: the region, two folders by content, the id; nothing a client chose."""
    return f"{region_id}/{sha256[:1].hex()}/{sha256[1:2].hex()}/{file_id}"


def id_of(key: str) -> tuple[int, UUID] | None:
    """Region and id of a key, None for anything this service did not store."""
    parts = key.split("/")
    try:
        return int(parts[0]), UUID(parts[3])
    except (ValueError, IndexError):
        return None
