"""The demo county in a database: what the sign-ins find there, the same each time."""

import asyncio
from typing import Any

import pytest

from app.core import migrate
from app.core.db import OWNER_ROLE
from app.core.installation import Purpose
from app.demo import load as demo
from app.demo.county import county
from tests.factories.cluster import Cluster

SMALL_SCALE = 0.02
FOUND = {
    "sheets": "SELECT status, note, (SELECT count(*) FROM hours_submission_lines l WHERE l.submission_id = s.id) AS n,"
    " (SELECT string_agg(act || coalesce(' ' || note, ''), '; ' ORDER BY seq) FROM hours_submission_acts a"
    " WHERE a.submission_id = s.id) AS acts FROM hours_submissions s ORDER BY id",
    "plans": "SELECT status, is_late, (SELECT count(*) FROM research_attendance) AS n,"
    " (SELECT sum(score) FROM inspections) AS score FROM school_plans",
    "disputes": "SELECT status, reason, answer_reason FROM hours_disputes ORDER BY id DESC",
    "entries": "SELECT source, count(*) AS n, sum(credited) AS hours FROM hours_entries GROUP BY 1 ORDER BY 1",
    "publications": "SELECT status, title, (SELECT count(*) FROM publication_readings r"
    " WHERE r.publication_id = p.id) AS n FROM publications p ORDER BY id",
    "cases": "SELECT status, (SELECT count(*) FROM case_uses) AS n FROM typical_cases",
    "pairs": "SELECT p.status, t.status AS title FROM assistance_pairs p JOIN school_titles t ON t.id = p.title_id",
    "trainers": "SELECT count(*) AS n, count(number) AS letters, count(*) FILTER (WHERE subject = 'music') AS music,"
    " (SELECT count(*) FROM trainer_assignments WHERE place <> 'project') AS tasks FROM trainer_appointments",
    "steering": "SELECT (SELECT count(*) FROM leading_groups) AS bodies,"
    " (SELECT count(*) FROM leading_group_holders) AS held, (SELECT count(*) FROM expert_reviews) AS reviews",
    "projects": "SELECT name, status, quota, (SELECT count(*) FROM project_trainees t WHERE t.project_id = p.id) AS n,"
    " (SELECT count(*) FROM project_phases h WHERE h.project_id = p.id) AS phases FROM projects p"
    " WHERE status <> 'practice' ORDER BY id",
    "deliveries": "SELECT status, count(*) AS n, (SELECT count(*) FROM delivery_attendances WHERE entry_id IS NOT NULL)"
    " AS credited FROM delivery_visits GROUP BY status ORDER BY status",
    "funds": "SELECT (SELECT count(*) FROM budget_lines) AS lines, (SELECT count(*) FROM payments) AS payments,"
    " (SELECT count(*) FROM expert_fees) AS fees",
    "consultations": "SELECT (SELECT count(*) FROM consultation_reports) AS reports,"
    " (SELECT count(*) FROM consultation_reports WHERE late_days > 0) AS late, (SELECT sum(reports_missing) FROM"
    " consultation_summaries) AS missing, (SELECT count(*) FROM consultation_decisions WHERE status = 'open') AS open,"
    " (SELECT string_agg(concat(status, number), ' ' ORDER BY number) FROM briefings) AS briefings",
    "awards": "SELECT count(*) AS n, count(number) AS numbered, count(DISTINCT kind) AS kinds,"
    " (SELECT count(*) FROM campaigns) AS campaigns, (SELECT count(*) FROM score_sheets) AS sheets,"
    " (SELECT count(*) FROM team_evaluations WHERE status = 'confirmed') AS teams,"
    " (SELECT count(*) FROM teacher_honours) AS honours, (SELECT jsonb_array_length(findings) FROM rubrics"
    " WHERE source = 'own' AND status = 'published') AS findings FROM awards",
    "practice": "SELECT p.status, (SELECT count(*) FROM practice_tasks k WHERE k.project_id = p.id) AS tasks,"
    " (SELECT count(*) FROM practice_outputs o WHERE o.project_id = p.id) AS outputs, (SELECT count(*) FROM"
    " practice_results r WHERE r.project_id = p.id) AS results FROM projects p WHERE status <> 'selecting' ORDER BY id",
    "training": "SELECT (SELECT count(*) FROM training_attendances) AS attended, count(*) AS n,"
    " sum((figures ->> 'due')::int) AS due FROM training_completions",
    "certificates": "SELECT status, count(*) AS n FROM certificates GROUP BY status",
}


async def loaded(server: Cluster) -> dict[str, list[dict[str, Any]]]:
    """What a fresh load leaves."""
    clone = await server.empty()
    role = OWNER_ROLE if clone.assumes_roles else None
    await asyncio.to_thread(migrate.upgrade, clone.owner, role=role)
    made, owner = county(SMALL_SCALE), demo.Owner(clone.owner, role)
    await demo.prepare(owner, Purpose.DEMO, made)
    database = clone.database()
    await demo.load(database, made, lambda *_: None)
    await database.close()
    await demo.finish(owner)
    connection = await clone.connect()
    found = {name: [dict(row) for row in await connection.fetch(query)] for name, query in FOUND.items()}
    await connection.close()
    await server.drop(clone)
    return found


@pytest.mark.long
async def test_sheets_and_disputes_stand_in_every_state_and_are_the_same_each_time(server: Cluster) -> None:
    found = await loaded(server)
    assert [(one["status"], one["n"]) for one in found["sheets"]] == [
        ("draft", 4),
        ("submitted", 4),
        ("returned", 4),
        ("approved", 4),
    ]
    assert [one["acts"] for one in found["sheets"]][2:] == [
        "create; submit 请核准; return 签到表缺一人，请核对后重新提交",
        "create; submit 请核准; recommend 过程检查属实; approve 同意",
    ]
    assert [tuple(one.values()) for one in found["plans"]] == [("running", False, 8, 92)]
    assert {one["status"] for one in found["disputes"]} == {"open", "rejected"}
    assert next(one["n"] for one in found["entries"] if one["source"] == "submission") == 4
    assert [(one["status"], one["n"]) for one in found["publications"]] == [
        ("published", 2),
        ("published", 0),
        ("returned", 0),
        ("submitted", 0),
    ]
    assert found["cases"] == [{"status": "accepted", "n": 1}] * 4
    assert found["pairs"] == [{"status": "confirmed", "title": "confirmed"}]
    assert found["steering"] == [{"bodies": 3, "held": 16, "reviews": 1}]
    assert [one["status"] for one in found["deliveries"]] == ["held", "planned"]
    assert all(one["credited"] for one in found["deliveries"])
    assert found["funds"] == [{"lines": 9, "payments": 4, "fees": 3}]
    # The eight kinds that need no workshop: a county this small has none. Honours: of three kinds for persons.
    campaigns = {"n": 15, "numbered": 15, "kinds": 8, "campaigns": 10, "sheets": 20, "teams": 2}
    assert found["awards"] == [campaigns | {"honours": 7, "findings": 1}]
    assert found["consultations"] == [
        {"reports": 13, "late": 1, "missing": 1, "open": 2, "briefings": "published1 published2 draft"}
    ]
    team = found["trainers"][0]
    assert (team["letters"], team["music"], team["tasks"]) == (team["n"], 0, team["n"] - 4)
    assert [(one["status"], one["phases"]) for one in found["projects"]][-1] == ("selecting", 2)
    assert {(one["status"], one["n"] == one["quota"]) for one in found["projects"][:-1]} == {("closed", True)}
    training = found["training"][0]
    enrolled = sum(one["n"] for one in found["projects"] if one["status"] == "closed")
    assert (training["n"], training["due"], training["attended"]) == (enrolled, 5 * enrolled, 5 * enrolled)
    assert found["practice"][-1] == {
        "status": "practice",
        "tasks": 2,
        "outputs": found["practice"][-1]["outputs"],
        "results": 0,
    }
    assert all(one["tasks"] and one["outputs"] and one["results"] for one in found["practice"][:-1])
    assert await loaded(server) == found
