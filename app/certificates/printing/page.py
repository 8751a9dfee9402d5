"""What stands on a page of paper, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value at the head; `is_name` prints it larger."""

    label: str
    value: str
    is_name: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: relative column widths (0: as wide as its text), "l", "c" or "r" per column, a total (label, figure)."""

    title: str
    header: Sequence[str]
    widths: Sequence[int]
    align: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a text: its heading, empty for none, and its paragraphs, one a line."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a document says on paper, beside its title, number, day and code. form: its template 版式."""

    authority: str
    facts: Sequence[Fact]
    statement: str
    tables: Sequence[Table]
    notes: Sequence[str] = field(default_factory=tuple)
    form: Literal["portrait", "letter", "briefing"] = "portrait"
    sections: Sequence[Section] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the issuing adds: title, number, edition, issuer, day in words, and the token of verification.

    token: empty for a form, which nobody verifies.
    """

    title: str
    number: str
    edition: int
    issuer: str
    day: str
    token: str
