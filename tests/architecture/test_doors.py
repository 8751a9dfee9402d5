"""Doors: parse, call, return; every route says which permission it needs; the context stays small."""

import ast
from dataclasses import fields

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from app.access.context import Context
from app.access.permissions import Permission
from app.core.db import Database
from app.main import create_app
from tests.architecture.source import Function, Module, calls, dotted, of_kind
from tests.factories import keys

STATEMENTS_MAX = 4
SCORECARD = "/scorecard"
UNDOCUMENTED = {
    *("/", "/docs", "/graphql", "/openapi.json", "/static", "/verify/{token}"),
    *(SCORECARD, *(f"{SCORECARD}/{rest}" for rest in ("sign-in", "sign-out", "role"))),
    *(f"{SCORECARD}/{{year}}{rest}" for rest in ("", "/table.xlsx", "/what-if", "/freeze")),
    *(f"{SCORECARD}/{{year}}/files{rest}" for rest in (".zip", "/{file}")),
    *(f"{SCORECARD}/{{year}}/indicators/{{code}}{rest}" for rest in ("", "/records/{record}")),
    *(f"{SCORECARD}/{{year}}/snapshots{rest}" for rest in ("", "/{number}", "/{number}/content.json")),
    *(
        f"{SCORECARD}/{{year}}/requirements/{{code}}/{verb}"
        for verb in ("assess", "score", "return", "designate", "files")
    ),
}
ROUTES_MIN = 20
METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def endpoints() -> list[tuple[Module, Function]]:
    """Functions under a route decorator."""
    return [
        (module, function)
        for module in of_kind("rest")
        for function in module.functions
        if any(
            isinstance(mark, ast.Call) and dotted(mark.func).rpartition(".")[2] in METHODS
            for mark in function.decorator_list
        )
    ]


def statements(function: Function) -> int:
    """Statements of a function, nested ones too, without its docstring."""
    inner = [node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.stmt)]
    return len(inner) - (ast.get_docstring(function) is not None)


def test_endpoints_have_at_most_four_statements() -> None:
    long = {module.at(function): statements(function) for module, function in endpoints()}
    assert {place: count for place, count in long.items() if count > STATEMENTS_MAX} == {}


def test_endpoints_hold_no_condition_and_no_loop() -> None:
    banned = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.Match)
    found = [
        module.at(function)
        for module, function in endpoints()
        if any(isinstance(node, banned) for node in ast.walk(function))
    ]
    assert found == []


def test_endpoints_call_no_queries() -> None:
    found = [
        module.at(call)
        for module, function in endpoints()
        for call in calls(function)
        if dotted(call.func).startswith("queries.")
    ]
    assert found == []


def test_context_has_four_fields() -> None:
    assert [field.name for field in fields(Context)] == ["db", "principal", "regulation", "clock"]


@pytest.fixture
def unconnected() -> FastAPI:
    """The application over a database that nobody calls."""
    return create_app(keys.entrance(Database("postgresql://nobody@127.0.0.1:1/none")))


def test_every_route_says_who_may_call_it(unconnected: FastAPI) -> None:
    unsaid = []
    seen = 0
    for route in iter_route_contexts(unconnected.routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            extra = route.openapi_extra or {}
            permission = extra.get("x-permission")
            said = permission in set(Permission) if permission else extra.get("x-public") is True
            unsaid += [] if said else [f"{sorted(route.methods or ())} {route.path}"]
            seen += 1
    assert unsaid == []
    assert seen > ROUTES_MIN


def test_nothing_but_pages_stands_outside_of_the_document(unconnected: FastAPI) -> None:
    routes = iter_route_contexts(unconnected.routes)
    assert {route.path for route in routes if not getattr(route, "include_in_schema", False)} == UNDOCUMENTED


def test_there_is_no_websocket(unconnected: FastAPI) -> None:
    kinds = {type(route.original_route).__name__ for route in iter_route_contexts(unconnected.routes)}
    assert [kind for kind in kinds if "WebSocket" in kind] == []
