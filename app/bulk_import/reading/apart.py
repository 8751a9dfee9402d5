"""Processes of their own for files that others have made: begun without what the service has loaded or knows.

`multiprocessing` would run the command that the parent is again in the child: 2 seconds and 100 MB for nothing. The
environment with the address of the database and the keys stays outside as well.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Any

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


def start(work: Callable[[Connection, Any], None], task: object) -> tuple[Connection, subprocess.Popen[bytes]]:
    """Run a function of a module on (pipe, task) in a process of its own; answers our end of the pipe, and it."""
    here, there = Pipe()
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # The end of the process is noticed as the end of the pipe, once nobody here holds its side of it.
    with there:
        command = [sys.executable, "-m", "app.bulk_import.reading", str(there.fileno())]
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, pass_fds=(there.fileno(),), env=environment, stdin=subprocess.DEVNULL
        )
    here.send((work, task))
    return here, process


def end(process: subprocess.Popen[bytes]) -> None:
    """End the process, whatever it does."""
    process.kill()
    process.wait()
