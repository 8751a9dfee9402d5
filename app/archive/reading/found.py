"""What looking at a file gives, and how a file is refused."""

from dataclasses import dataclass
from mmap import mmap

from app.archive.states import MediaType
from app.core.errors import FieldFault, Invalid

PIXELS_MAX = 40_000_000
Data = bytes | mmap
"""Both can be indexed, cut and searched; a map does not lie in memory as a whole."""


@dataclass(slots=True)
class Pieces:
    """The parts of a file that stay, in order: cuts of the original, or bytes put in their place."""

    parts: list[slice | bytes]
    is_changed: bool = False

    def keep(self, start: int, end: int) -> None:
        """Let a part stay."""
        last = self.parts[-1] if self.parts else None
        if isinstance(last, slice) and last.stop == start:
            self.parts[-1] = slice(last.start, end)
        else:
            self.parts.append(slice(start, end))

    def put(self, piece: bytes) -> None:
        """Write bytes of our own."""
        self.parts.append(piece)
        self.is_changed = True

    def drop(self) -> None:
        """Note that a part does not stay."""
        self.is_changed = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is; pieces: what to store of it, None for the file as it is."""

    media_type: MediaType
    pieces: Pieces | None = None


def refused(code: str, message: str) -> Invalid:
    """The refusal of a file for one reason; message says what to do."""
    return Invalid(code, message, errors=[FieldFault("/file", code, message)])


def damaged(what: str) -> Invalid:
    """The refusal of a file that is not what it begins like, or ends too early."""
    return refused("FILE_DAMAGED", f"文件不是完整的{what}。请打开确认无误后另存，再重新上传。")


def unsafe(what: str) -> Invalid:
    """The refusal of a file built to do harm, or looking so."""
    return refused("FILE_UNSAFE", f"文件{what}，不能归档。请另存为普通文件后再上传。")


def check_pixels(width: int, height: int) -> None:
    """Refuse a picture that would unpack to too much, by its header alone."""
    if width < 1 or height < 1:
        raise damaged("图片")
    if width * height > PIXELS_MAX:
        message = f"图片为 {width}×{height} 像素，超过 4000 万像素。请缩小后再上传。"
        raise refused("FILE_PIXELS_TOO_MANY", message)


def number(data: Data, at: int, size: int, order: str = "big") -> int:
    """An unsigned number of the file; refuses what lies behind its end."""
    piece = data[at : at + size]
    if len(piece) != size:
        raise damaged("文件")
    return int.from_bytes(piece, "little" if order == "little" else "big")
