"""The columns of an import kind and its code lists, plain enough to be sent to the process that reads the file."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from app.core.batch.codes import CodeMatch
from app.core.batch.protocol import Column
from app.core.batch.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_NEAR: Final = 0.4
_NEARLY: Final = 0.75


class Named(Protocol):
    """A row of a code list."""

    @property
    def code(self) -> str:
        """For programs."""
        ...

    @property
    def label(self) -> str:
        """For people."""
        ...

    @property
    def label_short(self) -> str:
        """For people in a hurry."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names clerks use."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A code list as columns look it up: codes win over labels, labels over aliases."""

    labels: tuple[str, ...]
    names: dict[str, CodeMatch]

    @staticmethod
    def of(rows: Iterable[Named]) -> Listed:
        """The list of these rows, in their order."""
        rows = tuple(rows)
        names: dict[str, CodeMatch] = {}
        for row in rows:
            names.setdefault(_plain(row.code), CodeMatch(row.code, row.label, "exact"))
        for row in rows:
            for label in (row.label, row.label_short):
                names.setdefault(_plain(label), CodeMatch(row.code, row.label, "exact"))
        for row in rows:
            for alias in row.aliases:
                names.setdefault(_plain(alias), CodeMatch(row.code, row.label, "alias"))
        names.pop("", None)
        return Listed(tuple(row.label for row in rows), names)

    def match(self, text: str) -> CodeMatch | None:
        """Find the code of a text; width, spaces, quotes and case do not matter."""
        return self.names.get(_plain(text))

    def suggest(self, text: str) -> list[str]:
        """Name up to three of the nearest entries, best first."""
        plain = _plain(text)
        close = difflib.get_close_matches(plain, list(self.names), n=3, cutoff=_NEAR)
        if close:
            # Far ones beside a near one only confuse.
            least = _NEARLY * difflib.SequenceMatcher(None, close[0], plain).ratio()
            close = [name for name in close if difflib.SequenceMatcher(None, name, plain).ratio() >= least]
        return list(dict.fromkeys(self.names[name].name for name in close))


def _plain(text: str) -> str:
    return "".join(sign for sign in fold(text).casefold() if not sign.isspace() and sign not in "“”\"'‘’")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a kind, as the reader takes them.

    key: fields that make a row unique within its file. skipped: texts of a cell whose row is not imported.
    """

    name: str
    title: str
    key_title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    key_optional: frozenset[str] = frozenset()
    skipped: tuple[str, ...] = ()

    def row_key(self, values: Mapping[str, object]) -> tuple[object, ...] | None:
        """The values of the key's fields; None when one that is needed is missing."""
        found = tuple(values[name] for name in self.key)
        missing = {name for name, value in zip(self.key, found, strict=True) if value is None}
        return None if missing - self.key_optional else found
