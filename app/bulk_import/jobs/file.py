"""The file as the worker sees it: batches of rows from the reading process, without blocking the event loop."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast

from app.bulk_import.reading import FileRefused, child
from app.bulk_import.reading.child import Opened, Refused, Row, Task
from app.bulk_import.reading.header import ColumnUse
from app.core.errors import Unavailable

_START = f"from {child.__name__} import main; main()"
_KNOWN = frozenset({"PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR"})
"""Of our environment, what the process that reads is told: where the code lies, but no address and no key."""


@dataclass(frozen=True, slots=True)
class FileReader:
    """An open file."""

    pipe: Connection
    process: subprocess.Popen[bytes]
    opened: Opened

    async def batches(self) -> AsyncIterator[Sequence[Row]]:
        """The rows in order. Raises FileRefused, also half-way, and Unavailable."""
        while batch := cast("Sequence[Row]", await asyncio.to_thread(_asked, self.pipe, self.process)):
            yield batch


@asynccontextmanager
async def opened(task: Task) -> AsyncIterator[FileReader]:
    """A file, read by a process of its own, which ends with the block. Raises FileRefused, and Unavailable."""
    here, there = multiprocessing.Pipe()
    # The end of the process is noticed as the end of the pipe, once nobody here holds its side of it.
    with there:
        process = await asyncio.to_thread(_started, there)
    try:
        with suppress(OSError):
            here.send(task)
        yield FileReader(here, process, cast("Opened", await asyncio.to_thread(_asked, here, process)))
    finally:
        await asyncio.shield(asyncio.to_thread(_end, process))
        here.close()


def _started(pipe: Connection) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-c", _START, str(pipe.fileno())],
        env={name: value for name, value in os.environ.items() if name in _KNOWN},
        stdin=subprocess.DEVNULL,
        pass_fds=(pipe.fileno(),),
    )


def _asked(pipe: Connection, process: subprocess.Popen[bytes]) -> object:
    # It may have ended already, and its answer still be in the pipe.
    with suppress(OSError):
        pipe.send(None)
    try:
        answer = pipe.recv()
    except (EOFError, OSError):
        if process.wait() == -signal.SIGKILL:
            # Its own bounds end it otherwise: somebody else did this, and the file need not be at fault.
            raise Unavailable("READER_KILLED", "读取文件的进程被系统中止，稍后自动重试。") from None
        answer = child.died()
    if isinstance(answer, Refused):
        uses = [ColumnUse(0, letter, header, None) for letter, header, _, _ in answer.columns]
        raise FileRefused(*answer.faults, columns=uses)
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
