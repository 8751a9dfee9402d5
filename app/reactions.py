"""The one list of reactions: happening → functions, in order. Services call upwards in no other way."""

from app.access.reactions import Reaction

REACTIONS: dict[str, tuple[Reaction, ...]] = {}
