"""Closed sets and lives of the trainer team 培训者团队. [A7.1]"""

from datetime import date
from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

READ_OUT_DAYS: Final = (date(2022, 8, 1), date(2100, 12, 31))
"""The first and the last day the team can be read out for."""


class ApplicationStatus(StrEnum):
    """The way of an application 申请状态: handed in, recommended, returned, appointed, rejected, withdrawn. [A7.3]"""

    SUBMITTED = "submitted"
    RECOMMENDED = "recommended"
    RETURNED = "returned"
    APPOINTED = "appointed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class InvitationStatus(StrEnum):
    """The way of a direct appointment 直接聘任状态: asked, consented, declined, appointed, withdrawn. [A7.4]"""

    ASKED = "asked"
    CONSENTED = "consented"
    DECLINED = "declined"
    APPOINTED = "appointed"
    WITHDRAWN = "withdrawn"


class AppointmentStatus(StrEnum):
    """What was decided about an appointment 聘任状态; that a term is over follows from its days. [A7.10] [A7.11]"""

    APPOINTED = "appointed"
    DISMISSED = "dismissed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class AppointmentStanding(StrEnum):
    """What an appointment is on a day 聘任现状: to come, active, over, dismissed, revoked, withdrawn as a mistake."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    EXPIRED = "expired"
    DISMISSED = "dismissed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class AppointmentRoute(StrEnum):
    """How somebody came to an appointment 聘任渠道: own application, direct, renewal; recorded: on paper before."""

    APPLICATION = "application"
    DIRECT = "direct"
    RENEWAL = "renewal"
    RECORDED = "recorded"


class RevocationStatus(StrEnum):
    """The way of a revocation 撤销状态: one person asks, another confirms or refuses. [A7.11]"""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class InputGiver(StrEnum):
    """Who gives an opinion for the yearly assessment 考核意见来源: the own unit, or 进修学校. [A7.10]"""

    UNIT = "unit"
    TRAINING_SCHOOL = "training_school"


class ReportStatus(StrEnum):
    """The way of a report of a ground 反映状态: the bureau takes it up or sets it aside. [A7.11]"""

    ASKED = "asked"
    TAKEN_UP = "taken_up"
    SET_ASIDE = "set_aside"


class AssignmentPlace(StrEnum):
    """Where a task is done 任务所在: workshop, school research, project, elsewhere. [A7.7]"""

    WORKSHOP = "workshop"
    SCHOOL_RESEARCH = "school_research"
    PROJECT = "project"
    OTHER = "other"


class AssessmentResult(StrEnum):
    """Results of the yearly assessment 考核结果. [A7.10]"""

    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


class CommunityStatus(StrEnum):
    """Whether a community of a subject still meets 研修共同体状态. [A7.9]"""

    OPEN = "open"
    CLOSED = "closed"


_A, _I, _P, _R = ApplicationStatus, InvitationStatus, AppointmentStatus, RevocationStatus
_UNDECIDED = frozenset({_A.SUBMITTED, _A.RECOMMENDED})

APPLICATION_LIFECYCLE = Lifecycle(
    name="trainer_application",
    title="培训者申请",
    moves={
        "submit": Move(frozenset({_A.RETURNED}), _A.SUBMITTED, "trainer.apply", "A7.3"),
        "recommend": Move(frozenset({_A.SUBMITTED}), _A.RECOMMENDED, "trainer.recommend", "A7.3"),
        "return": Move(_UNDECIDED, _A.RETURNED, "trainer.return_application", "A7.3"),
        "appoint": Move(frozenset({_A.RECOMMENDED}), _A.APPOINTED, "trainer.decide", "A7.3"),
        "reject": Move(frozenset({_A.RECOMMENDED}), _A.REJECTED, "trainer.decide", "A7.3"),
        "withdraw": Move(_UNDECIDED | {_A.RETURNED}, _A.WITHDRAWN, "trainer.apply", "A7.3"),
    },
)
INVITATION_LIFECYCLE = Lifecycle(
    name="trainer_invitation",
    title="直接聘任",
    moves={
        "consent": Move(frozenset({_I.ASKED}), _I.CONSENTED, "trainer.consent", "A7.4"),
        "decline": Move(frozenset({_I.ASKED}), _I.DECLINED, "trainer.consent", "A7.4"),
        "appoint": Move(frozenset({_I.CONSENTED}), _I.APPOINTED, "trainer.invite", "A7.4"),
        "withdraw": Move(frozenset({_I.ASKED, _I.CONSENTED}), _I.WITHDRAWN, "trainer.invite", "A7.4"),
    },
)
APPOINTMENT_LIFECYCLE = Lifecycle(
    name="trainer_appointment",
    title="培训者聘任",
    moves={
        "dismiss": Move(frozenset({_P.APPOINTED}), _P.DISMISSED, "trainer.renew", "A7.10"),
        "revoke": Move(frozenset({_P.APPOINTED}), _P.REVOKED, "trainer.revoke", "A7.11"),
        "withdraw": Move(frozenset({_P.APPOINTED}), _P.WITHDRAWN, "import.trainers"),
    },
)
REVOCATION_LIFECYCLE = Lifecycle(
    name="trainer_revocation",
    title="撤销资格",
    moves={
        "confirm": Move(frozenset({_R.ASKED}), _R.CONFIRMED, "trainer.revoke", "A7.11"),
        "refuse": Move(frozenset({_R.ASKED}), _R.REFUSED, "trainer.revoke", "A7.11"),
    },
)
REPORT_LIFECYCLE = Lifecycle(
    name="trainer_report",
    title="反映培训者情况",
    moves={
        "take_up": Move(frozenset({ReportStatus.ASKED}), ReportStatus.TAKEN_UP, "trainer.revoke", "A7.11"),
        "set_aside": Move(frozenset({ReportStatus.ASKED}), ReportStatus.SET_ASIDE, "trainer.revoke", "A7.11"),
    },
)
COMMUNITY_LIFECYCLE = Lifecycle(
    name="trainer_community",
    title="研修共同体",
    moves={"close": Move(frozenset({CommunityStatus.OPEN}), CommunityStatus.CLOSED, "trainer.run_community", "A7.9")},
)
LIFECYCLES = (
    APPLICATION_LIFECYCLE,
    INVITATION_LIFECYCLE,
    APPOINTMENT_LIFECYCLE,
    REVOCATION_LIFECYCLE,
    REPORT_LIFECYCLE,
    COMMUNITY_LIFECYCLE,
)
