"""Plans of GraphQL queries: for every query and every field under a type, the bytes that graphql-core gives.

Each document is answered three times: by graphql-core alone, by its plan on the route, and by the lane if it is hot.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.api import graphql, graphql_lane
from tests.contract import graph_documents as documents
from tests.contract import test_access_matrix as table
from tests.contract.places import Objects
from tests.contract.test_graph_matrix import QUERIES, some_actor, ways
from tests.factories.graph import PATH
from tests.factories.world import World

AsRole = Callable[[str], dict[str, str]]
entries, places = table.entries, table.places
HAND_WRITTEN = (
    "{ me { username } again: me { name: username } }",
    "{ __typename me { __typename } }",
    "{ organisations(first: 2) { edges { cursor node { id uuid name } } pageInfo { hasNextPage endCursor } } }",
    "{ organisations { totalCount nodes { parent { parent { name } } ...F } } } fragment F on Organisation { kind }",
    "{ organisations { nodes { ... on Node { id } ... on Organisation { stages } } } }",
    """query($n: Int = 3) { teachers(first: $n, sort: staff_no) { nodes { staffNo posts honours school { name }
    employments { startsOn } hours(schoolYear: "2026-2027") { cycle { starts isMet } categories { label target } }
    hoursEntries { id teacher { name } } few: hoursEntries(first: 1) { category source postedAt schoolYear
    school: schoolId claimedHours } } } }""",
    "query($yes: Boolean = true) { me { username @include(if: $yes) } }",
    """{ teachers(first: 1) { nodes { hours(schoolYear: "2026-2027", asOf: "2026-11-01") {
    categories { credited } } } } }""",
)


@pytest.fixture
def ways_answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How documents were answered, in order: by a plan on the route, or in the lane; nothing for graphql-core."""
    found: list[str] = []
    told, answer = graphql._told_by, graphql_lane.GraphLane._answer  # noqa: SLF001 - the way shows nowhere outside

    async def spied_told(*given: Any) -> bytes | None:
        bytes_ = await told(*given)
        found.extend(["route"] if bytes_ else [])
        return bytes_

    async def spied_answer(*given: Any) -> bytes | None:
        bytes_ = await answer(*given)
        found.extend(["lane"] if bytes_ else [])
        return bytes_

    monkeypatch.setattr(graphql, "_told_by", spied_told)
    monkeypatch.setattr(graphql_lane.GraphLane, "_answer", spied_answer)
    return found


async def compared(
    client: httpx.AsyncClient, head: dict[str, str], text: str, values: dict[str, object], found: list[str]
) -> tuple[str, str]:
    """The ways a document was answered without graphql-core, and what is wrong with those answers."""
    body = {"query": text, "variables": values}
    with pytest.MonkeyPatch.context() as alone:
        alone.setattr(graphql, "_plan", lambda *_: None)
        graphql._plans._known.clear()  # noqa: SLF001 - as if the document had not been seen
        plain = (await client.post(PATH, json=body, headers=head)).content
    del found[:]
    others = [(await client.post(PATH, json=body, headers=head)).content for _ in range(3)]
    if b'"errors"' in plain[:10]:
        return "", "" if found == [] else f"a plan answered what is refused: {text}"
    wrong = [one for one in others if one != plain]
    return "+".join(dict.fromkeys(found)), f"{text}\n{plain!r}\n{wrong[0]!r}" if wrong else ""


async def test_every_query_has_the_bytes_of_graphql_core(
    client: httpx.AsyncClient,
    as_role: AsRole,
    world: World,
    places: dict[str, Objects],
    entries: dict[str, UUID],
    ways_answered: list[str],
) -> None:
    asked: list[tuple[str, str, dict[str, object]]] = []
    for name, one in QUERIES.items():
        made = documents.part(name, one, documents.given(name, one, places["own"]), alias="f")
        asked.append((some_actor(world, documents.permission_of(one)), *documents.document({"f": made})))
    for (kind, name), one in documents.nested().items():
        under = ways(places, kind, f"{{x:{documents.under(name, one)}}}")
        asked.append(("training_school", *documents.document(under)))
    asked += [("training_school", text, {}) for text in HAND_WRITTEN]
    results = [await compared(client, as_role(actor), text, values, ways_answered) for actor, text, values in asked]
    assert [wrong for _, wrong in results if wrong] == []
    planned = [way for way, _ in results if way]
    assert len(planned) > len(QUERIES) // 2
    assert sum("lane" in way for way in planned) > 3


@pytest.mark.parametrize("username", ["bureau", "central_school", "school", "teacher"])
async def test_a_plan_shows_each_caller_their_own(
    client: httpx.AsyncClient, as_role: AsRole, world: World, ways_answered: list[str], username: str
) -> None:
    """The same text, known from others: what is remembered is how to answer, never an answer."""
    query = "{ me { username } teachers(first: 100) { nodes { uuid } } }"
    lists = {}
    for one in ("training_school", username, "training_school"):
        body = (await client.post(PATH, json={"query": query}, headers=as_role(one))).json()["data"]
        assert body["me"]["username"] == one
        rest = (await client.get("/v1/teachers", params={"limit": 100}, headers=as_role(one))).json()["items"]
        assert [node["uuid"] for node in body["teachers"]["nodes"]] == [row["id"] for row in rest]
        lists[one] = len(rest)
    assert lists[username] <= lists["training_school"]
    assert ways_answered


async def test_what_is_remembered_is_bounded(client: httpx.AsyncClient, as_role: AsRole) -> None:
    for number in range(graphql.DOCUMENTS_KEPT + 5):
        query = f"query($n: Int) {{ a{number}: organisations(first: $n) {{ nodes {{ name }} }} }}"
        body = {"query": query, "variables": {"n": number % 3 + 1}}
        assert "errors" not in (await client.post(PATH, json=body, headers=as_role("bureau"))).json()
    kept = (graphql._plans, graphql._measures, graphql._valid_documents)  # noqa: SLF001 - bounds of what is kept
    assert [len(one._known) for one in kept] == [graphql.DOCUMENTS_KEPT] * 3  # noqa: SLF001


async def test_a_measure_is_remembered_for_the_same_sizes_only(client: httpx.AsyncClient, as_role: AsRole) -> None:
    query = """query($n: Int!) { organisations(first: $n) { nodes { children(first: $n) { nodes { name } } } } }"""
    codes = []
    for first in (2, 100, 2):
        answer = await client.post(PATH, json={"query": query, "variables": {"n": first}}, headers=as_role("bureau"))
        codes.append([error["extensions"]["code"] for error in answer.json().get("errors", ())])
    assert codes == [[], ["GRAPHQL_COST"], []]


async def test_a_refusal_in_the_lane_is_told_by_graphql_core(
    client: httpx.AsyncClient, as_role: AsRole, world: World, ways_answered: list[str]
) -> None:
    query = "query($id: UUID!) { organisation(uuid: $id) { name } }"
    for name, code in (("A1", None), ("A1", None), ("X1", "NOT_FOUND"), ("A1", None)):
        body = {"query": query, "variables": {"id": str(world.organisation(name))}}
        answer = (await client.post(PATH, json=body, headers=as_role("bureau"))).json()
        assert [error["extensions"]["code"] for error in answer.get("errors", ())] == ([code] if code else [])
    assert ways_answered == ["route", "lane", "lane"]
