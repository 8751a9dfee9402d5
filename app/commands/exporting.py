"""`shixun export`: a file from a service; the same command again goes on with what it has asked for."""

import json
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from app.commands.following import Patience, follow, read, sent
from app.commands.remote import DONE, PENDING, REFUSED, Caller, console, explain, must

POLL_SECONDS = 5.0
LOOKED_AT = 50
FORMATS = ("csv", "xlsx", "ndjson")
_OPEN = {"awaiting_approval", "preparing"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported, and where to; given: an export asked for earlier."""

    kind: str
    format: str
    filters: dict[str, Any]
    reason: str
    is_unmasked: bool
    output: Path
    given: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The request."""
        names = ("kind", "format", "filters", "reason", "is_unmasked")
        return {name: getattr(self, name) for name in names}


def format_of(given: str | None, output: Path) -> str:
    """The format named, else that of the file's ending, else csv."""
    ending = output.suffix.lstrip(".").casefold()
    return given or (ending if ending in FORMATS else "csv")


def filters_of(given: list[str]) -> dict[str, Any]:
    """Filters out of name=value; true, false and numbers are read as such. Exits on anything else."""
    filters: dict[str, Any] = {}
    for one in given:
        name, is_pair, value = one.partition("=")
        if not is_pair or not name:
            message = f"--filter takes name=value, not {one!r}"
            raise SystemExit(message)
        try:
            read_as = json.loads(value)
        except ValueError:
            read_as = value
        filters[name] = read_as if isinstance(read_as, bool | int | float) else value
    return filters


def export_file(who: Caller, wish: Wish, patience: Patience) -> int:
    """Ask for an export (or take up the one asked for), wait, and fetch its file; answers the exit code."""
    with who.open() as client:
        if wish.given:
            found = read(client, f"/v1/exports/{wish.given}")
        else:
            found = _earlier(client, wish) or _asked(client, wish)
        print(found["id"])
        found = _settled(client, found, patience)
        if found["status"] == "awaiting_approval":
            console.print(f"{found['rows']} rows: a second person has to agree; the same command goes on from here")
            return PENDING
        if found["status"] != "ready":
            console.print(f"[red]{found['status']}[/red]: {found['decision'] or found['failure'] or ''}")
            return REFUSED
        return _fetched(client, found, wish.output)


def _earlier(client: httpx.Client, wish: Wish) -> dict[str, Any] | None:
    """The caller's own export of just this that is on its way, or ready and not fetched yet."""
    for found in read(client, "/v1/exports", kind=wish.kind, is_own=True, limit=LOOKED_AT)["items"]:
        is_same = (found["format"], found["reason"], found["is_unmasked"], _plain(found["filters"])) == (
            wish.format,
            wish.reason,
            wish.is_unmasked,
            _plain(wish.filters),
        )
        is_unused = found["status"] == "ready" and not found["is_expired"] and found["fetched_at"] is None
        if is_same and (found["status"] in _OPEN or is_unused):
            console.print(f"found export {found['id']} ({found['status']}): going on with it")
            earlier: dict[str, Any] = found
            return earlier
    return None


def _plain(filters: dict[str, Any]) -> dict[str, str]:
    return {name: str(value).casefold() for name, value in filters.items()}


def _asked(client: httpx.Client, wish: Wish) -> dict[str, Any]:
    head = {"Idempotency-Key": str(uuid.uuid4())}
    answer = sent(lambda: client.post("/v1/exports", json=wish.body, headers=head))
    must(answer)
    made: dict[str, Any] = answer.json()
    return made


def _settled(client: httpx.Client, found: dict[str, Any], patience: Patience) -> dict[str, Any]:
    """The export once it is decided and written, or as it stands when patience ends."""
    if found["status"] == "awaiting_approval" and patience.is_watching:
        with console.status(f"{found['rows']} rows: waiting for a second person to agree"):
            while found["status"] == "awaiting_approval" and not patience.is_over:
                time.sleep(POLL_SECONDS)
                found = read(client, found["links"]["self"])
    if found["status"] == "preparing":
        follow(client, found["links"]["operation"], Patience(is_watching=True, until=patience.until))
        found = read(client, found["links"]["self"])
    return found


def _fetched(client: httpx.Client, found: dict[str, Any], output: Path) -> int:
    """Fetch the file beside its place and put it there when it is whole."""
    part = output.with_name(f"{output.name}.part")
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())

    def fetch() -> httpx.Response:
        with client.stream("GET", f"{found['links']['self']}/content") as answer:
            if answer.is_error:
                answer.read()
                return answer
            with Progress(*columns, console=console) as bar, part.open("wb") as file:
                task = bar.add_task("fetching", total=found["file_size"])
                for piece in answer.iter_bytes():
                    bar.update(task, advance=file.write(piece))
            return answer

    answer = sent(fetch)
    if answer.is_error:
        explain(answer)
        return REFUSED
    part.replace(output)
    console.print(f"{found['rows']} rows written to {output}")
    return DONE
