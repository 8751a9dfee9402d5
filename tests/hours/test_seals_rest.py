"""Seals and proofs over REST, the checker that needs nothing of the service, and the commands."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.core.db import Database
from app.core.jobs import JobRegistry
from app.hours import jobs
from tests.architecture.source import ROOT
from tests.factories import keys
from tests.factories.cluster import Clone
from tests.factories.graph import ask
from tests.factories.hours import line, post
from tests.factories.keys import SignIn
from tests.factories.seals import as_superuser, seal_all, verdict
from tests.factories.world import HOME, World

CHECKER = ROOT / "docs" / "tools" / "check_proof.py"


async def posted(client: httpx.AsyncClient, as_role: SignIn, world: World, *teachers: str) -> list[str]:
    """Ids of a line posted for each teacher."""
    answers = [await post(client, as_role("training_school"), line(world, one)) for one in teachers]
    return [answer.json()["id"] for answer in answers]


async def test_seals_are_read_by_everybody_and_heads_without_a_token(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    standing = (await client.get("/v1/hours-seals/latest", headers=as_role("teacher"))).json()
    assert standing == {"seal": None, "unsealed_entries": 0, "oldest_unsealed_at": None}
    await posted(client, as_role, world, "a1-1", "a2-1")
    waiting = (await client.get("/v1/hours-seals/latest", headers=as_role("teacher"))).json()
    assert (waiting["seal"], waiting["unsealed_entries"]) == (None, 2)
    assert waiting["oldest_unsealed_at"] is not None
    await seal_all(database)
    await posted(client, as_role, world, "b1-1")
    await seal_all(database)
    for username in ("bureau", "training_school", "central_school", "school", "teacher"):
        listed = (await client.get("/v1/hours-seals", headers=as_role(username))).json()
        assert [(one["number"], one["entries"]) for one in listed["items"]] == [(2, 1), (1, 2)]
    first = (await client.get("/v1/hours-seals/1", headers=as_role("school"))).json()
    latest = (await client.get("/v1/hours-seals/latest", headers=as_role("school"))).json()
    assert (first["prev"], latest["seal"]["prev"], latest["unsealed_entries"]) == (None, first["head"], 0)
    public = (await client.get("/v1/public/hours-seals/latest?region=419001")).json()
    assert public["seal"] == latest["seal"]
    assert public["keys"] == [
        {
            "key_id": "test",
            "algorithm": "Ed25519",
            "public_key": base64.b64encode(keys.seal_keys().public["test"]).decode(),
            "is_current": True,
        }
    ]
    abroad = (await client.get("/v1/hours-seals", headers=as_role("abroad_bureau"))).json()
    assert abroad["items"] == []


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/v1/public/hours-seals/latest", 422),
        ("/v1/public/hours-seals/latest?region=41900x", 422),
        ("/v1/public/hours-seals/latest?region=100000", 404),
        ("/v1/hours-seals/1", 404),
        ("/v1/hours-seals/0", 422),
        ("/v1/hours-seals/99999999999999999999", 422),
        ("/v1/hours-entries/00000000-0000-4000-8000-000000000001/proof", 404),
    ],
)
async def test_what_there_is_not_is_refused(client: httpx.AsyncClient, as_role: SignIn, url: str, status: int) -> None:
    answer = await client.get(url, headers=as_role("bureau"))
    assert answer.status_code == status, answer.text


async def test_proof_is_for_those_who_see_the_entry_and_only_once_it_is_sealed(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    (entry,) = await posted(client, as_role, world, "a1-1")
    url = f"/v1/hours-entries/{entry}/proof"
    early = await client.get(url, headers=as_role("teacher"))
    assert (early.status_code, early.json()["code"]) == (409, "HOURS_NOT_SEALED")
    assert "稍后再试" in early.json()["detail"]
    await seal_all(database)
    answers = {one: (await client.get(url, headers=as_role(one))).status_code for one in (
        "bureau", "training_school", "central_school", "school", "teacher", "central_b", "school_a2", "teacher_a2",
        "abroad_bureau",
    )}  # fmt: skip
    assert answers == {
        "bureau": 200, "training_school": 200, "central_school": 200, "school": 200, "teacher": 200,
        "central_b": 404, "school_a2": 404, "teacher_a2": 404, "abroad_bureau": 404,
    }  # fmt: skip
    text = (await client.get(url, headers=as_role("bureau"))).text
    assert not any(word in text for word in ("赵一", "工作坊", "月度"))


def check(folder: Path, proof: Any, heads: list[Any], public: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the checker as a stranger would: in a folder of its own, with nothing of the service on its path."""
    (folder / "proof.json").write_text(json.dumps(proof), "utf-8")
    (folder / "heads.jsonl").write_text("".join(json.dumps(one) + "\n" for one in heads), "utf-8")
    (folder / "keys.json").write_text(json.dumps(public), "utf-8")
    command = [sys.executable, "-I", str(CHECKER), "proof.json", "--heads", "heads.jsonl", "--keys", "keys.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


Spoil = Callable[[dict[str, Any], list[Any], dict[str, str]], object]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "hours": (lambda proof, _heads, _keys: proof["fields"][9].update(value="9"), "do not make the leaf"),
    "path": (lambda proof, _heads, _keys: proof["path"][0].update(hash="00" * 32), "does not lead to the root"),
    "root": (lambda proof, _heads, _keys: proof["seal"].update(root="00" * 32), "does not lead to the root"),
    "number": (lambda proof, _heads, _keys: proof["seal"].update(number=7), "do not make its head"),
    "signature": (lambda proof, _heads, _keys: proof["seal"].update(signature="00" * 64), "signature does not hold"),
    "other key": (
        lambda _proof, _heads, public: public.update(test=base64.b64encode(b"\x01" + bytes(31)).decode()),
        "signature does not hold",
    ),
    "no key": (lambda _proof, _heads, public: public.clear(), "not among the keys"),
    "no head": (lambda _proof, heads, _keys: heads.clear(), "not among the heads"),
    "fork": (lambda _proof, heads, _keys: heads[0].update(head="00" * 32), "rewritten"),
    "no proof": (lambda proof, _heads, _keys: proof.clear(), "cannot be read"),
}


async def test_proof_holds_for_a_stranger_and_every_change_to_it_is_seen(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database, tmp_path: Path
) -> None:
    entries = await posted(client, as_role, world, "a1-1", "a1-2", "a1-3", "a2-1", "a2-2")
    await seal_all(database)
    head = as_role("training_school")
    proof = (await client.get(f"/v1/hours-entries/{entries[4]}/proof", headers=head)).json()
    seals = (await client.get("/v1/hours-seals", headers=head)).json()["items"]
    public = {"test": proof["public_key"]}
    held = check(tmp_path, proof, seals, public)
    assert (held.returncode, held.stdout.split()[:2]) == (0, ["PROVED", f"{entries[4]}:"]), held.stderr
    for name, (spoil, reason) in SPOILT.items():
        case = json.loads(json.dumps([proof, seals, public]))
        spoil(*case)
        seen = check(tmp_path, *case)
        assert (seen.returncode, seen.stdout) == (1, ""), name
        assert reason in seen.stderr, (name, seen.stderr)


async def test_one_seal_is_verified_at_once_and_all_as_an_operation(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database, clone: Clone
) -> None:
    entries = await posted(client, as_role, world, "a1-1", "a1-2")
    await seal_all(database)
    head = as_role("teacher")
    right = await client.post("/v1/hours-seals/1:verify", headers=head)
    assert (right.status_code, right.json()) == (
        200,
        {"number": 1, "entries": 2, "is_right": True, "fault": None},
    )
    assert (await client.post("/v1/hours-seals/2:verify", headers=head)).status_code == 404
    root = await as_superuser(clone)
    await root.execute("UPDATE hours_entries SET credited = 0 WHERE id = $1", entries[1])
    await root.close()
    wrong = (await client.post("/v1/hours-seals/1:verify", headers=head)).json()
    assert (wrong["is_right"], wrong["fault"]["code"], wrong["fault"]["entry_id"]) == (False, "changed", entries[1])
    broken = await client.get(f"/v1/hours-entries/{entries[1]}/proof", headers=as_role("bureau"))
    assert (broken.status_code, broken.json()["code"]) == (409, "HOURS_SEAL_BROKEN")
    started = await client.post("/v1/hours-seals:verify", headers=head)
    assert (started.status_code, started.headers["location"]) == (202, started.json()["links"]["self"])
    again = await client.post("/v1/hours-seals:verify", headers=as_role("bureau"))
    assert (again.status_code, again.json()["code"]) == (409, "HOURS_VERIFICATION_RUNNING")
    assert "稍后再试" in again.json()["detail"]
    mine = await ask(client, head, "mutation{verifyHoursSeal(number:1){...on HoursSealCheck{isRight fault{entryId}}}}")
    assert mine["data"]["verifyHoursSeal"] == {"isRight": False, "fault": {"entryId": entries[1]}}


async def test_job_answers_the_verdict(
    client: httpx.AsyncClient, as_role: SignIn, world: World, database: Database
) -> None:
    from app.core.ids import new_id  # noqa: PLC0415 - the same
    from app.core.jobs import JobContext, OperationKey, Unreported  # noqa: PLC0415 - of this case alone

    await posted(client, as_role, world, "a1-1")
    await seal_all(database)
    await posted(client, as_role, world, "a1-2")
    registry = JobRegistry()
    jobs.register(registry)
    context = JobContext(database, "hours.verify_seals", {}, 1, Unreported(), OperationKey(HOME, new_id()))
    answer = await registry.functions["hours.verify_seals"](context)
    assert answer == {"seals": 1, "entries": 1, "unsealed_entries": 1, "is_right": True, "fault": None}
    assert [seconds for seconds, _ in registry.chores] == [5.0]
    assert (await verdict(database)).seals == 1
