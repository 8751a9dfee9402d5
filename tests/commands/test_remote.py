"""Commands that call a running service: `token`, `ledger explain`, `certificate`."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.commands.conftest import call
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.world import PASSWORD, World

YEAR = "2026-2027"


def as_(username: str, address: str) -> tuple[str, ...]:
    """The options that sign in as an account of the world."""
    return ("--server", address, "--username", username, "--password", PASSWORD)


async def test_certificate_is_issued_and_saved(
    address: str, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone, tmp_path: Path
) -> None:
    await post(client, as_role("training_school"), line(world))
    out = tmp_path / "one.pdf"
    words = ("certificate", world.staff_no("a1-1"), YEAR, "--out", str(out))
    told = await call(*words, *as_("school", address))
    assert told.exit_code == 0, told.output
    stored = await fetch(clone, "SELECT number, issued_by FROM certificates")
    assert [row["number"] for row in stored] == [told.stdout.strip()]
    assert out.read_bytes().startswith(b"%PDF-")
    assert "hours; written to" in told.stderr
    assert "/verify/" in told.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("who", "teacher", "year", "told"),
    [
        ("school", "a2-1", YEAR, "no teacher with staff number"),
        ("school", "x1-1", YEAR, "no teacher with staff number"),
        ("teacher", "a1-1", "2026", "(INVALID)"),
        ("nobody", "a1-1", YEAR, "(SIGN_IN_REFUSED)"),
    ],
)
async def test_refused_certificate_leaves_no_file(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    address: str,
    world: World,
    clone: Clone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    who: str,
    teacher: str,
    year: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = await call("certificate", world.staff_no(teacher), year, *as_(who, address))
    assert refused.exit_code == 1, refused.output
    assert told in refused.stderr
    assert await asyncio.to_thread(lambda: list(tmp_path.glob("*.pdf"))) == []
    assert await fetch(clone, "SELECT 1 FROM certificates") == []


async def test_hours_are_explained(
    address: str, client: httpx.AsyncClient, as_role: SignIn, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    await post(client, as_role("training_school"), line(world))
    more = line(world, activity_date="2026-10-18", activity_title="第二天集中研修", claimed_hours=4)
    await post(client, as_role("training_school"), more)
    words = ("ledger", "explain", world.staff_no("a1-1"), YEAR)
    told = await call(*words, *as_("teacher", address))
    assert told.exit_code == 0, told.output
    for part in ("工作坊集中研修", "第二天集中研修", "计入 10", "上限 40", "四十学时以内"):
        assert part in told.stdout, part
    one = await call(*words, "--category", "city", *as_("training_school", address))
    assert (one.exit_code, "工作坊集中研修" in one.stdout) == (0, False)
    before = await call(*words, "--as-of", "2026-09-30", *as_("school", address))
    assert (before.exit_code, "工作坊集中研修" in before.stdout) == (0, False)


async def test_hours_of_others_are_not_explained(address: str, world: World) -> None:
    refused = await call("ledger", "explain", world.staff_no("a2-1"), YEAR, *as_("school", address))
    assert (refused.exit_code, "no teacher 10000004 within your scope" in refused.stderr) == (1, True), refused.output
    refused = await call("ledger", "explain", world.staff_no("a1-1"), YEAR, "--server", address)
    assert (refused.exit_code, "give --token" in refused.output) == (1, True)


async def test_token_and_a_service_that_is_not_there(address: str, client: httpx.AsyncClient) -> None:
    told = await call("token", "school", "--server", address, "--password", PASSWORD)
    head = {"Authorization": f"Bearer {told.stdout.strip()}"}
    assert (await client.get("/v1/me", headers=head)).json()["username"] == "school"
    wrong = await call("token", "school", "--server", address, "--password", "not-the-one")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    nowhere = await call("token", "school", "--server", "http://127.0.0.1:1", "--password", PASSWORD)
    assert (nowhere.exit_code, "no service at http://127.0.0.1:1" in nowhere.output) == (4, True)
