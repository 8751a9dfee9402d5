"""Hash trees over sealed entries 封存哈希树, as RFC 6962 builds them; a leaf, a node and a head never hash alike."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal
from uuid import UUID

FORMAT = b"\x01"
LEAF, NODE, HEAD = b"\x00", b"\x01", b"\x02"
_NULL = b"\xff\xff\xff\xff"
_LENGTH_BYTES = 4

Step = tuple[Literal["left", "right"], bytes]
"""A sibling on the way from a leaf to the root, and the side it stands on."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where stored entries are not what was sealed; `entry` names the record it is about."""

    kind: Literal["changed", "missing", "inserted", "moved"]
    entry: UUID


def canonical(fields: Sequence[str | None]) -> bytes:
    """Fields as the bytes that are hashed: version, then each field's length (4 bytes, big endian) and UTF-8 text."""
    parts = [FORMAT]
    for value in fields:
        if value is None:
            parts.append(_NULL)
        else:
            text = value.encode()
            parts += (len(text).to_bytes(_LENGTH_BYTES), text)
    return b"".join(parts)


def leaf(fields: Sequence[str | None]) -> bytes:
    """The hash of an entry's canonical fields."""
    return hashlib.sha256(LEAF + canonical(fields)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two hashes."""
    return hashlib.sha256(NODE + left + right).digest()


def head(fields: Sequence[str | None]) -> bytes:
    """The hash of a seal's canonical fields."""
    return hashlib.sha256(HEAD + canonical(fields)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over at least one leaf; a hash without a partner moves up as it is."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[Step]:
    """The siblings that lead from the leaf at `index` to the root."""
    steps: list[Step] = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            steps.append(("left" if sibling < index else "right", level[sibling]))
        level, index = _above(level), index // 2
    return steps


def climb(start: bytes, steps: Sequence[Step]) -> bytes:
    """The root that a leaf and its siblings lead to."""
    reached = start
    for side, sibling in steps:
        reached = node(sibling, reached) if side == "left" else node(reached, sibling)
    return reached


def first_difference(sealed: Sequence[tuple[UUID, bytes]], stored: Sequence[tuple[UUID, bytes]]) -> Difference | None:
    """The entry, in the order of sealing, by which stored ones (id, leaf) differ from what was sealed.

    An entry's place is part of its leaf, so one that was moved counts as changed; others are not blamed for it.
    """
    if list(sealed) == list(stored):
        return None
    known, present = dict(sealed), dict(stored)
    for one, _ in stored:
        if one not in known:
            return Difference("inserted", one)
    for one, held in sealed:
        if one not in present:
            return Difference("missing", one)
        if present[one] != held:
            return Difference("changed", one)
    pairs = zip_longest(sealed, stored)
    return next(Difference("moved", (mine or found)[0]) for mine, found in pairs if mine != found)


def _above(level: Sequence[bytes]) -> list[bytes]:
    paired = [node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired
