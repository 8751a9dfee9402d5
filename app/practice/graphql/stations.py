"""GraphQL of base schools, and of trainers paired with workshops and base schools."""

import strawberry

from app.access.graph_verbs import pages, verb
from app.access.permissions import Permission
from app.practice import schemas, service
from app.practice.queries.stations import BaseSchoolFilter, PairingFilter

READ, SET, VISIT = Permission.PRACTICE_PLAN_READ, Permission.PRACTICE_PLAN_SET, Permission.PRACTICE_VISIT
_B, _D, _V = schemas.BaseSchool, schemas.PracticePairing, schemas.PairingVisit


@strawberry.type
class Query:
    """What base schools and pairings answer."""

    base_schools = pages(READ, service.find_base_schools, _B, only=BaseSchoolFilter)
    base_school_towns = pages(READ, service.find_towns, schemas.BaseSchoolTown)
    practice_pairings = pages(READ, service.find_pairings, _D, only=PairingFilter, at=("uuid",))
    pairing_visits = pages(READ, service.find_pairing_visits, _V, at=("uuid",))


@strawberry.type
class Mutation:
    """What names base schools, pairs trainers and records their visits."""

    name_base_school = verb(SET, service.name_base_school, schemas.BaseSchoolCreate, _B, at=(), once=True)
    end_base_school = verb(SET, service.end_base_school, schemas.PracticeEnd, _B)
    pair_practice_trainer = verb(SET, service.pair_trainer, schemas.PracticePairingCreate, _D, once=True)
    end_practice_pairing = verb(SET, service.end_pairing, schemas.PracticeEnd, _D)
    record_pairing_visit = verb(VISIT, service.record_pairing_visit, schemas.PairingVisitCreate, _V, once=True)
