"""REST and GraphQL show the same things: fields, verbs, permissions, values and cursors."""

from collections.abc import Callable, Iterator
from typing import Any, get_args

import httpx
import pytest
from fastapi.routing import APIRoute
from graphql import GraphQLObjectType
from pydantic import BaseModel
from strawberry.utils.str_converters import to_camel_case

from app.access import graph_types
from app.access.permissions import Permission
from app.accounts.rest import requested
from app.api import graphql
from app.archive.rest import router as archive
from app.archive.schemas import FileLink
from app.assistance.rest import router as assistance
from app.cases.rest import router as cases
from app.certificates.rest import router as certificates
from app.consultations.rest import ROUTERS as CONSULTATIONS
from app.core.schemas import Listing
from app.corrections.rest import router as corrections
from app.deliveries.rest import ROUTERS as DELIVERIES
from app.evaluations.rest import ROUTERS as EVALUATIONS
from app.exports.rest import router as exports
from app.funds.rest import ROUTERS as FUNDS
from app.hours.rest import ROUTERS as HOURS
from app.organisations.rest import router as organisations
from app.performance.rest import ROUTERS as PERFORMANCE
from app.portfolio.rest import router as portfolio
from app.practice.rest import ROUTERS as PRACTICE
from app.projects.rest import ROUTERS as PROJECTS
from app.publications.rest import router as publications
from app.school_research.rest import ROUTERS as RESEARCH
from app.steering.rest import ROUTERS as STEERING
from app.teachers.rest import router as teachers
from app.trainers.rest import ROUTERS as TRAINERS
from app.training.rest import ROUTERS as TRAINING
from app.workshops.rest import ROUTERS as WORKSHOPS
from tests.factories.graph import ask, codes, data
from tests.factories.statements import counted
from tests.factories.world import World

AsRole = Callable[[str], dict[str, str]]
ROUTES = [
    route
    for router in (
        organisations,
        requested,
        teachers,
        portfolio,
        corrections,
        publications,
        cases,
        assistance,
        certificates,
        *HOURS,
        archive,
        exports,
        *WORKSHOPS,
        *TRAINERS,
        *RESEARCH,
        *PROJECTS,
        *PERFORMANCE,
        *STEERING,
        *DELIVERIES,
        *FUNDS,
        *CONSULTATIONS,
        *EVALUATIONS,
        *PRACTICE,
        *TRAINING,
    )
    for route in router.routes
    if isinstance(route, APIRoute)
]
NOT_OFFERED = {
    "get_hours_completion_chart",
    "list_regions",
    "batch_get_teachers",
    "get_teacher_hours",
    "get_teacher_hours_explanation",
    "get_certificate_pdf",
    "list_employments",
    "list_hours_entry_files",
    "list_hours_submission_files",
    "list_hours_submission_lines",
    "list_hours_submission_acts",
    "get_school_plan_docx",
    "get_school_plan_pdf",
    "list_school_plan_acts",
    "list_research_attendance",
    "list_research_activity_files",
}
"""Readings that GraphQL offers in another place: region, nodes, fields of Teacher, HoursEntry and HoursSubmission; a
PDF is a file."""

BYTES = {
    "attach_hours_entry_file",
    "attach_hours_submission_file",
    "get_hours_entry_files_zip",
    "get_hours_submission_files_zip",
    "get_file_content",
    "get_file_link",
    "download_file",
    "get_export_content",
    "attach_workshop_activity_file",
    "get_workshop_activity_files_zip",
    "attach_score_mark_file",
    "attach_trainer_revocation_file",
    "attach_payment_file",
    "attach_consultation_report_file",
    "attach_consultation_meeting_file",
    "get_briefing_pdf",
    "get_briefing_docx",
    "get_briefing_txt",
    "attach_practice_output_file",
    "attach_research_activity_file",
    "get_research_activity_files_zip",
    "get_research_archive_zip",
    "attach_scorecard_file",
    "get_scorecard_files_zip",
    "get_scorecard_table",
    "get_teacher_portfolio_pdf",
    "attach_training_submission_file",
}
"""What moves the bytes of files: REST only."""


def models(kind: Any) -> Iterator[type[BaseModel]]:
    """The answer schemas inside an annotation, nested ones too; envelopes of lists are left out."""
    for part in get_args(kind):
        yield from models(part)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if not issubclass(kind, Listing):
            yield kind
        for field in kind.model_fields.values():
            yield from models(field.annotation)


SCHEMAS = sorted(
    {model for route in ROUTES for model in models(route.response_model)} - {FileLink}, key=lambda one: one.__name__
)


def graphql_type(schema: type[BaseModel]) -> GraphQLObjectType:
    made = graph_types.outputs()[schema]
    found = graphql.core().type_map[made.__strawberry_definition__.name]  # type: ignore[attr-defined]
    assert isinstance(found, GraphQLObjectType)
    return found


def definition(field: Any) -> Any:
    return field.extensions["strawberry-definition"]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda one: one.__name__)
def test_fields_are_the_same(schema: type[BaseModel]) -> None:
    shown = graphql_type(schema).fields
    rest = {"uuid" if name == "id" else to_camel_case(name) for name in schema.model_fields}
    added = {name for name, field in shown.items() if "permission" in definition(field).metadata}
    assert rest <= set(shown)
    assert set(shown) - rest - added - {"id"} == set()


def test_what_is_never_null_on_rest_is_never_null_here() -> None:
    for schema in SCHEMAS:
        fields = graphql_type(schema).fields
        for name, info in schema.model_fields.items():
            optional = type(None) in get_args(info.annotation)
            shown = fields["uuid" if name == "id" else to_camel_case(name)]
            assert str(shown.type).endswith("!") is not optional, (schema, name)


def test_verbs_are_the_same_with_the_same_permissions() -> None:
    writes = {route.name: route for route in ROUTES if "GET" not in (route.methods or ()) and route.name not in BYTES}
    mutations = graphql.core().mutation_type
    assert mutations is not None
    assert set(mutations.fields) == {to_camel_case(name) for name in writes}
    for name, route in writes.items():
        permission = (route.openapi_extra or {})["x-permission"]
        assert definition(mutations.fields[to_camel_case(name)]).metadata["permission"] == permission


def test_readings_are_the_same() -> None:
    queries = graphql.core().query_type
    assert queries is not None
    reads = {route.name for route in ROUTES if "GET" in (route.methods or ())} - NOT_OFFERED - BYTES
    assert set(queries.fields) == {to_camel_case(name.partition("_")[2]) for name in reads} | {
        "me",
        "node",
        "nodes",
        "region",
    }


def test_every_field_with_a_resolver_names_its_permission() -> None:
    unsaid = [
        f"{kind.name}.{name}"
        for kind in graphql.core().type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name, field in kind.fields.items()
        if definition(field).base_resolver and name not in {"id", "uuid", "node", "nodes"}
        if definition(field).metadata.get("permission") not in set(Permission)
    ]
    assert unsaid == []


async def test_values_and_cursors_are_those_of_rest(client: httpx.AsyncClient, as_role: AsRole) -> None:
    head = as_role("bureau")
    rest = (await client.get("/v1/organisations?kind=school&limit=2&include_total=true", headers=head)).json()
    fields = "kind parentId code departmentCode name shortName stages isCompulsory isWeak town status closedOn"
    query = f"""query($after: String) {{ organisations(kind: school, first: 2, after: $after) {{ totalCount
      nodes {{ id: uuid createdAt updatedAt etag {fields} }} edges {{ cursor node {{ name }} }}
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
    mine = (await data(client, head, query))["organisations"]
    assert mine["nodes"] == [{to_camel_case(key): value for key, value in item.items()} for item in rest["items"]]
    assert (mine["totalCount"], mine["pageInfo"]["endCursor"]) == (rest["total"], rest["next_cursor"])
    assert mine["edges"][1] == {"cursor": rest["next_cursor"], "node": {"name": rest["items"][1]["name"]}}
    after = (await data(client, head, query, after=rest["next_cursor"]))["organisations"]
    assert [node["name"] for node in after["nodes"]] == ["甲镇第一小学", "甲镇第二小学"]
    assert after["pageInfo"] | {"startCursor": "", "endCursor": ""} == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": "",
        "endCursor": "",
    }
    later = await client.get(
        f"/v1/organisations?kind=school&limit=2&cursor={mine['pageInfo']['endCursor']}", headers=head
    )
    assert [item["name"] for item in later.json()["items"]] == ["甲镇第一小学", "甲镇第二小学"]


async def test_total_is_counted_only_where_selected(client: httpx.AsyncClient, as_role: AsRole, database: Any) -> None:
    plain = "{organisations(first:1){nodes{name}}}"
    total = (
        "{organisations(first:1){...on OrganisationConnection{...F}}} fragment F on OrganisationConnection{totalCount}"
    )
    await ask(client, as_role("school"), plain)
    figures = []
    for query in (plain, total):
        with counted(database) as sent:
            await data(client, as_role("school"), query)
        figures.append(sum(statement.startswith("SELECT") for statement in sent))
    assert figures == [1, 2]


async def test_calendars_are_those_of_rest(client: httpx.AsyncClient, as_role: AsRole) -> None:
    rest = (await client.get("/v1/school-years/2026-2027", headers=as_role("school"))).json()
    query = """{schoolYear(schoolYear:"2026-2027"){ id: uuid createdAt updatedAt etag schoolYear schoolPlanDueOn
      terms { name startsOn endsOn weeks { number startsOn endsOn } } } }"""
    mine = (await data(client, as_role("school"), query))["schoolYear"]
    assert mine == _camel(rest)


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel_case(key): _camel(one) for key, one in value.items()}
    return [_camel(one) for one in value] if isinstance(value, list) else value


async def test_records_by_global_id(client: httpx.AsyncClient, as_role: AsRole, world: World) -> None:
    def of(kind: str, uuid: object) -> str:
        return graph_types.global_id(kind, uuid)  # type: ignore[arg-type]  # a UUID of the world

    ids = [
        of("Organisation", world.organisation("A1")),
        of("Teacher", world.teacher("a1-1")),
        of("Teacher", world.teacher("b1-1")),
        of("Organisation", world.organisation("X1")),
        of("Account", world.account("school").id),
        "nonsense",
        "",
        "5a2m5Lmg",
    ]
    query = "query($ids:[ID!]!){nodes(ids:$ids){__typename id ...on Organisation{name} ...on Teacher{staffNo}}}"
    nodes = (await data(client, as_role("school"), query, ids=ids))["nodes"]
    assert nodes == [
        {"__typename": "Organisation", "id": ids[0], "name": "甲镇第一小学"},
        {"__typename": "Teacher", "id": ids[1], "staffNo": world.staff_no("a1-1")},
        *[None] * 6,
    ]
    one = await data(client, as_role("school"), "query($id:ID!){node(id:$id){id}}", id=ids[1])
    assert one == {"node": {"id": ids[1]}}
    many = await ask(client, as_role("school"), query, ids=["a"] * 101)
    assert codes(many) == ["IDS_OUT_OF_RANGE"]


async def test_other_peoples_records_are_not_found(client: httpx.AsyncClient, as_role: AsRole, world: World) -> None:
    query = "query($own:UUID!,$other:UUID!){own:teacher(uuid:$own){name} other:teacher(uuid:$other){name}}"
    own, other = str(world.teacher("a1-1")), str(world.teacher("a2-1"))
    body = await ask(client, as_role("school"), query, own=own, other=other)
    assert (body["data"], codes(body)) == ({"own": {"name": "赵一"}, "other": None}, ["NOT_FOUND"])
    abroad = await ask(
        client, as_role("bureau"), "query($id:UUID!){organisation(uuid:$id){name}}", id=str(world.organisation("X1"))
    )
    assert (abroad["data"], codes(abroad)) == ({"organisation": None}, ["NOT_FOUND"])
