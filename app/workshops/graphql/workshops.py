"""GraphQL of workshops."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import Info, shown_many
from app.access.graph_types import Node, field, output
from app.access.graph_verbs import pages, record, verb
from app.access.permissions import Permission
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids
from app.workshops import schemas, service
from app.workshops.queries.workshops import WorkshopFilter

READ, DECLARE = Permission.WORKSHOP_READ, Permission.WORKSHOP_DECLARE
RECOMMEND, REGISTER = Permission.WORKSHOP_RECOMMEND, Permission.WORKSHOP_REGISTER


async def workshops_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Workshop | None]:
    """One workshop or studio 工作坊（室）."""
    return shown_many(schemas.Workshop, await service.get_workshops(ctx, ids))


async def _unit(root: strawberry.Parent[schemas.Workshop], info: Info) -> organisation_schemas.Organisation | None:
    """The 中心校 or 市直学校 it belongs to 所在单位."""
    return await info.context.loader(organisations_by_ids).load(root.unit_id)


async def _leader(root: strawberry.Parent[schemas.Workshop], info: Info) -> teacher_schemas.Teacher | None:
    """Who leads it, where the caller may see the teacher 主持人."""
    return await info.context.loader(teachers_by_ids).load(root.leader_id)


@output(schemas.Workshop)
class Workshop(Node):
    """A workshop or studio 工作坊（室）."""

    unit = field(Permission.ORGANISATION_READ, _unit, Organisation | None)
    leader = field(Permission.TEACHER_READ, _leader, Teacher | None)


@strawberry.type
class Query:
    """What workshops answer."""

    workshop = record(READ, workshops_by_ids, schemas.Workshop)
    workshops = pages(READ, service.find_workshops, schemas.Workshop, only=WorkshopFilter)
    workshop_acts = pages(READ, service.workshop_acts, schemas.WorkshopAct, at=("uuid",))


@strawberry.type
class Mutation:
    """What declares and moves workshops."""

    create_workshop = verb(DECLARE, service.create_workshop, schemas.WorkshopCreate, schemas.Workshop, at=())
    check_workshop_proposal = verb(
        DECLARE, service.check_proposal, schemas.WorkshopProposal, schemas.WorkshopComposition, at=()
    )
    change_workshop = verb(DECLARE, service.change_workshop, schemas.WorkshopPatch, schemas.Workshop)
    check_workshop = verb(READ, service.check_workshop, None, schemas.WorkshopComposition)
    submit_workshop = verb(DECLARE, service.submit_workshop, schemas.WorkshopMove, schemas.Workshop)
    recommend_workshop = verb(RECOMMEND, service.recommend_workshop, schemas.WorkshopMove, schemas.Workshop)
    return_workshop = verb(REGISTER, service.return_workshop, schemas.WorkshopReason, schemas.Workshop)
    register_workshop = verb(REGISTER, service.register_workshop, schemas.WorkshopMove, schemas.Workshop, once=True)
    confirm_workshop_term = verb(REGISTER, service.confirm_term, schemas.WorkshopTermConfirm, schemas.Workshop)
    renew_workshop = verb(REGISTER, service.renew_workshop, schemas.WorkshopMove, schemas.Workshop)
    close_workshop = verb(REGISTER, service.close_workshop, schemas.WorkshopReason, schemas.Workshop)


async def _of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.Workshop | None]:
    """For global ids: to whom workshops are closed, they are missing like any other's."""
    return [None] * len(ids) if ctx.principal.grant(READ) is None else await workshops_by_ids(ctx, ids)


NODES = {"Workshop": _of_anybody}
