"""`shixun doctor`: says what is wrong and how to mend it; each fault it knows, one at a time."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from app.certificates import printing
from app.commands import doctoring
from tests.commands.conftest import Call
from tests.factories.cluster import Clone
from tests.factories.uploads import Hung, put_file
from tests.factories.world import HOME, World

CHECKS = [
    "python",
    "disk",
    "font of certificates",
    "database",
    "migrations",
    "role of the service",
    "server",
    "purpose",
    "worker",
    "seals",
    "archived files",
]
"""What it looks at, in order."""


@pytest_asyncio.fixture(autouse=True)
async def _worker(sql: asyncpg.Connection) -> None:
    """A worker looks after the database."""
    await sql.execute("INSERT INTO workers (name, seen_at) VALUES ('test', now())")


def faults(printed: str) -> list[str]:
    """The names of what is wrong."""
    return [line.removeprefix("FAULT ") for line in printed.splitlines() if line.startswith("FAULT")]


async def test_healthy_installation(shixun: Call) -> None:
    told = await shixun("doctor")
    assert (told.exit_code, told.stdout.splitlines()) == (0, [f"ok    {name}" for name in CHECKS]), told.output


IN_THE_DATABASE = [
    ("migrations", "UPDATE alembic_version SET version_num = '0001_first'", "run `shixun migrate`"),
    ("server", "UPDATE feed_epochs SET system_identifier = '1'", "restored on another server: run `shixun migrate`"),
    ("purpose", "DELETE FROM installation", "no region yet: `shixun demo`"),
    ("worker", "UPDATE workers SET seen_at = now() - interval '31 seconds'", "no worker in the last 30 s"),
    ("worker", "DELETE FROM workers", "no worker in the last 30 s"),
]


@pytest.mark.parametrize(
    ("name", "change", "cure"), IN_THE_DATABASE, ids=["migrations", "server", "purpose", "worker late", "no worker"]
)
async def test_fault_in_the_database_is_named_with_its_cure(
    shixun: Call, sql: asyncpg.Connection, name: str, change: str, cure: str
) -> None:
    await sql.execute(change)
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, [name])
    assert cure in told.stdout


async def test_fault_of_the_machine_is_named_with_its_cure(shixun: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage("/")._replace(free=3 * 1024**2)
    monkeypatch.setattr(doctoring, "shutil", SimpleNamespace(disk_usage=lambda _: full))
    monkeypatch.setattr(doctoring, "sys", SimpleNamespace(version_info=(3, 10, 9)))
    monkeypatch.setattr(printing, "font_folder", lambda: None)
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["python", "disk", "font of certificates"])
    for cure in ("Python 3.11 or newer is needed", "only 3 MiB are free", "pip install noto-cjk-sans-otc"):
        assert cure in told.stdout


async def test_role_with_too_many_rights_is_named(shixun: Call, clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = clone.owner.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", owner)
    monkeypatch.setenv("MIGRATION_DATABASE_URL", owner)
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["role of the service"])
    assert "CREATE ROLE shixun_service LOGIN" in told.stdout


async def test_file_that_is_gone_is_named(shixun: Call, sql: asyncpg.Connection, world: World, tmp_path: Path) -> None:
    there, gone = uuid4(), uuid4()
    line = {"school_id": world.organisation("A1"), "teacher_id": world.teacher("a1-1")}
    for one in (there, gone):
        await put_file(sql, tmp_path / "files", one, Hung(HOME, uuid4(), line))
    assert (await shixun("doctor")).exit_code == 0
    next((tmp_path / "files").rglob(f"*{gone}*")).unlink()
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["archived files"])
    assert f"region {HOME} file {gone}: missing" in told.stdout
    assert str(there) not in told.stdout


async def test_database_that_is_not_there_is_named(shixun: Call, clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name nobody has, a server nobody runs, and a database nobody migrated."""
    gone = clone.service.set(database="no_such_database").render_as_string(hide_password=False)
    for address in (gone, "postgresql://nobody@127.0.0.1:1/none"):
        monkeypatch.setenv("DATABASE_URL", address)
        monkeypatch.setenv("MIGRATION_DATABASE_URL", address)
        told = await shixun("doctor")
        assert (told.exit_code, faults(told.stdout)) == (1, ["database"]), told.output
        assert "is it running, is DATABASE_URL right" in told.stdout


async def test_database_without_tables_is_named(shixun: Call, empty: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, url in {"DATABASE_URL": empty.service, "MIGRATION_DATABASE_URL": empty.owner}.items():
        monkeypatch.setenv(variable, url.render_as_string(hide_password=False))
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["database"]), told.output
    assert "was it migrated?" in told.stdout


async def test_settings_that_do_not_fit_are_named(shixun: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIXUN_INDEX_KEY", "c2hvcnQ=")
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["installation"])
    assert "a key is at least 32 bytes in base64" in told.stdout
    monkeypatch.setenv("SHIXUN_MODE", "production")
    monkeypatch.delenv("SHIXUN_INDEX_KEY")
    told = await shixun("doctor")
    assert (told.exit_code, faults(told.stdout)) == (1, ["installation"])
    assert "production needs SHIXUN_INDEX_KEY, SHIXUN_ALLOWED_HOSTS" in told.stdout
