"""Small files of every allowed type, hostile ones, and the way to send them."""

import hashlib
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.archive.states import key_of

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nxref\n0 1\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
TYPES = "[Content_Types].xml"
DOCX_TYPES = '<Types><Override ContentType="application/vnd.ms-x.wordprocessingml.document.main+xml"/></Types>'
XLSX_TYPES = '<Types><Override ContentType="application/vnd.ms-x.spreadsheetml.sheet.main+xml"/></Types>'


def jpeg(*, exif: bool = False, orientation: int = 1, size: tuple[int, int] = (4, 3), tail: bytes = b"") -> bytes:
    """A picture as far as its frame goes; with exif it tells a place."""
    body = b"\xff\xd8" + _segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
    if exif:
        tiff = b"II*\x00\x08\x00\x00\x00\x02\x00" + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
        body += _segment(0xE1, b"Exif\x00\x00" + tiff + struct.pack("<HHII", 0x8825, 4, 1, 38) + b"GPS 35.0N 112.6E")
        body += _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00GPS 35.0N") + _segment(0xFE, b"GPS in a comment")
        body += _segment(0xED, b"Photoshop 3.0\x00GPS of IPTC")
    body += _segment(0xE2, b"ICC_PROFILE\x00\x01\x01profile") + _segment(0xDB, b"\x00" + bytes(64))
    body += _segment(0xC0, b"\x08" + struct.pack(">HH", size[1], size[0]) + b"\x01\x01\x11\x00")
    scan = _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return body + scan + b"\xff\xd9" + tail


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def png(*, size: tuple[int, int] = (4, 3), told: bool = False, tail: bytes = b"") -> bytes:
    """A picture as far as its chunks go."""
    parts = [_chunk(b"IHDR", struct.pack(">II", *size) + b"\x08\x02\x00\x00\x00")]
    if told:
        parts += [_chunk(b"eXIf", b"GPS 35.0N"), _chunk(b"tEXt", b"Comment\x00GPS")]
    parts += [_chunk(b"IDAT", zlib.compress(bytes(39))), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + tail


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def webp(*, size: tuple[int, int] = (4, 3), told: bool = False) -> bytes:
    """A picture as far as its chunks go."""
    width, height = size[0] - 1, size[1] - 1
    flags = bytes([0x0C if told else 0, 0, 0, 0])
    chunks = [(b"VP8X", flags + width.to_bytes(3, "little") + height.to_bytes(3, "little"))]
    chunks.append((b"VP8L", b"\x2f" + struct.pack("<I", 3 | 2 << 14) + b"\x00"))
    chunks += [(b"EXIF", b"GPS 35.0N"), (b"XMP ", b"GPS")] if told else []
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def office(types: str = DOCX_TYPES, main: str = "word/document.xml", **members: bytes) -> bytes:
    """A Word file, or whatever the arguments make of it; members: more parts, `__` for `/`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(TYPES, types)
        file.writestr(main, "<document/>")
        for name, body in members.items():
            file.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def mp4(*, told: bool = False) -> bytes:
    """A film as far as its boxes go."""
    place = _box(b"udta", _box(b"\xa9xyz", b"+35.0+112.6/")) if told else b""
    moov = _box(b"moov", _box(b"mvhd", bytes(20)) + _box(b"trak", _box(b"tkhd", bytes(8)) + place) + place)
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp41") + moov + _box(b"mdat", b"film")


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


@dataclass(frozen=True)
class Hung:
    """The entry a file hangs on: region, id, and its line."""

    region: int
    entry: UUID
    line: dict[str, Any]


async def put_file(connection: asyncpg.Connection, storage: Path, file_id: UUID, on: Hung) -> None:
    """A PDF on an entry, row and file, as if somebody else had uploaded it."""
    sha256 = hashlib.sha256(PDF).digest()
    path = storage / "archive" / key_of(on.region, file_id, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PDF)
    await connection.execute(
        "INSERT INTO files (region_id, id, owner_kind, owner_id, organisation_id, teacher_id, name, media_type,"
        " size_bytes, sha256, uploaded_by, uploaded_as) VALUES ($1, $2, 'hours_entry', $3, $4, $5, '佐证.pdf',"
        " 'application/pdf', $6, $7, gen_random_uuid(), 'training_school')",
        on.region, file_id, on.entry, on.line["school_id"], on.line["teacher_id"], len(PDF), sha256,
    )  # fmt: skip


async def upload(
    client: httpx.AsyncClient, headers: dict[str, str], entry: object, body: bytes, name: str = "佐证.pdf"
) -> httpx.Response:
    """Send a file to an entry, or to the record at a path."""
    url = f"{entry}/files" if str(entry).startswith("/") else f"/v1/hours-entries/{entry}/files"
    return await client.post(url, files={"file": (name, body)}, headers=headers)
