"""Pictures: walked part by part without decoding; what tells where and by whom they were taken is left out.

Own code instead of a library: nothing is decoded, so nothing can unpack, and the picture itself stays byte for byte.
"""

import re
import zlib
from dataclasses import dataclass

from app.archive.reading.found import Data, Found, Pieces, check_pixels, damaged, number, unsafe
from app.archive.states import MediaType

PARTS_MAX = 50_000
JPEG, PNG, WEBP = " JPEG 图片", " PNG 图片", " WebP 图片"
_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_NEXT_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""A marker inside scan data: FF 00 is a stuffed byte, FF D0..D7 a restart, FF FF a fill."""
_FILLED = re.compile(rb"\xff+")
_ORIENTATION = 0x0112
_TAGS_MAX = 500
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_WEBP_TOLD = frozenset({b"EXIF", b"XMP "})
_WEBP_TOLD_FLAGS = 0x0C


def jpeg(data: Data) -> Found:
    """A JPEG up to its end mark; Exif (place, device), XMP, IPTC and comments go, the orientation stays."""
    pieces, at, has_frame, orientation = Pieces([b"\xff\xd8"]), 2, False, 1
    for _ in range(PARTS_MAX):
        part = _part(data, at)
        if part.marker in {_SOS, _EOI}:
            _check_frame(has_frame=has_frame)
        if part.marker == _EOI:
            pieces.keep(part.end - 2, part.end)
            return _jpeg_found(data, pieces, part.end, orientation)
        if part.marker in _FRAMES:
            check_pixels(number(data, part.body + 3, 2), number(data, part.body + 1, 2))
            has_frame = True
        if part.marker == _APP1:
            orientation = _orientation(data[part.body : part.end]) or orientation
        if _stays(part.marker, data[part.body : part.body + 12]):
            pieces.keep(at, part.end)
        else:
            pieces.drop()
        at = part.end
    raise unsafe("由过多的片段组成")


@dataclass(frozen=True, slots=True)
class _Part:
    """A marker with its segment, and the scan data behind it: where its content begins and where it ends."""

    marker: int
    body: int
    end: int


def _part(data: Data, at: int) -> _Part:
    begins = _FILLED.match(data, at)
    if not begins:
        raise damaged(JPEG)
    at = begins.end() - 1
    marker = number(data, at + 1, 1)
    if marker in _ALONE:
        raise damaged(JPEG)
    if marker == _EOI:
        return _Part(marker, at + 2, at + 2)
    end = at + 2 + max(2, number(data, at + 2, 2))
    if end > len(data):
        raise damaged(JPEG)
    if marker == _SOS:
        found = _NEXT_MARKER.search(data, end)
        if not found:
            raise damaged(JPEG)
        end = found.start()
    return _Part(marker, at + 4, end)


def _check_frame(*, has_frame: bool) -> None:
    if not has_frame:
        raise damaged(JPEG)


def _stays(marker: int, head: bytes) -> bool:
    if marker == _APP2:
        return head.startswith(b"ICC_PROFILE")
    return marker in {_APP0, _APP14} or not (0xE0 <= marker <= 0xEF or marker == _COMMENT)  # noqa: PLR2004 - APPn


def _jpeg_found(data: Data, pieces: Pieces, end: int, orientation: int) -> Found:
    if end != len(data):
        pieces.drop()
    if not pieces.is_changed:
        return Found(MediaType.JPEG)
    if orientation != 1:
        pieces.parts.insert(1, _exif(orientation))
    return Found(MediaType.JPEG, pieces)


def _exif(orientation: int) -> bytes:
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + _ORIENTATION.to_bytes(2, "big") + b"\x00\x03\x00\x00\x00\x01"
    body = b"Exif\x00\x00" + tiff + orientation.to_bytes(2, "big") + b"\x00\x00\x00\x00\x00\x00"
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _orientation(segment: bytes) -> int | None:
    """How the picture is to be turned (1 to 8), None where the segment does not say."""
    tiff = segment[6:]
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(tiff[:4])
    if not segment.startswith(b"Exif\x00\x00") or order is None:
        return None

    def read(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    first = read(4, 4)
    for tag in range(min(read(first, 2), _TAGS_MAX)):
        entry = first + 2 + 12 * tag
        if read(entry, 2) == _ORIENTATION:
            turned = read(entry + 8, 2)
            return turned if 1 <= turned <= 8 else None  # noqa: PLR2004 - the eight ways
    return None


def png(data: Data) -> Found:
    """A PNG with every checksum right, up to its end chunk; Exif, texts and times go."""
    pieces, at, has_picture = Pieces([slice(0, 8)]), 8, False
    for count in range(PARTS_MAX):
        size, kind = number(data, at, 4), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != number(data, end - 4, 4):
            raise damaged(PNG)
        if (count == 0) is not (kind == b"IHDR"):
            raise damaged(PNG)
        if count == 0:
            check_pixels(number(data, at + 8, 4), number(data, at + 12, 4))
        has_picture = has_picture or kind == b"IDAT"
        if kind in _PNG_TOLD:
            pieces.drop()
        else:
            pieces.keep(at, end)
        at = end
        if kind == b"IEND":
            if not has_picture:
                raise damaged(PNG)
            if end != len(data):
                pieces.drop()
            return Found(MediaType.PNG, pieces if pieces.is_changed else None)
    raise unsafe("由过多的片段组成")


def webp(data: Data) -> Found:
    """A WebP as long as it says; Exif and XMP go, and the flags that announce them."""
    whole = 8 + number(data, 4, 4, "little")
    if whole > len(data):
        raise damaged(WEBP)
    kept: list[tuple[bytes, int, int]] = []
    at, has_picture, is_changed = 12, False, whole != len(data)
    while at < whole:
        if len(kept) > PARTS_MAX:
            raise unsafe("由过多的片段组成")
        kind, size = data[at : at + 4], number(data, at + 4, 4, "little")
        end = at + 8 + size + size % 2
        if end > whole:
            raise damaged(WEBP)
        has_picture = _webp_chunk(data, kind, at + 8, size) or has_picture
        if kind in _WEBP_TOLD:
            is_changed = True
        else:
            kept.append((kind, at, end))
        at = end
    if not has_picture:
        raise damaged(WEBP)
    return Found(MediaType.WEBP, _webp_pieces(data, kept) if is_changed else None)


def _webp_pieces(data: Data, kept: list[tuple[bytes, int, int]]) -> Pieces:
    size = 4 + sum(end - at for _, at, end in kept)
    pieces = Pieces([])
    pieces.put(b"RIFF" + size.to_bytes(4, "little") + b"WEBP")
    for kind, at, end in kept:
        if kind == b"VP8X":
            pieces.keep(at, at + 8)
            pieces.put(bytes([data[at + 8] & ~_WEBP_TOLD_FLAGS]))
            pieces.keep(at + 9, end)
        else:
            pieces.keep(at, end)
    return pieces


def _webp_chunk(data: Data, kind: bytes, at: int, size: int) -> bool:
    """Check the size a chunk declares; whether it holds a picture."""
    if kind == b"VP8X":
        check_pixels(1 + number(data, at + 4, 3, "little"), 1 + number(data, at + 7, 3, "little"))
    elif kind == b"VP8 ":
        if data[at + 3 : at + 6] != b"\x9d\x01\x2a":
            raise damaged(WEBP)
        check_pixels(number(data, at + 6, 2, "little") & 0x3FFF, number(data, at + 8, 2, "little") & 0x3FFF)
    elif kind == b"VP8L":
        bits = number(data, at + 1, 4, "little")
        if data[at : at + 1] != b"\x2f":
            raise damaged(WEBP)
        check_pixels(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    return kind in {b"VP8 ", b"VP8L", b"ANMF"} and size > 0


def is_png(data: Data) -> bool:
    """Whether a file begins like a PNG."""
    return data[:8] == _PNG


def is_jpeg(data: Data) -> bool:
    """Whether a file begins like a JPEG."""
    return data[:3] == b"\xff\xd8\xff"


def is_webp(data: Data) -> bool:
    """Whether a file begins like a WebP."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"
