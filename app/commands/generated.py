"""Files that are made from the code: openapi/ and the generated pages of docs/."""

import json
import sys
from collections.abc import Callable

from app.access.permissions import PERMISSIONS, Reach, Role
from app.accounts.entry import Entrance
from app.accounts.states import ACCOUNT_LIFECYCLE, ACCOUNT_REQUEST_LIFECYCLE, API_CLIENT_LIFECYCLE
from app.accounts.tokens import TokenKeys
from app.api.graphql import schema_text
from app.assistance.states import PAIR_LIFECYCLE, TITLE_LIFECYCLE
from app.cases.states import CASE_LIFECYCLE
from app.certificates.states import CERTIFICATE_LIFECYCLE
from app.consultations.states import LIFECYCLES as CONSULTATION_LIFECYCLES
from app.core.db import Database
from app.core.lifecycle import Lifecycle
from app.core.limits import Buckets
from app.core.operations import OPERATION_LIFECYCLE
from app.corrections.states import CORRECTION_LIFECYCLE
from app.deliveries.states import LIFECYCLES as DELIVERY_LIFECYCLES
from app.evaluations.states import LIFECYCLES as EVALUATION_LIFECYCLES
from app.exports.states import EXPORT_LIFECYCLE
from app.funds.states import LIFECYCLES as FUND_LIFECYCLES
from app.hours.states import CLOSING_LIFECYCLE, DISPUTE_LIFECYCLE, SUBMISSION_LIFECYCLE
from app.main import create_app
from app.organisations.states import ORGANISATION_LIFECYCLE
from app.performance.states import ROW_LIFECYCLE
from app.policy.clauses import coverage, rules_markdown, uncovered
from app.policy.load import Regulation
from app.practice.states import LIFECYCLES as PRACTICE_LIFECYCLES
from app.projects.states import LIFECYCLES as PROJECT_LIFECYCLES
from app.publications.states import PUBLICATION_LIFECYCLE
from app.school_research.states import (
    ACTIVITY_LIFECYCLE,
    INSPECTION_LIFECYCLE,
    PLAN_LIFECYCLE,
    SAMPLE_LIFECYCLE,
)
from app.settings import CLONE
from app.steering.states import LIFECYCLES as STEERING_LIFECYCLES
from app.trainers.states import LIFECYCLES as TRAINER_LIFECYCLES
from app.training.states import LIFECYCLES as TRAINING_LIFECYCLES
from app.workshops.states import LIFECYCLES as WORKSHOP_LIFECYCLES

PACKS = ("jiyuan_2022_109",)
LIFECYCLES: tuple[Lifecycle, ...] = (  # type: ignore[type-arg]  # lifecycles of different statuses
    ORGANISATION_LIFECYCLE,
    ACCOUNT_LIFECYCLE,
    ACCOUNT_REQUEST_LIFECYCLE,
    API_CLIENT_LIFECYCLE,
    OPERATION_LIFECYCLE,
    CORRECTION_LIFECYCLE,
    PUBLICATION_LIFECYCLE,
    CASE_LIFECYCLE,
    TITLE_LIFECYCLE,
    PAIR_LIFECYCLE,
    DISPUTE_LIFECYCLE,
    CLOSING_LIFECYCLE,
    CERTIFICATE_LIFECYCLE,
    SUBMISSION_LIFECYCLE,
    PLAN_LIFECYCLE,
    ACTIVITY_LIFECYCLE,
    SAMPLE_LIFECYCLE,
    INSPECTION_LIFECYCLE,
    EXPORT_LIFECYCLE,
    *WORKSHOP_LIFECYCLES,
    *TRAINER_LIFECYCLES,
    *TRAINING_LIFECYCLES,
    *PROJECT_LIFECYCLES,
    ROW_LIFECYCLE,
    *STEERING_LIFECYCLES,
    *DELIVERY_LIFECYCLES,
    *EVALUATION_LIFECYCLES,
    *FUND_LIFECYCLES,
    *CONSULTATION_LIFECYCLES,
    *PRACTICE_LIFECYCLES,
    *PROJECT_LIFECYCLES,
)
REACHES = {Reach.ALL: "全部", Reach.SUBTREE: "下属", Reach.OWN: "本单位", Reach.SELF: "本人"}


def write(*, check: bool) -> int:
    """Write every generated file, or compare them; answers the exit code."""
    stale = []
    for name, make in FILES.items():
        file, text = CLONE / name, make()
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"out of date: {', '.join(stale)}; run `shixun generated` and commit", file=sys.stderr)
        return 1
    print("written: " + ", ".join(stale) if stale else "generated files are in sync", file=sys.stderr)
    return 0


def openapi_text() -> str:
    """The OpenAPI document; needs no database."""
    nowhere = Database("postgresql://nobody@localhost/none")
    app = create_app(Entrance(nowhere, TokenKeys({}, ""), b"", Buckets({})))
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def print_openapi() -> None:
    """The document on standard output."""
    print(openapi_text(), end="")


def print_clauses(*, every: bool) -> None:
    """Clauses with what stands for them in code and tests."""
    regulation = Regulation.load(PACKS)
    rows = coverage(CLONE, regulation) if every else uncovered(CLONE, regulation)
    for row in rows:
        marks = {"data": row.has_data, "code": row.has_code, "test": row.has_test}
        shown = " ".join(name if there else "----" for name, there in marks.items())
        print(f"{row.id:<10} {shown}  {row.kind:<9} {row.ref}")
    print(f"{len(rows)} clauses", file=sys.stderr)


def permissions_text() -> str:
    """docs/permissions.md: the permission table."""
    lines = [
        "# 权限表",
        "",
        "由 `app/access/permissions.py` 生成，请勿手改。未列出的一律拒绝；范围之外的记录一律按“未找到”答复。",
        "",
        "| 权限 | 说明 | 教体局 | 进修学校 | 中心校 | 学校 | 教师 | 条款 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for permission, rule in PERMISSIONS.items():
        cells = []
        for role in Role:
            grant = rule.grants.get(role)
            desks = f"（{'、'.join(sorted(grant.desks))}）" if grant and grant.desks else ""
            cells.append(REACHES[grant.reach] + desks if grant else "–")
        lines.append(f"| `{permission}` | {rule.title} | {' | '.join(cells)} | {rule.clause or ''} |")
    readings = [f"- `{permission}`：{rule.reading}" for permission, rule in PERMISSIONS.items() if rule.reading]
    return "\n".join([*lines, "", "## 读法", "", *readings]) + "\n"


def lifecycles_text() -> str:
    """docs/lifecycles.md: states and moves, drawn."""
    lines = ["# 状态流转", "", "由代码中的流转数据生成，请勿手改。不可能的操作答复 409，并给出可以做的操作。"]
    for cycle in LIFECYCLES:
        lines += ["", f"## {cycle.title} `{cycle.name}`", "", "```mermaid", "stateDiagram-v2"]
        for verb, move in cycle.moves.items():
            lines += [f"    {source} --> {move.target}: {verb}" for source in sorted(move.sources)]
        lines += ["```", "", "| 操作 | 权限 | 条款 |", "| --- | --- | --- |"]
        lines += [f"| `{verb}` | `{move.permission}` | {move.clause or ''} |" for verb, move in cycle.moves.items()]
    return "\n".join(lines) + "\n"


FILES: dict[str, Callable[[], str]] = {
    "openapi/openapi.json": openapi_text,
    "openapi/schema.graphql": schema_text,
    "docs/rules.md": lambda: rules_markdown(Regulation.load(PACKS)),
    "docs/permissions.md": permissions_text,
    "docs/lifecycles.md": lifecycles_text,
}
