"""What must never stand in the clone, and what must be written down."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, pyproject

REASONS = ROOT / "docs" / "decisions" / "0001-dependencies.md"
VENDOR = "app/api/static/vendor/"
BINARY = frozenset({".woff2", ".png", ".ttf", ".otf", ".pdf", ".xlsx", ".xls", ".ico"})
# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    "|".join((r"(?<![\w.])/wo" + "rk/", r"(?<![\w.])/ro" + "ot/", r"/ho" + r"me/[a-z]+/", r"C:\\Us" + "ers"))
)
REGISTRIES = re.compile(
    "|".join(("pypi\\." + "org", "python" + "hosted", "registry\\.npm" + "js", "registry\\.yarn" + "pkg"))
)


def tracked() -> list[Path]:
    """Files of the clone: those git knows or would add; without git, all that no hidden folder holds."""
    if (ROOT / ".git").exists():
        command = [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not any(part.startswith(".") for part in path.parts)]


def found(pattern: re.Pattern[str]) -> list[str]:
    """Places where a pattern stands in a text file of ours."""
    places = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(VENDOR) or path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                places.append(f"{name}:{number}")
    return places


def test_alembic_folder_does_not_shadow_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_no_path_of_a_machine_stands_in_the_clone() -> None:
    assert found(MACHINE_PATHS) == []


def test_no_package_index_stands_in_the_clone() -> None:
    assert found(REGISTRIES) == []


def test_every_dependency_has_a_line_of_reason() -> None:
    project = pyproject()["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    names = {re.split(r"[\[<>=!~ ;]", line)[0] for line in wanted}
    written = set(re.findall(r"^\| `([A-Za-z0-9_.-]+)` \|", REASONS.read_text("utf-8"), re.MULTILINE))
    assert written == names


def test_lock_names_exact_versions_without_addresses() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9A-Za-z.+!-]+(?: ; .+)?", line)] == []
    assert len(pins) == len(set(pins))


def test_compose_has_no_default_for_a_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    used = re.findall(r"\$\{(\w+(?:KEYS|KEY|PASSWORD))([^A-Z]{0,2})", text)
    assert {name for name, mark in used if mark != ":?"} == set()
    assert {name for name, _ in used} >= {"SHIXUN_SIGNING_KEYS", "SHIXUN_DATA_KEYS", "POSTGRES_PASSWORD"}


def _compose() -> list[str] | None:
    """The client of compose on this machine, of either generation; none on most."""
    for client in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(client[0])
            and subprocess.run([*client, "version"], capture_output=True, check=False).returncode == 0
        ):
            return client
    return None


@pytest.mark.skipif(_compose() is None, reason="no client of compose on this machine")
def test_compose_understands_its_file_and_names_a_missing_secret() -> None:
    client = _compose()
    assert client
    command = [*client, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"]
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    secrets = dict.fromkeys(re.findall(r"\$\{(\w+):\?", text), "a")
    bare = {name: value for name, value in os.environ.items() if name not in secrets}
    whole = subprocess.run(command, env=bare | secrets, capture_output=True, text=True, check=False, cwd="/")
    assert whole.returncode == 0, whole.stderr
    del secrets["SHIXUN_DATA_KEYS"]
    refused = subprocess.run(command, env=bare | secrets, capture_output=True, text=True, check=False, cwd="/")
    assert refused.returncode != 0
    assert "SHIXUN_DATA_KEYS" in refused.stderr
