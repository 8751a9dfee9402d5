"""Campaigns for tests: whoever runs, nominates, scores and decides, over REST; and records put there directly."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.policy.load import Regulation
from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.teachers import fetch
from tests.factories.trainers import Bureau
from tests.factories.world import HOME, PACKS, World

PACK = Regulation.load(tuple(PACKS))
NOMINATING, SCORING, PUBLIC, DECIDING = "2026-12-03", "2026-12-11", "2026-12-15", "2026-12-23"
"""Days of a campaign: nominations until 10 December, seven days of publicity from the 15th on."""
REASON = {"reason": "材料核对有误"}
TABLES = (
    "rubrics",
    "campaigns",
    "campaign_quotas",
    "campaign_candidates",
    "campaign_panels",
    "campaign_objections",
    "candidate_persons",
    "score_sheets",
    "score_marks",
    "chair_marks",
    "awards",
    "team_evaluations",
    "certificates",
    "school_titles",
    "teacher_honours",
)
Case = tuple[str, str, dict[str, Any], str, int, str]
PANEL = ("training_school", "training_school_2", "teacher_a2")


def full_marks(rubric: str, less: Mapping[str, float] = {}) -> list[dict[str, Any]]:
    """A mark for every standard of a printed rubric: all its points, less what is named."""
    marks = PACK.rubric(rubric).marks
    return [{"code": one.code, "points": float(one.points) - less.get(one.code, 0)} for one in marks]


def rubric_body(**changes: Any) -> dict[str, Any]:
    """A rubric of the region's own that adds up to 100."""
    section = {
        "code": "work",
        "label": "工作实绩",
        "points_declared": 100,
        "marks": [
            {"code": code, "points": 50, "method": "view_archive", "standards": [{"number": at, "text": "有实绩"}]}
            for at, code in ((1, "teaching"), (2, "leading"))
        ],
    }
    return {
        "name": "own_person",
        "year": 2026,
        "label": "先进个人标准",
        "subject": "teacher",
        "sections": [section],
    } | changes


class Jury(Bureau):
    """Whoever runs, nominates, scores and decides."""

    async def campaign(self, kind: str = "demonstration_school", **more: Any) -> Any:
        """A campaign that takes nominations."""
        body = {"kind": kind, "year": 2026, "nominate_until": "2026-12-10", "places": 1, **more}
        made = await self.done("bureau", "campaigns", body, NOMINATING)
        return await self.done("bureau", f"campaigns/{made['id']}:open", on=NOMINATING)

    async def nominated(self, campaign: Any, who: str, subject: Any, **more: Any) -> Any:
        """A candidate."""
        body = {"subject_id": str(subject), "grounds": "成绩突出", **more}
        return await self.done(who, f"campaigns/{campaign['id']}/candidates", body, NOMINATING)

    async def scoring(self, campaign: Any, panel: tuple[str, ...] = PANEL) -> list[Any]:
        """The sheets, once the panel is named and nominations are over; the first of the panel is the chair."""
        members = [{"account_id": str(self.world.account(one).id), "is_chair": at == 0} for at, one in enumerate(panel)]
        await self.done("bureau", f"campaigns/{campaign['id']}:setPanel", {"members": members}, NOMINATING)
        await self.done("bureau", f"campaigns/{campaign['id']}:score", on=SCORING)
        return list((await self.get("bureau", f"score-sheets?campaign_id={campaign['id']}"))["items"])

    async def scored(self, sheets: list[Any], marks: Mapping[tuple[str, str], list[dict[str, Any]]]) -> None:
        """Every sheet filled in, handed in and confirmed. marks: by candidate and username."""
        by_id = {str(self.world.account(one).id): one for one in PANEL}
        for sheet in sheets:
            who, one = by_id[sheet["evaluator_id"]], f"score-sheets/{sheet['id']}"
            given = marks[sheet["candidate_name"], who]
            await self.done(who, f"{one}:mark", {"marks": given}, SCORING)
            await self.done(who, f"{one}:submit", on=SCORING)
        for sheet in sheets:
            confirmer = "bureau_2" if by_id[sheet["evaluator_id"]] != "bureau_2" else "bureau"
            await self.done(confirmer, f"score-sheets/{sheet['id']}:confirm", on=SCORING)


async def written(clone: Clone) -> list[Any]:
    """What a refusal must leave as it is."""
    rows = [await fetch(clone, f"SELECT id, version FROM {table} ORDER BY id") for table in TABLES]
    events = await fetch(clone, "SELECT count(*) FROM events WHERE kind <> 'access.refused'")
    return [tuple(row) for some in (*rows, events) for row in some]


async def refused(jury: Jury, clone: Clone, cases: list[Case]) -> None:
    """Each case (who, path, body, day, status, code) is refused so, and nothing was written."""
    before = await written(clone)
    for who, path, body, on, status, code in cases:
        answer = await jury.send(who, path, body, on)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (who, path, answer.text)
    assert await written(clone) == before


class December(Jury):
    """A whole December of a region: who is refused is refused at every step, and nothing is written."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
        """The client, the world it acts in, and its database, which is only counted."""
        super().__init__(client, as_role, world)
        self.clone = clone

    async def refuses(self, on: str, *cases: tuple[str, str, dict[str, Any], int, str]) -> None:
        """Each write (who, path, body, status, code) of a day is refused so, and no table has changed."""
        told = [(who, path, body, on, status, code) for who, path, body, status, code in cases]
        await refused(self, self.clone, told)

    def unit(self, name: str) -> str:
        """Id of an organisation as it is sent."""
        return str(self.world.organisation(name))

    def panel(self, *usernames: str) -> dict[str, Any]:
        """The body that names a panel; the first one is the chair."""
        accounts = [str(self.world.account(one).id) for one in usernames]
        return {"members": [{"account_id": one, "is_chair": at == 0} for at, one in enumerate(accounts)]}

    async def sheets(self, campaign: Any) -> dict[tuple[str, str], str]:
        """The paths of all sheets of a campaign, by candidate and username of the evaluator."""
        listed = (await self.get("bureau", f"score-sheets?campaign_id={campaign['id']}&limit=100"))["items"]
        return {
            (one["candidate_name"], one["evaluator_name"].removeprefix("测试账号 ")): f"score-sheets/{one['id']}"
            for one in listed
        }

    async def hands_in(self, who: str, sheet: str, marks: list[dict[str, Any]], on: str) -> None:
        """A sheet filled in and handed in by its evaluator."""
        await self.done(who, f"{sheet}:mark", {"marks": marks}, on)
        await self.done(who, f"{sheet}:submit", on=on)


async def put_workshop(clone: Clone, world: World, unit: str = "A1", leader: str = "a1-1", **more: Any) -> UUID:
    """A registered city workshop of a school with its leader; more: level, start_year, end_year, registered."""
    one, connection = uuid4(), await clone.connect()
    facts = {"level": "city", "start_year": 2024, "end_year": 2025} | more
    whose = (HOME, one, world.organisation(unit), world.teacher(leader))
    years = (facts["start_year"], facts["end_year"])
    await connection.execute(
        "INSERT INTO workshops (region_id, id, family, kind, level, unit_id, unit_kind, leader_id, name, stage,"
        " subject, theme, start_year, end_year, status, created_by, submitted_by, submitted_role, registered_by)"
        " VALUES ($1, $2, 'teacher_workshop', 'master_studio', $5, $3, 'school', $4, $8, 'primary', 'chinese',"
        " '读写', $6, $7, 'registered', $2, $2, 'school', gen_random_uuid())",
        *whose, facts["level"], *years, f"{unit}语文工作坊",
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO workshop_registrations (region_id, id, workshop_id, start_year, end_year, registered_by)"
        " VALUES ($1, $2, $2, $3, $4, $2)",
        HOME, one, *years,
    )  # fmt: skip
    await connection.close()
    return one


async def put_member(clone: Clone, workshop: UUID, teacher: UUID, joined: str, left: str | None = None) -> None:
    """A spell as core member."""
    connection = await clone.connect()
    await connection.execute(
        "INSERT INTO workshop_members (region_id, id, workshop_id, teacher_id, role, joined_on, left_on, left_reason)"
        " VALUES ($1, $2, $3, $4, 'core', $5, $6, $7)",
        HOME, uuid4(), workshop, teacher, date.fromisoformat(joined), left and date.fromisoformat(left),
        "工作调整" if left else None,
    )  # fmt: skip
    await connection.close()
