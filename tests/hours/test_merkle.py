"""Hash trees 封存哈希树: the published vectors, every size, and no hash that could stand for another kind."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.models import HoursEntry
from app.hours.rules import merkle
from app.hours.rules.merkle import Difference, node
from app.hours.states import ENTRY_FIELDS

A, B, C, D = (UUID(int=number) for number in range(1, 5))
SEALED = [(A, b"a"), (B, b"b"), (C, b"c")]


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


def of_bytes(data: bytes) -> bytes:
    """A leaf of the RFC over raw bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


RFC_INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
RFC_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", sorted(RFC_ROOTS))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    leaves = [of_bytes(bytes.fromhex(one)) for one in RFC_INPUTS[:size]]
    assert merkle.root(leaves).hex() == RFC_ROOTS[size]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_leaf_of_every_size_leads_to_the_root_of_the_book(case: tuple[int, int]) -> None:
    size, index = case
    leaves = [of_bytes(bytes([number])) for number in range(size)]
    root = by_the_book(leaves)
    assert merkle.root(leaves) == root
    steps = merkle.path(leaves, index)
    assert merkle.climb(leaves[index], steps) == root
    assert len(steps) <= (size - 1).bit_length()
    assert merkle.climb(of_bytes(b"another"), steps) != root


FIELDS = st.lists(st.none() | st.text(max_size=3), max_size=3)


@given(FIELDS, FIELDS)
def test_different_fields_never_have_the_same_bytes(one: list[str | None], other: list[str | None]) -> None:
    assert (merkle.canonical(one) == merkle.canonical(other)) is (one == other)


def test_leaf_node_and_head_of_the_same_bytes_differ() -> None:
    fields = ["a", None]
    inner = merkle.canonical(fields)
    assert len({merkle.leaf(fields), merkle.head(fields), node(inner[:5], inner[5:])}) == 3


def test_canonical_form_is_as_documented() -> None:
    assert merkle.canonical(["ab", None, "", "学"]).hex() == "01000000026162ffffffff0000000000000003e5ada6"


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        (SEALED, None),
        ([(A, b"a"), (B, b"x"), (C, b"c")], Difference("changed", B)),
        ([(A, b"a"), (C, b"c")], Difference("missing", B)),
        ([(A, b"a"), (B, b"b")], Difference("missing", C)),
        ([], Difference("missing", A)),
        ([(A, b"a"), (D, b"d"), (B, b"b"), (C, b"c")], Difference("inserted", D)),
        ([*SEALED, (D, b"d")], Difference("inserted", D)),
        ([*SEALED, (C, b"c")], Difference("moved", C)),
        ([(B, b"b"), (A, b"a"), (C, b"c")], Difference("moved", A)),
    ],
)
def test_first_difference_is_named(stored: list[tuple[UUID, bytes]], found: Difference | None) -> None:
    assert merkle.first_difference(SEALED, stored) == found


def test_every_column_of_an_entry_is_sealed() -> None:
    columns = {column.name for column in HoursEntry.__table__.columns}
    assert {field.removesuffix("_sha256") for field in ENTRY_FIELDS} == columns
    assert len(ENTRY_FIELDS) == len(columns)
