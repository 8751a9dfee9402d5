"""What a file is, by its content: the first bytes choose the reader, the reader looks at the whole frame. [T28, T29]"""

from collections.abc import Callable

from app.archive.reading import documents, images
from app.archive.reading.found import Data, Found, refused

_READERS: tuple[tuple[Callable[[Data], bool], Callable[[Data], Found]], ...] = (
    (images.is_jpeg, images.jpeg),
    (images.is_png, images.png),
    (images.is_webp, images.webp),
    (documents.is_pdf, documents.pdf),
    (documents.is_zip, documents.office),
    (documents.is_mp4, documents.mp4),
)

__all__ = ["Found", "identify"]


def identify(data: Data) -> Found:
    """What a file is and what is to be stored of it. Raises Invalid 422: unknown, damaged, unsafe, too many pixels."""
    for begins, read in _READERS:
        if begins(data):
            return read(data)
    message = "不能归档这种文件。请上传 PDF、JPG、PNG、WebP、DOCX、XLSX 或 MP4；其他格式请先另存为其中一种。"
    raise refused("FILE_TYPE_REFUSED", message)
