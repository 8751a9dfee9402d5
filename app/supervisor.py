"""Runs a whole installation from one terminal: database, migrations, demo data, worker and API; ends all of it.

Children die with this process even when it is killed (Linux); otherwise they are told to stop and waited for. A child
that was killed is started anew; one that ends by itself ends the installation.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 30.0
RESTARTS_MAX, RESTARTS_SECONDS = 5, 60.0
"""So many times in so long a child may be killed and started anew: one that dies at once shall not go round forever."""
_PR_SET_PDEATHSIG = 1


@dataclass
class Children:
    """The processes of an installation; when one ends by itself, all end."""

    environment: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _arguments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _restarts: dict[str, list[float]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `python -m …` with the environment of the installation, in a session of its own."""
        library = ctypes.CDLL(None) if sys.platform == "linux" else None

        def die_with_parent() -> None:
            if library:
                library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

        self._arguments[name] = tuple(arguments)
        self.processes[name] = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one prctl call, no threads are running yet
        )

    def wait(self) -> int:
        """Wait for Ctrl-C, SIGTERM or a child that ends by itself; then end every child. Answers the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)
        code = 0
        while not self._stop.wait(0.2):
            ended = [
                (name, process.returncode)
                for name, process in self.processes.items()
                if process.poll() is not None and not self._is_started_anew(name, process)
            ]
            if ended:
                name, code = ended[0]
                print(f"{name} ended with {code}; stopping the rest", file=sys.stderr)
                code = code if code > 0 else 1
                break
        self.end()
        return code

    def end(self) -> None:
        """Tell every child to stop, wait for all, then make sure."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"{name} did not stop in {GRACE_SECONDS:.0f} s and is ended", file=sys.stderr)
                process.kill()
                process.wait()

    def _is_started_anew(self, name: str, process: subprocess.Popen[bytes]) -> bool:
        """Start a child again that a signal ended, with whatever it left running ended first; not too often."""
        now = time.monotonic()
        recent = [at for at in self._restarts.get(name, []) if at > now - RESTARTS_SECONDS]
        if process.returncode >= 0 or len(recent) == RESTARTS_MAX:
            return False
        self._restarts[name] = [*recent, now]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        print(f"{name} was ended by signal {-process.returncode}; starting it anew", file=sys.stderr)
        self.start(name, self._arguments[name])
        return True

    def _told(self, _: int, __: FrameType | None) -> None:
        self._stop.set()
