"""Migrations: one line of revisions, up and down and up again, and no drift from the models."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core import migrate
from app.core.db import OWNER_ROLE
from tests.architecture.catalogue import snapshot
from tests.architecture.source import ROOT
from tests.factories.cluster import Clone, Cluster

FOLDER = ROOT / "alembic"
FILES = sorted((FOLDER / "versions").glob("*.py"))


@pytest_asyncio.fixture
async def empty(server: Cluster) -> AsyncIterator[Clone]:
    """A database without anything in it."""
    made = await server.empty()
    yield made
    await server.drop(made)


async def run(clone: Clone, act: Callable[..., None], *values: str) -> None:
    """Call one of migrate's functions as the owner; they run an event loop of their own."""
    role = OWNER_ROLE if clone.assumes_roles else None
    await asyncio.to_thread(act, clone.owner, *values, role=role)


async def facts(clone: Clone) -> list[str]:
    """The catalogue of a database."""
    connection = await clone.connect()
    try:
        return await snapshot(connection)
    finally:
        await connection.close()


def test_there_is_one_head_and_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert [
        script.revision for script in scripts.walk_revisions() if script.is_merge_point or script.is_branch_point
    ] == []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_name_says_day_and_matter(path: Path) -> None:
    assert re.fullmatch(r"\d{4}_\d{2}_\d{2}_\d{4}_[a-z][a-z0-9_]+", path.stem)


async def test_up_down_up_ends_where_it_began(empty: Clone) -> None:
    await run(empty, migrate.upgrade, "head")
    once = await facts(empty)
    await run(empty, migrate.downgrade, "base")
    left = [fact for fact in await facts(empty) if "alembic_version" not in fact]
    assert left == []
    await run(empty, migrate.upgrade, "head")
    assert await facts(empty) == once


async def test_models_and_migrations_agree(empty: Clone) -> None:
    await run(empty, migrate.upgrade, "head")
    await run(empty, migrate.check)
