"""Every field of GraphQL x every role x the places of REST's matrix: queries, mutations, and fields under types.

Documents are made from the schema and from the examples of REST, so a new field is either covered or fails here. The
entrance rolls every request back: one database serves all cases.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.access.context import Context
from app.access.graph_types import global_id
from app.access.permissions import Permission
from app.accounts.entry import Entrance
from app.api.graphql import NODES
from app.core.clock import Clock
from app.core.db import Database
from tests.contract import graph_documents as documents
from tests.contract import test_access_matrix as table
from tests.contract.places import TEACHERS, Objects
from tests.factories import keys
from tests.factories.cluster import Clone
from tests.factories.graph import ask
from tests.factories.world import TEACHERS as PEOPLE
from tests.factories.world import World

AsRole = Any
PLACE_OF = {"A1": "own", "A2": "sibling", "B1": "other", "D": "direct", "X1": "abroad"}
ABROAD_NAMES = ("丙镇", "褚外", "邻县")
OUTCOMES = {403: "forbidden", 404: "hidden"}
QUERIES = {name: one for name, one in documents.roots("Query").items() if name not in {"node", "nodes"}}
MUTATIONS = documents.roots("Mutation")
CHANGES = "SELECT count(*) FROM events WHERE kind <> 'access.refused'"
entries, places = table.entries, table.places


class Rehearsal(Entrance):
    """An entrance whose requests leave nothing behind; `changes` counts the events of the last one's region."""

    changes = 0

    @asynccontextmanager
    async def context(
        self, token: str, *, acting_grant: UUID | None = None, clock: Clock | None = None
    ) -> AsyncIterator[Context]:
        """The context of one request, rolled back at its end."""
        async with super().context(token, acting_grant=acting_grant, clock=clock) as ctx:
            yield ctx
            self.changes = (await ctx.db.exec_driver_sql(CHANGES)).scalar_one()
            await ctx.db.rollback()


@pytest.fixture
def entrance(database: Database) -> Rehearsal:
    made = keys.entrance(database)
    return Rehearsal(made.database, made.keys, made.refresh_key, made.limits, made.allows_test_clock)


def cases(places: Mapping[str, Objects], name: str) -> dict[str, Objects]:
    """The places a root field is asked about: all of them where its request names an object or a place."""
    example = documents.example_of(name)
    assert example is not None, f"{name}: no example in tests/contract/examples.py"
    return dict(places) if example.sees or example.placed else {"own": places["own"]}


def judged(world: World, actor: str, name: str, place: str, permission: Permission, answer: Mapping[str, Any]) -> str:
    """What is wrong with an answer about a place, empty if nothing is. answer: status and code of a refusal, or {}."""
    example = documents.example_of(name)
    assert example is not None
    outcome, code = OUTCOMES.get(answer.get("status", 200), "allowed"), answer.get("code", "")
    if example.sees is None and outcome == "hidden" and example.path is not type(example)().path:
        outcome = "allowed"  # its object does not exist anywhere
    if example.placed and code in table.FAULTS_OF_PLACE:
        outcome = "forbidden"  # a place outside the scope is a fault of the body
    wanted = table.expected(world, actor, permission, example, place)
    if outcome == wanted or (outcome == "forbidden" and code in table.OF_THE_CASE):
        return "" if answer.get("status", 0) < 500 else f"{actor} {name} {place}: {answer}"
    return f"{actor} {name} {place}: wanted {wanted}, got {answer or outcome}"


def leaks(world: World, actor: str, permission: Permission, shown: object, entries: Mapping[str, UUID]) -> set[str]:
    """Records in an answer that the permission does not reach, by the known ids in it."""
    known = {str(world.teacher(name)): f"teacher {name}" for name, *_ in PEOPLE}
    known |= {str(entry): f"entry {place}" for place, entry in entries.items()}
    may = table.reached(world, actor, permission) or set()
    reached = {str(world.teacher(name)) for name, _, school, *_ in PEOPLE if PLACE_OF[school] in may}
    reached |= {str(entries[place]) for place in may}
    if actor == "teacher" and len(may) == 1:
        reached &= {str(world.teacher(TEACHERS["own"])), str(entries["own"])}
    return {known[one] for one in set(texts(shown)) & (known.keys() - reached)}


def texts(value: object) -> Iterator[str]:
    """Every text inside an answer."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from texts(one)
    if isinstance(value, str):
        yield value


def refusals(body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The refusals of an answer by the alias of their field."""
    found = list(body.get("errors", ()))
    assert all("path" in error for error in found), found
    return {str(error["path"][0]): error["extensions"] for error in found}


def test_every_root_field_has_an_example() -> None:
    missing = [name for name in (*QUERIES, *MUTATIONS) if documents.example_of(name) is None]
    assert missing == [], "name it as its operation of REST, which has its example in tests/contract/examples.py"


async def test_role_by_query_by_place(
    client: httpx.AsyncClient, as_role: AsRole, world: World, places: dict[str, Objects], entries: dict[str, UUID]
) -> None:
    asked = [(name, one, at) for name, one in QUERIES.items() for at in cases(places, name).values()]
    wrong = []
    for actor in table.ACTORS:
        for some in (asked[start : start + 20] for start in range(0, len(asked), 20)):
            parts = {
                f"{name}_{at.place}": documents.part(
                    name, one, documents.given(name, one, at), alias=f"{name}_{at.place}"
                )
                for name, one, at in some
            }
            text, values = documents.document(parts)
            body = await ask(client, as_role(actor), text, **values)
            refused = refusals(body)
            for name, one, at in some:
                alias, permission = f"{name}_{at.place}", documents.permission_of(one)
                wrong.append(judged(world, actor, name, at.place, permission, refused.get(alias, {})))
                found = leaks(world, actor, permission, body["data"][alias], entries)
                wrong.append(f"{actor} {alias} shows {found}" if found else "")
    assert [one for one in wrong if one] == []


@pytest.mark.parametrize("actor", table.ACTORS)
async def test_role_by_mutation_by_place(
    client: httpx.AsyncClient,
    as_role: AsRole,
    world: World,
    places: dict[str, Objects],
    entrance: Rehearsal,
    actor: str,
) -> None:
    """Also: where every place is refused, nothing was written."""
    wrong = []
    await ask(client, as_role(actor), "{me{username}}")
    before = entrance.changes
    for name, one in MUTATIONS.items():
        parts = {
            place: documents.part(name, one, documents.given(name, one, at), alias=place)
            for place, at in cases(places, name).items()
        }
        text, values = documents.document(parts, operation="mutation")
        body = await ask(client, as_role(actor), text, **values)
        assert "errors" not in body, (name, body["errors"])
        answers = {place: one if one["__typename"] == "Problem" else {} for place, one in body["data"].items()}
        permission = documents.permission_of(one)
        wrong += [judged(world, actor, name, place, permission, answer) for place, answer in answers.items()]
        if all(answers.values()) and entrance.changes != before:
            wrong.append(f"{actor} {name}: refused, but something was written")
    assert [one for one in wrong if one] == []


def ways(places: Mapping[str, Objects], kind: str, selection: str) -> dict[str, documents.Part]:
    """How records of a type are reached: by global id at every place, or through a query."""
    example = documents.example_of(kind[:1].lower() + kind[1:])
    if example and example.sees and "id" in documents.fields_of(kind):
        ids = {place: UUID(str(next(iter(example.path(at).values())))) for place, at in places.items()}
        return {
            place: documents.Part(f'node(id:"{global_id(kind, one)}"){{...on {kind}{selection}}}')
            for place, one in ids.items()
        }
    name, steps = documents.way_to(kind)
    for step in reversed(steps):
        selection = f"{{{step}{selection}}}"
    values = documents.given(name, QUERIES[name], places["own"])
    return {"own": documents.part(name, QUERIES[name], values, alias="own", selection=selection)}


def answers(value: object, alias: str) -> Iterator[object]:
    """Every value of an alias inside an answer, null ones left out."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if name != alias:
                yield from answers(one, alias)
            elif one is not None:
                yield one
    if isinstance(value, list):
        for one in value:
            yield from answers(one, alias)


async def test_role_by_field_under_a_type(
    client: httpx.AsyncClient, as_role: AsRole, world: World, places: dict[str, Objects], entries: dict[str, UUID]
) -> None:
    """A field under a record asks for its own permission and shows what that reaches, whoever led to the record."""
    wrong: list[str] = []
    answered = set()
    for kind in sorted({kind for kind, _ in documents.nested()}):
        fields = {name: one for (of, name), one in documents.nested().items() if of == kind}
        selection = " ".join(f"x_{name}:{documents.under(name, one)}" for name, one in fields.items())
        text, values = documents.document(ways(places, kind, f"{{{selection}}}"))
        for actor in table.ACTORS:
            body = await ask(client, as_role(actor), text, **values)
            for name, one in fields.items():
                permission, found = documents.permission_of(one), list(answers(body["data"], f"x_{name}"))
                refused = table.reached(world, actor, permission) is None
                denied = {
                    error["extensions"]["code"] for error in body.get("errors", ()) if f"x_{name}" in error["path"]
                }
                answered |= {(kind, name)} if found else set()
                if denied - {"PERMISSION_DENIED"} or (denied and not refused) or (found and refused):
                    wrong.append(f"{actor} {kind}.{name}: refused={refused}, {denied}, {found}")
                if shown := leaks(world, actor, permission, found, entries):
                    wrong.append(f"{actor} {kind}.{name} shows {shown}")
    assert wrong == []
    assert answered == set(documents.nested()), "nobody got an answer of these: give the world a record to show"


def abroad_ids(at: Objects) -> dict[str, str]:
    """Ids of another region's records, by what they are; at most as many as a document may repeat a field."""
    names = ("organisation", "teacher", "entry", "account", "grant")
    return {name: str(getattr(at, name)) for name in names}


def empty(answer: Any) -> bool:
    """Whether an answer is a list without items or a refused mutation."""
    if isinstance(answer, list):
        return not answer
    return bool(answer.get("nodes") == [] or (answer.get("__typename") == "Problem" and answer["status"] < 500))


def some_actor(world: World, permission: Permission) -> str:
    """Somebody of the home region whom the table lets do it, best at one of the places."""
    found = {actor: table.reached(world, actor, permission) for actor in table.ACTORS}
    able = [actor for actor, places in found.items() if places is not None]
    return next((actor for actor in able if found[actor]), able[0])


@pytest.mark.parametrize(("operation", "fields"), [("query", QUERIES), ("mutation", MUTATIONS)])
async def test_foreign_ids_in_any_argument_or_input_are_refused(
    client: httpx.AsyncClient,
    as_role: AsRole,
    world: World,
    places: dict[str, Objects],
    operation: str,
    fields: dict[str, Any],
) -> None:
    wrong = []
    foreign = abroad_ids(places["abroad"])
    for name, one in fields.items():
        values = documents.given(name, one, places["own"])
        head = as_role(some_actor(world, documents.permission_of(one)))
        for path in documents.foreign_places(values, one):
            parts = {
                what: documents.part(name, one, documents.replaced(values, path, new), alias=what)
                for what, new in foreign.items()
            }
            text, variables = documents.document(parts, operation=operation)
            body = await ask(client, head, text, **variables)
            refused = refusals(body)
            for what in parts:
                answer = body["data"][what] or refused[what]
                is_empty = what in refused or empty(answer)
                if (
                    not is_empty
                    or refused.get(what, {}).get("status", 0) >= 500
                    or any(one in str(body) for one in ABROAD_NAMES)
                ):
                    wrong.append(f"{name} {'/'.join(path)} {what}: {answer}")
    assert wrong == []


async def test_foreign_global_ids_find_nothing(
    client: httpx.AsyncClient, as_role: AsRole, places: dict[str, Objects]
) -> None:
    kinds = [kind for kind in NODES if "id" in documents.fields_of(kind)]
    ids = [global_id(kind, UUID(one)) for kind in kinds for one in abroad_ids(places["abroad"]).values()]
    for actor in ("bureau", "training_school", "central_school", "school", "teacher"):
        for some in (ids[at : at + 100] for at in range(0, len(ids), 100)):  # as many as one request may name
            body = await ask(client, as_role(actor), "query($ids:[ID!]!){nodes(ids:$ids){id}}", ids=some)
            assert body == {"data": {"nodes": [None] * len(some)}}


async def test_nobody_and_the_locked_are_refused_before_any_field(
    client: httpx.AsyncClient, as_role: AsRole, places: dict[str, Objects], clone: Clone
) -> None:
    connection = await clone.connect()
    await connection.execute("UPDATE accounts SET status = 'locked', session_version = 2 WHERE username = 'school_b1'")
    await connection.close()
    for operation, fields in (("query", QUERIES), ("mutation", MUTATIONS)):
        for name, one in fields.items():
            made = documents.part(name, one, documents.given(name, one, places["own"]), alias="f")
            text, values = documents.document({"f": made}, operation=operation)
            for head, code in (({}, "TOKEN_MISSING"), (as_role("school_b1"), "SESSION_REVOKED")):
                answer = await client.post("/graphql", json={"query": text, "variables": values}, headers=head)
                assert (answer.status_code, answer.json()["code"]) == (401, code), name
