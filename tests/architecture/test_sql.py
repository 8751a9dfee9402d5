"""SQL stands in queries and models; every statement of a query names the region."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Function, Module, calls, dotted, imports, modules, of_kind

BUILDERS = frozenset({"delete", "exists", "insert", "select", "text", "union", "union_all", "update", "values"})
RUNNERS = frozenset({
    "copy_records_to_table", "exec_driver_sql", "execute", "executemany", "fetch", "fetchrow", "fetchval", "scalar",
    "scalars", "stream", "stream_scalars",
})  # fmt: skip
SQL_KINDS = frozenset({"queries", "models"})
NOT_SQL = frozenset({"executor.execute"})


def may_hold_sql(module: Module) -> bool:
    """Whether a file may build or run statements: tables, queries, and the ground they stand on."""
    return module.kind in SQL_KINDS or module.name.startswith("app.core")


def is_builder(known: dict[str, str], call: ast.Call) -> bool:
    """Whether a call builds a statement."""
    full = known.get(dotted(call.func), "")
    return full.startswith("sqlalchemy.") and full.rpartition(".")[2] in BUILDERS


def sql_of(module: Module) -> Iterator[str]:
    """Where a file builds or runs SQL."""
    known = imports(module)
    for call in calls(module.tree):
        runs = isinstance(call.func, ast.Attribute) and call.func.attr in RUNNERS
        if is_builder(known, call) or (runs and dotted(call.func) not in NOT_SQL):
            yield module.at(call)


def test_sql_stands_in_queries_models_and_core_only() -> None:
    assert [place for module in modules() if not may_hold_sql(module) for place in sql_of(module)] == []


QUERY_FILES = [pytest.param(module, id=module.name) for module in of_kind("queries")]


@pytest.mark.parametrize("module", QUERY_FILES)
def test_every_statement_of_a_query_names_the_region(module: Module) -> None:
    """A function that builds a statement says `region_id`, itself or through a function of its file that does.

    This reads the text; test_region_statements.py looks at what reaches PostgreSQL.
    """
    known = imports(module)
    inside = {function.name: function for function in module.functions}
    constants = {
        target.id: ast.unparse(node.value)
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    missing = [
        module.at(function)
        for function in module.functions
        if any(is_builder(known, call) for call in calls(function)) and not _names_region(function, inside, constants)
    ]
    assert missing == []


def _names_region(function: Function, inside: dict[str, Function], constants: dict[str, str]) -> bool:
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if "region" in ast.unparse(_without_docstring(one)):
            return True
        for node in ast.walk(one):
            if isinstance(node, ast.Name) and node.id not in seen:
                seen.add(node.id)
                if "region" in constants.get(node.id, ""):
                    return True
                waiting += [inside[node.id]] if node.id in inside else []
    return False


def _without_docstring(function: Function) -> ast.Module:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return ast.Module(body=body, type_ignores=[])


def test_there_are_no_relationships() -> None:
    found = [
        module.at(call) for module in modules() for call in calls(module.tree) if dotted(call.func) == "relationship"
    ]
    assert found == []
