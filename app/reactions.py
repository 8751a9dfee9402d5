"""The one list of reactions: happening → functions, in order. Services call upwards in no other way."""

from app.access.reactions import Reaction
from app.hours.service import follow_roster

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # A teacher came, went, moved school, or changed stage, subject or post: the completion counters follow.
    "roster.changed": (follow_roster,),
}
