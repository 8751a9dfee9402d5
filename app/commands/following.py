"""What importing and exporting over HTTP share: calls that bear a bad line, and a bar that follows an operation."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.commands.remote import PENDING, UNREACHABLE, console, must

TRIES_MAX = 6
_WAIT_MAX = 30.0
_LATER = {httpx.codes.TOO_MANY_REQUESTS, httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE}
_POLL_FIRST, _POLL_MAX = 0.2, 2.0
_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: not at all unless `is_watching`, and until a moment of the monotonic clock."""

    is_watching: bool
    until: float

    @staticmethod
    def of(minutes: float, *, is_watching: bool) -> "Patience":
        """Patience from now on."""
        return Patience(is_watching, time.monotonic() + minutes * 60)

    @property
    def is_over(self) -> bool:
        """Whether to stop waiting."""
        return not self.is_watching or time.monotonic() > self.until


def sent(call: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer of a call that may be repeated: tried again while the line is bad or the service asks to wait."""
    for attempt in range(1, TRIES_MAX + 1):
        pause = min(2.0**attempt / 4, _WAIT_MAX)
        try:
            answer = call()
        except httpx.TransportError as error:
            if attempt == TRIES_MAX:
                console.print(f"[red]the connection is lost[/red] ({error}); the same command goes on from here")
                raise SystemExit(UNREACHABLE) from error
        else:
            if answer.status_code not in _LATER or attempt == TRIES_MAX:
                return answer
            with suppress(ValueError):
                pause = min(float(answer.headers.get("Retry-After", pause)), _WAIT_MAX)
        time.sleep(pause)
    raise SystemExit(UNREACHABLE)


def read(client: httpx.Client, url: str, **params: Any) -> dict[str, Any]:
    """A record; exits with the service's words if it refuses."""
    answer = sent(lambda: client.get(url, params=params))
    must(answer)
    found: dict[str, Any] = answer.json()
    return found


def follow(client: httpx.Client, url: str, patience: Patience) -> dict[str, Any]:
    """An operation once it has ended, with a bar meanwhile; exits 3 when patience ends first."""
    operation, pause = read(client, url), _POLL_FIRST
    with Progress(*_COLUMNS, console=console) as bar:
        task = bar.add_task("queued", total=None)
        while True:
            meta = operation["metadata"]
            bar.update(task, description=meta["stage"] or "queued", completed=meta["processed"], total=meta["total"])
            if operation["done"]:
                return operation
            if patience.is_over:
                break
            time.sleep(pause)
            pause = min(pause * 1.3, _POLL_MAX)
            operation = read(client, url)
    console.print("not finished yet; it goes on in the service, and the same command goes on from here")
    raise SystemExit(PENDING)
