"""Domains hold a fixed set of file kinds; files and functions stay small enough to read."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import APP, ROOT, Function, domains, modules, pyproject

KINDS = frozenset(
    {"states", "models", "schemas", "rules", "queries", "service", "rest", "graphql", "jobs", "imports", "exports"}
)
EXTRAS = {
    "accounts": {"entry", "passwords", "tokens"},  # how a request gets its context; the one user of python-jose
    "certificates": {"printing"},  # the paper: typst, its template and the font
    "archive": {"reading"},  # looking at uploads, before any rule of a domain
    "exports": {"writing"},  # files row by row, formula-safe
    "bulk_import": {"reading"},  # reading clerks' files, before any rule of a domain
}
POLICY = frozenset({"clauses", "finding", "load", "records", "school_year", "packs"})
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
CONFTEST_LINES_MAX = 150


def entries(folder: Path) -> set[str]:
    """Names in a package without suffix; caches and the package file left out."""
    return {path.stem for path in folder.iterdir() if path.stem not in {"__init__", "__pycache__"}}


@pytest.mark.parametrize("domain", domains())
def test_domain_holds_file_kinds_only(domain: str) -> None:
    assert entries(APP / domain) - KINDS - EXTRAS.get(domain, set()) == set()


def test_policy_holds_loaders_and_packs_only() -> None:
    assert entries(APP / "policy") == POLICY


def test_every_domain_stands_in_the_import_contract() -> None:
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    inside = next(contract for contract in contracts if contract["id"] == "file-kinds")
    assert inside["containers"] == [f"app.{domain}" for domain in domains()]


def test_packages_say_what_they_are() -> None:
    assert [
        str(path.relative_to(ROOT))
        for path in APP.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ] == []


def python_files() -> list[Path]:
    """Files under the caps; migrations are a record, not read again."""
    return sorted([*APP.rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def test_files_are_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX} == {}
    assert lengths["tests/conftest.py"] < CONFTEST_LINES_MAX


def test_functions_are_short() -> None:
    long = {}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Function) and (length := node.end_lineno - node.lineno + 1) > FUNCTION_LINES_MAX:  # type: ignore[operator]  # parsed from text, so every node has an end
                long[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = length
    assert long == {}


def test_nothing_is_called_helper_or_manager() -> None:
    banned = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
    assert [module.name for module in modules() if set(module.path.stem.split("_")) & banned] == []
