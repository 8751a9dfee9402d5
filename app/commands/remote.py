"""Commands that talk to a running service over HTTP: who signs in, `token`, `certificate` and `ledger explain`."""

import getpass
import os
import sys
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

SERVER = "http://127.0.0.1:8000"
DONE, REFUSED, FAULTY, PENDING, UNREACHABLE = 0, 1, 2, 3, 4
"""Exit codes: done; refused; done or checked with faulty rows; not finished yet; no connection."""

console = Console(stderr=True)


@dataclass(frozen=True)
class Caller:
    """Which service, and as whom: a token, a sign-in name whose password is asked for, or an API client."""

    server: str
    token: str | None
    username: str | None
    password: str | None

    def open(self) -> httpx.Client:
        """A client that is signed in; exits with the service's own words if it refuses."""
        return httpx.Client(base_url=self.server, auth=_Signed(self), timeout=60, trust_env=False)


class _Signed(httpx.Auth):
    """Signs requests; signs in again when the token has run out and there is something to sign in with."""

    def __init__(self, who: Caller) -> None:
        self._form = _form(who)
        self._server = who.server
        self._token = who.token or _token(who.server, self._form)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign, and once more after a refusal."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._form:
            self._token = _token(self._server, self._form)
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


def print_token(server: str, username: str, password: str | None) -> int:
    """Sign in and print the access token; answers the exit code."""
    print(_token(server, _form(Caller(server, None, username, password))))
    return DONE


def _form(who: Caller) -> dict[str, str] | None:
    """What to sign in with, None for a bare token."""
    if who.username:
        secret = who.password or getpass.getpass(f"password of {who.username}: ")
        return {"grant_type": "password", "username": who.username, "password": secret}
    names = ("client_id", "client_secret")
    client = {name: os.environ.get(f"SHIXUN_{name.upper()}", "") for name in names}
    return {"grant_type": "client_credentials", **client} if not who.token and all(client.values()) else None


def _token(server: str, form: dict[str, str] | None) -> str:
    if not form:
        message = (
            "give --token (or SHIXUN_TOKEN), --username (and SHIXUN_PASSWORD), or set SHIXUN_CLIENT_ID and"
            " SHIXUN_CLIENT_SECRET"
        )
        raise SystemExit(message)
    try:
        answer = httpx.post(f"{server}/v1/auth/token", data=form, timeout=30, trust_env=False)
    except httpx.TransportError as error:
        console.print(f"no service at {server} ({error}); start one with `make run` or name it with --server")
        raise SystemExit(UNREACHABLE) from error
    must(answer)
    return str(answer.json()["access_token"])


def certificate(who: Caller, staff_no: str, year: str, out: str | None) -> int:
    """Issue a teacher's hours certificate and save its PDF; answers 0 done, 1 refused."""
    with who.open() as client:
        found = client.get("/v1/teachers", params={"q": staff_no})
        must(found)
        mine = [one for one in found.json()["items"] if one["staff_no"] == staff_no]
        if not mine:
            console.print(f"no teacher with staff number {staff_no} within your reach")
            return REFUSED
        body = {"kind": "hours", "teacher_id": mine[0]["id"], "school_year": year}
        issued = client.post("/v1/certificates", json=body, headers={"Idempotency-Key": str(uuid.uuid4())})
        must(issued)
        one = issued.json()
        pdf = client.get(f"/v1/certificates/{one['id']}.pdf")
        must(pdf)
    path = Path(out or f"{one['number']}.pdf")
    path.write_bytes(pdf.content)
    print(one["number"])
    console.print(f"{one['content']['total']} hours; written to {path}; verified at {one['verification_url']}")
    return DONE


def explain_hours(who: Caller, staff_no: str, year: str, *, category: str | None, as_of: str | None) -> int:
    """Print a teacher's balances and the entries that make them; answers 0 done, 1 refused."""
    asked = {"school_year": year, "category": category, "as_of": as_of}
    with who.open() as client:
        found = client.get("/v1/teachers", params={"q": staff_no})
        must(found)
        teacher = next((one for one in found.json()["items"] if one["staff_no"] == staff_no), None)
        if teacher is None:
            console.print(f"[red]no teacher {staff_no} within your scope[/red]")
            return REFUSED
        given = {name: value for name, value in asked.items() if value is not None}
        answer = client.get(f"/v1/teachers/{teacher['id']}/hours/explanation", params=given)
        must(answer)
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


def must(answer: httpx.Response) -> None:
    """Exit with the service's words if it refuses."""
    if answer.is_error:
        explain(answer)
        sys.exit(REFUSED)


def explain(answer: httpx.Response) -> None:
    """Tell why the service refuses, every fault."""
    try:
        body = answer.json()
        console.print(f"[red]{body['detail']}[/red] ({body['code']})")
        for fault in body.get("errors", []):
            console.print(f"  {fault['pointer']}: {fault['message']}")
    except (ValueError, KeyError):
        console.print(f"[red]HTTP {answer.status_code}[/red] from {answer.url}")
