"""The context of a job: the requester as they stand now, not as they stood when they asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.context import Context
from app.access.permissions import Permission, Reach, Role
from app.access.principal import Principal
from app.bulk_import import queries
from app.core.clock import CHINA, Clock
from app.core.constraints import DRIVER_FAULTS, refusal_for
from app.core.errors import NotPermitted, Unavailable
from app.core.jobs import JobContext, Superseded
from app.policy.load import Regulation


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, as they stand now, with the regulation of their region and the day of the request's clock."""

    principal: Principal
    regulation: Regulation
    clock: Clock

    def over(self, db: AsyncConnection) -> Context:
        """Their context over a transaction."""
        return Context(db, self.principal, self.regulation, self.clock)

    def reach(self, permission: Permission) -> frozenset[UUID] | None:
        """The organisations a permission reaches, None for the whole region."""
        grant = self.principal.grant(permission)
        if grant is not None and grant.reach is Reach.ALL:
            return None
        if grant is not None and grant.reach is Reach.SUBTREE:
            return self.principal.organisation_ids
        return frozenset({self.principal.organisation_id})


async def asker_of(job: JobContext) -> Asker:
    """The requester of a job. Raises NotPermitted once the grant or the account is gone."""
    assert job.operation is not None  # noqa: S101 - imports are operations
    assert job.principal is not None  # noqa: S101 - the same
    kept, region = job.principal, job.operation.region_id
    async with job.database.begin(region) as db:
        found = await _found(db, region, kept)
        if found is None:
            message = "提交导入的账号已停用或授权已变更，导入没有继续。请由有权限的人重新提交。"
            raise NotPermitted("REQUESTER_GONE", message)
        under = await queries.under(db, region, found.organisation_id, found.role)
    scopes = getattr(found, "scopes", None)
    principal = Principal(
        region_id=region,
        account_id=UUID(kept["account_id"]),
        role=Role(found.role),
        organisation_id=found.organisation_id,
        organisation_ids=under,
        desk=found.desk,
        teacher_id=getattr(found, "teacher_id", None),
        session_id=UUID(kept["session_id"]) if kept["session_id"] else None,
        grant_id=UUID(kept["grant_id"]) if kept["grant_id"] else None,
        scopes=None if scopes is None else frozenset(scopes),
    )
    clock = Clock.at(date.fromisoformat(kept["today"])) if kept["today"] else Clock.running()
    return Asker(principal, Regulation.load(tuple(found.policy_packs)), clock)


def will_pass(error: Exception) -> bool:
    """Whether the worker will run the job again, so that it goes on."""
    if isinstance(error, DBAPIError):
        return isinstance(refusal_for(error), Unavailable)
    return isinstance(error, (Superseded, Unavailable, *DRIVER_FAULTS))


async def context_of(job: JobContext, db: AsyncConnection) -> Context:
    """The context of the requester over a transaction of the job."""
    return (await asker_of(job)).over(db)


async def _found(db: AsyncConnection, region: int, kept: Any) -> Any:
    on, account = datetime.now(CHINA).date(), UUID(kept["account_id"])
    if kept["grant_id"] is None:
        return await queries.client(db, region, account, on=on)
    return await queries.person(db, region, UUID(kept["grant_id"]), account, on=on)
