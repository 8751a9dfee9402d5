"""GraphQL of seals and proofs."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from pydantic import Field

from app.access.context import Context
from app.access.graph import FIRST_DEFAULT, After, Connection, First, Info, Listed, Problem, listed
from app.access.graph_types import field, output, output_of
from app.access.permissions import Permission
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.hours.states import SEAL_NUMBER_MAX

READ = Permission.HOURS_SEAL_READ
Number = Annotated[int, strawberry.argument(description="封存编号，从 1 起")]
_Number = Annotated[int, Field(ge=1, le=SEAL_NUMBER_MAX)]


@output(schemas.HoursSeal)
class HoursSeal:
    """A seal 封存: a signed hash over some entries, chained to the one before. Hashes are hexadecimal."""


@output(schemas.HoursSealCheck)
class HoursSealCheck:
    """One seal checked against the entries stored now 单次封存核验."""


@output(schemas.HoursSealsVerification)
class HoursSealsVerification:
    """A verification on its way 核验任务; its response is the verdict."""


async def _hours_seals(info: Info, first: First = FIRST_DEFAULT, after: After = None) -> Listed:
    """Seals over the ledger, newest first 学时封存列表."""

    async def find(ctx: Context, request: PageRequest) -> Page[Any]:
        return await service.find_seals(ctx, request)

    return await listed(info, schemas.HoursSeal, find, first=first, after=after)


async def _hours_seal_standing(info: Info) -> schemas.HoursSealStanding:
    """The newest seal, and what is not sealed yet 封存现状."""
    return await info.context.fetch(service.latest_seal)


async def _hours_seal(info: Info, number: Number) -> schemas.HoursSeal:
    """One seal 学时封存."""
    wanted = info.context.valid(_Number, number, at="number")
    return await info.context.fetch(lambda ctx: service.get_seal(ctx, wanted))


async def _hours_entry_proof(info: Info, uuid: UUID) -> schemas.HoursEntryProof:
    """The inclusion proof of a sealed entry, checkable without this service 学时记录的包含证明."""
    return await info.context.fetch(lambda ctx: service.prove(ctx, uuid))


@strawberry.type
class Query:
    """What seals answer."""

    hours_seals = field(READ, _hours_seals, Connection[HoursSeal] | None)
    hours_seal_standing = field(READ, _hours_seal_standing, output_of(schemas.HoursSealStanding) | None)
    hours_seal = field(READ, _hours_seal, HoursSeal | None)
    hours_entry_proof = field(Permission.HOURS_READ, _hours_entry_proof, output_of(schemas.HoursEntryProof) | None)


async def _verify_hours_seals(info: Info) -> schemas.HoursSealsVerification | Problem:
    """Check every seal of the region against the entries stored now, as an operation 核验全部封存."""
    return await info.context.change(schemas.HoursSealsVerification, service.verify_seals)


async def _verify_hours_seal(info: Info, number: Number) -> schemas.HoursSealCheck | Problem:
    """Check one seal against the entries stored now 核验一次封存."""

    async def verify(ctx: Context) -> object:
        return await service.verify_seal(ctx, info.context.valid(_Number, number, at="number"))

    return await info.context.change(schemas.HoursSealCheck, verify)


HoursSealsVerificationPayload = Annotated[
    HoursSealsVerification | Problem, strawberry.union("HoursSealsVerificationPayload")
]
HoursSealCheckPayload = Annotated[HoursSealCheck | Problem, strawberry.union("HoursSealCheckPayload")]


@strawberry.type
class Mutation:
    """What checks seals."""

    verify_hours_seals = field(READ, _verify_hours_seals, HoursSealsVerificationPayload)
    verify_hours_seal = field(READ, _verify_hours_seal, HoursSealCheckPayload)
