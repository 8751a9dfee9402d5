"""The database: tables' base with region keys, the engine, and the one way to open a transaction."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Row,
    Select,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.util import greenlet_spawn

from app.core.errors import Unavailable

REGION_SETTING = "shixun.region"
SERVICE_ROLE = "shixun_service"
OWNER_ROLE = "shixun_owner"

AnyRow = Row[*tuple[Any, ...]]
"""A row of any columns: SQLAlchemy names the type of each, `Row[Any]` would be a row of one column."""

AnySelect = Select[*tuple[Any, ...]]
"""A SELECT of any columns."""


class Base(DeclarativeBase):
    """Declarative base; tables are used through SQLAlchemy Core, there are no ORM relationships."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Integer(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


class RegionRow:
    """Mixin of every table that belongs to a region 区域: primary key (region_id, id), times and a row version."""

    @declared_attr
    def region_id(self) -> Mapped[int]:
        """GB/T 2260 code of the region as an integer."""
        return mapped_column(Integer, ForeignKey("regions.id"), primary_key=True, sort_order=-2)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), sort_order=100)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), sort_order=101)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"), sort_order=102)


def region_reference(column: str, table: str, *, name: str | None = None) -> ForeignKeyConstraint:
    """A foreign key that carries the region, so that a reference across regions cannot exist."""
    return ForeignKeyConstraint(["region_id", column], [f"{table}.region_id", f"{table}.id"], name=name)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Sizes and limits of one process's connections; times in seconds, timeouts in PostgreSQL's notation."""

    size: int = 20
    wait: float = 5.0
    statement_timeout: str = "8s"
    lock_timeout: str = "5s"
    idle_timeout: str = "15s"
    transaction_pooler: bool = False


class Database:
    """One engine with the service role; every transaction states its region before anything else."""

    def __init__(self, url: str | URL, pool: PoolSettings | None = None, *, assume_role: str | None = None) -> None:
        """url: `postgresql+asyncpg://…`; assume_role: a role to step down to where the sign-in role owns more."""
        pool = pool or PoolSettings()
        settings = {
            "application_name": "shixun",
            "statement_timeout": pool.statement_timeout,
            "lock_timeout": pool.lock_timeout,
            "idle_in_transaction_session_timeout": pool.idle_timeout,
            "timezone": "UTC",
            "jit": "off",
        }
        if assume_role:
            settings["role"] = assume_role
        connect: dict[str, Any] = {"server_settings": settings}
        if pool.transaction_pooler:
            connect |= {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
        self.url = asyncpg_url(url)
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool.size,
            max_overflow=0,
            pool_timeout=pool.wait,
            pool_use_lifo=True,
            pool_pre_ping=False,
            hide_parameters=True,
            connect_args=connect,
        )

    @asynccontextmanager
    async def begin(self, region_id: int | None = None) -> AsyncIterator[AsyncConnection]:
        """A transaction of one region, committed at the end and rolled back on any error.

        region_id None sees only tables without region. Raises Unavailable 503 when no connection is free in time or
        the database cannot be reached.
        """
        connection = await self._entered(region_id)
        try:
            yield connection
            await connection.commit()
        finally:
            await connection.close()

    async def _entered(self, region_id: int | None, *, may_be_dead: bool = True) -> AsyncConnection:
        with _reaching():
            connection = await self.engine.connect()
        try:
            await enter_region(connection, region_id)
        except BaseException as error:
            await connection.close()
            if may_be_dead and isinstance(error, DBAPIError) and error.connection_invalidated:
                # It had died in the pool, which is empty by now; nothing was done yet, so a new one takes its place.
                return await self._entered(region_id, may_be_dead=False)
            raise
        return connection

    @asynccontextmanager
    async def read(self, region_id: int, *, most: str | None = None) -> "AsyncIterator[Direct]":
        """A read-only transaction of one region on the driver alone: half the cost of `begin`, for hot reads.

        most: time for each of its statements, as of `limit_statements`.
        """
        limit = f"; SET LOCAL statement_timeout = '{most}'" if most else ""
        with _reaching():
            lent = await greenlet_spawn(self.engine.pool.connect)
        driver: Any = lent.driver_connection
        is_clean = False
        try:
            await driver.execute(f"BEGIN READ ONLY; SET LOCAL {REGION_SETTING} = '{int(region_id)}'{limit}")
            yield Direct(driver)
            await driver.execute("COMMIT")
            is_clean = True
        except Exception:  # a refusal costs no connection; a cancelled or broken one is not used again
            await driver.execute("ROLLBACK")
            is_clean = True
            raise
        finally:
            if not is_clean:
                lent.invalidate(soft=False)
            await greenlet_spawn(lent.close)

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


class Watched:
    """A connection that notes whether more is asked of it than `Direct` gives."""

    def __init__(self, connection: AsyncConnection) -> None:
        """connection: what serves."""
        self._connection = connection
        self.gave_more = False

    async def get_raw_connection(self) -> Any:
        """For statements compiled once."""
        return await self._connection.get_raw_connection()

    def __getattr__(self, name: str) -> Any:
        """Anything else."""
        self.gave_more = True
        return getattr(self._connection, name)


class NotServed(Exception):
    """A hot read needs more than statements compiled once."""


@dataclass(frozen=True, slots=True)
class Direct:
    """The connection of `Database.read`: stands where `core/prepared` looks for the driver, and offers nothing else."""

    driver_connection: Any

    async def get_raw_connection(self) -> "Direct":
        """Itself; statements compiled once need no more."""
        return self

    def __getattr__(self, name: str) -> Any:
        """Anything else is refused: the caller must open a transaction of SQLAlchemy."""
        raise NotServed(name)


@contextmanager
def _reaching() -> Iterator[None]:
    """Refuse with 503 where no connection can be had in time."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("NO_CAPACITY", "系统繁忙，请稍后重试。", retry_after=2) from error
    except OSError as error:
        raise Unavailable("DATABASE_AWAY", "数据库暂时无法连接，请稍后重试。", retry_after=2) from error


async def enter_region(connection: AsyncConnection, region_id: int | None) -> None:
    """First statement of every transaction: the region that row-level security lets through.

    SET LOCAL takes no parameters; the value is an integer, so the literal is safe. It also makes SQLAlchemy
    begin the transaction: raw driver calls before it would commit on their own.
    """
    value = "" if region_id is None else str(int(region_id))
    await connection.exec_driver_sql(f"SET LOCAL {REGION_SETTING} = '{value}'")


async def limit_statements(connection: AsyncConnection, most: str) -> None:
    """Give the statements of the rest of this transaction less time; most: in PostgreSQL's notation ("2s")."""
    await connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{most}'")


async def freeze_view(connection: AsyncConnection) -> None:
    """Let every statement of this transaction see the same state; before its first query."""
    await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


async def let_go(connection: AsyncConnection) -> None:
    """End a transaction that has only read, before long work without the database: the server would end it idle."""
    await connection.commit()


async def start_over(connection: AsyncConnection, region_id: int) -> None:
    """Roll back what failed and enter the region again; only where nothing was written that must stay."""
    await connection.rollback()
    await enter_region(connection, region_id)


def asyncpg_url(url: str | URL) -> URL:
    """The URL with the asyncpg driver, whatever spelling of PostgreSQL it came with."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def touched(table: type[RegionRow]) -> dict[str, Any]:
    """What every UPDATE of a record sets besides its changes: the next version and the time."""
    return {"version": table.version + 1, "updated_at": func.clock_timestamp()}
