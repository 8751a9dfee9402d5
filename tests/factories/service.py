"""An installation in real processes 真实进程: a durable PostgreSQL, API and worker, each of which can be killed."""

import asyncio
import base64
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from app import keyring
from app.core import migrate
from app.core.db import OWNER_ROLE, SERVICE_ROLE, asyncpg_url
from app.core.embedded import SUPERUSER, EmbeddedServer
from app.core.postgres_binaries import end_with_parent
from app.settings import CLONE
from tests.factories.world import PASSWORD, build

PREFIX = "shixun-killed-"
DATABASE = "shixun"
READY_SECONDS = 60
TOKEN_SECONDS = 400
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


def _key(name: str) -> str:
    """A key as tests/factories/keys.py makes it: the world's rows are encrypted under these."""
    return base64.b64encode(hashlib.sha256(f"{name} key of tests".encode()).digest()).decode()


def family(pid: int) -> list[int]:
    """A process and all that descend from it, itself first."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                state = (entry / "stat").read_text()
                parents.setdefault(int(state.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def peak_mib(pid: int) -> float:
    """The most memory a living process has had in use so far (its high-water mark), 0 once it is gone."""
    try:
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) / 1024 if found else 0


@dataclass
class Service:
    """The processes of one installation, in a home of its own."""

    home: Path
    server: EmbeddedServer
    environment: dict[str, str]
    port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _tokens: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin(self) -> str:
        """The address of the administrator, whom no wall binds."""
        return self.server.url(role=SUPERUSER, database=DATABASE).replace("+asyncpg", "")

    def start_api(self) -> None:
        """Start the API and wait until it answers."""
        options = ("--factory", "--no-access-log", "--host", "127.0.0.1", "--port", str(self.port))
        self._start("api", "-m", "uvicorn", "app.main:from_environment", *options, "--log-level", "warning")
        until = time.monotonic() + READY_SECONDS
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.base}/healthz", trust_env=False).status_code == 200:
                    return
            assert self.processes["api"].poll() is None, self.log("api")
            assert time.monotonic() < until, self.log("api")
            time.sleep(0.05)

    def start_worker(self, name: str = "worker") -> None:
        """Start a worker."""
        self._start(name, "-m", "app.cli", "worker")

    def start_eager_worker(self, name: str = "worker") -> None:
        """Start a worker that takes over what a dead one held after one second instead of fifteen."""
        limits = "WorkerLimits(poll=0.2, lease=1, retry_delay=0.1)"
        self._start(
            name, "-c", f"from app.commands.serving import work; from app.worker import WorkerLimits; work({limits})"
        )

    def upload(self, username: str, kind: str, file: Path, **options: str) -> dict[str, Any]:
        """Send a file as a script does, in one stream; the answer names the import and its operation."""
        types = {".csv": "text/csv", ".ndjson": "application/x-ndjson"}
        head = self.sign_in(username) | {"Idempotency-Key": str(uuid4())}
        asked = {"kind": kind, "mode": "commit", "on_error": "skip", **options}
        with file.open("rb") as body, httpx.Client(base_url=self.base, timeout=600, trust_env=False) as client:
            if file.suffix in types:
                head["Content-Type"] = types[file.suffix]
                answer = client.post("/v1/imports", params=asked, content=body, headers=head)
            else:
                answer = client.post("/v1/imports", data=asked, files={"file": (file.name, body)}, headers=head)
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    def get(self, username: str, path: str) -> httpx.Response:
        """A GET of one of the world's accounts."""
        return httpx.get(f"{self.base}{path}", headers=self.sign_in(username), timeout=600, trust_env=False)

    def ended(self, username: str, accepted: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        """The import once its operation has ended."""
        until = time.monotonic() + seconds
        while not (operation := self.get(username, accepted["links"]["self"]).json())["done"]:
            assert time.monotonic() < until, (operation, self.log("worker"))
            time.sleep(0.25)
        found: dict[str, Any] = self.get(username, accepted["links"]["import"]).json()
        return found | {"operation": operation}

    def kill(self, name: str) -> None:
        """SIGKILL a process and wait until it is gone."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def kill_postgres(self) -> None:
        """SIGKILL the postmaster and every process of its; start it again with `server.start()`."""
        postmaster = int((self.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # or it would fork while its children are listed
        pids = family(postmaster)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(is_alive(pid) for pid in pids):
            time.sleep(0.01)

    def reader(self, name: str = "worker") -> int | None:
        """The process that reads a file for a worker, None while it reads none."""
        for pid in family(self.processes[name].pid)[1:]:
            with suppress(OSError):
                if b"app.bulk_import.reading" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        return None

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `shixun …` on this installation."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self._environment(), cwd=CLONE, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def sign_in(self, username: str) -> dict[str, str]:
        """Headers that sign a request as one of the world's accounts; signs in anew before the token ends."""
        known = self._tokens.get(username)
        if known and known[0] > time.monotonic():
            return known[1]
        form = {"grant_type": "password", "username": username, "password": PASSWORD}
        answer = httpx.post(f"{self.base}/v1/auth/token", data=form, trust_env=False)
        assert answer.status_code == 200, answer.text
        head = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        self._tokens[username] = (time.monotonic() + TOKEN_SECONDS, head)
        return head

    def ask(self, query: str, *values: object) -> list[Any]:
        """Rows of the database, past every wall."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.admin)
            try:
                rows: list[Any] = await connection.fetch(query, *values)
            finally:
                await connection.close()
            return rows

        return asyncio.run(run())

    def figure(self, query: str, *values: object) -> Any:
        """One figure of the database."""
        return self.ask(query, *values)[0][0]

    def log(self, name: str) -> str:
        """The end of what a process said."""
        return (self.home / f"{name}.log").read_text("utf-8", "replace")[-4000:]

    def end(self) -> None:
        """End every process."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()

    def _start(self, name: str, *arguments: str) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                env=self._environment(), cwd=CLONE, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=end_with_parent(),  # noqa: PLW1509 - one prctl call
            )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


@dataclass
class Watch:
    """One connection of the administrator, kept open: to look often and cheaply."""

    runner: asyncio.Runner
    connection: asyncpg.Connection

    def look(self, query: str) -> Any:
        """One row of the database."""
        return self.runner.run(self.connection.fetchrow(query))

    def until(self, query: str, is_reached: Callable[[Any], bool], *, seconds: float = 180) -> Any:
        """The row of a query, once it is as it should be."""
        end = time.monotonic() + seconds
        while not is_reached(found := self.look(query)):
            assert time.monotonic() < end, (query, found)
            time.sleep(0.01)
        return found


@contextmanager
def watching(service: Service) -> Iterator[Watch]:
    """A watch over the database of an installation."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(service.admin))
        try:
            yield Watch(runner, connection)
        finally:
            runner.run(connection.close())


@contextmanager
def installed() -> Iterator[Service]:
    """A migrated database with the world in it, on a server of its own; no process runs yet besides PostgreSQL."""
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/var/tmp"))
    home.chmod(0o711)
    server = EmbeddedServer(home)
    service: Service | None = None
    try:
        server.start()
        server.ensure_roles_and_database(DATABASE, OWNER_ROLE, SERVICE_ROLE)
        owner, own = (server.url(role=role, database=DATABASE) for role in (OWNER_ROLE, SERVICE_ROLE))
        migrate.upgrade(asyncpg_url(owner))
        keys = keyring.fresh() | {"SHIXUN_DATA_KEYS": f'{{"1": "{_key("data")}"}}', "SHIXUN_INDEX_KEY": _key("index")}
        places = {"SHIXUN_HOME": str(home), "SHIXUN_STORAGE": str(home / "files"), "SHIXUN_LOG_LEVEL": "WARNING"}
        addresses = {"DATABASE_URL": own, "MIGRATION_DATABASE_URL": owner}
        service = Service(home, server, keys | places | addresses, _free_port())
        asyncio.run(_fill(service.admin))
        yield service
    finally:
        if service:
            service.end()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


async def _fill(admin: str) -> None:
    connection = await asyncpg.connect(admin)
    await build(connection)
    await connection.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
