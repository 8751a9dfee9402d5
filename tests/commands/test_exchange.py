"""`shixun import` and `shixun export`: exit codes for scripts, and the same command going on after a break."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

from app.commands import exporting
from app.exports import service
from app.hours.imports import HOURS
from tests.factories.cluster import Clone
from tests.factories.exports import Clerk
from tests.factories.imports import LEDGER, csv_bytes
from tests.factories.world import World

Shell = Callable[[str, str], Awaitable[Result]]
Worker = Callable[[], AbstractAsyncContextManager[None]]
DONE, REFUSED, FAULTY, PENDING, UNREACHABLE = range(5)


def hours(world: World, path: Path, *claimed: str) -> Path:
    rows = [
        (world.staff_no("a1-1"), "", "校本研修", one, f"研修{at}", f"2026-10-{at + 10}")
        for at, one in enumerate(claimed)
    ]
    path.write_bytes(csv_bytes([LEDGER, *rows]))
    return path


async def counted(clone: Clone, query: str) -> Any:
    connection = await clone.connect()
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_import_tells_its_outcome_by_exit_code(
    shell: Shell, worker: Worker, world: World, tmp_path: Path
) -> None:
    good, bad = hours(world, tmp_path / "good.csv", "2"), hours(world, tmp_path / "bad.csv", "2", "3天")
    (tmp_path / "none.csv").write_text("老师,号\n甲,1\n", "utf-8")
    async with worker():
        command = "import hours_entries"
        answers = [
            await shell("training_school", f"{command} {good.name}"),
            await shell("training_school", f"{command} {good.name} --mode commit"),
            await shell("training_school", f"{command} {bad.name} --mode commit --report report.json"),
            await shell("training_school", f"{command} {bad.name} --mode commit --on-error skip"),
            await shell("training_school", f"{command} none.csv"),
            await shell("school", f"{command} {good.name}"),
            await shell("training_school", f"{command} absent.csv"),
        ]
    assert [one.exit_code for one in answers] == [DONE, DONE, FAULTY, FAULTY, REFUSED, REFUSED, REFUSED]
    assert "HOURS_UNIT" in answers[2].output
    assert "HOURS_UNIT" in (tmp_path / "report.json").read_text("utf-8")
    assert "partially_committed" in answers[3].output
    assert "HEADER_MISSING" in answers[4].output
    assert "PERMISSION_DENIED" in answers[5].output


async def test_the_same_import_goes_on_where_the_terminal_was_closed(
    shell: Shell, worker: Worker, world: World, clone: Clone, tmp_path: Path
) -> None:
    command = f"import hours_entries {hours(world, tmp_path / 'h.csv', '2', '1').name} --mode commit"
    left = await shell("training_school", f"{command} --no-watch")
    late = await shell("training_school", f"{command} --timeout 0")
    assert (left.exit_code, late.exit_code) == (PENDING, PENDING)
    async with worker():
        done = await shell("training_school", command)
        again = await shell("training_school", command)
    assert (done.exit_code, again.exit_code) == (DONE, DONE)
    assert "going on with it" in " ".join(done.output.split())
    assert "imported before" in " ".join(again.output.split())
    assert await counted(clone, "SELECT count(*) FROM imports") == 1
    assert await counted(clone, "SELECT count(*) FROM hours_entries") == 2


async def test_a_checked_file_is_committed_without_a_second_upload(
    shell: Shell, worker: Worker, world: World, clone: Clone, tmp_path: Path
) -> None:
    command = f"import hours_entries {hours(world, tmp_path / 'h.csv', '2').name}"
    async with worker():
        assert (await shell("training_school", command)).exit_code == DONE
        assert (await shell("training_school", f"{command} --mode commit")).exit_code == DONE
        forced = await shell("training_school", f"{command} --mode commit --force")
    assert forced.exit_code == DONE
    assert "unchanged 1" in forced.output
    assert await counted(clone, "SELECT count(*) FROM imports") == 2
    assert await counted(clone, "SELECT count(*) FROM hours_entries") == 1


async def test_a_failed_import_is_resumed_by_the_same_command(
    shell: Shell, worker: Worker, world: World, clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: Any) -> Any:
        raise ZeroDivisionError

    command = f"import hours_entries {hours(world, tmp_path / 'h.csv', '2', '1').name} --mode commit"
    async with worker():
        with monkeypatch.context() as patched:
            patched.setattr(type(HOURS), "apply", failing)
            failed = await shell("training_school", command)
        done = await shell("training_school", command)
    assert (failed.exit_code, done.exit_code) == (REFUSED, DONE)
    assert "INTERNAL" in failed.output
    assert await counted(clone, "SELECT count(*) FROM imports") == 1
    assert await counted(clone, "SELECT count(*) FROM hours_entries") == 2


async def test_a_broken_upload_is_sent_again_and_counts_once(
    shell: Shell, world: World, clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the first upload is lost on the way."""
    monkeypatch.setattr("app.commands.following.time.sleep", lambda _: None)
    post, lost = httpx.Client.post, list[int]()

    def losing(client: httpx.Client, url: str, **more: Any) -> httpx.Response:
        answer = post(client, url, **more)
        if url == "/v1/imports" and not lost:
            lost.append(answer.status_code)
            message = "the line broke"
            raise httpx.ReadError(message)
        return answer

    monkeypatch.setattr(httpx.Client, "post", losing)
    name = hours(world, tmp_path / "h.csv", "2").name
    sent = await shell("training_school", f"import hours_entries {name} --no-watch")
    assert (sent.exit_code, lost) == (PENDING, [202])
    assert await counted(clone, "SELECT count(*) FROM imports") == 1
    gone = await shell("training_school", f"import hours_entries {name} --server http://127.0.0.1:1")
    assert gone.exit_code == UNREACHABLE


async def test_export_writes_the_file_in_the_form_of_its_ending(shell: Shell, worker: Worker, tmp_path: Path) -> None:
    async with worker():
        for name in ("t.csv", "t.xlsx", "t.ndjson"):
            made = await shell("school", f"export teachers --reason 核对 -o {name} --filter is_on_post=true")
            assert made.exit_code == DONE, made.output
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
    assert len((tmp_path / "t.ndjson").read_text("utf-8").splitlines()) == 3
    assert not (tmp_path / "t.csv.part").exists()
    wrong = await shell("school", "export teachers --reason 核对 --filter weather=fine")
    assert (wrong.exit_code, "EXTRA_FORBIDDEN" in wrong.output or "INVALID" in wrong.output) == (REFUSED, True)
    assert (await shell("school", "export secrets --reason 核对")).exit_code == REFUSED


async def test_export_waits_for_the_second_person_or_says_so(
    shell: Shell, worker: Worker, clerk: Clerk, clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ROWS_ALONE", 3)
    monkeypatch.setattr(exporting, "POLL_SECONDS", 0.05)
    command = "export teachers --reason 核对 -o t.csv"
    early = await shell("school", command)
    soon = await shell("school", f"{command} --watch --timeout 0")
    assert (early.exit_code, soon.exit_code) == (PENDING, PENDING)
    number = early.stdout.strip()
    assert await counted(clone, "SELECT count(*) FROM exports") == 1
    async with worker():
        assert (await clerk.verb("training_school", number, "approve")).status_code == 200
        done = await shell("school", f"{command} --watch")
        assert (done.exit_code, done.stdout.strip()) == (DONE, number), done.output
        assert len((tmp_path / "t.csv").read_text("utf-8").splitlines()) == 5
        fetched = await shell("school", f"export teachers --reason x -o again.csv --id {number}")
    assert fetched.exit_code == DONE
    anew = await shell("school", command)
    assert (anew.exit_code, anew.stdout.strip() != number) == (PENDING, True)
    await clerk.verb("training_school", anew.stdout.strip(), "refuse", reason="用途不明")
    refused = await shell("school", f"export teachers --reason x --id {anew.stdout.strip()}")
    assert (refused.exit_code, "用途不明" in refused.output) == (REFUSED, True)
