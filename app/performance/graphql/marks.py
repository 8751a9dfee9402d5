"""GraphQL of marks: self-assessment, scoring, returning, designating."""

import strawberry

from app.access.graph_verbs import verb
from app.access.permissions import Permission
from app.performance import schemas, service
from app.performance.graphql.card import OF_CODE

SCORE = Permission.SCORECARD_SCORE
_R = schemas.ScorecardRow


@strawberry.type
class Mutation:
    """What marks rows."""

    assess_scorecard_row = verb(
        Permission.SCORECARD_ASSESS, service.assess, schemas.ScorecardAssess, _R, at=(), more=OF_CODE
    )
    score_scorecard_row = verb(SCORE, service.score, schemas.ScorecardScore, _R, at=(), more=OF_CODE)
    return_scorecard_row = verb(SCORE, service.return_row, schemas.ScorecardReturn, _R, at=(), more=OF_CODE)
    designate_scorecard_row = verb(SCORE, service.designate, schemas.ScorecardDesignate, _R, at=(), more=OF_CODE)
