"""What the permission table speaks of 角色、范围、权限: roles, how far a permission reaches, and the permissions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The five roles 五类角色: 教体局, 进修学校, 中心校, 学校, 教师."""

    BUREAU = "bureau"
    TRAINING_SCHOOL = "training_school"
    CENTRAL_SCHOOL = "central_school"
    SCHOOL = "school"
    TEACHER = "teacher"

    @property
    def label(self) -> str:
        """As people say it."""
        return _ROLE_TITLES[self]


_ROLE_TITLES = {
    Role.BUREAU: "教体局",
    Role.TRAINING_SCHOOL: "进修学校",
    Role.CENTRAL_SCHOOL: "中心校",
    Role.SCHOOL: "学校",
    Role.TEACHER: "教师",
}


class Reach(StrEnum):
    """How far a permission reaches: the whole county, the own subtree, the own organisation, oneself."""

    ALL = "all"
    SUBTREE = "subtree"
    OWN = "own"
    SELF = "self"


class Permission(StrEnum):
    """What may be done; the value is what an API client's scope names."""

    ORGANISATION_READ = "organisation.read"
    ORGANISATION_CHANGE = "organisation.change"
    SCHOOL_YEAR_READ = "school_year.read"
    SCHOOL_YEAR_CHANGE = "school_year.change"
    POLICY_READ = "policy.read"
    TEACHER_READ = "teacher.read"
    TEACHER_CHANGE = "teacher.change"
    TEACHER_CHANGE_CONTACT = "teacher.change_contact"
    TEACHER_TRANSFER = "teacher.transfer"
    TEACHER_UNMASK = "teacher.unmask"
    TEACHER_MERGE = "teacher.merge"
    TEACHER_CORRECTION_READ = "teacher_correction.read"
    TEACHER_CORRECTION_ASK = "teacher_correction.ask"
    HOURS_READ = "hours.read"
    HOURS_COMPLETION_READ = "hours_completion.read"
    HOURS_SEAL_READ = "hours_seal.read"
    HOURS_POST = "hours.post"
    HOURS_REVERSE = "hours.reverse"
    HOURS_RECREDIT = "hours.recredit"
    HOURS_DISPUTE_READ = "hours.read_dispute"
    HOURS_DISPUTE_ASK = "hours.ask_dispute"
    HOURS_DISPUTE_ANSWER = "hours.answer_dispute"
    HOURS_CLOSING_READ = "hours.read_closing"
    HOURS_CLOSE_YEAR = "hours.close_year"
    HOURS_REOPEN_YEAR = "hours.reopen_year"
    HOURS_CORRECT_CLOSED = "hours.correct_closed"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_ISSUE_HOURS = "certificate.issue_hours"
    CERTIFICATE_REVOKE = "certificate.revoke"
    SUBMISSION_READ = "hours_submission.read"
    SUBMISSION_FILE = "hours_submission.file"
    SUBMISSION_RECOMMEND = "hours_submission.recommend"
    SUBMISSION_RETURN = "hours_submission.return"
    SUBMISSION_APPROVE = "hours_submission.approve"
    SCHOOL_PLAN_READ = "school_plan.read"
    SCHOOL_PLAN_FILE = "school_plan.file"
    SCHOOL_PLAN_REVIEW = "school_plan.review"
    RESEARCH_ACTIVITY_READ = "research_activity.read"
    RESEARCH_ACTIVITY_RECORD = "research_activity.record"
    RESEARCH_SIGN_IN = "research_activity.sign_in"
    INSPECTION_READ = "inspection.read"
    INSPECTION_CHECK = "inspection.check"
    INSPECTION_ANSWER = "inspection.answer"
    SAMPLE_READ = "inspection_sample.read"
    SAMPLE_DRAW = "inspection_sample.draw"
    TERM_ASSESSMENT_READ = "term_assessment.read"
    TERM_ASSESSMENT_SET = "term_assessment.set"
    DEVELOPMENT_READ = "development_plan.read"
    DEVELOPMENT_WRITE = "development_plan.write"
    RESEARCH_ARCHIVE_READ = "research_archive.read"
    RESEARCH_ARCHIVE_WRITE = "research_archive.write"
    RESEARCH_EXCHANGE_READ = "research_exchange.read"
    RESEARCH_EXCHANGE_RECORD = "research_exchange.record"
    TRAINER_READ = "trainer.read"
    TRAINER_APPLICATION_READ = "trainer.read_application"
    TRAINER_APPLY = "trainer.apply"
    TRAINER_RECOMMEND = "trainer.recommend"
    TRAINER_RETURN_APPLICATION = "trainer.return_application"
    TRAINER_DECIDE = "trainer.decide"
    TRAINER_INVITATION_READ = "trainer.read_invitation"
    TRAINER_INVITE = "trainer.invite"
    TRAINER_CONSENT = "trainer.consent"
    TRAINER_RENEW = "trainer.renew"
    TRAINER_REVOCATION_READ = "trainer.read_revocation"
    TRAINER_REVOKE = "trainer.revoke"
    TRAINER_REPORT_READ = "trainer.read_report"
    TRAINER_REPORT = "trainer.report"
    TRAINER_WORK_READ = "trainer.read_work"
    TRAINER_ASSIGN = "trainer.assign"
    TRAINER_PAY = "trainer.pay"
    TRAINER_ASSESSMENT_READ = "trainer.read_assessment"
    TRAINER_ASSESS = "trainer.assess"
    TRAINER_INPUT_READ = "trainer.read_input"
    TRAINER_INPUT_GIVE = "trainer.give_input"
    TRAINER_REPLY = "trainer.reply"
    TRAINER_TEAM_READ = "trainer.read_team"
    TRAINER_COMMUNITY_RUN = "trainer.run_community"
    WORKSHOP_READ = "workshop.read"
    WORKSHOP_DECLARE = "workshop.declare"
    WORKSHOP_RECOMMEND = "workshop.recommend"
    WORKSHOP_REGISTER = "workshop.register"
    WORKSHOP_RUN = "workshop.run"
    WORKSHOP_TAKE_PART = "workshop.take_part"
    WORKSHOP_REVIEW = "workshop.review"
    WORKSHOP_SUBSIDY_READ = "workshop_subsidy.read"
    WORKSHOP_SUBSIDY_RECORD = "workshop_subsidy.record"
    TRAINING_PLAN_READ = "training_plan.read"
    TRAINING_PLAN_WRITE = "training_plan.write"
    TRAINING_PLAN_APPROVE = "training_plan.approve"
    PROJECT_READ = "project.read"
    PROJECT_PLAN = "project.plan"
    PROJECT_APPROVE = "project.approve"
    PROJECT_RUN = "project.run"
    PROJECT_STAFF = "project.staff"
    PROJECT_ALLOT = "project.allot"
    NOMINATION_READ = "project_nomination.read"
    NOMINATION_APPLY = "project_nomination.apply"
    NOMINATION_MAKE = "project_nomination.make"
    NOMINATION_PASS = "project_nomination.pass"  # noqa: S105 - a step of a nomination
    NOMINATION_CHECK = "project_nomination.check"
    NOMINATION_CONFIRM = "project_nomination.confirm"
    NOMINATION_REJECT = "project_nomination.reject"
    NOMINATION_WITHDRAW = "project_nomination.withdraw"
    NOMINATION_RATE_READ = "project_nomination.read_rate"
    TRAINEE_READ = "project_trainee.read"
    TRAINEE_ASK_WITHDRAWAL = "project_trainee.ask_withdrawal"
    TRAINEE_REPLACE = "project_trainee.replace"
    SURVEY_READ = "training_survey.read"
    SURVEY_WRITE = "training_survey.write"
    SURVEY_ANSWER = "training_survey.answer"
    SURVEY_RESULT_READ = "training_survey.read_results"
    SURVEY_MISSING_READ = "training_survey.read_missing"
    COURSE_DESIGN_READ = "course_design.read"
    COURSE_DESIGN_WRITE = "course_design.write"
    COURSE_REVIEW_READ = "course_design.read_reviews"
    COURSE_DESIGN_REVIEW = "course_design.review"
    TRAINING_SESSION_READ = "training_session.read"
    TRAINING_SESSION_RUN = "training_session.run"
    TRAINING_SIGN_IN = "training_session.sign_in"
    TRAINING_ATTENDANCE_READ = "training_attendance.read"
    TRAINING_LEAVE_READ = "training_leave.read"
    TRAINING_LEAVE_ASK = "training_leave.ask"
    TRAINING_LEAVE_DECIDE = "training_leave.decide"
    TRAINING_CORRECTION_READ = "training_correction.read"
    TRAINING_CORRECTION_ASK = "training_correction.ask"
    TRAINING_CORRECTION_DECIDE = "training_correction.decide"
    TRAINING_ASSIGNMENT_READ = "training_assignment.read"
    TRAINING_ASSIGNMENT_WRITE = "training_assignment.write"
    TRAINING_SUBMISSION_READ = "training_submission.read"
    TRAINING_SUBMIT = "training_submission.submit"
    TRAINING_MARK = "training_submission.mark"
    TRAINING_SCHEME_READ = "training_score.read_scheme"
    TRAINING_SCORE_READ = "training_score.read"
    TRAINING_SCORE_WRITE = "training_score.write"
    COMPLETION_READ = "training_completion.read"
    COMPLETION_RECOMMEND = "training_completion.recommend"
    COMPLETION_DECIDE = "training_completion.decide"
    PRACTICE_PLAN_READ = "practice_plan.read"
    PRACTICE_PLAN_SET = "practice_plan.set"
    PRACTICE_READ = "practice.read"
    PRACTICE_SUBMIT = "practice.submit"
    PRACTICE_GUIDE = "practice.guide"
    PRACTICE_ASSESS = "practice.assess"
    PRACTICE_JUDGE = "practice.judge"
    PRACTICE_PUBLISH = "practice.publish"
    PRACTICE_VISIT = "practice.visit"
    TRACKING_READ = "tracking.read"
    TRACKING_RECORD = "tracking.record"
    IMPORT_ORGANISATIONS = "import.organisations"
    IMPORT_TEACHERS = "import.teachers"
    IMPORT_HOURS = "import.hours"
    IMPORT_RESEARCH_HOURS = "import.research_hours"
    IMPORT_RESEARCH_ATTENDANCE = "import.research_attendance"
    IMPORT_WORKSHOP_MEMBERS = "import.workshop_members"
    IMPORT_TRAINERS = "import.trainers"
    IMPORT_NOMINATIONS = "import.nominations"
    IMPORT_TRAINING_ATTENDANCE = "import.attendance"
    IMPORT_TRAINING_MARKS = "import.marks"
    IMPORT_READ = "import.read"
    EXPORT_CREATE = "export.create"
    EXPORT_LARGE = "export.large"
    EXPORT_APPROVE = "export.approve"
    ACCOUNT_READ = "account.read"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_REQUEST = "account.request"
    API_CLIENT_CHANGE = "api_client.change"
    AUDIT_READ = "audit.read"
    EVENT_READ = "event.read"
    OWN_ACCOUNT = "own_account"
    PUBLICATION_READ = "publication.read"
    PUBLICATION_SUBMIT = "publication.submit"
    PUBLICATION_PUBLISH = "publication.publish"
    ASSISTANCE_READ = "assistance.read"
    ASSISTANCE_RECOMMEND = "assistance.recommend"
    ASSISTANCE_SET = "assistance.set"
    CASE_READ = "case.read"
    CASE_SUBMIT = "case.submit"
    CASE_REVIEW = "case.review"
    CASE_RECOMMEND = "case.recommend"
    CASE_USE = "case.use"
    SCORECARD_READ = "scorecard.read"
    SCORECARD_ASSESS = "scorecard.assess"
    SCORECARD_SCORE = "scorecard.score"
    SCORECARD_FREEZE = "scorecard.freeze"
    PORTFOLIO_READ = "portfolio.read"
    COVERAGE_READ = "teacher_coverage.read"
    STEERING_READ = "steering.read"
    STEERING_SET = "steering.set"
    EXPERT_READ = "expert.read"
    EXPERT_ENGAGE = "expert.engage"
    EXPERT_REVIEW = "expert.review"
    DELIVERY_READ = "delivery.read"
    DELIVERY_PLAN = "delivery.plan"
    DELIVERY_ATTENDANCE_READ = "delivery.read_attendance"
    DELIVERY_RECORD = "delivery.record"
    RUBRIC_READ = "rubric.read"
    RUBRIC_WRITE = "rubric.write"
    RUBRIC_PUBLISH = "rubric.publish"
    CAMPAIGN_READ = "campaign.read"
    CAMPAIGN_RUN = "campaign.run"
    CAMPAIGN_PUBLICISE = "campaign.publicise"
    CAMPAIGN_DECIDE = "campaign.decide"
    CANDIDATE_READ = "candidate.read"
    CANDIDATE_NOMINATE = "candidate.nominate"
    SCORE_SHEET_READ = "score_sheet.read"
    SCORE_SHEET_SCORE = "score_sheet.score"
    SCORE_SHEET_CONFIRM = "score_sheet.confirm"
    SCORE_SHEET_CHAIR = "score_sheet.chair"
    OBJECTION_READ = "objection.read"
    OBJECTION_LODGE = "objection.lodge"
    OBJECTION_ANSWER = "objection.answer"
    AWARD_READ = "award.read"
    AWARD_REVOKE = "award.revoke"
    BACKBONE_READ = "backbone.read"
    TEAM_EVALUATION_READ = "team_evaluation.read"
    TEAM_EVALUATION_SCORE = "team_evaluation.score"
    IMPORT_AWARDS = "import.awards"
    FUND_READ = "fund.read"
    FUND_PLAN = "fund.plan"
    FUND_RECORD = "fund.record"
    EXPERT_FEE_READ = "expert_fee.read"
    EXPERT_FEE_RECORD = "expert_fee.record"
    REIMBURSEMENT_READ = "reimbursement.read"
    REIMBURSEMENT_SUBMIT = "reimbursement.submit"
    REIMBURSEMENT_CHECK = "reimbursement.check"
    CONSULTATION_READ = "consultation.read"
    CONSULTATION_SUMMARISE = "consultation.summarise"
    CONSULTATION_REPORT_READ = "consultation_report.read"
    CONSULTATION_REPORT_WRITE = "consultation_report.write"
    CONSULTATION_REPORT_DECIDE = "consultation_report.decide"
    CONSULTATION_MEETING_WRITE = "consultation_meeting.write"
    BRIEFING_READ = "briefing.read"
    BRIEFING_WRITE = "briefing.write"
    FILE_ATTACH = "file.attach"
    FILE_READ = "file.read"
    FILE_HIDE = "file.hide"


TEACHER_EDUCATION, BASIC_EDUCATION, FINANCE = "teacher_education", "basic_education", "finance"
GENERAL_OFFICE = "general_office"


@dataclass(frozen=True, slots=True)
class Grant:
    """A cell of the table: the reach, and for the bureau the desks (department codes) it is limited to."""

    reach: Reach
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: what each role may do, and the clause that says so (None: the text is silent)."""

    grants: Mapping[Role, Grant]
    clause: str | None
    title: str
    reading: str | None = None


ALL, SUBTREE, OWN, SELF = Grant(Reach.ALL), Grant(Reach.SUBTREE), Grant(Reach.OWN), Grant(Reach.SELF)
DESK_TE = Grant(Reach.ALL, frozenset({TEACHER_EDUCATION}))
DESK_BE = Grant(Reach.ALL, frozenset({BASIC_EDUCATION}))
DESK_TE_BE = Grant(Reach.ALL, frozenset({TEACHER_EDUCATION, BASIC_EDUCATION}))
DESK_TE_FIN = Grant(Reach.ALL, frozenset({TEACHER_EDUCATION, FINANCE}))
DESK_GENERAL = Grant(Reach.ALL, frozenset({GENERAL_OFFICE}))


def row(  # noqa: PLR0913 - one argument per column of the table
    title: str,
    clause: str | None,
    *,
    b: Grant | None = None,
    t: Grant | None = None,
    c: Grant | None = None,
    s: Grant | None = None,
    p: Grant | None = None,
    reading: str | None = None,
) -> Rule:
    """A row; b 教体局, t 进修学校, c 中心校, s 学校, p 教师 (person), in the order of Role."""
    cells = zip(Role, (b, t, c, s, p), strict=True)
    return Rule(MappingProxyType({role: grant for role, grant in cells if grant}), clause, title, reading)
