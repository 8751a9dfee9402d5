"""A clone lent to one test after another: what a test has changed is put back, so that most need no copy of their own.

After a test, every table, sequence and catalogue is compared with how it was before (how many rows are visible, and the
newest transaction that wrote one). Changed tables are emptied and filled with the template's rows again; where the test
touched the catalogue (triggers, constraints, temporary tables), wrote very much or left the clone in any other doubt,
it is dropped and the next test gets a fresh one.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import asyncpg

from tests.factories.cluster import Clone, Cluster

ROWS_MAX = 5_000
"""More rows than this are not deleted but dropped with their database."""
LOANS_MAX = 200
CATALOGUES = (
    "pg_attrdef", "pg_attribute", "pg_auth_members", "pg_authid", "pg_class", "pg_constraint",
    "pg_db_role_setting", "pg_default_acl", "pg_extension", "pg_index", "pg_namespace", "pg_policy", "pg_rewrite",
    "pg_trigger", "pg_type",
)  # fmt: skip
PROCEDURES = "pg_proc"
OF_OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
RELATIONS = f"""SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind = 'S' AS is_sequence,
  (SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
  (SELECT array_agg(DISTINCT tgfoid) FROM pg_trigger WHERE tgrelid = c.oid AND tgenabled = 'A') AS guards
 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'S') AND {OF_OURS} ORDER BY 1"""
GUARDS = f"""SELECT p.oid, format('%I.%I', n.nspname, p.proname) AS name, pg_get_functiondef(p.oid) AS definition
 FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
 WHERE {OF_OURS} AND p.prorettype = 'trigger'::regtype"""
LET_PASS = """CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
 'BEGIN RETURN CASE WHEN TG_OP = ''DELETE'' THEN OLD ELSE NEW END; END'"""
OTHERS = """SELECT bool_and(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""

State = Mapping[str, tuple[int, int]]
"""By relation: visible rows and newest transaction of a table, last value and whether it was given of a sequence."""


@dataclass(frozen=True)
class Table:
    """The template's rows of a table, and the functions of triggers that fire whatever the session says."""

    columns: tuple[str, ...]
    guards: tuple[int, ...]
    rows: bytes


@dataclass(frozen=True)
class Template:
    """What every clone holds before a test."""

    tables: Mapping[str, Table]
    guards: Mapping[int, tuple[str, str]]
    look: str

    @classmethod
    async def read(cls, connection: asyncpg.Connection) -> Self:
        """Read a database that nobody has changed."""
        found = await connection.fetch(RELATIONS)
        guards = {one["oid"]: (one["name"], one["definition"]) for one in await connection.fetch(GUARDS)}
        tables = {}
        for one in found:
            if not one["is_sequence"]:
                parts: list[bytes] = []
                columns = ", ".join(one["columns"])
                await connection.copy_from_query(
                    f"SELECT {columns} FROM {one['name']}", output=_into(parts), format="binary"
                )
                tables[one["name"]] = Table(tuple(one["columns"]), tuple(one["guards"] or ()), b"".join(parts))
        looks = [f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in tables]
        looks += [
            f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM pg_catalog.{name}"
            for name in (*CATALOGUES, PROCEDURES)
        ]
        looks += [
            f"SELECT '{one['name']}', last_value, is_called::int::bigint FROM {one['name']}"
            for one in found
            if one["is_sequence"]
        ]
        return cls(tables, guards, " UNION ALL ".join(looks))


def _into(parts: list[bytes]) -> Callable[[bytes], Awaitable[None]]:
    async def add(part: bytes) -> None:
        parts.append(part)

    return add


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


@dataclass
class Kept:
    """A clone, the connection that looks after it, and how it was before the test."""

    clone: Clone
    keeper: asyncpg.Connection
    looks: Any
    state: State
    loans: int = 0

    @classmethod
    async def of(cls, clone: Clone, keeper: asyncpg.Connection, template: Template) -> Self:
        """Look at a fresh clone."""
        await keeper.execute("SET session_replication_role = replica; SET max_parallel_workers_per_gather = 0")
        looks = await keeper.prepare(template.look)
        return cls(clone, keeper, looks, await _state(looks))

    async def is_as_before(self, template: Template) -> bool:
        """End whoever is still connected and put back what was changed; False where that cannot be done."""
        if await self.keeper.fetchval(OTHERS) is False:
            return False
        now = await _state(self.looks)
        changed = {name for name, found in now.items() if found != self.state[name]}
        if not changed:
            return True
        if changed & {*CATALOGUES, PROCEDURES}:
            return False
        if sum(now[name][0] for name in changed & template.tables.keys()) > ROWS_MAX:
            return False
        await self._put_back(template, changed & template.tables.keys(), changed - template.tables.keys())
        before, self.state = self.state, await _state(self.looks)
        rows = {name for name in template.tables if before[name][0] != self.state[name][0]}
        sequences = {name for name in changed - template.tables.keys() if before[name] != self.state[name]}
        return not rows and not sequences

    async def _put_back(self, template: Template, tables: set[str], sequences: set[str]) -> None:
        guards = [template.guards[one] for one in {one for name in tables for one in template.tables[name].guards}]
        statements = [LET_PASS.format(name=name) for name, _ in guards]
        statements += [f"DELETE FROM {name}" for name in sorted(tables)]
        await self.keeper.execute(";".join(["BEGIN", *statements]))
        for name in sorted(tables):
            if self.state[name][0]:
                schema, _, table = name.replace('"', "").partition(".")
                one = template.tables[name]
                columns = [column.strip('"') for column in one.columns]
                await self.keeper.copy_to_table(
                    table, schema_name=schema, columns=columns, source=_once(one.rows), format="binary"
                )
        statements = [
            f"SELECT setval('{name}', {self.state[name][0]}, {bool(self.state[name][1])})" for name in sorted(sequences)
        ]
        statements += [definition for _, definition in guards]
        await self.keeper.execute(";".join([*statements, "COMMIT"]))


async def _state(looks: Any) -> State:
    return {name: (count, newest or 0) for name, count, newest in await looks.fetch()}


class Lender:
    """Lends clones; what they need between two tests is done in a thread, whose connections outlive a test's loop."""

    def __init__(self, cluster: Cluster, *, loans_max: int = LOANS_MAX) -> None:
        """A clone is lent loans_max times at most: deleted rows stay in its files."""
        self._cluster, self._loans_max = cluster, loans_max
        self._template: Template | None = None
        self._free: list[Kept] = []
        self._lent: dict[str, Kept] = {}
        self._returned: list[Future[None]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="lender")
        self._thread.start()

    async def lend(self) -> Clone:
        """A database as the template is."""
        while self._returned:
            await asyncio.wrap_future(self._returned.pop())
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._lend(), self._loop))

    def take_back(self, clone: Clone) -> None:
        """Have it put in order while the next test is being prepared."""
        self._returned.append(asyncio.run_coroutine_threadsafe(self._take_back(clone), self._loop))

    def end(self) -> None:
        """Drop every clone and end the thread."""
        for returned in self._returned:
            returned.result()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _lend(self) -> Clone:
        if not self._free:
            clone = await self._cluster.clone()
            keeper = await clone.connect()
            self._template = self._template or await Template.read(keeper)
            self._free.append(await Kept.of(clone, keeper, self._template))
        kept = self._free.pop()
        self._lent[kept.clone.name] = kept
        return kept.clone

    async def _take_back(self, clone: Clone) -> None:
        kept = self._lent.pop(clone.name)
        assert self._template is not None
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
            kept.loans += 1
            if kept.loans < self._loans_max and await kept.is_as_before(self._template):
                self._free.append(kept)
                return
        kept.keeper.terminate()
        await self._cluster.drop(clone)

    async def _end(self) -> None:
        for kept in (*self._free, *self._lent.values()):
            kept.keeper.terminate()
            await self._cluster.drop(kept.clone)
