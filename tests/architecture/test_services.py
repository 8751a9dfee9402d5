"""Services: context first, permission before anything is loaded, no commit, no SQL, no door."""

import ast
from functools import cache

import pytest

from tests.architecture.source import Function, Module, calls, dotted, imports, modules, of_kind

ENTRANCE_FILES = frozenset({"app.accounts.service.sign_in"})
"""Files whose functions run before there is a principal: they take the `entrance` instead of a context."""

OPEN_TO_EVERYBODY: dict[str, str] = {}
"""Public functions that ask for no permission -> why."""


def public_functions() -> list[tuple[Module, Function]]:
    """Async functions a door may call."""
    return [
        (module, function)
        for module in of_kind("service")
        for function in module.functions
        if isinstance(function, ast.AsyncFunctionDef) and not function.name.startswith("_")
    ]


def named(module: Module, function: Function) -> str:
    """Full name of a function."""
    return f"{module.name}.{function.name}"


@cache
def functions_by_name() -> dict[str, tuple[Module, Function]]:
    """Every function at the top of a service file, by full name."""
    return {named(module, function): (module, function) for module in of_kind("service") for function in module.functions}


@cache
def first_act(name: str) -> str | None:
    """What a service function does first: "asks" for a permission, "loads" rows, or neither (None)."""
    module, function = functions_by_name()[name]
    known = imports(module)
    for call in calls(function):
        target = dotted(call.func)
        if target in {"ctx.require", "require"}:
            return "asks"
        full = _full_name(module, known, target)
        if ".queries" in full:
            return "loads"
        if full in functions_by_name() and full != name and (act := first_act(full)):
            return act
    return None


def _full_name(module: Module, known: dict[str, str], target: str) -> str:
    head, _, rest = target.partition(".")
    if head in known:
        return known[head] + (f".{rest}" if rest else "")
    return f"{module.name}.{target}"


FUNCTIONS = [pytest.param(*pair, id=named(*pair).removeprefix("app.")) for pair in public_functions()]


@pytest.mark.parametrize(("module", "function"), FUNCTIONS)
def test_context_comes_first(module: Module, function: Function) -> None:
    first = next((argument.arg for argument in function.args.args), None)
    assert first == ("entrance" if module.name in ENTRANCE_FILES else "ctx"), module.at(function)


@pytest.mark.parametrize(("module", "function"), FUNCTIONS)
def test_permission_is_asked_before_rows_are_loaded(module: Module, function: Function) -> None:
    name = named(module, function)
    if module.name in ENTRANCE_FILES or name in OPEN_TO_EVERYBODY:
        pytest.skip(OPEN_TO_EVERYBODY.get(name, "before there is a principal"))
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
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "rollback"}
    ]
    assert found == []
