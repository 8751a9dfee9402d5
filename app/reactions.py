"""The one list of reactions: happening → functions, in order. Services call upwards in no other way."""

from app.access.reactions import Reaction
from app.hours.service import follow_roster
from app.teachers.service import refuse_closing_with_teachers

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # A school is to be closed: nobody may be employed there any more.
    "organisation.closing": (refuse_closing_with_teachers,),
    # A teacher came, went, moved school, or changed stage, subject or post: the completion counters follow.
    "roster.changed": (follow_roster,),
}
