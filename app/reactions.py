"""The one list of reactions: happening → functions, in order. Services call upwards in no other way.

Beside it, who looks up the records that files hang on: the archive asks, a file is seen exactly where its record is.
"""

from app.access.reactions import Reaction
from app.accounts.service.accounts import follow_merge as move_account
from app.archive.service.files import Seen
from app.assistance.service import end_awarded_title, grant_awarded_title
from app.consultations import service as consultations
from app.deliveries.service import find_unconfirmed as find_unconfirmed_deliveries
from app.evaluations import service as evaluations
from app.funds import service as funds
from app.hours import service as hours
from app.hours.service.files import OWNER as HOURS_ENTRY
from app.hours.service.files import SHEET as HOURS_SUBMISSION
from app.performance import service as performance
from app.practice import service as practice
from app.projects import service as projects
from app.school_research import service as research
from app.school_research.service.files import OWNER as RESEARCH_ACTIVITY
from app.steering import service as steering
from app.teachers import service as teachers
from app.trainers import service as trainers
from app.training import service as training
from app.workshops.service import activities_seen, find_unconfirmed, know_workshop, tell_of_moves
from app.workshops.service import follow_merge as move_members
from app.workshops.service import follow_parting as return_members
from app.workshops.service.files import OWNER as WORKSHOP_ACTIVITY

REACTIONS: dict[str, tuple[Reaction, ...]] = {
    # A school is to be closed: nobody may be employed there any more.
    "organisation.closing": (teachers.refuse_closing_with_teachers,),
    # A teacher came, went, moved school, or changed stage, subject or post: the completion counters follow, and it is
    # put on record where a workshop's composition no longer meets the rules.
    "roster.changed": (hours.follow_roster, tell_of_moves),
    # A trainer has a task in a workshop: it must be one of the region.
    "trainer.assigned": (know_workshop,),
    # What is still open in a school year is asked for: attendance that has given no hours yet.
    "hours_year.asked": (find_unconfirmed, find_unconfirmed_deliveries, training.find_uncredited),
    # Two records are about to be one person's: one term at a time, one place in a project, one standing in a campaign;
    # what exceeds a cap is reversed and posted anew.
    "teacher.merging": (
        trainers.refuse_two_terms,
        projects.refuse_two_nominations,
        evaluations.refuse_two_standings,
        hours.reduce_to_caps,
    ),
    # They are: the balances are the person's, there is one account, one member of a workshop, one trainee of a project;
    # awards and what is under way in campaigns are the person's.
    "teacher.merged": (
        hours.recount_persons,
        move_account,
        move_members,
        steering.follow_merge,
        projects.follow_merge,
        training.follow_merge,
        practice.follow_merge,
        funds.follow_merge,
        consultations.follow_merge,
        evaluations.follow_merge,
        teachers.note_honours_moved,
    ),
    # They are two again: balances part, certificates that stood on the other's entries say so, memberships go back,
    # and so does what the record was in projects, teams, campaigns, and the awards.
    "teacher.unmerged": (
        hours.recount_persons,
        hours.note_parting,
        return_members,
        steering.follow_parting,
        projects.follow_parting,
        training.follow_parting,
        practice.follow_parting,
        funds.follow_parting,
        evaluations.follow_parting,
        consultations.follow_parting,
        teachers.note_honours_moved,
    ),
    # A project is to run, or to be closed: what packages above know to be missing is added to `findings`. [A2.3a]
    # Each takes (ctx, *, project, findings): the row of the project, and a list of Finding to append to.
    "project.starting": (training.ask_design,),
    "project.closing": (training.ask_attendance, practice.note_missing_results),
    # An award was decided, or revoked by a second person: the school holds the title, the teacher the honour from that
    # day, or no longer. Those on paper give honours only; titles of schools are set by themselves.
    "award.granted": (grant_awarded_title, teachers.grant_honour),
    "award.revoked": (end_awarded_title, teachers.withdraw_honour),
    "awards.recorded": (teachers.record_honours,),
    "awards.withdrawn": (teachers.withdraw_honours,),
    # The training part of trainees' results is left out: published process scores are added to `scores`. [A2.3b]
    # Takes (ctx, *, project_id, trainee_ids, scores): a dict of trainee to points of a hundred, in halves.
    "practice_results.asked": (training.tell_scores,),
}

FILE_OWNERS: dict[str, Seen] = {
    HOURS_ENTRY: hours.get_many,
    HOURS_SUBMISSION: hours.submissions_with_files,
    WORKSHOP_ACTIVITY: activities_seen,
    training.SUBMISSION: training.submissions_with_files,
    trainers.EVIDENCE: trainers.revocations_with_files,
    evaluations.EVIDENCE: evaluations.marks_with_files,
    funds.EVIDENCE: funds.payments_with_files,
    RESEARCH_ACTIVITY: research.activities_with_files,
    performance.OWNER: performance.rows_with_files,
    practice.OWNER: practice.outputs_with_files,
    consultations.REPORT: consultations.reports_with_files,
    consultations.MEETING: consultations.meetings_with_files,
}
