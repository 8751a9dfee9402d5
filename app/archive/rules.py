"""Pure rules of the archive: what a file is called."""

import re
import unicodedata

NAME_MAX, NAME_BYTES_MAX = 120, 200
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ODD = re.compile(r'[<>:"|?*]')


def clean_name(given: str, suffix: str) -> str:
    """A file's name to show: the last part of what was sent, without what is invisible, with the suffix of its type.

    Never used as a path. given: anything a client sent; suffix: of what the file really is.
    """
    last = unicodedata.normalize("NFC", given.encode("utf-8", "ignore").decode()).replace("\\", "/").rpartition("/")[2]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE)
    plain = " ".join(_ODD.sub("_", visible).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending):
        plain = stem.strip(". ")
    plain = plain[:NAME_MAX]
    while len((plain + suffix).encode()) > NAME_BYTES_MAX:
        plain = plain[:-1]
    return (plain.strip(". ") or "未命名") + suffix


def cell(text: str) -> str:
    """A text as a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r＝＋－＠" else text
