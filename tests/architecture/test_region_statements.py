"""What reaches PostgreSQL: every statement of the lists names the region of every regional table it reads."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import event

from app.core.db import Database
from app.tables import METADATA

REGIONAL = frozenset(table.name for table in METADATA.tables.values() if "region_id" in table.primary_key.columns)
_TABLE = re.compile(
    r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(\w+)|\s+(?!ON\b|SET\b|WHERE\b|JOIN\b|LEFT\b)([a-z]\w*))?",
    re.IGNORECASE,
)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The texts sent to the database while the test runs."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def tables_without_region(statement: str) -> list[str]:
    """Regional tables a statement reads or writes without a condition on their region.

    Enough: `<table or alias>.region_id` in a comparison; a single table may leave the prefix out; an INSERT names the
    column.
    """
    found = []
    for match in _TABLE.finditer(statement):
        table, alias = match[1], match[2] or match[3] or match[1]
        compared = rf"\b{alias}\.region_id\s*=|=\s*{alias}\.region_id\b"
        inserted = match[0].upper().startswith("INTO") and "region_id" in statement
        if table in REGIONAL and not inserted and not re.search(compared, statement):
            found.append(f"{table}: {statement}")
    return found


def lists(app: FastAPI) -> list[str]:
    """Paths of GET routes that need no id."""
    routes = iter_route_contexts(app.routes)
    paths = {route.path or "" for route in routes if "GET" in (route.methods or ())}
    return sorted(path for path in paths if path.startswith("/v1") and "{" not in path)


@pytest.mark.parametrize("username", ["bureau", "training_school", "central_school", "school", "teacher"])
async def test_lists_name_the_region_of_every_table(
    app: FastAPI,
    client: httpx.AsyncClient,
    as_role: Callable[[str], dict[str, str]],
    statements: list[str],
    username: str,
) -> None:
    for path in lists(app):
        answer = await client.get(path, params={"school_year": "2026-2027"}, headers=as_role(username))
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, (path, answer.text)
    assert any("organisations" in statement for statement in statements)
    assert [fault for statement in statements for fault in tables_without_region(statement)] == []


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("SELECT teachers.id FROM teachers WHERE teachers.region_id = $1", 0),
        ("SELECT teachers.id FROM teachers WHERE teachers.id = $1", 1),
        ("SELECT t.region_id FROM teachers AS t", 1),
        ("SELECT 1 FROM teachers t JOIN employments e ON e.region_id = t.region_id WHERE e.id = $1", 0),
        ("SELECT 1 FROM teachers t JOIN employments e ON e.teacher_id = t.id WHERE t.region_id = $1", 1),
        ("INSERT INTO events (region_id, id) VALUES ($1, $2)", 0),
        ("UPDATE accounts SET status = $1 WHERE accounts.id = $2", 1),
        ("SELECT regions.name FROM regions WHERE regions.id = $1", 0),
    ],
)
def test_the_check_sees(statement: str, count: int) -> None:
    assert len(tables_without_region(statement)) == count
