"""One set of figures: over one dataset months, school year, score sheet, team evaluation and scorecard say the same."""

import ast
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.evaluations.service.evidence import evidence_of
from app.policy.load import Regulation
from tests.architecture.source import APP, ROOT
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import insert
from tests.factories.scorecards import YEAR, figure, put_training
from tests.factories.trainers import Bureau
from tests.factories.workshops import WORLD, Studio, held, person
from tests.factories.world import HOME, World

MONTHS = ("2026-09", "2026-10", "2026-11")
PAGE = ROOT / "docs/decisions/0004-one-set-of-figures.md"
OWNED = frozenset(
    {
        "AssistancePair", "MentorPair", "Publication", "ResearchActivity", "ResearchAttendance", "SchoolPlan",
        "TypicalCase", "WorkshopActivity", "WorkshopAttendance", "WorkshopCase", "WorkshopMember", "WorkshopReview",
    }
)  # fmt: skip
"""Tables of which only the package that owns them counts."""


async def _a_studio(studio: Studio, clone: Clone, world: World) -> str:
    """A studio with three gatherings, one led person, one case and two items; September closed, the rest open."""
    path = await studio.registered(kind="master_studio")
    people = [world.teacher("a1-1"), person(1, 1), person(2, 1)]
    for month, came in zip(MONTHS, (people, people[:2], people[:1]), strict=True):
        await held(studio, path, came, starts_on=f"{month}-12", title=f"{month} 集中研修")
    pair = {"workshop_id": path[1:], "mentor_id": str(person(1, 1)), "apprentice_id": str(world.teacher("b1-1"))}
    await studio.done("teacher", "/v1/mentor-pairs", pair | {"starts_on": "2026-10-01", "plan": "每月听评课两节"})
    case = {"term": "2026-2027-1", "title": "单元教学", "summary": "设计与反思", "author_id": str(person(1, 1))}
    await studio.done("teacher", f"{path}/cases", case)
    connection = await clone.connect()
    await connection.execute("UPDATE workshop_cases SET created_at = '2026-10-20 10:00+08'")
    await connection.close()
    unit = {"organisation_id": str(WORLD.organisation("central A")), "column_code": "school_research"}
    for place, facts in enumerate(
        ({"subject_kind": "workshop", "subject_id": path[1:]}, {"summary": "记小学语文年级学科工作坊"})
    ):
        item = {"title": "集体备课", "source": "教研组", "happened_on": "2026-10-01"} | unit | facts
        made = await studio.done("central_school", "/v1/publications", item, at="2026-10-01")
        how = {"channel": "公众号", "link": f"https://example.org/{place}", "published_on": f"2026-1{place}-09"}
        await studio.done("training_school", f"/v1/publications/{made['id']}:publish", how, at="2026-11-20")
    for month in MONTHS:
        review = {"month": month, "grade": "good", "feedback": "活动扎实"}
        made = await studio.done("training_school", f"{path}/monthly-reviews", review)
        if month == MONTHS[0]:
            await studio.done("training_school", f"{path}/monthly-reviews/{made['id']}:close", {})
    return path


@pytest.mark.clause("M7.1a", "A6.R", "A4.5", "A3.6")
async def test_months_add_up_to_the_school_year_the_sheet_and_the_scorecard(
    client: httpx.AsyncClient, as_role: SignIn, clone: Clone, database: Database, world: World
) -> None:
    studio, office = Studio(client, as_role, clone), Bureau(client, as_role, world)
    path = await _a_studio(studio, clone, world)
    months = [one["statistics"] for one in (await studio.get("training_school", f"{path}/monthly-reviews"))["items"]]
    names = ("activities", "present", "expected", "outputs", "publications")
    added = {name: sum(one[name] for one in months) for name in names}
    assert added == {"activities": 3, "present": 6, "expected": 60, "outputs": 1, "publications": 2}
    year = await studio.get("training_school", f"{path}/follow-up?school_year=2026-2027")
    assert (year["gatherings"], year["attendance_rate"], year["people_led"]) == (3, 0.1, 1)
    assert [one["cases"] for one in year["cases"]] == [1, 0]
    place = world.organisation("bureau")
    who = Principal(HOME, world.account("bureau").id, Role.BUREAU, place, frozenset({place}), "teacher_education")
    async with database.begin(HOME) as db:
        ctx = Context(db, who, Regulation.load(("jiyuan_2022_109",)), Clock.at(world.today))
        sheet = await evidence_of(ctx, "excellent_workshop", UUID(path[1:]), 2026)
    told = {one.label: one.actual for marks in sheet.values() for one in marks}
    assert told["集中研修活动次数"] == "3"
    assert told["出勤率"] == "10.0%（6/60 人次）"
    assert (told["本年登记的教学实践案例"], told["发布的信息"], told["引领的教师"]) == ("1", "2", "1")
    card = await office.get("bureau", YEAR)
    counted = {name: figure(card, f"studios.{name}") for name in
               ("activities", "attendance", "cases", "publications", "reviews", "led_people")}  # fmt: skip
    assert {name: (one["counted"], one["base"]) for name, one in counted.items()} == {
        "activities": (added["activities"], None),
        "attendance": (added["present"], added["expected"]),
        "cases": (added["outputs"], None),
        "publications": (added["publications"], None),
        "reviews": (1, 2),
        "led_people": (year["people_led"], None),
    }
    assert figure(card, "workshops.activities")["counted"] == 3


@pytest.mark.clause("A4.2", "A4.5", "A3.6")
async def test_rates_and_shares_of_projects_are_those_of_teams_and_scorecard(
    office: Bureau, clone: Clone, world: World
) -> None:
    project = await put_training(clone, world)
    connection = await clone.connect()
    team = await insert(connection, "sub_projects", region_id=HOME, project_id=project, name="语文组")
    await connection.close()
    rates = await office.get("bureau", f"projects/{project}/rates")
    shares = await office.get("bureau", "practice-case-shares?year=2026")
    card = await office.get("bureau", YEAR)
    for name in ("nomination", "attendance", "completion"):
        one = figure(card, f"rates.{name}")
        assert (one["counted"], one["base"]) == (rates[name]["actual"], rates[name]["required"]), name
    for name in ("transfer", "leading"):
        assert figure(card, f"cases.{name}")["base"] == shares["trainees"] == 2
    known = await office.get("bureau", f"sub-projects/{team}/team-evidence/2026")
    told = {one["label"]: one["actual"] for mark in known["marks"] for one in mark["figures"]}
    attendance = rates["attendance"]
    assert told["参训率"] == f"50.0%（{attendance['actual']}/{attendance['required']} 人）"
    assert told["有引领工作案例的学员"] == "0.0%（0/2 人）"
    assert [one["code"] for one in known["marks"]] == ["process_quality", "typical_cases", "publications"]


def _figures() -> dict[str, set[str]]:
    """Every function the page names as the one of a figure, by its file."""
    found: dict[str, set[str]] = {}
    for path, name in re.findall(r"`(app/[a-z_/]+\.py) ([a-z_]+)`", PAGE.read_text("utf-8")):
        found.setdefault(path, set()).add(name)
    return found


def test_the_page_names_each_figures_one_function() -> None:
    named = _figures()
    assert {str(path.relative_to(ROOT)) for path in APP.glob("*/queries/figures.py")} <= set(named)
    for path, names in named.items():
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        public = {name for name in there if not name.startswith("_")} if path.endswith("figures.py") else names
        assert names <= there, path
        assert public <= names, path


def test_sheets_and_scorecard_count_nothing_of_others_in_ways_of_their_own() -> None:
    readers = [APP / "evaluations/queries/evidence.py", *(APP / "performance/queries").rglob("*.py")]
    named: dict[str, Any] = {
        str(path.relative_to(ROOT)): OWNED & {node.id for node in ast.walk(ast.parse(path.read_text("utf-8")))
                                             if isinstance(node, ast.Name)}
        for path in readers
    }  # fmt: skip
    assert {path: names for path, names in named.items() if names} == {}
