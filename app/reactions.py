"""The one list of reactions: happening → functions, in order. Services call upwards in no other way."""

from app.access.reactions import Reaction
from app.accounts.service.accounts import follow_merge as move_account
from app.hours.service import follow_roster, recount_persons, reduce_to_caps
from app.teachers.service import refuse_closing_with_teachers

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # A school is to be closed: nobody may be employed there any more.
    "organisation.closing": (refuse_closing_with_teachers,),
    # A teacher came, went, moved school, or changed stage, subject or post: the completion counters follow.
    "roster.changed": (follow_roster,),
    # Two records are about to be one person's: what exceeds a cap is reversed and posted anew.
    "teacher.merging": (reduce_to_caps,),
    # They are: the balances are the person's, and there is one account.
    "teacher.merged": (recount_persons, move_account),
    "teacher.unmerged": (recount_persons,),
}
