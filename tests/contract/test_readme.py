"""What the README, its Chinese counterpart and the page for scripts say is so: commands, paths, routes, settings."""

import json
import re
import shlex
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from graphql import parse, validate

from app.api import graphql, graphql_bounds
from app.cli import app as cli
from app.commands.generated import PACKS, openapi_text
from app.hours.schemas import HoursEntryCreate, HoursReversal
from app.hours.states import HoursCategory
from app.policy.load import Regulation
from app.settings import CLONE, Settings

ENGLISH, CHINESE, SCRIPTS = "README.md", "README.zh-CN.md", "docs/scripts.md"
READMES = (ENGLISH, CHINESE)
PAGES = (*READMES, SCRIPTS)
TOP = ("app", "alembic", "clients", "docker", "docs", "tests")
IN_APP = ("hours", "policy")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(rf"(?<![\w/.$-])(?:(?:{'|'.join(TOP + IN_APP)})/[\w./-]*|docker-compose\.yml)", re.ASCII)
ROUTE = re.compile(r"/v1/[\w./:${}-]*[\w}]", re.ASCII)
DATA = {"-d", "-F"}
TEACHER = "0197a0b0-0000-7000-8000-000000000001"


def text_of(page: str) -> str:
    return (CLONE / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(text_of(page)) if name == language]


def commands(script: str) -> list[list[str]]:
    """The words of every command line of a script, comments left out; quoted line breaks stay in their word."""
    found, pending = [], ""
    for line in script.replace("\\\n", " ").splitlines():
        pending += line + "\n"
        try:
            words = shlex.split(pending, comments=True)
        except ValueError:
            continue
        pending = ""
        found += [words] if words else []
    assert not pending
    return found


def calls(page: str) -> Iterator[list[str]]:
    """The words of every call of curl, from the address to the end of the call."""
    for script in blocks(page, "sh"):
        for words in commands(script):
            if any(word.endswith("curl") for word in words):
                yield words[: words.index("|")] if "|" in words else words


def address_of(words: list[str]) -> str:
    return next(word for word in words if "$BASE/" in word).partition("$BASE")[2]


def bodies(words: list[str]) -> list[str]:
    return [after for before, after in pairwise(words) if before in DATA]


def line_of_the_tour(page: str) -> str:
    """The JSON of LINE, with a teacher where the shell puts one."""
    lines = (words for script in blocks(page, "sh") for words in commands(script))
    (word,) = (word for words in lines for word in words if word.startswith("LINE="))
    return word.removeprefix("LINE=").replace("$ME", TEACHER)


def plain(page: str) -> str:
    return BLOCK.sub("", text_of(page))


def code_spans(page: str) -> list[str]:
    return sorted(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", plain(page)))


def mentioned_paths() -> list[str]:
    found = {target for page in PAGES for target in LINK.findall(text_of(page)) if "://" not in target}
    return sorted(found | {path for page in PAGES for path in PATH.findall(text_of(page))})


def configuration(page: str) -> dict[str, tuple[str, str]]:
    """Variable -> (meaning, default) as the table of the configuration has them; families are taken apart."""
    found: dict[str, tuple[str, str]] = {}
    for row in re.findall(r"^\| (`[A-Z].*) \|$", plain(page), re.MULTILINE):
        names, meaning, default = row.split(" | ")
        for name in re.findall(r"`([A-Z_*]+)`", names):
            members = re.findall(r"`([A-Z_]+)` \d", meaning) if name.endswith("*") else [""]
            found |= {name.rstrip("*") + member: (meaning, default) for member in members}
    return found


def settings_by_variable() -> dict[str, Any]:
    """Variable -> field of the settings."""
    return {
        str(field.validation_alias or f"SHIXUN_{name.upper()}"): field for name, field in Settings.model_fields.items()
    }


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    made: dict[str, Any] = json.loads(openapi_text())
    return made


def operations_at(document: dict[str, Any], route: str) -> dict[str, Any]:
    """Method -> operation of a concrete path; empty where there is none."""
    for template, methods in document["paths"].items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(template))
        if re.fullmatch(pattern, route):
            operations: dict[str, Any] = methods
            return operations
    return {}


def form_fields(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    (media,) = operation["requestBody"]["content"].values()
    schema = media["schema"]
    named = schema.get("$ref", "").rpartition("/")[2]
    return set((document["components"]["schemas"][named] if named else schema)["properties"])


def test_commands_are_the_same_in_both_languages() -> None:
    english, chinese = ([commands(script) for script in blocks(page, "sh")] for page in READMES)
    assert len(english) == 3
    assert chinese == english


def test_commands_in_both_languages_are_the_same_outside_of_the_tour() -> None:
    english, chinese = ([commands(script) for script in blocks(page, "") if "make " in script] for page in READMES)
    assert english == [[["make", "run"], ["make", "test"]]]
    assert chinese == english


def test_both_languages_have_the_same_sections_names_and_links() -> None:
    english, chinese = (re.findall(r"^#+ ", plain(page), re.MULTILINE) for page in READMES)
    assert chinese == english
    assert code_spans(CHINESE) == code_spans(ENGLISH)
    links = [sorted(set(LINK.findall(text_of(page))) - set(READMES)) for page in READMES]
    assert links[0] == links[1]


@pytest.mark.parametrize("path", mentioned_paths())
def test_named_path_exists(path: str) -> None:
    root = CLONE / "app" if path.startswith(IN_APP) else CLONE
    assert (root / path).exists()


@pytest.mark.parametrize("page", READMES)
def test_named_make_targets_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = {name for span in code_spans(page) for name in re.findall(r"\bmake ([a-z-]+)", span)}
    assert named == {"run", "test", "check", "bench", "help"}
    assert named <= targets


@pytest.mark.parametrize("page", READMES)
def test_named_commands_exist(page: str) -> None:
    known = {one.name or (one.callback.__name__ if one.callback else "") for one in cli.registered_commands}
    named = set(re.findall(r"\bshixun ([a-z-]+)", text_of(page)))
    assert named == {"certificate", "clauses", "doctor", "export", "import", "keys", "migrate", "scorecard"}
    assert named <= known


@pytest.mark.parametrize("page", READMES)
def test_configuration_names_every_setting_and_no_other(page: str) -> None:
    assert sorted(configuration(page)) == sorted(settings_by_variable())


@pytest.mark.parametrize("page", READMES)
def test_configuration_tells_the_defaults(page: str) -> None:
    told = configuration(page)
    limits = {name: meaning for name, (meaning, _) in told.items() if name.startswith("SHIXUN_LIMIT_")}
    assert len(limits) == 9
    for name, field in settings_by_variable().items():
        if name in limits:
            assert f"`{name.removeprefix('SHIXUN_LIMIT_')}` {field.default}" in limits[name]
        elif field.default not in {None, ""}:
            value = int(field.default) if isinstance(field.default, float) else field.default
            assert f"`{value}`" in told[name][1], name


@pytest.mark.parametrize("page", PAGES)
def test_named_routes_exist(page: str, document: dict[str, Any]) -> None:
    routes = set(ROUTE.findall(text_of(page)))
    assert {"/v1/auth/token", "/v1/imports"} < routes
    assert [route for route in sorted(routes) if not operations_at(document, route)] == []


@pytest.mark.parametrize(("page", "count"), [(ENGLISH, 16), (CHINESE, 16), (SCRIPTS, 6)])
def test_calls_have_the_method_the_parameters_and_the_form_of_the_document(
    page: str, count: int, document: dict[str, Any]
) -> None:
    made = [words for words in calls(page) if address_of(words).startswith("/v1/")]
    assert len(made) == count
    for words in made:
        address = address_of(words)
        method = "post" if DATA & set(words) else "get"
        operation = operations_at(document, address.partition("?")[0])[method]
        asked = set(re.findall(r"[?&](\w+)=", address))
        assert asked <= {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}, address
        fields = {field for body in bodies(words) for field in re.findall(r"^(\w+)=", body)}
        assert not fields or fields <= form_fields(document, operation), address


@pytest.mark.parametrize("page", READMES)
def test_line_of_the_tour_is_a_valid_entry_and_its_change_names_nine_hours(page: str) -> None:
    line = line_of_the_tour(page)
    entry = HoursEntryCreate.model_validate_json(line)
    assert (entry.teacher_id, entry.category, entry.claimed_hours) == (
        UUID(TEACHER),
        HoursCategory.WORKSHOP,
        Decimal(6),
    )
    assert '"${LINE/:6,/:9,}"' in text_of(page)
    # The shell replaces the first match only.
    changed = HoursEntryCreate.model_validate_json(line.replace(":6,", ":9,", 1))
    assert changed.claimed_hours == Decimal(9)
    assert changed.model_dump(exclude={"claimed_hours"}) == entry.model_dump(exclude={"claimed_hours"})


@pytest.mark.parametrize("page", READMES)
def test_reversal_of_the_tour_is_valid(page: str) -> None:
    (words,) = (words for words in calls(page) if address_of(words).endswith(":reverse"))
    (body,) = bodies(words)
    assert HoursReversal.model_validate_json(body).reason == "活动改期"


@pytest.mark.parametrize("page", READMES)
def test_rule_of_the_tour_is_in_the_pack(page: str) -> None:
    (named,) = re.findall(r"\$BASE/v1/policy/rules/([\w.]+)", text_of(page))
    assert named in {param.code for param in Regulation.load(PACKS).params()}


@pytest.mark.parametrize("page", READMES)
def test_query_of_the_tour_is_valid_and_within_bounds(page: str) -> None:
    (words,) = (words for words in calls(page) if address_of(words) == graphql.PATH)
    (body,) = bodies(words)
    query = graphql.GraphRequest.model_validate_json(body).query
    assert validate(graphql.core(), parse(query)) == []
    graphql_bounds.check(graphql.core(), graphql_bounds.read_document(query), {})


def test_examples_for_scripts_are_short() -> None:
    examples = [*blocks(SCRIPTS, "sh"), *blocks(SCRIPTS, "python")]
    assert [len(example.splitlines()) < 55 for example in examples] == [True] * 3
