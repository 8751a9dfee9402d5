"""GraphQL of disputes, and of crediting a line anew."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

from app.access.context import Context
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    First,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import Node, extend, field, input_of, output
from app.access.graph_verbs import Key
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.hours.graphql.ledger import HoursEntry, HoursEntryPayload, entries_by_ids
from app.hours.queries import DisputeFilter
from app.hours.states import DisputeStatus
from app.teachers import schemas as teacher_schemas
from app.teachers.graphql import Teacher, teachers_by_ids

READ = Permission.HOURS_DISPUTE_READ


async def disputes_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.HoursDispute | None]:
    """Disputes (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.HoursDispute, await service.get_disputes(ctx, list(ids)))


async def _teacher(root: strawberry.Parent[Any], info: Info) -> teacher_schemas.Teacher | None:
    """The teacher 教师."""
    return await info.context.loader(teachers_by_ids).load(root.teacher_id)


async def _entry(root: strawberry.Parent[Any], info: Info) -> schemas.HoursEntry | None:
    """The entry in dispute 所申诉的学时记录."""
    return await info.context.loader(entries_by_ids).load(root.entry_id) if root.entry_id else None


@output(schemas.HoursDispute)
class HoursDispute(Node):
    """A dispute 申诉: what is asked and why, and its answer with the entries it made."""

    teacher = field(Permission.TEACHER_READ, _teacher, Teacher | None)
    entry = field(Permission.HOURS_READ, _entry, HoursEntry | None)


async def _disputes(root: strawberry.Parent[schemas.HoursEntry], info: Info) -> list[schemas.HoursDispute]:
    """The disputes about the entry 对本条的申诉."""
    found = await info.context.loader(disputes_by_ids).load_many(root.dispute_ids)
    return [one for one in found if one is not None]


@strawberry.type
class EntryDisputeFields:
    """What disputes add to entries."""

    disputes = field(READ, _disputes, list[HoursDispute] | None)


extend(HoursEntry, EntryDisputeFields)


async def _hours_dispute(info: Info, uuid: UUID) -> schemas.HoursDispute:
    """One dispute with its answer 学时申诉."""
    found = await info.context.loader(disputes_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _hours_disputes(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    status: DisputeStatus | None = None,
    teacher_id: UUID | None = None,
    school_id: UUID | None = None,
    entry_id: UUID | None = None,
) -> Listed:
    """Disputes, newest first 学时申诉."""
    only = DisputeFilter(status, teacher_id, school_id, entry_id)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_disputes(ctx, request, only)

    return await listed(info, schemas.HoursDispute, find, first=first, after=after)


@strawberry.type
class Query:
    """What disputes answer."""

    hours_dispute = field(READ, _hours_dispute, HoursDispute | None)
    hours_disputes = field(READ, _hours_disputes, Connection[HoursDispute] | None)


@input_of(schemas.HoursCorrection)
class HoursCorrectionInput:
    """What a line should say 更正内容; what is left out stays as it was."""


@input_of(schemas.HoursDisputeCreate)
class HoursDisputeCreateInput:
    """Contest an entry, or ask for one that is missing 提出申诉."""


@input_of(schemas.HoursDisputeAnswer)
class HoursDisputeAnswerInput:
    """Answer a dispute 答复申诉."""


@input_of(schemas.HoursRecredit)
class HoursRecreditInput:
    """Credit a line anew 重新计入."""


_name = strawberry.argument(name="input")
HoursDisputePayload = Annotated[HoursDispute | Problem, strawberry.union("HoursDisputePayload")]


async def _ask(
    info: Info, new: Annotated[HoursDisputeCreateInput, _name], idempotency_key: Key
) -> schemas.HoursDispute | Problem:
    """Contest an entry, or ask for one that is missing 提出申诉."""
    body = lambda: info.context.given(schemas.HoursDisputeCreate, new)  # noqa: E731
    return await info.context.change_once(
        schemas.HoursDispute, body, service.ask, verb="askHoursDispute", key=idempotency_key
    )


async def _answer(
    info: Info, uuid: UUID, given: Annotated[HoursDisputeAnswerInput, _name], idempotency_key: Key
) -> schemas.HoursDispute | Problem:
    """Uphold or reject a dispute; upheld, the ledger is put right at once 答复申诉."""

    async def act(ctx: Context, body: schemas.HoursDisputeAnswer) -> object:
        return await service.answer(ctx, uuid, body)

    body = lambda: info.context.given(schemas.HoursDisputeAnswer, given)  # noqa: E731
    verb = f"answerHoursDispute {uuid}"
    return await info.context.change_once(schemas.HoursDispute, body, act, verb=verb, key=idempotency_key)


async def _withdraw(info: Info, uuid: UUID) -> schemas.HoursDispute | Problem:
    """Take a dispute back before it is answered 撤回申诉."""
    return await info.context.change(schemas.HoursDispute, lambda ctx: service.withdraw_dispute(ctx, uuid))


async def _recredit(
    info: Info, uuid: UUID, new: Annotated[HoursRecreditInput, _name], idempotency_key: Key
) -> schemas.HoursEntry | Problem:
    """Credit a line anew: after its reversal, or after the cap has room again 重新计入."""

    async def act(ctx: Context, body: schemas.HoursRecredit) -> object:
        return await service.recredit(ctx, uuid, body)

    body = lambda: info.context.given(schemas.HoursRecredit, new)  # noqa: E731
    verb = f"recreditHoursEntry {uuid}"
    return await info.context.change_once(schemas.HoursEntry, body, act, verb=verb, key=idempotency_key)


@strawberry.type
class Mutation:
    """What moves disputes, and credits anew."""

    ask_hours_dispute = field(Permission.HOURS_DISPUTE_ASK, _ask, HoursDisputePayload)
    answer_hours_dispute = field(Permission.HOURS_DISPUTE_ANSWER, _answer, HoursDisputePayload)
    withdraw_hours_dispute = field(Permission.HOURS_DISPUTE_ASK, _withdraw, HoursDisputePayload)
    recredit_hours_entry = field(Permission.HOURS_RECREDIT, _recredit, HoursEntryPayload)


NODES = {"HoursDispute": disputes_by_ids}
