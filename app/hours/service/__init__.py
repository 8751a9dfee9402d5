"""Use cases of the hours ledger: post, reverse, read. [A5.6] [A5.7.1] [A6.13c]"""

from app.hours.service.certificates import issue_certificate, note_parting, note_reversals
from app.hours.service.closings import close_year, closing, closings, reopen_year
from app.hours.service.crediting import CreditLine, Repeats, credit
from app.hours.service.disputes import answer, ask, find_disputes, get_dispute, get_disputes, withdraw_dispute
from app.hours.service.explaining import explanation, explanations
from app.hours.service.files import (
    attach_file,
    attach_submission_file,
    files,
    files_of_entries,
    files_of_submissions,
    files_to_pack,
    submission_files,
    submission_files_to_pack,
    submissions_with_files,
)
from app.hours.service.ledger import find, find_json, get, get_many, newest_of_teachers, reverse
from app.hours.service.merging import recount_persons, reduce_to_caps
from app.hours.service.posting import post, post_many
from app.hours.service.reading import (
    completion,
    follow_roster,
    teacher_completion,
    year_summaries,
    year_summary,
)
from app.hours.service.recrediting import recredit
from app.hours.service.reports import bands_of, chart, cycle, cycle_teachers, roll_up, statistics, trend
from app.hours.service.seals import find_seals, get_seal, latest_seal, prove, verify_seal, verify_seals
from app.hours.service.sheet_imports import claim_attended
from app.hours.service.sheet_lines import (
    add_lines,
    change_line,
    named,
    paste_lines,
    remove_line,
    submission_lines,
)
from app.hours.service.sheet_moves import (
    approve,
    recommend,
    return_submission,
    submit,
    withdraw_submission,
)
from app.hours.service.sheets import (
    acts_of_submissions,
    change_submission,
    check_proposal,
    check_submission,
    create_submission,
    find_submissions,
    get_submission,
    get_submissions,
    submission_acts,
)

__all__ = [
    "CreditLine",
    "Repeats",
    "acts_of_submissions",
    "add_lines",
    "answer",
    "approve",
    "ask",
    "attach_file",
    "attach_submission_file",
    "bands_of",
    "change_line",
    "change_submission",
    "chart",
    "check_proposal",
    "check_submission",
    "claim_attended",
    "close_year",
    "closing",
    "closings",
    "completion",
    "create_submission",
    "credit",
    "cycle",
    "cycle_teachers",
    "explanation",
    "explanations",
    "files",
    "files_of_entries",
    "files_of_submissions",
    "files_to_pack",
    "find",
    "find_disputes",
    "find_json",
    "find_seals",
    "find_submissions",
    "follow_roster",
    "get",
    "get_dispute",
    "get_disputes",
    "get_many",
    "get_seal",
    "get_submission",
    "get_submissions",
    "issue_certificate",
    "latest_seal",
    "named",
    "newest_of_teachers",
    "note_parting",
    "note_reversals",
    "paste_lines",
    "post",
    "post_many",
    "prove",
    "recommend",
    "recount_persons",
    "recredit",
    "reduce_to_caps",
    "remove_line",
    "reopen_year",
    "return_submission",
    "reverse",
    "roll_up",
    "statistics",
    "submission_acts",
    "submission_files",
    "submission_files_to_pack",
    "submission_lines",
    "submissions_with_files",
    "submit",
    "teacher_completion",
    "trend",
    "verify_seal",
    "verify_seals",
    "withdraw_dispute",
    "withdraw_submission",
    "year_summaries",
    "year_summary",
]
