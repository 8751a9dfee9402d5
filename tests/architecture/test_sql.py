"""SQL stands in queries and models; every statement of a query names the region."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.core.db import Base
from app.tables import METADATA
from tests.architecture.source import Function, Module, calls, dotted, imports, modules, of_kind

BUILDERS = frozenset({"delete", "exists", "insert", "select", "text", "union", "union_all", "update", "values"})
RUNNERS = frozenset(
    {
        "copy_records_to_table",
        "exec_driver_sql",
        "execute",
        "executemany",
        "fetch",
        "fetchrow",
        "fetchval",
        "scalar",
        "scalars",
    }
)
CONNECTIONS = frozenset({"connection", "db", "driver"})
SQL_KINDS = frozenset({"queries", "models", "imports"})
"""Imports credit and store set-wise (decision 30): their kinds are SQL."""
REGIONAL_CLASSES = frozenset(
    mapper.class_.__name__
    for mapper in Base.registry.mappers
    if "region_id" in {key.name for key in mapper.primary_key}
)
TEXTS_MIN = 5
_TABLE = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE) (?:"
    + "|".join(table.name for table in METADATA.tables.values() if "region_id" in table.primary_key.columns)
    + r")\b"
)
ADMINISTRATION = {
    "app.commands.data": "an administrator's acts outside of any region's context",
    "app.commands.installation": "makes roles and database before there is anything else",
    "app.demo.load": "fills an empty database by COPY",
}


def may_hold_sql(module: Module) -> bool:
    """Whether a file may build or run statements: tables, queries, set-wise imports, and the ground below them."""
    return module.kind in SQL_KINDS or module.name.startswith("app.core") or module.name in ADMINISTRATION


def is_builder(known: dict[str, str], call: ast.Call) -> bool:
    """Whether a call builds a statement."""
    full = known.get(dotted(call.func), "")
    return full.startswith("sqlalchemy.") and full.rpartition(".")[2] in BUILDERS


def sql_of(module: Module) -> Iterator[str]:
    """Where a file builds or runs SQL."""
    known = imports(module)
    for call in calls(module.tree):
        *_, holder, name = ["", *dotted(call.func).split(".")]
        if is_builder(known, call) or (holder in CONNECTIONS and name in RUNNERS):
            yield module.at(call)


def test_sql_stands_in_queries_models_and_core_only() -> None:
    assert sorted({place for module in modules() if not may_hold_sql(module) for place in sql_of(module)}) == []


def test_exceptions_exist() -> None:
    assert {module.name for module in modules()} >= set(ADMINISTRATION)


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
        if any(is_builder(known, call) for call in calls(function))
        and _names_regional_table(function, known)
        and not _names_region(function, inside, constants)
    ]
    assert missing == []


def _names_regional_table(function: Function, known: dict[str, str]) -> bool:
    """Whether a function names a regional table, or SQL of its own that we cannot see through."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return any(name in REGIONAL_CLASSES or known.get(name) == "sqlalchemy.text" for name in names)


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


def test_every_text_of_sql_names_the_region() -> None:
    """SQL written as text: whoever names a regional table names the region too."""
    missing: list[str] = []
    seen = 0
    for module in modules():
        inner = {id(part) for node in ast.walk(module.tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.JoinedStr | ast.Constant) or id(node) in inner:
                continue
            found = ast.unparse(node)
            seen += bool(_TABLE.search(found))
            missing += [module.at(node)] if _TABLE.search(found) and "region" not in found else []
    assert seen > TEXTS_MIN
    assert missing == []


def test_models_are_known() -> None:
    assert {table.name for table in METADATA.tables.values()} >= {"hours_entries", "teachers"}
    assert {"HoursEntry", "Teacher", "Organisation"} <= REGIONAL_CLASSES


def test_there_are_no_relationships() -> None:
    found = [
        module.at(call) for module in modules() for call in calls(module.tree) if dotted(call.func) == "relationship"
    ]
    assert found == []
