"""Services: context first, permission before anything is loaded, no commit, no SQL, no door."""

import ast
from functools import cache

import pytest

from app.reactions import REACTIONS
from tests.architecture.source import Function, Module, calls, dotted, imports, modules, of_kind

ENTRANCE_FILES = frozenset({"app.accounts.service.sign_in", "app.certificates.service.verification"})
"""Files whose functions run before there is a principal: they take the `entrance` instead of a context."""

REACTING = frozenset(f"{act.__module__}.{act.__name__}" for acts in REACTIONS.values() for act in acts)
"""Reactions follow an act that has asked for its permission."""

OPEN_TO_EVERYBODY: dict[str, str] = {
    "app.certificates.service.issuing.note_changes": "follows an act above that asked for its permission",
    "app.hours.service.certificates.note_reversals": "follows the reversals, which asked for its permission",
}
"""Public functions that ask for no permission -> why."""


@cache
def exports() -> dict[str, str]:
    """Name in a service package -> full name of the function it passes on: `app.x.service.find` is `….records.find`."""
    return {
        f"{module.name}.{name}": full
        for module in of_kind("service")
        if module.path.name == "__init__.py"
        for name, full in imports(module).items()
        if full.startswith(f"{module.name}.")
    }


@cache
def functions_by_name() -> dict[str, tuple[Module, Function]]:
    """Every function at the top of a service file, by full name."""
    return {
        f"{module.name}.{function.name}": (module, function)
        for module in of_kind("service")
        for function in module.functions
    }


def public_functions() -> list[str]:
    """Async functions a door may call: where a service package passes functions on, those; else all without `_`."""
    passed_on = set(exports().values())
    packages = {name.rpartition(".")[0] for name in exports()}
    found = []
    for name, (module, function) in functions_by_name().items():
        inside = any(module.name.startswith(f"{package}.") for package in packages)
        is_public = name in passed_on if inside else not function.name.startswith("_")
        if is_public and isinstance(function, ast.AsyncFunctionDef):
            found.append(name)
    return found


@cache
def first_act(name: str) -> str | None:
    """What a service function does first: "asks" for a permission, "loads" rows, or neither (None)."""
    module, function = functions_by_name()[name]
    known = imports(module)
    for call in calls(function):
        target = dotted(call.func)
        if target.endswith(".require"):
            return "asks"
        head, _, rest = target.partition(".")
        full = known.get(head, f"{module.name}.{head}") + (f".{rest}" if rest else "")
        if ".queries" in full:
            return "loads"
        full = exports().get(full, full)
        if full in functions_by_name() and full != name and (act := first_act(full)):
            return act
    return None


FUNCTIONS = [pytest.param(name, id=name.removeprefix("app.")) for name in public_functions()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_context_comes_first(name: str) -> None:
    module, function = functions_by_name()[name]
    first = next((argument.arg for argument in function.args.args), None)
    assert first == ("entrance" if module.name in ENTRANCE_FILES else "ctx"), module.at(function)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_permission_is_asked_before_rows_are_loaded(name: str) -> None:
    module, function = functions_by_name()[name]
    if module.name in ENTRANCE_FILES or name in REACTING or name in OPEN_TO_EVERYBODY:
        return
    assert first_act(name) == "asks", module.at(function)


def test_exceptions_exist() -> None:
    assert set(OPEN_TO_EVERYBODY) <= set(functions_by_name())
    assert {module.name for module in modules()} >= ENTRANCE_FILES


def test_domains_never_commit() -> None:
    found = [
        module.at(call)
        for module in modules()
        if module.domain and module.kind != "entry"
        for call in calls(module.tree)
        if dotted(call.func).endswith(("db.commit", "db.rollback", "connection.commit", "connection.rollback"))
    ]
    assert found == []
