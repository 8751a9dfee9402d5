"""Tables of rubrics, campaigns, score sheets and awards."""

from app.evaluations.models.awards import Award
from app.evaluations.models.campaigns import (
    Campaign,
    CampaignCandidate,
    CampaignObjection,
    CampaignPanel,
    CampaignQuota,
)
from app.evaluations.models.rubrics import Rubric, RubricMark
from app.evaluations.models.scoring import CandidatePerson, ChairMark, ScoreMark, ScoreSheet
from app.evaluations.models.teams import TeamEvaluation

__all__ = [
    "Award",
    "Campaign",
    "CampaignCandidate",
    "CampaignObjection",
    "CampaignPanel",
    "CampaignQuota",
    "CandidatePerson",
    "ChairMark",
    "Rubric",
    "RubricMark",
    "ScoreMark",
    "ScoreSheet",
    "TeamEvaluation",
]
