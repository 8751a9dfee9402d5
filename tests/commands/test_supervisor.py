"""The supervisor: starts its children, starts a killed one anew, and leaves nothing behind however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.settings import CLONE

SUPERVISE = """
import sys
from app.supervisor import Children
children = Children({"GREETING": "hello"})
for name in ("one", "two"):
    children.start(name, ["-c", sys.argv[1], name, sys.argv[2]])
print("ready", flush=True)
sys.exit(children.wait())
"""
WAITING = """
import os, sys, time
from pathlib import Path
with (Path(sys.argv[2]) / sys.argv[1]).open("a") as file:
    file.write(f"{os.getpid()} {os.environ['GREETING']}\\n")
time.sleep(600)
"""
LEAVING = "import sys; sys.exit(7 if sys.argv[1] == 'two' else __import__('time').sleep(600))"
STUBBORN = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
SOON = 20.0
READY = 90.0


@contextmanager
def supervised(folder: Path, script: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor over two children that run a script."""
    command = [sys.executable, "-c", SUPERVISE, script, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=CLONE) as parent:
        assert parent.stdout is not None
        try:
            assert parent.stdout.readline() == "ready\n"
            yield parent
        finally:
            parent.kill()


def until(holds: Callable[[], bool], *, seconds: float = SOON) -> bool:
    """Whether something comes to hold in time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def started(folder: Path, name: str) -> list[int]:
    """The processes that were started under a name, in order."""
    file = folder / name
    lines = file.read_text().splitlines() if file.exists() else []
    return [int(line.split()[0]) for line in lines]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody reaped yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def both(folder: Path) -> list[int]:
    """The two children, once they run."""
    assert until(lambda: bool(started(folder, "one") and started(folder, "two")))
    return [started(folder, name)[-1] for name in ("one", "two")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_every_child(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path, WAITING) as parent:
        children = both(tmp_path)
        assert (tmp_path / "one").read_text().endswith(" hello\n")
        parent.send_signal(number)
        assert parent.wait(SOON) == 0
    assert all(map(is_gone, children))


def test_killed_child_is_started_anew_and_its_neighbour_left_alone(tmp_path: Path) -> None:
    with supervised(tmp_path, WAITING) as parent:
        one, two = both(tmp_path)
        os.kill(one, signal.SIGKILL)
        assert until(lambda: len(started(tmp_path, "one")) == 2)
        assert is_gone(one)
        assert not is_gone(two)
        assert started(tmp_path, "two") == [two]
        parent.terminate()
        assert parent.wait(SOON) == 0
        assert parent.stderr is not None
        assert "one was ended by signal 9; starting it anew" in parent.stderr.read()
    assert all(map(is_gone, [*started(tmp_path, "one"), two]))


def test_child_that_ends_by_itself_ends_the_rest(tmp_path: Path) -> None:
    with supervised(tmp_path, LEAVING) as parent:
        assert parent.wait(SOON) == 7
        assert parent.stderr is not None
        assert "two ended with 7; stopping the rest" in parent.stderr.read()


def test_child_that_dies_at_once_does_not_go_round_forever(tmp_path: Path) -> None:
    with supervised(tmp_path, STUBBORN) as parent:
        assert parent.wait(SOON) == 1
        assert parent.stderr is not None
        told = parent.stderr.read()
    assert told.count("one was ended by signal 9") == 5
    assert "ended with -9; stopping the rest" in told


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    with supervised(tmp_path, WAITING) as parent:
        children = both(tmp_path)
        parent.kill()
        parent.wait()
        assert until(lambda: all(map(is_gone, children)))


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home that the account of the embedded server reaches, also when the tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="supervisor-", dir="/var/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`shixun serve` in a home of its own, until it answers."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SHIXUN_", "DATABASE_"))}
    environment |= {"SHIXUN_HOME": str(home)}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    log = home / "log"
    with log.open("ab") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=CLONE, env=environment) as one:
        try:
            assert until(lambda: is_up(port), seconds=READY), log.read_text()
            yield one
        finally:
            one.kill()


def is_up(port: int) -> bool:
    """Whether the service is ready: its database answers too."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


def processes_of(home: Path) -> set[int]:
    """Whoever runs with this home in its environment or its arguments: supervisor, API, worker, PostgreSQL."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            about = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if str(home).encode() in about and not is_gone(int(folder.name)):
            found.add(int(folder.name))
    return found


@pytest.mark.long
def test_whole_installation_survives_a_kill_and_leaves_nothing(home: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with serving(home, port) as first:
        assert len(processes_of(home)) >= 4
        first.kill()
        first.wait()
        assert until(lambda: not is_up(port))
    with serving(home, port) as second:
        second.terminate()
        assert second.wait(60) == 0
    assert until(lambda: not processes_of(home)), processes_of(home)
