"""GraphQL of city studios that help town workshops."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.workshops import schemas, service
from app.workshops.graphql.workshops import READ
from app.workshops.queries.assistance import UnpairedFilter, WorkshopPairFilter

RECOMMEND, SET, RUN = Permission.ASSISTANCE_RECOMMEND, Permission.ASSISTANCE_SET, Permission.WORKSHOP_RUN
Pair = schemas.WorkshopPair


@strawberry.type
class Query:
    """What pairs of workshops answer."""

    workshop_pairs = pages(READ, service.find_workshop_pairs, Pair, only=WorkshopPairFilter)
    workshop_pair = reading(READ, service.get_workshop_pair, Pair)
    unpaired_studios = pages(READ, service.find_unpaired_studios, schemas.UnpairedStudio, only=UnpairedFilter)


@strawberry.type
class Mutation:
    """What proposes, sets and finishes pairs of workshops."""

    propose_workshop_pair = verb(RECOMMEND, service.propose_workshop_pair, schemas.WorkshopPairCreate, Pair, at=())
    confirm_workshop_pair = verb(SET, service.confirm_workshop_pair, schemas.WorkshopMove, Pair)
    refuse_workshop_pair = verb(SET, service.refuse_workshop_pair, schemas.WorkshopReason, Pair)
    finish_workshop_pair = verb(RUN, service.finish_workshop_pair, schemas.WorkshopPairFinish, Pair)
