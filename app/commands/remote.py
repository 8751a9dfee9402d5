"""Commands that talk to a running service over HTTP: `token`, `import` and `certificate`."""

import getpass
import hashlib
import sys
import time
import uuid
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


def certificate(who: Caller, staff_no: str, year: str, out: str | None) -> int:
    """Issue a teacher's hours certificate and save its PDF; answers 0 done, 1 refused."""
    with who.open() as client:
        found = client.get("/v1/teachers", params={"q": staff_no})
        _must(found)
        mine = [one for one in found.json()["items"] if one["staff_no"] == staff_no]
        if not mine:
            console.print(f"no teacher with staff number {staff_no} within your reach")
            return REFUSED
        body = {"kind": "hours", "teacher_id": mine[0]["id"], "school_year": year}
        issued = client.post("/v1/certificates", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        _must(issued)
        one = issued.json()
        pdf = client.get(f"/v1/certificates/{one['id']}.pdf")
        _must(pdf)
    path = Path(out or f"{one['number']}.pdf")
    path.write_bytes(pdf.content)
    print(one["number"])
    console.print(f"{one['content']['total']} hours; written to {path}; verified at {one['verification_url']}")
    return DONE


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


def explain_hours(who: Caller, staff_no: str, year: str, *, category: str | None, as_of: str | None) -> int:
    """Print a teacher's balances and the entries that make them; answers 0 done, 1 refused."""
    asked = {"school_year": year, "category": category, "as_of": as_of}
    with who.open() as client:
        found = client.get("/v1/teachers", params={"q": staff_no})
        _must(found)
        teacher = next((one for one in found.json()["items"] if one["staff_no"] == staff_no), None)
        if teacher is None:
            console.print(f"[red]no teacher {staff_no} within your scope[/red]")
            return REFUSED
        given = {name: value for name, value in asked.items() if value is not None}
        answer = client.get(f"/v1/teachers/{teacher['id']}/hours/explanation", params=given)
        _must(answer)
    out = Console()
    for one in answer.json()["categories"]:
        if one["entries"] or one["not_shown"]["entries"] or category:
            _print_category(out, one)
    return DONE


def _print_category(out: Console, one: dict[str, Any]) -> None:
    bounds = [
        f"{label} {one[name]:g}" for name, label in (("target", "目标"), ("cap", "上限")) if one[name] is not None
    ]
    table = Table("日期", "活动", "填报", "日限内", "计入", "未计", "累计", "依据")
    for entry in one["entries"]:
        cut = entry["cut_by_day"] + entry["cut_by_cap"]
        why = "；".join(finding["message"] for finding in entry["findings"]) or (entry["reason"] or "")
        title = ("红冲：" if entry["reverses_id"] else "") + entry["activity_title"]
        figures = (entry["claimed"], entry["counted"], entry["credited"], cut, entry["balance"])
        table.add_row(entry["activity_date"], title, *(f"{figure:g}" for figure in figures), why)
    table.title = f"{one['label']}：计入 {one['credited']:g}（填报 {one['claimed']:g}）{' '.join(bounds)}"
    out.print(table)
    hidden = one["not_shown"]
    if hidden["entries"]:
        out.print(f"  另有 {hidden['entries']} 条在他校登记，计入 {hidden['credited']:g}")
    for rule in one["rules"]:
        out.print(f"  {rule['code']} = {rule['value']}：{rule['reference'] or rule['source']}“{rule['quote'] or ''}”")
    for finding in one["findings"]:
        out.print(f"  [yellow]{finding['message']}[/yellow]")


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
