"""Rows of one file that repeat an earlier row, in bounded memory."""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

_MASK_64: Final = 2**64 - 1
_SLOTS_FIRST: Final = 1 << 12


class Earlier(NamedTuple):
    """The first row with the same key; `is_same`: its content is equal too."""

    row: int
    is_same: bool


class SeenRows:
    """Keys seen so far, as 64-bit digests in open addressing: 20 bytes a slot, about 42 MB for 1,000,000 rows.

    Text is hashed with the process's own key (SipHash), so nobody can prepare two keys that meet; by chance two of
    1,000,000 keys meet once in 37 million files.
    """

    def __init__(self) -> None:
        """Begin with no key."""
        self._filled = 0
        self._make(_SLOTS_FIRST)

    def _make(self, slots: int) -> None:
        self._last = slots - 1
        self._keys = array("Q", bytes(8 * slots))
        self._contents = array("Q", bytes(8 * slots))
        self._rows = array("I", bytes(4 * slots))

    def earlier(self, key: tuple[object, ...], content: tuple[object, ...], row: int) -> Earlier | None:
        """Find the first row with this key, or remember this one. row: from 1."""
        digest, body = _digest(key), _digest(content)
        slot = self._slot(digest)
        if self._rows[slot]:
            return Earlier(self._rows[slot], self._contents[slot] == body)
        self._keys[slot], self._contents[slot], self._rows[slot] = digest, body, row
        self._filled += 1
        if self._filled * 2 > self._last:
            self._grow()
        return None

    def _slot(self, digest: int) -> int:
        keys, rows, last = self._keys, self._rows, self._last
        slot = digest & last
        while rows[slot] and keys[slot] != digest:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        keys, contents, rows = self._keys, self._contents, self._rows
        self._make(2 * len(keys))
        for index, row in enumerate(rows):
            if row:
                slot = self._slot(keys[index])
                self._keys[slot], self._contents[slot], self._rows[slot] = keys[index], contents[index], row


def _digest(parts: tuple[object, ...]) -> int:
    # Counted besides: -1 and -2 have the same hash, so two contents that differ in them would look alike.
    return hash((parts, parts.count(-1))) & _MASK_64
