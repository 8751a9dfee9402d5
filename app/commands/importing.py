"""`shixun import`: a file to a service; the same command again goes on where an earlier call was broken off."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from app.commands.following import Patience, follow, read, sent
from app.commands.remote import DONE, FAULTY, PENDING, REFUSED, Caller, console, explain, must

SHOWN = 20
STEPS_MAX = 6
TAKEN_UP_WITHIN = timedelta(days=7)
_UNDER_WAY = {"uploaded", "validating", "committing", "reverting"}
_APPLIED = {"committed", "partially_committed"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to become of a file; report: where to write what became of each row (.csv, .xlsx or .json)."""

    kind: str
    path: Path
    mode: str
    on_error: str
    sheet: str | None
    school_year: str | None
    force: bool
    report: str | None

    @property
    def fields(self) -> dict[str, str]:
        """The form of the upload."""
        given = {"kind": self.kind, "mode": self.mode, "on_error": self.on_error, "force": str(self.force).lower()}
        more = {"sheet": self.sheet, "school_year": self.school_year}
        return given | {name: value for name, value in more.items() if value is not None}


def import_file(who: Caller, wish: Wish, patience: Patience) -> int:
    """Upload, follow and report an import, or take up the one that this file began; answers the exit code."""
    if not wish.path.is_file():
        console.print(f"no such file: {wish.path}")
        return REFUSED
    with who.open() as client:
        found = None if wish.force else _earlier(client, wish)
        if found is None:
            found = _after(client, _uploaded(client, wish), patience)
        elif found["status"] in _APPLIED:
            console.print(f"this file was imported before, on {found['created_at'][:10]}; nothing is changed (--force)")
        found = _to_the_end(client, wish, found, patience)
        _show(client, found)
        if wish.report:
            _save_report(client, found, Path(wish.report))
    return _exit_code(found)


def _exit_code(found: dict[str, Any]) -> int:
    if found["status"] in _UNDER_WAY:
        return PENDING
    if found["refusal"] or found["status"] not in _APPLIED | {"validated", "invalid"}:
        return REFUSED
    return FAULTY if found["counters"]["error"] else DONE


def _earlier(client: httpx.Client, wish: Wish) -> dict[str, Any] | None:
    """The newest import that this very file began and that can go on, or that has applied it already."""
    with wish.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    items = read(client, "/v1/imports", kind=wish.kind, file_sha256=sha256, limit=1)["items"]
    if not items:
        return None
    found: dict[str, Any] = items[0]
    asked = (wish.sheet, wish.school_year)
    if found["status"] in _UNDER_WAY | _APPLIED or (
        _next_step(found, wish)
        and (found["sheet"], found["school_year"]) == asked
        and datetime.now(UTC) - datetime.fromisoformat(found["created_at"]) < TAKEN_UP_WITHIN
    ):
        console.print(f"found import {found['id']} of this file ({found['status']}): going on with it")
        return found
    return None


def _next_step(found: dict[str, Any], wish: Wish) -> str | None:
    """What brings an import nearer to what is wished: resume, commit, or nothing."""
    if wish.mode != "commit":
        return None
    if found["status"] == "failed" and found["mode"] == "commit":
        return "resume"
    is_skipping = wish.on_error == "skip" and found["status"] == "invalid" and not found["refusal"]
    return "commit" if found["status"] == "validated" or is_skipping else None


def _to_the_end(client: httpx.Client, wish: Wish, found: dict[str, Any], patience: Patience) -> dict[str, Any]:
    """The import once there is nothing more to do; a step is tried once."""
    tried = set[str]()
    for _ in range(STEPS_MAX):
        if found["status"] in _UNDER_WAY:
            found = _after(client, found["links"]["operation"], patience, import_id=found["id"])
            continue
        step = _next_step(found, wish)
        if step is None or step in tried:
            break
        tried.add(step)
        body = {"etag": found["etag"], "on_error": wish.on_error} if step == "commit" else None
        head, url = {"Idempotency-Key": str(uuid.uuid4())}, f"/v1/imports/{found['id']}:{step}"
        answer = sent(lambda url=url, body=body, head=head: client.post(url, json=body, headers=head))  # type: ignore[misc]  # bound here
        must(answer)
        found = _after(client, answer.json()["links"]["self"], patience, import_id=found["id"])
    return found


def _after(
    client: httpx.Client, operation: dict[str, Any] | str, patience: Patience, import_id: str | None = None
) -> dict[str, Any]:
    """The import after its operation; what an operation failed with is told."""
    url = operation if isinstance(operation, str) else operation["links"]["self"]
    place = import_id or (operation["import_id"] if isinstance(operation, dict) else "")
    ended = follow(client, url, patience)
    if ended["error"]:
        console.print(f"[red]{ended['error']['detail']}[/red] ({ended['error']['code']})")
    return read(client, f"/v1/imports/{place}")


def _uploaded(client: httpx.Client, wish: Wish) -> dict[str, Any]:
    """The operation of a new import; a broken upload is sent again under the same key, so it counts once."""
    key = str(uuid.uuid4())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())

    def send() -> httpx.Response:
        with Progress(*columns, console=console) as bar, bar.open(wish.path, "rb", description="uploading") as file:
            files = {"file": (wish.path.name, file)}
            return client.post("/v1/imports", data=wish.fields, files=files, headers={"Idempotency-Key": key})

    answer = sent(send)
    if answer.is_error:
        explain(answer)
        raise SystemExit(REFUSED)
    accepted: dict[str, Any] = answer.json()
    console.print(f"import {accepted['import_id']}")
    return accepted


def _show(client: httpx.Client, done: dict[str, Any]) -> None:
    counters = done["counters"]
    summary = ", ".join(f"{name} {count}" for name, count in counters.items())
    console.print(f"[bold]{done['status']}[/bold]: {summary}")
    if not counters["error"] and not counters["warning"] and not done["refusal"]:
        return
    table = Table("row", "column", "level", "code", "message")
    rows = f"/v1/imports/{done['id']}/rows"
    for fault in [
        fault
        for level in ("stop", "error", "warning")
        for fault in read(client, rows, limit=SHOWN, level=level)["items"]
    ]:
        table.add_row(str(fault["row"] or ""), fault["column"] or "", fault["level"], fault["code"], fault["message"])
    console.print(table)


def _save_report(client: httpx.Client, done: dict[str, Any], path: Path) -> None:
    form = path.suffix.lstrip(".").casefold()
    form = form if form in {"xlsx", "json"} else "csv"
    answer = sent(lambda: client.get(f"/v1/imports/{done['id']}/report.{form}"))
    if answer.is_error:
        explain(answer)
        return
    path.write_bytes(answer.content)
    console.print(f"report written to {path}")
