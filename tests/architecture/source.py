"""The source of the product as syntax trees: domains, file kinds, functions and what they call."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
NOT_DOMAINS = frozenset({"access", "api", "commands", "core", "demo", "policy"})
"""Packages of `app` that are no domains: the assembly, the ground the domains stand on, and the demo county."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the product. `kind`: its file kind within a domain ("queries" for queries.py and queries/…)."""

    path: Path
    name: str
    kind: str
    domain: str | None
    tree: ast.Module

    @property
    def functions(self) -> list[Function]:
        """Functions at the top of the file."""
        return [node for node in self.tree.body if isinstance(node, Function)]

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Where a node stands: file:line."""
        return f"{self.path.relative_to(ROOT)}:{node.lineno}"


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the product, by path."""
    return tuple(_read(path) for path in sorted(APP.rglob("*.py")))


def of_kind(*kinds: str) -> Iterator[Module]:
    """The domains' files of some kinds."""
    return (module for module in modules() if module.domain and module.kind in kinds)


@cache
def domains() -> tuple[str, ...]:
    """Names of the domain packages."""
    return tuple(
        sorted(folder.name for folder in APP.iterdir() if (folder / "__init__.py").exists() and is_domain(folder.name))
    )


def is_domain(package: str) -> bool:
    """Whether a package of `app` is a domain."""
    return package not in NOT_DOMAINS


@cache
def pyproject() -> dict[str, Any]:
    """The project file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def calls(node: ast.AST) -> list[ast.Call]:
    """Calls below a node in the order of the text."""
    found = [child for child in ast.walk(node) if isinstance(child, ast.Call)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset, -(call.end_col_offset or 0)))


def dotted(node: ast.expr) -> str:
    """A name such as `queries.by_id`; "" for anything that is no plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def imports(module: Module) -> dict[str, str]:
    """Local name -> full name of everything a file imports at its top."""
    names: dict[str, str] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
    return names


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    inside = parts[1:]
    domain = inside[0] if len(inside) > 1 and is_domain(inside[0]) else None
    return Module(path, name, inside[1] if domain else "", domain, ast.parse(path.read_text("utf-8"), str(path)))
