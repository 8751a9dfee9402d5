"""Lifecycles as data: states, the moves between them, who may make them and by which clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from app.core.errors import Conflict

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One move 流转: from any of `sources` to `target`; `permission` is the permission's value, `clause` its source."""

    sources: frozenset[S]
    target: S
    permission: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[S]):
    """A named set of moves by verb; every change of status goes through `move`."""

    name: str
    title: str
    moves: Mapping[str, Move[S]]

    def possible(self, status: S) -> list[str]:
        """The verbs that a record in this status still allows, in order of definition."""
        return [verb for verb, move in self.moves.items() if status in move.sources]

    def move(self, status: S, verb: str) -> S:
        """The status after the verb; Conflict 409 naming the possible verbs if it does not lead anywhere."""
        move = self.moves[verb]
        if status not in move.sources:
            possible = self.possible(status)
            raise Conflict(
                "STATUS_CONFLICT",
                f"{self.title}当前状态为 {status}，不能执行 {verb}。可执行的操作：{'、'.join(possible) or '无'}。",
                status=str(status),
                possible=possible,
            )
        return move.target
