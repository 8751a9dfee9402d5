"""SQL that turns verified claims into the principal of a request."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.access.permissions import Role
from app.access.principal import Principal
from app.accounts.models import Account, AccountGrant, ApiClient, Session
from app.accounts.states import AccountStatus, ClientStatus
from app.accounts.tokens import Claims
from app.core.clock import CHINA
from app.organisations.models import Organisation, Region


async def caller_of(
    db: AsyncConnection, claims: Claims, acting_grant: UUID | None
) -> tuple[Principal, tuple[str, ...]] | None:
    """The principal and policy packs the claims stand for now, None if they no longer stand for anybody.

    Without `acting_grant` the oldest grant is taken; a grant the account does not hold counts as none.
    """
    found = await (_client(db, claims) if claims.is_client else _person(db, claims, acting_grant))
    if found is None:
        return None
    under = select(Organisation.id).where(
        Organisation.region_id == claims.region_id, Organisation.parent_id == found["organisation_id"]
    )
    whole = found["role"] in (Role.BUREAU, Role.TRAINING_SCHOOL)
    children = [] if whole else (await db.scalars(under)).all()
    scopes = found.get("scopes")
    principal = Principal(
        region_id=claims.region_id,
        account_id=claims.subject_id,
        role=Role(found["role"]),
        organisation_id=found["organisation_id"],
        organisation_ids=frozenset({found["organisation_id"], *children}),
        desk=found["desk"],
        teacher_id=found.get("teacher_id"),
        session_id=claims.session_id,
        grant_id=found.get("grant_id"),
        scopes=None if scopes is None else frozenset(scopes),
    )
    return principal, tuple(found["policy_packs"])


async def _person(db: AsyncConnection, claims: Claims, acting_grant: UUID | None) -> RowMapping | None:
    department = aliased(Organisation)
    today = datetime.now(CHINA).date()
    statement = (
        select(
            AccountGrant.id.label("grant_id"),
            AccountGrant.role,
            AccountGrant.organisation_id,
            department.department_code.label("desk"),
            Account.teacher_id,
            Region.policy_packs,
        )
        .join(Account, (Account.region_id == AccountGrant.region_id) & (Account.id == AccountGrant.account_id))
        .join(Session, (Session.region_id == Account.region_id) & (Session.account_id == Account.id))
        .join(Region, Region.id == Account.region_id)
        .outerjoin(
            department,
            (department.region_id == AccountGrant.region_id) & (department.id == AccountGrant.department_id),
        )
        .where(
            AccountGrant.region_id == claims.region_id,
            AccountGrant.account_id == claims.subject_id,
            AccountGrant.starts_on <= today,
            AccountGrant.ends_on.is_(None) | (AccountGrant.ends_on > today),
            Account.status == AccountStatus.ACTIVE,
            Account.session_version == claims.session_version,
            Session.id == claims.session_id,
            Session.revoked_at.is_(None),
            Session.ends_at > datetime.now(UTC),
        )
        .order_by(AccountGrant.created_at, AccountGrant.id)
        .limit(1)
    )
    if acting_grant:
        statement = statement.where(AccountGrant.id == acting_grant)
    return (await db.execute(statement)).mappings().one_or_none()


async def _client(db: AsyncConnection, claims: Claims) -> RowMapping | None:
    department = aliased(Organisation)
    statement = (
        select(
            ApiClient.role,
            ApiClient.organisation_id,
            department.department_code.label("desk"),
            ApiClient.scopes,
            Region.policy_packs,
        )
        .join(Region, Region.id == ApiClient.region_id)
        .outerjoin(
            department, (department.region_id == ApiClient.region_id) & (department.id == ApiClient.department_id)
        )
        .where(
            ApiClient.region_id == claims.region_id,
            ApiClient.id == claims.subject_id,
            ApiClient.status == ClientStatus.ACTIVE,
            ApiClient.session_version == claims.session_version,
            ApiClient.expires_on > datetime.now(CHINA).date(),
        )
    )
    return (await db.execute(statement)).mappings().one_or_none()
