"""Reactions: what a change below moves above, in the same transaction. The list itself is in app/reactions.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from app.access.context import Context

Reaction = Callable[..., Awaitable[None]]
_reactions: dict[str, tuple[Reaction, ...]] = {}


def install(reactions: Mapping[str, Sequence[Reaction]]) -> None:
    """Set the list of this process; the assembly does it once at start."""
    _reactions.clear()
    _reactions.update({name: tuple(functions) for name, functions in reactions.items()})


async def happened(ctx: Context, name: str, **facts: Any) -> None:
    """Call what reacts to a happening, in order; a reaction may refuse by raising."""
    for reaction in _reactions.get(name, ()):
        await reaction(ctx, **facts)
