"""Runs a whole installation from one terminal: database, migrations, demo data, worker and API; ends all of it.

Children die with this process even when it is killed (Linux); otherwise they are told to stop and waited for.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Children:
    """The processes of an installation; when one ends, all end."""

    environment: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `python -m …` with the environment of the installation, in a session of its own."""
        library = ctypes.CDLL(None) if sys.platform == "linux" else None

        def die_with_parent() -> None:
            if library:
                library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

        self.processes[name] = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, *arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one prctl call, no threads are running yet
        )

    def wait(self) -> int:
        """Wait for Ctrl-C, SIGTERM or the end of a child; then end every child. Answers the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told)
        code = 0
        while not self._stop.wait(0.2):
            ended = [
                (name, process.returncode) for name, process in self.processes.items() if process.poll() is not None
            ]
            if ended:
                name, code = ended[0]
                print(f"{name} ended with {code}; stopping the rest", file=sys.stderr)
                code = code or 1
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

    def _told(self, _: int, __: FrameType | None) -> None:
        self._stop.set()
