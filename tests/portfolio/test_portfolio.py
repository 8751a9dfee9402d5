"""The portfolio over REST and GraphQL: what stands in it, who sees how much of it, merged records, paper."""

import io
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pypdf
import pytest

from app.access.context import Context
from app.access.permissions import Permission, Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.policy.load import Regulation
from app.portfolio import service
from app.portfolio.service import PortfolioRequest
from app.portfolio.states import PortfolioKind
from tests.architecture.test_region_statements import tables_without_region
from tests.factories.cluster import Clone
from tests.factories.graph import ask, codes, data
from tests.factories.hours import credited
from tests.factories.portfolio import SECRET, Career
from tests.factories.statements import counted, reads
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, World

ALL = {
    "employment": 1, "project": 1, "delivery": 1, "term_assessment": 1, "workshop": 2, "mentoring": 2, "lesson": 4,
    "practice_output": 1, "case": 3, "writing": 1, "trainer": 1, "trainer_task": 1, "trainer_assessment": 1,
    "honour": 1, "award": 1,
}  # fmt: skip


async def put(clone: Clone, world: World, **whose: str) -> None:
    """The whole career of a teacher, and hours of three school years."""
    connection = await clone.connect()
    await Career(connection, world, **whose).put()
    lines = [(2023, 20.0), (2025, 24.0), (2026, 23.5)]
    entries = [("a1-1", "school_research", date(year, 10, 15), hours) for year, hours in lines]
    await credited(connection, world, entries)
    await connection.close()


def path(world: World, teacher: str = "a1-1", more: str = "") -> str:
    """Where a portfolio is."""
    return f"teachers/{world.teacher(teacher)}/portfolio{more}"


def kinds(found: Any) -> dict[str, int]:
    """How many entries of each kind."""
    return dict(Counter(one["kind"] for one in found["timeline"]["items"]))


def told(found: Any, kind: str) -> list[Any]:
    """The entries of a kind."""
    return [one for one in found["timeline"]["items"] if one["kind"] == kind]


@pytest.mark.clause("M3.5")
async def test_one_request_tells_everything_in_time_order(office: Bureau, clone: Clone, world: World) -> None:
    await put(clone, world)
    found = await office.get("bureau", path(world), "2026-11-23")
    assert (kinds(found), found["timeline"]["total"], found["hidden_kinds"]) == (ALL, sum(ALL.values()), [])
    days = [one["starts_on"] for one in found["timeline"]["items"]]
    assert days == sorted(days)
    assert SECRET not in str(found)
    years = [(one["school_year"], one["categories"][3]["credited"], one["categories"][3]["is_met"])
             for one in found["hours"]]  # fmt: skip
    assert years == [("2023-2024", 20, False), ("2025-2026", 24, True), ("2026-2027", 23.5, False)]
    project = told(found, "project")[0]
    assert (project["title"], project["level_label"], project["result_label"]) == ("骨干教师研修", "市培计划", "结业")
    assert (project["score"], project["final_score"], project["hours"]) == (91.5, 83, 40)
    spells = [(one["title"], one["part"], one["ends_on"]) for one in told(found, "workshop")]
    assert sorted(spells, key=str) == [("旧工作坊", "applicant", "2026-09-30"), ("语文名师工作室", "leader", None)]
    pairs = {(one["part"], one["person"]) for one in told(found, "mentoring")}
    assert pairs == {("mentor", "吴六"), ("apprentice", "周五")}
    lessons = {one["title"] for one in told(found, "lesson")}
    assert lessons == {"现场课《古诗三首》", "讲座：大单元", "送教课《山行》", "同伴授课"}
    assert told(found, "honour")[0]["title"] == "骨干教师"
    assert [(one["title"], one["number"]) for one in told(found, "award")] == [("校本研修先进个人", "JY-2025-1")]
    for one in found["timeline"]["items"]:
        if one["href"]:
            answer = await office.client.get(one["href"], headers=office.as_role("bureau"))
            assert answer.status_code == 200, one


@pytest.mark.clause("M3.5")
async def test_every_reader_sees_what_each_package_lets_them_see(office: Bureau, clone: Clone, world: World) -> None:
    await put(clone, world)
    for who in ("training_school", "teacher"):
        assert kinds(await office.get(who, path(world))) == ALL
    for who in ("school", "central_school"):
        found = await office.get(who, path(world))
        assert kinds(found) == {name: count for name, count in ALL.items() if name != "trainer_assessment"}
        assert found["hidden_kinds"] == ["trainer_assessment"]
    for who in ("school_a2", "teacher_a2", "central_b", "abroad_bureau"):
        answer = await office.client.get(f"/v1/{path(world)}", headers=office.as_role(who))
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.clause("M3.5")
async def test_after_a_transfer_the_new_school_sees_totals_and_what_is_the_persons(
    office: Bureau, clone: Clone, world: World
) -> None:
    await put(clone, world)
    connection = await clone.connect()
    teacher, school = world.teacher("a1-1"), world.organisation("B1")
    await connection.execute("UPDATE employments SET ends_on = '2026-11-01' WHERE teacher_id = $1", teacher)
    await connection.execute(
        "INSERT INTO employments (region_id, id, teacher_id, school_id, is_on_post, starts_on)"
        " VALUES ($1, $2, $3, $4, true, '2026-11-01')", HOME, uuid4(), teacher, school,
    )  # fmt: skip
    await connection.execute("UPDATE teachers SET school_id = $2 WHERE id = $1", teacher, school)
    await connection.close()
    found = await office.get("school_b1", path(world))
    of_the_person = ("employment", "workshop", "mentoring", "lesson", "writing", "trainer", "honour", "award")
    assert kinds(found) == {**{name: ALL[name] for name in of_the_person}, "case": 2, "employment": 2}
    assert [(one["title"], one["ends_on"]) for one in told(found, "employment")] == [
        ("甲镇第一小学", "2026-10-31"),
        ("乙镇初级中学", None),
    ]
    assert [one["school_year"] for one in found["hours"]] == ["2023-2024", "2025-2026", "2026-2027"]
    answer = await office.client.get(f"/v1/{path(world)}", headers=office.as_role("school"))
    assert answer.status_code == 404
    assert kinds(await office.get("teacher", path(world))) == {**ALL, "employment": 2}


@pytest.mark.clause("A2.5a")
async def test_results_are_told_once_they_are_decided_and_published(office: Bureau, clone: Clone, world: World) -> None:
    connection = await clone.connect()
    await Career(connection, world).training(is_told=False)
    await connection.close()
    for who in ("bureau", "teacher"):
        found = await office.get(who, path(world))
        one = told(found, "project")[0]
        assert (one["result"], one["score"], one["final_score"], one["hours"]) == ("enrolled", None, None, None)
        assert kinds(found) == {"employment": 1, "project": 1, "lesson": 1, "term_assessment": 1}


@pytest.mark.clause("M3.5")
async def test_years_kinds_and_pages(office: Bureau, clone: Clone, world: World) -> None:
    await put(clone, world)
    whole = (await office.get("bureau", path(world)))["timeline"]["items"]
    seen, cursor = [], ""
    while True:
        found = await office.get("bureau", path(world, more=f"?limit=4{cursor and '&cursor=' + cursor}"))
        assert found["timeline"]["total"] == len(whole)
        seen += found["timeline"]["items"]
        if (cursor := found["timeline"]["next_cursor"]) is None:
            break
    assert seen == whole
    late = await office.get("bureau", path(world, more="?from_year=2024-2025&to_year=2025-2026"))
    # the spell at the school overlaps, the honour of September 2024 and the award of December 2025 lie in the years
    assert kinds(late) == {"employment": 1, "honour": 1, "award": 1}
    assert [one["school_year"] for one in late["hours"]] == ["2025-2026"]
    some = await office.get("bureau", path(world, more="?kinds=case&kinds=award"))
    assert kinds(some) == {"case": 3, "award": 1}
    head = office.as_role("bureau")
    for query, status, code in (
        ("from_year=2026-2027&to_year=2025-2026", 422, "INVALID"),
        ("from_year=2026", 422, "INVALID"),
        ("kinds=opinions", 422, "INVALID"),
        ("limit=0", 422, "INVALID"),
        ("cursor=nonsense", 400, "CURSOR_INVALID"),
    ):
        answer = await office.client.get(f"/v1/{path(world, more='?' + query)}", headers=head)
        assert (answer.status_code, answer.json()["code"]) == (status, code), query


@pytest.mark.clause("M3.5")
async def test_the_record_that_stays_has_everything_of_a_merged_one(office: Bureau, clone: Clone, world: World) -> None:
    await put(clone, world)
    connection = await clone.connect()
    teacher, kept = world.teacher("a1-1"), world.teacher("a1-2")
    await connection.execute(
        "UPDATE teachers SET status = 'merged', is_on_post = false, merged_into_id = $2 WHERE id = $1", teacher, kept
    )
    await connection.close()
    found = await office.get("school", path(world, "a1-2"))
    assert kinds(found) == {**{name: n for name, n in ALL.items() if name != "trainer_assessment"}, "employment": 2}
    old = await office.get("school", path(world))
    assert (old["teacher"]["status"], old["teacher"]["merged_into_id"]) == ("merged", str(kept))
    assert kinds(old)["project"] == 1


@pytest.mark.clause("M3.5")
async def test_graphql_tells_the_same_and_many_teachers_cost_no_more_statements(
    office: Bureau, clone: Clone, database: Database, world: World
) -> None:
    await put(clone, world)
    head = office.as_role("bureau")
    one = "timeline(first:2){total nextCursor items{uuid kind title partLabel finalScore href}} hours{schoolYear}"
    query = f'query($t:UUID!){{teacherPortfolio(uuid:$t,fromYear:"2024-2025",kinds:[case,award]){{{one}}}}}'
    mine = (await data(office.client, head, query, t=str(world.teacher("a1-1"))))["teacherPortfolio"]
    rest = await office.get("bureau", path(world, more="?from_year=2024-2025&kinds=case&kinds=award&limit=2"))
    assert [node["uuid"] for node in mine["timeline"]["items"]] == [one["id"] for one in rest["timeline"]["items"]]
    assert (mine["timeline"]["total"], mine["timeline"]["nextCursor"]) == (4, rest["timeline"]["next_cursor"])
    outside = await ask(office.client, office.as_role("school_a2"), query, t=str(world.teacher("a1-1")))
    assert codes(outside) == ["NOT_FOUND"]
    figures, nodes = [], []
    for first in (1, 9):
        listed = f"{{teachers(first:{first}){{nodes{{name portfolio{{{one}}}}}}}}}"
        with counted(database) as sent:
            nodes = (await data(office.client, head, listed))["teachers"]["nodes"]
        figures.append(reads(sent))
    assert figures[0] == figures[1]
    with counted(database) as sent:
        await office.get("bureau", path(world))
    assert reads(sent) == 3
    assert [fault for statement in sent for fault in tables_without_region(statement)] == []
    assert {node["name"]: node["portfolio"]["timeline"]["total"] for node in nodes}["赵一"] == sum(ALL.values())


@pytest.mark.clause("M3.5")
async def test_paper_bears_no_numbers_of_persons_and_is_put_on_record(
    office: Bureau, clone: Clone, world: World
) -> None:
    await put(clone, world)
    answer = await office.client.get(f"/v1/{path(world, more='.pdf')}", headers=office.as_role("school"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text() for page in pages)
    for part in (
        "骨干教师研修",
        "语文名师工作室",
        "校本研修先进个人",
        "第 1 页",
        f"共 {len(pages)} 页",
        "培训者年度考核",
    ):
        assert part in text, part
    for secret in (world.id_number("a1-1"), world.id_number("a1-1")[-4:], SECRET):
        assert secret not in text
    connection = await clone.connect()
    facts = await connection.fetch("SELECT entity_id, channel, facts FROM events WHERE kind = 'portfolio.printed'")
    await connection.close()
    assert [(row["entity_id"], row["channel"]) for row in facts] == [(world.teacher("a1-1"), "audit")]
    assert "骨干" not in str(facts[0]["facts"])
    refused = await office.client.get(f"/v1/{path(world, more='.pdf')}", headers=office.as_role("school_a2"))
    assert refused.status_code == 404
    dry = f"/v1/{path(world, more='.pdf')}?validate_only=true"
    refused = await office.client.get(dry, headers=office.as_role("school"))
    assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATE_ONLY_REFUSED")


async def test_a_program_sees_the_kinds_its_scopes_name(clone: Clone, database: Database, world: World) -> None:
    await put(clone, world)
    scopes = frozenset({Permission.PORTFOLIO_READ, Permission.TEACHER_READ, Permission.AWARD_READ})
    bureau = world.organisation("bureau")
    who = Principal(HOME, uuid4(), Role.BUREAU, bureau, frozenset({bureau}), scopes=frozenset(map(str, scopes)))
    regulation = Regulation.load(("jiyuan_2022_109",))
    async with database.begin(HOME) as connection:
        ctx = Context(connection, who, regulation, Clock.at(world.today))
        found = await service.get_portfolio(ctx, world.teacher("a1-1"), PortfolioRequest())
        assert {one.kind for one in found.timeline.items} == {
            PortfolioKind.EMPLOYMENT, PortfolioKind.HONOUR, PortfolioKind.AWARD,
        }  # fmt: skip
        assert found.hours == []
        nothing = replace(who, scopes=frozenset({str(Permission.PORTFOLIO_READ)}))
        bare = Context(connection, nothing, regulation, Clock.at(world.today))
        assert await service.portfolios(bare, [world.teacher("a1-1")], PortfolioRequest()) == [None]
