"""An embedded PostgreSQL 内嵌数据库: found, initialised, started and stopped by this process, on a unix socket only.

One home directory holds everything: `data` (the cluster), `run` (the socket), `postgres.log`, two lock files and, where
the installed binaries cannot be reached by an unprivileged account, a copy of them. Needs POSIX; elsewhere set
DATABASE_URL to a server of your own.

`start.lock` is held while one starter initialises and starts. `server.lock` is inherited by the postgres processes
themselves: the kernel frees it when the last of them is gone, so it tells a living server from a stale postmaster.pid,
a zombie, a number given to another process, and from orphans of a killed postmaster.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, Self
from urllib.parse import quote

import asyncpg

from app.core.postgres_binaries import (
    SUPERUSER,
    Account,
    EmbeddedServerError,
    account_for,
    copy_binaries,
    end_with_parent,
    environment,
    find_binaries,
    initialise,
    major_of,
    major_run_by,
    private_directory,
    reaches,
    short_hash,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SUPERUSER", "EmbeddedServer", "EmbeddedServerError", "default_home"]

PORT = 5432
TOO_MANY_CONNECTIONS = b"C53300\0"
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES_MAX = 107 if sys.platform == "linux" else 103
LOG_BYTES_MAX = 10 * 1024 * 1024
ROLE_LOCK_KEY = 7_221_109
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Statements carry personal data in their parameters and in the DETAIL of an error: neither belongs in a log.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
DURABLE = {"shared_buffers": "256MB", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
THROWAWAY = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "on",
}


class EmbeddedServer:
    """One PostgreSQL 内嵌数据库 in one home directory, started by this object or attached to.

    durable=False is for tests: it does not survive a crash of the machine. A server started from the main thread ends
    with this process even when it is killed (Linux); from another thread it would end with that thread, so there it is
    left running after a kill and the next start attaches to it.
    """

    def __init__(self, home: Path, *, durable: bool = True, timeout_seconds: float = 120) -> None:
        """Name the home; nothing is touched before start(). timeout_seconds bounds the wait for crash recovery."""
        self.durable = durable
        self.timeout_seconds = timeout_seconds
        self._named = Path(os.path.abspath(home))  # noqa: PTH100 - resolve() would hide a link planted under /tmp
        self.home = self._named.resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.socket_directory = _socket_directory(self.home)
        self._process: subprocess.Popen[bytes] | None = None
        self._starter_pid = 0

    def __enter__(self) -> Self:
        """Start, or attach."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what this object started."""
        self.stop()

    def start(self) -> Literal["started", "attached"]:
        """Start the server, or attach to the one already running in this home; returns when it answers.

        Raises EmbeddedServerError with the end of postgres.log and what to do.
        """
        if self._process is not None and self._process.poll() is None:
            return "started"
        try:
            account = account_for(self.data)
            _claim_home(self._named, account)
            with _file_lock(self.home / "start.lock"):
                private_directory(self.socket_directory, account)
                held = self._wait_for_predecessor()
                if held is None:
                    self._refuse_throwaway()
                    return "attached"
                with held:
                    self._launch(held, account)
                self._wait_until_ready()
        except PermissionError as error:
            raise EmbeddedServerError(_foreign(self.home, error)) from error
        return "started"

    def stop(self) -> None:
        """End the server this object started: fast shutdown, then SIGQUIT; an attached server is left running."""
        process, self._process = self._process, None
        if process is None or os.getpid() != self._starter_pid:
            return
        for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 15)):
            process.send_signal(number)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        what = f"postgres (pid {process.pid}) does not end; end it yourself"
        raise self._failure(what)

    def url(self, *, role: str, database: str) -> str:
        """Return the SQLAlchemy URL of a role in a database; for configparser (alembic.ini) double each %."""
        host = quote(str(self.socket_directory), safe="")
        return f"postgresql+asyncpg://{quote(role, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def ensure_roles_and_database(self, database: str, owner: str, service: str) -> None:
        """Make the owner role, the service role and the UTF8 database if missing, and correct their attributes.

        Both roles may log in and are neither superusers nor able to bypass row-level security; the database belongs to
        the owner. Safe to repeat, also from two processes at once. Callable where an event loop runs (it blocks).
        """
        if len({SUPERUSER, owner, service}) < 3:  # noqa: PLR2004 - three roles, three names
            message = "owner and service must be two roles, and not the superuser"
            raise ValueError(message)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(self._ensure(database, owner, service))).result()

    async def _ensure(self, database: str, owner: str, service: str) -> None:
        connection = await asyncpg.connect(
            host=str(self.socket_directory), port=PORT, user=SUPERUSER, database="postgres"
        )
        try:
            await connection.execute(f"SELECT pg_advisory_lock({ROLE_LOCK_KEY})")
            for role in (owner, service):
                known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
                verb = "ALTER" if known else "CREATE"
                await connection.execute(
                    f"{verb} ROLE {_identifier(role)}"
                    " LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
                )
            known = await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", database)
            name, holder = _identifier(database), _identifier(owner)
            if known:
                await connection.execute(f"ALTER DATABASE {name} OWNER TO {holder}")
            else:
                await connection.execute(f"CREATE DATABASE {name} OWNER {holder} ENCODING 'UTF8' TEMPLATE template0")
        finally:
            await connection.close()

    def _wait_for_predecessor(self) -> IO[bytes] | None:
        """Wait until a server of this home answers (None), or until none is left (its lock, held)."""
        for _ in self._patience("waiting for the previous server in this directory to end or to answer"):
            if _answers(self.socket_directory / SOCKET_NAME):
                return None
            held = _append_private(self.home / "server.lock")
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.close()
            else:
                return held
        what = "processes of an earlier server in this directory neither end nor answer"
        raise self._failure(what)

    def _launch(self, held: IO[bytes], account: Account | None) -> None:
        """Initialise on the first start, sweep what a killed server left, and start the postmaster."""
        binaries = find_binaries(major_of(self.data))
        if account is not None and major_run_by(binaries.directory, account) is None:
            binaries = copy_binaries(binaries, self.home, account)
        if not self.data.exists():
            initialise(binaries, self.data, account, durable=self.durable, held=held.fileno())
        _sweep_locks(self.data, self.socket_directory)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        settings = SETTINGS | (DURABLE if self.durable else THROWAWAY)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        places = ("-D", str(self.data), "-k", str(self.socket_directory))
        with _append_private(self.log) as log:
            self._starter_pid = os.getpid()
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [str(binaries.directory / "postgres"), *places, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                start_new_session=True,
                pass_fds=(held.fileno(),),
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - calls C only, everything is loaded before the fork
            )

    def _wait_until_ready(self) -> None:
        """Wait until the child itself, and not a file left by another, says ready; end it if it does not."""
        process = self._process
        if process is None:
            return
        try:
            for _ in self._patience("PostgreSQL is recovering after a crash"):
                if process.poll() is not None:
                    break
                if _status(self.data) == (process.pid, "ready") and _answers(self.socket_directory / SOCKET_NAME):
                    return
            code = process.returncode
            failure = self._failure("postgres is not ready in time" if code is None else f"postgres ended with {code}")
        except BaseException:
            self.stop()
            raise
        self.stop()
        raise failure

    def _patience(self, what: str) -> Iterator[None]:
        """Yield every few milliseconds until the timeout, with a message to stderr each ten seconds."""
        begin = said = time.monotonic()
        while (now := time.monotonic()) - begin < self.timeout_seconds:
            yield
            if now - said >= 10:  # noqa: PLR2004 - seconds between messages
                said = now
                sys.stderr.write(f"{what}: {now - begin:.0f} s ({self.home})\n")
            time.sleep(0.02)

    def _refuse_throwaway(self) -> None:
        options = self.data / "postmaster.opts"
        if self.durable and options.exists() and "fsync=off" in options.read_text("utf-8", "replace"):
            what = f"the server running in {self.home} was started without durability; stop it first"
            raise self._failure(what)

    def _failure(self, what: str) -> EmbeddedServerError:
        tail = self.log.read_text("utf-8", "replace")[-2000:] if self.log.exists() else ""
        return EmbeddedServerError(
            f"{what}.\n--- end of {self.log}\n{tail}---\n"
            f"Free disk space and memory, end processes working in {self.data}, start again: the data is kept.\n"
            "Or set DATABASE_URL to a PostgreSQL server of your own.\n"
            "内嵌数据库未能启动：请看上面的日志，或设置 DATABASE_URL 使用自己的数据库。"
        )


def default_home(clone: Path) -> Path:
    """Return the home for a clone: its `.shixun`, or a folder under /var/tmp named after it.

    The folder is taken where the account the server runs as cannot reach the clone (root in a 0700 home), or where
    this process cannot write in it.
    """
    clone = clone.resolve()
    own = clone / ".shixun"
    if os.access(clone, os.W_OK) and reaches(account_for(own / "data"), clone):
        return own
    # /var/tmp survives a restart of the machine, the usual temporary directory need not.
    persistent = Path("/var/tmp")  # noqa: S108 - _claim_home refuses a folder that somebody else made there
    base = persistent if persistent.is_dir() else Path(tempfile.gettempdir())
    slug = re.sub(r"[^\w.]+", "-", "-".join(clone.parts[-2:])).strip("-")[:40]
    return base / f"shixun-{slug}-{short_hash(f'{os.geteuid()}:{clone}')}"


def _claim_home(named: Path, account: Account | None) -> None:
    """Make the home, or take the one that is there; only a home that is new or empty gets its mode from us."""
    sticky = named.parent.exists() and named.parent.stat().st_mode & stat.S_ISVTX
    if sticky and named.exists() and (named.is_symlink() or named.stat().st_uid != os.geteuid()):
        message = f"{named} belongs to somebody else; remove it or choose another directory.\n该目录属于其他用户。"
        raise EmbeddedServerError(message)
    named.mkdir(parents=True, exist_ok=True)
    if not any(named.iterdir()):
        named.chmod(0o700 if account is None else 0o711)
    if not reaches(account, named):
        message = (
            f"{named} cannot be reached by the account that runs PostgreSQL (uid {account.uid if account else '?'}); "
            "choose a directory under /var/tmp or /var/lib, or run as a normal user.\n运行数据库的账号无法进入该目录。"
        )
        raise EmbeddedServerError(message)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    """Hold an exclusive lock; the kernel frees it when the holder dies."""
    with _append_private(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _socket_directory(home: Path) -> Path:
    """Return `run` of the home, or a short directory derived from it where the path does not fit a socket."""
    run = home / "run"
    # A comma separates directories for postgres, and hosts for clients.
    if len(os.fsencode(run / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX and not set(',"') & set(str(run)):
        return run
    name = f"shixun-pg-{short_hash(str(home / 'data'), length=16)}"
    return Path("/tmp") / name  # noqa: S108 - owner and mode are checked


def _answers(path: Path) -> bool:
    """Whether a server takes a session on this socket; one that is shutting down or recovering says no."""
    body = struct.pack("!i", 196_608) + f"user\0{SUPERUSER}\0database\0postgres\0\0".encode()
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(path))
            client.sendall(struct.pack("!i", len(body) + 4) + body)
            reply = client.recv(1024)
            if reply.startswith(b"R"):
                client.sendall(b"X\0\0\0\4")
            return reply.startswith(b"R") or TOO_MANY_CONNECTIONS in reply
    except PermissionError:
        raise
    except OSError:
        return False


def _status(data: Path) -> tuple[int, str]:
    """Pid and status that postmaster.pid names; (0, "") where it is missing or half written."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8", "replace").splitlines()
        return int(lines[0]), lines[7].strip()
    except (FileNotFoundError, IndexError, ValueError):
        return 0, ""


def _sweep_locks(data: Path, socket_directory: Path) -> None:
    """Remove lock files of a server that is gone: PostgreSQL refuses while the pid in them exists, whoever has it now.

    Called with server.lock held, so no server of ours lives. One started by hand has the data as working directory.
    """
    pid, _ = _status(data)
    try:
        if pid and Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve():
            return
    except OSError:
        pass
    for path in (data / "postmaster.pid", socket_directory / f"{SOCKET_NAME}.lock", socket_directory / SOCKET_NAME):
        path.unlink(missing_ok=True)


def _append_private(path: Path) -> IO[bytes]:
    """Open a file of ours at its end, made 0600 if missing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _foreign(home: Path, error: PermissionError) -> str:
    return (
        f"{home} was made by another account ({error}); start as that account, or name another directory.\n"
        "该目录由其他用户（可能是 root）创建：请用原来的用户启动，或换一个目录。"
    )
