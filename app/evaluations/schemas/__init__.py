"""Evaluations as clients send and get them."""

from app.evaluations.schemas.awards import Award, BackboneClaim
from app.evaluations.schemas.campaigns import (
    Campaign,
    CampaignCandidate,
    CampaignCreate,
    CampaignObjection,
    CampaignPanelist,
    CampaignPanelWrite,
    CampaignPublicise,
    CampaignQuota,
    CampaignQuotasWrite,
    CandidateNominate,
    ObjectionAnswer,
    ObjectionLodge,
    PublicisedCandidate,
)
from app.evaluations.schemas.rubrics import EvaluationMove, EvaluationReason, Rubric, RubricWrite
from app.evaluations.schemas.scoring import (
    CandidateScores,
    ChairMarkWrite,
    EvidenceFigure,
    ScoreMark,
    ScoreMarksWrite,
    ScoreSheet,
    ScoreSheetCreate,
)
from app.evaluations.schemas.teams import (
    TeamEvaluation,
    TeamEvaluationCreate,
    TeamEvidence,
    TeamMarkEvidence,
    TeamScores,
)

__all__ = [
    "Award",
    "BackboneClaim",
    "Campaign",
    "CampaignCandidate",
    "CampaignCreate",
    "CampaignObjection",
    "CampaignPanelWrite",
    "CampaignPanelist",
    "CampaignPublicise",
    "CampaignQuota",
    "CampaignQuotasWrite",
    "CandidateNominate",
    "CandidateScores",
    "ChairMarkWrite",
    "EvaluationMove",
    "EvaluationReason",
    "EvidenceFigure",
    "ObjectionAnswer",
    "ObjectionLodge",
    "PublicisedCandidate",
    "Rubric",
    "RubricWrite",
    "ScoreMark",
    "ScoreMarksWrite",
    "ScoreSheet",
    "ScoreSheetCreate",
    "TeamEvaluation",
    "TeamEvaluationCreate",
    "TeamEvidence",
    "TeamMarkEvidence",
    "TeamScores",
]
