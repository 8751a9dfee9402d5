"""A PostgreSQL for tests: a template with the world in it, and copies of it, which tests/factories/lending.py lends."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

from app.core import migrate
from app.core.db import OWNER_ROLE, SERVICE_ROLE, Database, PoolSettings
from app.core.embedded import SUPERUSER, EmbeddedServer
from tests.factories.world import build

PREFIX = "shixun-test-"


@dataclass(frozen=True)
class Clone:
    """One database: addresses of the administrator, the owner and the service.

    assumes_roles: all three are the administrator's, who steps down to the role.
    """

    name: str
    admin: URL
    owner: URL
    service: URL
    assumes_roles: bool = False

    def database(self, **pool: object) -> Database:
        """The clone as the service sees it."""
        patient = {"size": 10, "wait": 60.0, "lock_timeout": "60s", "statement_timeout": "60s", "idle_timeout": "60s"}
        settings = PoolSettings(**{**patient, **pool})  # type: ignore[arg-type]  # fields of PoolSettings
        return Database(self.service, settings, assume_role=SERVICE_ROLE if self.assumes_roles else None)

    async def connect(self) -> asyncpg.Connection:
        """A driver connection of the administrator, who passes every wall."""
        return await asyncpg.connect(_plain(self.admin))


@dataclass
class Cluster:
    """A running server and the way to its databases."""

    base: URL
    owner: URL | None = None
    service: URL | None = None
    template: str = ""

    def at(self, name: str) -> Clone:
        """A database of this server by name."""
        admin = self.base.set(database=name)
        if self.owner is None or self.service is None:
            return Clone(name, admin, admin, admin, assumes_roles=True)
        return Clone(name, admin, self.owner.set(database=name), self.service.set(database=name))

    async def make_template(self) -> None:
        """Migrate a database, put the world into it and keep it as the template."""
        made = await self.empty(f"shixun_template_{os.getpid()}")
        await asyncio.to_thread(migrate.upgrade, made.owner, role=OWNER_ROLE if made.assumes_roles else None)
        connection = await made.connect()
        await build(connection)
        await connection.close()
        self.template = made.name

    async def empty(self, name: str = "") -> Clone:
        """A database without anything in it, of the owner role."""
        name = name or f"shixun_{uuid4().hex}"
        await self._admin(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
        await self._admin(f'ALTER DATABASE "{name}" OWNER TO {OWNER_ROLE}')
        return self.at(name)

    async def clone(self) -> Clone:
        """A fresh copy of the template."""
        if not self.template:
            await self.make_template()
        name = f"shixun_{uuid4().hex}"
        await self._admin(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}" STRATEGY file_copy')
        await self._admin(f'ALTER DATABASE "{name}" OWNER TO {OWNER_ROLE}')
        return self.at(name)

    async def drop(self, clone: Clone) -> None:
        """Remove a clone, whoever is still connected."""
        await self._admin(f'DROP DATABASE "{clone.name}" WITH (FORCE)')

    async def _admin(self, statement: str) -> None:
        connection = await asyncpg.connect(_plain(self.base))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running() -> Iterator[Cluster]:
    """The server of DATABASE_URL (a superuser's), or an embedded one that ends with this process."""
    if given := os.environ.get("DATABASE_URL"):
        cluster = Cluster(make_url(given).set(drivername="postgresql"))
        asyncio.run(_make_roles(cluster))
        yield cluster
        return
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/var/tmp"))
    server = EmbeddedServer(home, durable=False)
    try:
        server.start()
        server.ensure_roles_and_database("shixun", OWNER_ROLE, SERVICE_ROLE)
        admin, owner, service = (
            make_url(server.url(role=role, database="postgres")) for role in (SUPERUSER, OWNER_ROLE, SERVICE_ROLE)
        )
        yield Cluster(admin, owner, service)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _make_roles(cluster: Cluster) -> None:
    connection = await asyncpg.connect(_plain(cluster.base))
    for role in (OWNER_ROLE, SERVICE_ROLE):
        with suppress(asyncpg.DuplicateObjectError):
            await connection.execute(f"CREATE ROLE {role} NOLOGIN NOBYPASSRLS")
    await connection.close()


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _sweep() -> None:
    for left in Path("/var/tmp").glob(f"{PREFIX}*"):  # noqa: S108 - see above
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)
