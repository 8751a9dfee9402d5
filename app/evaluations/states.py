"""Closed sets and lives of rubrics, campaigns, score sheets and awards 评价与评选. [M7.1b] [A5.9]"""

from enum import StrEnum
from typing import Final

from app.core.lifecycle import Lifecycle, Move

PLACES_MAX: Final = 500
"""More awards or nominations than this are no selection."""


class EvaluatedKind(StrEnum):
    """What is evaluated 评价对象: a school, any unit, a teacher, a workshop, a case, a sub-project team."""

    SCHOOL = "school"
    ORGANISATION = "organisation"
    TEACHER = "teacher"
    WORKSHOP = "workshop"
    CASE = "case"
    SUBPROJECT = "subproject"


class RubricSource(StrEnum):
    """Where a rubric comes from 评价标准来源: printed in the regulation, or the region's own."""

    PRINTED = "printed"
    OWN = "own"


class RubricStatus(StrEnum):
    """The way of a region's own rubric 评价标准状态; a published one never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class CampaignStatus(StrEnum):
    """The way of a campaign 评选状态: prepared, nominations, scoring, publicity, decided, cancelled. [M7.1b]"""

    DRAFT = "draft"
    OPEN = "open"
    SCORING = "scoring"
    PUBLICISED = "publicised"
    DECIDED = "decided"
    CANCELLED = "cancelled"


class CampaignRoute(StrEnum):
    """Who nominates 推荐渠道: 中心校, 市直学校, 进修学校, or a city workshop on its own. [A5.9] [A6.7]"""

    CENTRAL_SCHOOL = "central_school"
    DIRECT_SCHOOL = "direct_school"
    TRAINING_SCHOOL = "training_school"
    WORKSHOP = "workshop"


class CandidateStatus(StrEnum):
    """The way of a candidate 候选状态: nominated, withdrawn by the nominator, excluded after an objection."""

    NOMINATED = "nominated"
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"


class PersonCapacity(StrEnum):
    """What a person is to a candidate 身份: one who scores it, or one who may not. A person is one of them only."""

    SCORER = "scorer"
    BARRED = "barred"


class RecusalGround(StrEnum):
    """Why somebody may not score 回避情形: [SoD3]."""

    OWN_UNIT = "own_unit"
    CANDIDATE = "candidate"
    NOMINATOR = "nominator"
    OWN_WORKSHOP = "own_workshop"
    FORMER_CORE = "former_core"


class SheetStatus(StrEnum):
    """The way of a score sheet 评分表状态; recused: its evaluator had to stand back, it counts no more 回避作废."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RECUSED = "recused"


class ObjectionStatus(StrEnum):
    """The way of an objection 异议状态: an open one blocks the decision."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class TeamEvaluationStatus(StrEnum):
    """The way of a team's evaluation 团队评价状态: scored by one person, confirmed by another. [A3.6]"""

    SCORED = "scored"
    CONFIRMED = "confirmed"


class AwardRoute(StrEnum):
    """How an award came on record 奖项来源: decided in a campaign, or on paper before."""

    CAMPAIGN = "campaign"
    RECORDED = "recorded"


class AwardStatus(StrEnum):
    """What an award is worth 奖项状态: granted, its revocation asked for, revoked by a second person.

    withdrawn: one on paper that an import had put on record by mistake 补录撤回.
    """

    GRANTED = "granted"
    REVOKING = "revoking"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


_R, _C, _N, _S, _A = RubricStatus, CampaignStatus, CandidateStatus, SheetStatus, AwardStatus
VOID = (AwardStatus.REVOKED, AwardStatus.WITHDRAWN)
"""Awards that nobody holds any more."""
COUNTED = (SheetStatus.SUBMITTED, SheetStatus.CONFIRMED)
"""Sheets whose marks count."""
RUNNING = frozenset({_C.DRAFT, _C.OPEN, _C.SCORING, _C.PUBLICISED})
"""Campaigns that are not over."""

RUBRIC_LIFECYCLE = Lifecycle(
    name="rubric",
    title="评价标准",
    moves={
        "publish": Move(frozenset({_R.DRAFT}), _R.PUBLISHED, "rubric.publish", "M6.2.3b"),
        "withdraw": Move(frozenset({_R.DRAFT}), _R.WITHDRAWN, "rubric.write"),
    },
)
CAMPAIGN_LIFECYCLE = Lifecycle(
    name="campaign",
    title="评选",
    moves={
        "open": Move(frozenset({_C.DRAFT}), _C.OPEN, "campaign.run", "M7.1b"),
        "score": Move(frozenset({_C.OPEN}), _C.SCORING, "campaign.run", "M7.1b"),
        "publicise": Move(frozenset({_C.SCORING}), _C.PUBLICISED, "campaign.publicise", "M7.1b"),
        "reopen": Move(frozenset({_C.PUBLICISED}), _C.SCORING, "campaign.publicise"),
        "decide": Move(frozenset({_C.PUBLICISED}), _C.DECIDED, "campaign.decide", "M7.1b"),
        "cancel": Move(RUNNING, _C.CANCELLED, "campaign.run"),
    },
)
CANDIDATE_LIFECYCLE = Lifecycle(
    name="campaign_candidate",
    title="候选对象",
    moves={
        "withdraw": Move(frozenset({_N.NOMINATED}), _N.WITHDRAWN, "candidate.nominate"),
        "exclude": Move(frozenset({_N.NOMINATED}), _N.EXCLUDED, "objection.answer"),
    },
)
SHEET_LIFECYCLE = Lifecycle(
    name="score_sheet",
    title="评分表",
    moves={
        "mark": Move(frozenset({_S.DRAFT}), _S.DRAFT, "score_sheet.score"),
        "submit": Move(frozenset({_S.DRAFT}), _S.SUBMITTED, "score_sheet.score"),
        "return": Move(frozenset({_S.SUBMITTED}), _S.DRAFT, "score_sheet.confirm"),
        "confirm": Move(frozenset({_S.SUBMITTED}), _S.CONFIRMED, "score_sheet.confirm"),
        "recuse": Move(frozenset({_S.DRAFT, _S.SUBMITTED, _S.CONFIRMED}), _S.RECUSED, "campaign.run"),
    },
)
OBJECTION_LIFECYCLE = Lifecycle(
    name="campaign_objection",
    title="公示异议",
    moves={
        "uphold": Move(frozenset({ObjectionStatus.OPEN}), ObjectionStatus.UPHELD, "objection.answer"),
        "reject": Move(frozenset({ObjectionStatus.OPEN}), ObjectionStatus.REJECTED, "objection.answer"),
    },
)
AWARD_LIFECYCLE = Lifecycle(
    name="award",
    title="奖项",
    moves={
        "ask_revocation": Move(frozenset({_A.GRANTED}), _A.REVOKING, "award.revoke"),
        "confirm_revocation": Move(frozenset({_A.REVOKING}), _A.REVOKED, "award.revoke"),
        "refuse_revocation": Move(frozenset({_A.REVOKING}), _A.GRANTED, "award.revoke"),
        "withdraw": Move(frozenset({_A.GRANTED}), _A.WITHDRAWN, "import.awards"),
    },
)
_SCORED = frozenset({TeamEvaluationStatus.SCORED})
TEAM_EVALUATION_LIFECYCLE = Lifecycle(
    name="team_evaluation",
    title="子项目团队评价",
    moves={
        "score": Move(_SCORED, TeamEvaluationStatus.SCORED, "team_evaluation.score", "A3.6"),
        "confirm": Move(_SCORED, TeamEvaluationStatus.CONFIRMED, "team_evaluation.score", "A3.6"),
    },
)
LIFECYCLES = (
    RUBRIC_LIFECYCLE,
    CAMPAIGN_LIFECYCLE,
    CANDIDATE_LIFECYCLE,
    SHEET_LIFECYCLE,
    OBJECTION_LIFECYCLE,
    AWARD_LIFECYCLE,
    TEAM_EVALUATION_LIFECYCLE,
)
