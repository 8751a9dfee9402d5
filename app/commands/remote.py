"""Commands that talk to a running service over HTTP: `token` and `import`."""

import getpass
import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

SERVER = "http://127.0.0.1:8000"
DONE, REFUSED, FAULTY = 0, 1, 2
WAIT_SECONDS = 3600
SHOWN = 20
console = Console(stderr=True)


@dataclass(frozen=True)
class Caller:
    """Which service, and as whom: a token, or a sign-in name whose password is asked for."""

    server: str
    token: str | None
    username: str | None
    password: str | None

    def open(self) -> httpx.Client:
        """A client that is signed in; exits with the service's own words if it refuses."""
        token = self.token or _token(self.server, self.username or "", self.password)
        return httpx.Client(
            base_url=self.server, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False
        )


def print_token(server: str, username: str, password: str | None) -> int:
    """Sign in and print the access token; answers the exit code."""
    print(_token(server, username, password))
    return DONE


def _token(server: str, username: str, password: str | None) -> str:
    if not username:
        message = "give --token (or SHIXUN_TOKEN), or --username"
        raise SystemExit(message)
    secret = password or getpass.getpass(f"password of {username}: ")
    form = {"grant_type": "password", "username": username, "password": secret}
    try:
        answer = httpx.post(f"{server}/v1/auth/token", data=form, timeout=30, trust_env=False)
    except httpx.TransportError as error:
        message = f"no service at {server} ({error}); start one with `make run` or name it with --server"
        raise SystemExit(message) from error
    _must(answer)
    return str(answer.json()["access_token"])


def import_file(  # noqa: PLR0913 - one argument per option
    who: Caller, kind: str, file: str, *, mode: str, on_error: str, report: str | None, force: bool
) -> int:
    """Upload, follow and report an import; answers 0 done, 1 refused, 2 rows with faults."""
    path = Path(file)
    if not path.is_file():
        console.print(f"no such file: {file}")
        return REFUSED
    content = path.read_bytes()
    fields = {"kind": kind, "mode": mode, "on_error": on_error, "force": str(force).lower()}
    key = hashlib.sha256(content + repr(sorted(fields.items())).encode() + str(time.time_ns()).encode()).hexdigest()
    with who.open() as client:
        sent = client.post(
            "/v1/imports", data=fields, files={"file": (path.name, content)}, headers={"Idempotency-Key": key}
        )
        if sent.is_error:
            _explain(sent)
            return REFUSED
        operation = _follow(client, sent.json())
        if operation["error"]:
            console.print(f"[red]{operation['error']['detail']}[/red] ({operation['error']['code']})")
            return REFUSED
        import_id = (operation["response"] or {}).get("import_id")
        done = client.get(f"/v1/imports/{import_id}").json()
        _show(client, done)
        if report:
            Path(report).write_bytes(client.get(f"/v1/imports/{import_id}/report.csv").content)
            console.print(f"report written to {report}")
    return FAULTY if done["counters"]["error"] else DONE


def _follow(client: httpx.Client, operation: dict[str, Any]) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    until = time.monotonic() + WAIT_SECONDS
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("queued", total=None)
        while not operation["done"] and time.monotonic() < until:
            meta = operation["metadata"]
            bar.update(task, description=meta["stage"] or "queued", completed=meta["processed"], total=meta["total"])
            time.sleep(0.3)
            answer = client.get(operation["links"]["self"])
            _must(answer)
            operation = answer.json()
        meta = operation["metadata"]
        bar.update(task, description=meta["stage"], completed=meta["processed"], total=meta["total"])
    return operation


def _show(client: httpx.Client, done: dict[str, Any]) -> None:
    counters = done["counters"]
    summary = ", ".join(f"{name} {count}" for name, count in counters.items())
    console.print(f"[bold]{done['status']}[/bold]: {summary}")
    if not counters["error"] and not counters["warning"]:
        return
    table = Table("row", "column", "level", "code", "message")
    rows = f"/v1/imports/{done['id']}/rows"
    for fault in [
        fault
        for level in ("stop", "error", "warning")
        for fault in client.get(rows, params={"limit": SHOWN, "level": level}).json()["items"]
    ]:
        table.add_row(str(fault["row"] or ""), fault["column"] or "", fault["level"], fault["code"], fault["message"])
    console.print(table)


def _must(answer: httpx.Response) -> None:
    if answer.is_error:
        _explain(answer)
        sys.exit(REFUSED)


def _explain(answer: httpx.Response) -> None:
    try:
        body = answer.json()
        console.print(f"[red]{body['detail']}[/red] ({body['code']})")
        for fault in body.get("errors", []):
            console.print(f"  {fault['pointer']}: {fault['message']}")
    except (ValueError, KeyError):
        console.print(f"[red]HTTP {answer.status_code}[/red] from {answer.url}")
