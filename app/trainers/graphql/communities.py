"""GraphQL of communities, their sessions and attendance."""

import strawberry

from app.access.graph_verbs import pages, verb
from app.access.permissions import Permission
from app.trainers import schemas, service
from app.trainers.queries.communities import SessionFilter

READ, RUN = Permission.TRAINER_READ, Permission.TRAINER_COMMUNITY_RUN
_C, _S = schemas.TrainerCommunity, schemas.TrainerSession


@strawberry.type
class Query:
    """What communities answer."""

    trainer_communities = pages(READ, service.find_communities, _C)
    trainer_members = pages(READ, service.find_members, schemas.TrainerMember, at=("uuid",))
    trainer_sessions = pages(READ, service.find_sessions, _S, only=SessionFilter)
    trainer_attendances = pages(READ, service.find_attendance, schemas.TrainerAttendance, at=("uuid",))


@strawberry.type
class Mutation:
    """What makes communities and records their sessions."""

    make_trainer_community = verb(RUN, service.make_community, schemas.TrainerCommunityCreate, _C, at=(), once=True)
    compose_trainer_community = verb(RUN, service.compose_community, schemas.TrainerMembersWrite, _C)
    close_trainer_community = verb(RUN, service.close_community, schemas.TrainerMove, _C)
    hold_trainer_session = verb(RUN, service.hold_session, schemas.TrainerSessionCreate, _S, at=(), once=True)
    attend_trainer_session = verb(RUN, service.attend_session, schemas.TrainerAttendanceWrite, _S)
