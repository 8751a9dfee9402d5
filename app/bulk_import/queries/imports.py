"""SQL of imports: the import, its faults, its stage, and who asked for it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.visibility import rows
from app.accounts.models import Account, AccountGrant, ApiClient
from app.bulk_import.models import Import, ImportFault
from app.core.batch.staging import CREATE, PENDING, REFUSED, SKIPPED, UNCHANGED, UPDATE, Batch
from app.core.db import AnyRow, touched
from app.core.pages import Page, PageRequest, fetch_page
from app.organisations.models import Organisation, Region

STATEMENT_TIMEOUT, LOCK_TIMEOUT = "10min", "20s"
_GONE_AFTER = timedelta(days=30)


def scope_of(ctx: Context) -> ColumnElement[bool]:
    """Imports of the caller's organisation."""
    reach = rows(ctx.principal, Permission.IMPORT_READ, organisation=Import.organisation_id)
    return and_(Import.region_id == ctx.principal.region_id, reach)


def _columns() -> list[Any]:
    return [column for column in Import.__table__.columns if column.name not in {"outcomes", "staged", "checked"}]


async def page(
    ctx: Context, request: PageRequest, *, kind: str | None, status: str | None, sha256: bytes | None
) -> Page[AnyRow]:
    """Imports of the caller's organisation, newest first; sha256: of one file only."""
    statement = select(*_columns()).where(scope_of(ctx))
    if kind:
        statement = statement.where(Import.kind == kind)
    if status:
        statement = statement.where(Import.status == status)
    if sha256 is not None:
        statement = statement.where(Import.file_sha256 == sha256)
    scope = f"imports|{kind}|{status}|{sha256.hex() if sha256 else None}"
    return await fetch_page(ctx.db, statement, request, order=(Import.id,), descending=True, scope=scope)


async def by_id(ctx: Context, import_id: UUID, *, lock: bool = False) -> AnyRow | None:
    """One import of the caller's organisation; `lock` holds it for a change."""
    statement = select(*_columns()).where(scope_of(ctx), Import.id == import_id)
    return (await ctx.db.execute(statement.with_for_update() if lock else statement)).one_or_none()


async def outcomes(ctx: Context, import_id: UUID) -> str | None:
    """A letter per row of the file, None before validation."""
    found: str | None = await ctx.db.scalar(select(Import.outcomes).where(scope_of(ctx), Import.id == import_id))
    return found


async def faults(ctx: Context, import_id: UUID, request: PageRequest, *, level: str | None) -> Page[AnyRow]:
    """Remarks on the rows of an import the caller may see, by row."""
    fault = ImportFault
    statement = select(
        fault.row,
        fault.place,
        fault.level,
        fault.code,
        fault.column,
        fault.cell,
        fault.message,
        fault.value,
        fault.suggestion,
    ).where(
        fault.region_id == ctx.principal.region_id,
        fault.import_id == import_id,
        select(Import.id).where(scope_of(ctx), Import.id == import_id).exists(),
    )
    if level:
        statement = statement.where(fault.level == level)
    scope = f"import-rows|{import_id}|{level}"
    return await fetch_page(ctx.db, statement, request, order=(fault.row, fault.place), scope=scope)


async def committed_before(ctx: Context, kind: str, sha256: bytes) -> AnyRow | None:
    """The newest import of the same file and kind that was applied within 30 days, in the caller's organisation."""
    statement = (
        select(Import.id, Import.created_at)
        .where(
            scope_of(ctx),
            Import.file_sha256 == sha256,
            Import.kind == kind,
            Import.status.in_(("committing", "committed", "partially_committed")),
            Import.created_at > func.now() - _GONE_AFTER,
        )
        .order_by(Import.id.desc())
        .limit(1)
    )
    return (await ctx.db.execute(statement)).one_or_none()


async def create(ctx: Context, values: Mapping[str, Any]) -> None:
    """Store a new import."""
    await ctx.db.execute(insert(Import).values(region_id=ctx.principal.region_id, **values))


async def change(db: AsyncConnection, region_id: int, import_id: UUID, values: Mapping[str, Any]) -> None:
    """Store changes of an import whose row is locked or whose run is held."""
    statement = update(Import).where(Import.region_id == region_id, Import.id == import_id)
    await db.execute(statement.values(**values, **touched(Import)))


async def held(db: AsyncConnection, region_id: int, import_id: UUID) -> AnyRow:
    """An import in full, locked, for the job that works on it."""
    statement = select(Import.__table__).where(Import.region_id == region_id, Import.id == import_id)
    return (await db.execute(statement.with_for_update())).one()


async def allow_long(db: AsyncConnection) -> None:
    """Let the statements of this transaction take longer than a request's."""
    await db.exec_driver_sql(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
    await db.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


async def clear_stage(db: AsyncConnection, region_id: int, import_id: UUID, table: Table) -> None:
    """Empty the stage of an import."""
    await db.execute(delete(table).where(table.c.region_id == region_id, table.c.import_id == import_id))


async def clear_faults(db: AsyncConnection, region_id: int, import_id: UUID) -> None:
    """Forget what an earlier reading found."""
    mine = and_(ImportFault.region_id == region_id, ImportFault.import_id == import_id)
    await db.execute(delete(ImportFault).where(mine))


async def join_whole_sets(db: AsyncConnection) -> None:
    """Let the statements of this transaction join by hash: plans and positions of the stage change as it is checked.

    The planner's figures for them are out of date in every step; a nested loop over 100,000 rows would not end.
    """
    await db.exec_driver_sql("SET LOCAL enable_nestloop = off")


async def look_at_stages(db: AsyncConnection) -> None:
    """Let the planner know how many rows the stages hold; local to this server, without region."""
    await db.exec_driver_sql("SELECT analyze_import_stages()")


async def refuse_rows(db: AsyncConnection, batch: Batch, table: Table, numbers: Sequence[int]) -> None:
    """Refuse rows that a later row of the file contradicts."""
    mine = and_(table.c.region_id == batch.region_id, table.c.import_id == batch.import_id)
    await db.execute(update(table).where(mine, table.c.number.in_(numbers)).values(plan=REFUSED))


async def staged(db: AsyncConnection, batch: Batch, table: Table, *, span: tuple[int, int] | None = None) -> int:
    """How many rows the stage of an import has, in all or within positions."""
    mine = and_(table.c.region_id == batch.region_id, table.c.import_id == batch.import_id)
    within = mine if span is None else and_(mine, table.c.position.between(*span))
    return int(await db.scalar(select(func.count()).select_from(table).where(within)) or 0)


async def keep_applied(db: AsyncConnection, batch: Batch, table: Table) -> None:
    """After staging again: what this import has applied before now looks unchanged; give those rows their plan back."""
    statement = f"""
    WITH known AS (
        SELECT letter, place FROM imports i
         CROSS JOIN LATERAL unnest(string_to_array(i.outcomes, NULL)) WITH ORDINALITY AS o (letter, place)
         WHERE i.region_id = :region AND i.id = :import AND i.applied > 0
    ), placed AS (
        SELECT number, row_number() OVER (ORDER BY number) AS place FROM {table.name}
         WHERE region_id = :region AND import_id = :import
    )
    UPDATE {table.name} AS s SET plan = known.letter
      FROM placed JOIN known USING (place)
     WHERE s.region_id = :region AND s.import_id = :import AND s.number = placed.number
       AND s.plan = '{UNCHANGED}' AND known.letter IN ('{CREATE}', '{UPDATE}')
    """  # noqa: S608 - names of our own tables
    await db.execute(text(statement), batch.values)


async def tally(db: AsyncConnection, batch: Batch, table: Table) -> dict[str, Any]:
    """Counters and outcomes of the stage as columns of the import; `to_apply` is the last position."""
    mine = and_(table.c.region_id == batch.region_id, table.c.import_id == batch.import_id)

    def planned(letter: str) -> Any:
        return func.count(case((table.c.plan == letter, 1)))

    counted = select(
        func.count().label("total"),
        planned(CREATE).label("to_create"),
        planned(UPDATE).label("to_update"),
        planned(UNCHANGED).label("unchanged"),
        planned(REFUSED).label("error"),
        planned(SKIPPED).label("skipped"),
        planned(PENDING).label("pending"),
        func.coalesce(func.max(table.c.position), 0).label("to_apply"),
        func.string_agg(table.c.plan, aggregate_order_by(literal(""), table.c.number)).label("outcomes"),
    ).where(mine)
    found = dict((await db.execute(counted)).one()._mapping)  # noqa: SLF001 - public by name
    found["outcomes"] = found["outcomes"] or ""
    found["warning"] = await _warned(db, batch, table)
    return found


async def _warned(db: AsyncConnection, batch: Batch, table: Table) -> int:
    fault = ImportFault
    statement = (
        select(func.count(func.distinct(fault.row)))
        .join(
            table,
            and_(
                table.c.region_id == fault.region_id,
                table.c.import_id == fault.import_id,
                table.c.number == fault.row,
                table.c.plan.in_((CREATE, UPDATE, UNCHANGED)),
            ),
        )
        .where(fault.region_id == batch.region_id, fault.import_id == batch.import_id, fault.level == "warning")
    )
    return int(await db.scalar(statement) or 0)


async def advance(db: AsyncConnection, batch: Batch, *, first: int, last: int) -> bool:
    """Move the marker from just before `first` to `last`; False if it stands elsewhere."""
    statement = (
        update(Import)
        .where(
            Import.region_id == batch.region_id,
            Import.id == batch.import_id,
            Import.applied_through == first - 1,
            Import.status == "committing",
        )
        .values(applied_through=last, updated_at=func.clock_timestamp())
    )
    return bool((await db.execute(statement)).rowcount == 1)


async def add_applied(db: AsyncConnection, batch: Batch, table: Table, *, first: int, last: int) -> tuple[int, int]:
    """Count the rows of a chunk that were applied: those whose plan still said so; returns how many, and in all."""
    within = and_(
        table.c.region_id == batch.region_id,
        table.c.import_id == batch.import_id,
        table.c.position.between(first, last),
        table.c.plan.in_((CREATE, UPDATE)),
    )
    done = int(await db.scalar(select(func.count()).select_from(table).where(within)) or 0)
    mine = and_(Import.region_id == batch.region_id, Import.id == batch.import_id)
    statement = update(Import).where(mine).values(applied=Import.applied + done).returning(Import.applied)
    return done, (await db.execute(statement)).scalar_one()


async def person(db: AsyncConnection, region_id: int, grant_id: UUID, account_id: UUID, *, on: date) -> AnyRow | None:
    """Role, organisation, desk and teacher of a grant that is still held by an account that is still active."""
    department = aliased(Organisation)
    statement = (
        select(
            AccountGrant.role,
            AccountGrant.organisation_id,
            department.department_code.label("desk"),
            Account.teacher_id,
            Region.policy_packs,
        )
        .join(Account, and_(Account.region_id == AccountGrant.region_id, Account.id == AccountGrant.account_id))
        .join(Region, Region.id == AccountGrant.region_id)
        .outerjoin(department, and_(department.region_id == region_id, department.id == AccountGrant.department_id))
        .where(
            AccountGrant.region_id == region_id,
            AccountGrant.id == grant_id,
            AccountGrant.account_id == account_id,
            AccountGrant.starts_on <= on,
            or_(AccountGrant.ends_on.is_(None), AccountGrant.ends_on > on),
            Account.status == "active",
        )
    )
    return (await db.execute(statement)).one_or_none()


async def client(db: AsyncConnection, region_id: int, client_id: UUID, *, on: date) -> AnyRow | None:
    """Role, organisation, desk and scopes of an API client that is still active."""
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
        .outerjoin(department, and_(department.region_id == region_id, department.id == ApiClient.department_id))
        .where(
            ApiClient.region_id == region_id,
            ApiClient.id == client_id,
            ApiClient.status == "active",
            ApiClient.expires_on > on,
        )
    )
    return (await db.execute(statement)).one_or_none()


async def under(db: AsyncConnection, region_id: int, organisation_id: UUID, role: str) -> frozenset[UUID]:
    """The organisation and what hangs under it; roles that see the county need only their own."""
    if role in (Role.BUREAU, Role.TRAINING_SCHOOL):
        return frozenset({organisation_id})
    statement = select(Organisation.id).where(
        Organisation.region_id == region_id, Organisation.parent_id == organisation_id
    )
    return frozenset({organisation_id, *(await db.scalars(statement)).all()})
