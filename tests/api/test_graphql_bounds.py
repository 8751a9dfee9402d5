"""Bounds of GraphQL documents: each at its edge, and hostile documents."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from graphql import FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, get_introspection_query

from app.api import graphql, graphql_bounds
from app.api.graphql_bounds import Measure, check, read_document
from app.core.errors import BadRequest, TooLarge
from tests.factories.graph import ask, codes

AsRole = Callable[[str], dict[str, str]]
ENTRY = "{activityTitle activityDate creditedHours}"
J4 = f"""query($id: UUID!) {{ organisation(uuid: $id) {{ name teachers(first: 50) {{ nodes {{ name
  hours(schoolYear: "2026-2027") {{ categories {{ category credited }} }} hoursEntries(first: 5) {ENTRY} }} }} }} }}"""


def measure(query: str, **variables: Any) -> Measure:
    return check(graphql.core(), read_document(query), variables)


def refusal(query: str, **variables: Any) -> tuple[str, int, int]:
    with pytest.raises(BadRequest) as caught:
        measure(query, **variables)
    return caught.value.code, int(str(caught.value.facts["max"])), int(str(caught.value.facts["got"]))


def parents(levels: int) -> str:
    """A document of `levels` fields under each other."""
    above = levels - 2
    return "{node(id:1){...on Organisation{" + "parent{" * above + "name" + "}" * above + "}}}"


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        pytest.param("{me{username}}", {}, 2, id="a field and its parent"),
        pytest.param("{a:me{username} b:me{username}}", {}, 4, id="aliases count"),
        pytest.param("{organisations(first:10){nodes{name}}}", {}, 21, id="page size multiplies"),
        pytest.param("{organisations{nodes{name}}}", {}, 101, id="the default page size is 50"),
        pytest.param("query($n:Int!){organisations(first:$n){nodes{name}}}", {"n": 7}, 15, id="size in a variable"),
        pytest.param("query($n:Int=3){organisations(first:$n){nodes{name}}}", {}, 7, id="default of a variable"),
        pytest.param("query($n:Int=3){organisations(first:$n){nodes{name}}}", {"n": None}, 7, id="null is the default"),
        pytest.param("{organisations(first:2){nodes{children(first:3){nodes{name}}}}}", {}, 65, id="a statement"),
        pytest.param('{schoolYear(schoolYear:"2026-2027"){terms{name}}}', {}, 12, id="a list of unknown length is 10"),
        pytest.param('{nodes(ids:["a","b","c"]){id}}', {}, 4, id="as many as ids"),
        pytest.param("query($i:[ID!]!){nodes(ids:$i){id}}", {"i": ["a"] * 50}, 51, id="ids in a variable"),
        pytest.param("{...F} fragment F on Query{...G ...G} fragment G on Query{me{username}}", {}, 4, id="fragments"),
    ],
)
def test_cost_is_fields_times_page_sizes(query: str, variables: dict[str, Any], cost: int) -> None:
    assert measure(query, **variables).cost == cost


def test_the_standard_list_of_teachers_fits() -> None:
    assert measure(J4) == Measure(6, 2027, 0)


@pytest.mark.parametrize(("first", "cost"), [(99, 4951), (100, 5001)])
def test_cost_at_its_edge(first: int, cost: int) -> None:
    query = f"{{organisations(first:{first}){{nodes{{{' '.join(f'a{i}:name' for i in range(49))}}}}}}}"
    if cost > graphql_bounds.COST_MAX:
        assert refusal(query) == ("GRAPHQL_COST", 5000, cost)
    else:
        assert measure(query).cost == cost


@pytest.mark.parametrize("levels", [10, 11])
def test_depth_at_its_edge(levels: int) -> None:
    if levels > graphql_bounds.DEPTH_MAX:
        assert refusal(parents(levels)) == ("GRAPHQL_DEPTH", 10, 11)
    else:
        assert measure(parents(levels)).depth == levels


def test_depth_counts_through_fragments() -> None:
    query = "{node(id:1){...F}} fragment F on Organisation{parent{...G}} fragment G on Organisation"
    assert measure(query + "{" + "parent{" * 7 + "name" + "}" * 8).depth == 10
    assert refusal(query + "{" + "parent{" * 8 + "name" + "}" * 9) == ("GRAPHQL_DEPTH", 10, 11)


@pytest.mark.parametrize("count", [20, 21])
def test_fragments_at_their_edge(count: int) -> None:
    spreads = "".join(f"...F{i} " for i in range(count))
    fragments = "".join(f"fragment F{i} on Query{{a{i}:me{{username}}}}" for i in range(count))
    query = f"{{{spreads}}}{fragments}"
    if count > graphql_bounds.FRAGMENTS_MAX:
        assert refusal(query) == ("GRAPHQL_FRAGMENTS", 20, 21)
    else:
        assert measure(query).cost == 40


@pytest.mark.parametrize("count", [40, 41])
def test_spreads_at_their_edge(count: int) -> None:
    query = "{" + "...F " * count + "} fragment F on Query{me{username}}"
    if count > graphql_bounds.SPREADS_MAX:
        assert refusal(query) == ("GRAPHQL_SPREADS", 40, 41)
    else:
        assert measure(query).cost == 80


@pytest.mark.parametrize("count", [5, 6])
def test_repeats_at_their_edge(count: int) -> None:
    query = "{me{" + "username " * (count - 2) + "...on Me{username} ...on Me{username}}}"
    if count > graphql_bounds.REPEATS_MAX:
        assert refusal(query) == ("GRAPHQL_REPEATED", 5, 6)
    else:
        assert measure(query).cost == 6


@pytest.mark.parametrize("count", [10, 11])
def test_operations_at_their_edge(count: int) -> None:
    query = " ".join(f"query Q{i}{{me{{username}}}}" for i in range(count))
    if count > graphql_bounds.OPERATIONS_MAX:
        assert refusal(query) == ("GRAPHQL_OPERATIONS", 10, 11)
    else:
        assert measure(query).cost == 2


def test_tokens_at_their_edge() -> None:
    assert len(read_document("{" + " a" * 998 + "}").definitions) == 1
    with pytest.raises(GraphQLError, match="1000"):
        read_document("{" + " a" * 999 + "}")


def test_document_bytes_at_their_edge() -> None:
    head = "{me{username}} #"
    assert read_document(head + "a" * (8 * 1024 - len(head)))
    with pytest.raises(TooLarge):
        read_document(head + "a" * (8 * 1024 - len(head) + 1))
    with pytest.raises(TooLarge):
        read_document(head + "学" * 2750)


def test_introspection_has_bounds_of_its_own() -> None:
    standard = measure(get_introspection_query())
    assert (standard.depth, standard.cost) == (1, 1)
    assert standard.introspection <= graphql_bounds.INTROSPECTION_COST_MAX / 2
    fields = " ".join(f"a{i}:fields{{name args{{name type{{name}}}}}}" for i in range(60))
    assert refusal(f"{{__schema{{types{{{fields}}}}}}}")[:2] == ("GRAPHQL_COST", graphql_bounds.INTROSPECTION_COST_MAX)
    deep = "{__schema{queryType" + "{ofType" * 20 + "{name}" + "}" * 22
    assert refusal(deep)[:2] == ("GRAPHQL_DEPTH", 20)


def dag(levels: int) -> str:
    """Fragments that each spread the next one twice: 2^levels fields written out."""
    parts = [f"fragment F{i} on Query{{...F{i + 1} ...F{i + 1}}}" for i in range(levels)]
    return "{...F0}" + "".join(parts) + f"fragment F{levels} on Query{{me{{username}}}}"


HOSTILE = {
    "fragments as a graph, 40 levels": (dag(40), "GRAPHQL_FRAGMENTS"),
    "fragments as a graph, 19 levels": (dag(19), "GRAPHQL_COST"),
    "a fragment in itself": ("{...F} fragment F on Query{me{username} ...F}", "GRAPHQL_FRAGMENT_CYCLE"),
    "fragments in a circle": (
        "{...F} fragment F on Query{...G} fragment G on Query{...H} fragment H on Query{...F}",
        "GRAPHQL_FRAGMENT_CYCLE",
    ),
    "an unknown fragment": ("{...F me{username}}", "GRAPHQL_INVALID"),
    "pages in pages, 10^5 fields": (
        "{organisations(first:100){nodes{children(first:100){nodes{children(first:10){nodes{name}}}}}}}",
        "GRAPHQL_COST",
    ),
    "a page of 10^400": ("{organisations(first:1" + "0" * 400 + "){nodes{name}}}", "GRAPHQL_COST"),
    "a negative page of 10^400": ("{organisations(first:-1" + "0" * 400 + "){nodes{name}}}", "GRAPHQL_COST"),
    "160 aliases": ("{" + "".join(f"a{i}:me{{username}} " for i in range(160)) + "}", None),
    "one field 900 times": ("{me{" + "username " * 900 + "}}", "GRAPHQL_REPEATED"),
    "inline fragments 70 deep": ("{" + "...{" * 70 + "me{username}" + "}" * 70 + "}", "GRAPHQL_DEPTH"),
    "fields 70 deep": ("{" + "a{" * 70 + "b" + "}" * 70 + "}", "GRAPHQL_DEPTH"),
    "fields 450 deep": ("{" + "a{" * 450 + "b" + "}" * 450 + "}", "GRAPHQL_SYNTAX"),
    "lists 450 deep": ("{organisation(uuid:" + "[" * 450 + "]" * 450 + "){name}}", "GRAPHQL_SYNTAX"),
    "braces only": ("{" * 990, "GRAPHQL_SYNTAX"),
    "a null byte": ("{me{user\u0000name}}", "GRAPHQL_SYNTAX"),
    "half a character": ('{organisations(q:"\\ud800"){totalCount}}', "GRAPHQL_SYNTAX"),
    "other scripts": ("{组织{名称}}", "GRAPHQL_SYNTAX"),
    "a subscription": ("subscription{me{username}}", "GRAPHQL_INVALID"),
    "a schema": ("type Query{a:Int}", "GRAPHQL_INVALID"),
    "directives without end": ("{me{username" + " @skip(if:false)" * 120 + "}}", "GRAPHQL_INVALID"),
    "an unknown directive": ("{me{username @defer}}", "GRAPHQL_INVALID"),
    "nothing": (" ", "GRAPHQL_SYNTAX"),
    "a comment": ("#", "GRAPHQL_SYNTAX"),
    "a hundred comments more": ("{me{username}}" + "#\n" * 200, "GRAPHQL_SYNTAX"),
}


@pytest.mark.parametrize(("query", "code"), HOSTILE.values(), ids=HOSTILE)
async def test_hostile_documents_are_answered(
    client: httpx.AsyncClient, as_role: AsRole, query: str, code: str | None
) -> None:
    head = as_role("teacher")
    await ask(client, head, "{me{username}}")
    body = await ask(client, head, query)
    assert codes(body)[:1] == ([code] if code else [])
    assert "INTERNAL" not in codes(body)


def test_the_check_is_linear_where_fragments_double() -> None:
    document = read_document(dag(40))
    operation, *rest = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    fragments = {node.name.value: node for node in rest if isinstance(node, FragmentDefinitionNode)}
    meter = graphql_bounds.Meter(graphql.core(), fragments, {}, spreads_max=100)
    measured = meter.operation(operation)
    assert (measured.cost, meter.spreads) == (2 * 2**40, 81)


@pytest.mark.parametrize("size", ["1e999", "-5", "2.5", '"9"', "[1]", "true"])
async def test_odd_numbers_in_variables(client: httpx.AsyncClient, as_role: AsRole, size: str) -> None:
    body = '{"query": "query($n:Int!){organisations(first:$n){nodes{name}}}", "variables": {"n": ' + size + "}}"
    head = as_role("teacher") | {"Content-Type": "application/json"}
    answer = await client.post("/graphql", content=body, headers=head)
    assert answer.status_code == 200
    assert codes(answer.json())[0] in {"GRAPHQL_INVALID", "GRAPHQL_COST", "FIRST_OUT_OF_RANGE"}
