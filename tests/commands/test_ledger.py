"""`shixun ledger`: proves the ledger right, names a planted difference, hands out heads, begins epochs."""

import json
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.core.db import Database
from tests.commands.conftest import Call
from tests.factories.cluster import Clone
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.seals import add_entries, as_superuser, seal_all
from tests.factories.teachers import fetch
from tests.factories.world import HOME, World


async def filled(client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database) -> None:
    """Two posted entries under one seal, a third one that waits."""
    for teacher in ("a1-1", "a2-1"):
        assert (await post(client, as_role("training_school"), line(world, teacher))).status_code == 201
    assert await seal_all(database) == 2
    assert (await post(client, as_role("training_school"), line(world, "b1-1"))).status_code == 201


async def test_ledger_that_is_right(
    shixun: Call, client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    await filled(client, as_role, world, database)
    told = await shixun("ledger", "verify")
    assert (told.exit_code, told.stdout) == (0, ""), told.output
    assert f"region {HOME}: 2 entries under 1 seals hold, 1 not sealed yet" in told.stderr
    assert told.stderr.endswith("the ledger is right\n")


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        ("UPDATE hours_summaries SET credited = credited - 1 WHERE teacher_id = $1", "workshop"),
        ("UPDATE hours_entries SET credited = credited - 1, claimed = claimed - 1 WHERE teacher_id = $1", "seal 1"),
        ("DELETE FROM hours_entries WHERE teacher_id = $1", "seal 1"),
    ],
    ids=["summary", "entry changed", "entry deleted"],
)
async def test_difference_a_superuser_planted_is_named(  # noqa: PLR0913, PLR0917 - fixtures and columns of the table
    shixun: Call,
    client: httpx.AsyncClient,
    as_role: SignIn,
    world: World,
    database: Database,
    clone: Clone,
    plant: str,
    named: str,
) -> None:
    await filled(client, as_role, world, database)
    root = await as_superuser(clone)
    await root.execute("ALTER TABLE hours_summaries DISABLE TRIGGER ALL")
    await root.execute(plant, world.teacher("a1-1"))
    await root.close()
    told = await shixun("ledger", "verify")
    assert told.exit_code == 1, told.output
    assert named in told.stdout
    assert "differences" in told.stderr


async def test_heads_kept_elsewhere_show_a_chain_that_was_cut(
    shixun: Call, clone: Clone, database: Database, tmp_path: Path
) -> None:
    root = await as_superuser(clone)
    for mark in ("one", "two"):
        await add_entries(root, 3, mark=mark)
        assert await seal_all(database) == 3
    printed = await shixun("ledger", "heads")
    assert printed.exit_code == 0, printed.output
    heads = [json.loads(row) for row in printed.stdout.splitlines()]
    assert [(one["region"], one["number"], one["entries"]) for one in heads] == [
        (str(HOME), "1", "3"),
        (str(HOME), "2", "3"),
    ]
    assert heads[1]["prev"] == heads[0]["head"]
    kept = tmp_path / "heads.jsonl"
    kept.write_text(printed.stdout)
    # Entries put past the posting function have no summaries: only the chain is asked about here.
    whole = (await shixun("ledger", "verify", "--heads", str(kept))).stdout
    assert "kept" not in whole
    await root.execute("DELETE FROM hours_seals WHERE number = 2")
    cut = await shixun("ledger", "verify", "--heads", str(kept))
    assert (cut.exit_code, "seal 2: gone since its head was kept" in cut.stdout) == (1, True), cut.output
    assert await seal_all(database) == 3
    forked = await shixun("ledger", "verify", "--heads", str(kept))
    assert (forked.exit_code, "seal 2: another head was kept" in forked.stdout) == (1, True), forked.output
    await root.close()


async def test_file_that_holds_no_heads_is_refused(shixun: Call, tmp_path: Path) -> None:
    kept = tmp_path / "heads.jsonl"
    for content in ("no json\n", '{"region": "419001"}\n', "[]\n", '{"head": "00"'):
        kept.write_text("\n" + content)
        told = await shixun("ledger", "verify", "--heads", str(kept))
        assert (told.exit_code, "heads.jsonl:2 is no head of a seal" in told.output) == (1, True), told.output


async def test_head_that_was_altered_is_refused(
    shixun: Call, clone: Clone, database: Database, tmp_path: Path, sql: asyncpg.Connection
) -> None:
    await add_entries(sql, 2)
    await seal_all(database)
    head = json.loads((await shixun("ledger", "heads")).stdout)
    kept = tmp_path / "heads.jsonl"
    kept.write_text(json.dumps(head | {"entries": "9"}))
    assert "is no head of a seal" in (await shixun("ledger", "verify", "--heads", str(kept))).output
    other = head | {"region": "411700"}
    kept.write_text(json.dumps(other))
    assert (await shixun("ledger", "verify", "--heads", str(kept))).exit_code == 1


async def test_new_epoch_counts_positions_afresh(
    shixun: Call, clone: Clone, client: httpx.AsyncClient, as_role: SignIn, world: World
) -> None:
    await post(client, as_role("training_school"), line(world))
    told = await shixun("ledger", "new-epoch")
    assert (told.exit_code, told.stderr) == (0, "epoch 2 has begun\n"), told.output
    await post(client, as_role("training_school"), line(world, "a2-1"))
    assert [row[0] for row in await fetch(clone, "SELECT DISTINCT epoch FROM hours_entries ORDER BY epoch")] == [1, 2]
    feed = (await client.get("/v1/events", headers=as_role("training_school"))).json()["items"]
    epochs = [int(one["cursor"].partition("-")[0]) for one in feed]
    assert epochs == sorted(epochs)
    assert set(epochs) == {1, 2}
