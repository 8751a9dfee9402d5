"""SQL of the hours ledger. Entries, summaries and counters are written by database functions only."""

from app.hours.queries.certificates import covering_seal, issuing_bodies, lock_year, persons_of, standing_entries
from app.hours.queries.certificates import holder as certificate_holder
from app.hours.queries.checks import counter_differences, summary_differences
from app.hours.queries.closings import acts, closings, hold_year_alone, set_closing
from app.hours.queries.completion import (
    completion,
    is_counted,
    refresh_completion,
    teacher_completion,
    years_counted,
)
from app.hours.queries.disputes import (
    DisputeFilter,
    dispute,
    dispute_page,
    disputes_by_ids,
    move_dispute,
    open_dispute,
    open_disputes,
)
from app.hours.queries.explaining import balances_at, lines
from app.hours.queries.hot import PLAIN, balances, newest, newest_of_teachers
from app.hours.queries.hot import page as page_json
from app.hours.queries.ledger import (
    POST_HOURS,
    AccountKey,
    EntryFilter,
    by_id,
    by_ids,
    by_line_keys,
    credited_on_days,
    lock_summaries,
    page,
    placements,
    post,
    reverse,
    set_line_alias,
)
from app.hours.queries.merging import entries_of_persons, lock_summaries_of, post_anew, recount

__all__ = [
    "PLAIN",
    "POST_HOURS",
    "AccountKey",
    "DisputeFilter",
    "EntryFilter",
    "acts",
    "balances",
    "balances_at",
    "by_id",
    "by_ids",
    "by_line_keys",
    "certificate_holder",
    "closings",
    "completion",
    "counter_differences",
    "covering_seal",
    "credited_on_days",
    "dispute",
    "dispute_page",
    "disputes_by_ids",
    "entries_of_persons",
    "hold_year_alone",
    "is_counted",
    "issuing_bodies",
    "lines",
    "lock_summaries",
    "lock_summaries_of",
    "lock_year",
    "move_dispute",
    "newest",
    "newest_of_teachers",
    "open_dispute",
    "open_disputes",
    "page",
    "page_json",
    "persons_of",
    "placements",
    "post",
    "post_anew",
    "recount",
    "refresh_completion",
    "reverse",
    "set_closing",
    "set_line_alias",
    "standing_entries",
    "summary_differences",
    "teacher_completion",
    "years_counted",
]
