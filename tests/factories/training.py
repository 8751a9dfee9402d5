"""A project in training for tests: trainees straight in the database, the rest through the doors."""

from typing import Any
from uuid import UUID

import httpx

from tests.factories.cluster import Clone
from tests.factories.keys import SignIn
from tests.factories.projects import Office, put_project, put_trainee
from tests.factories.world import World

SURVEY: dict[str, Any] = {
    "title": "培训需求问卷",
    "questions": [
        {"key": "stage", "kind": "single", "text": "任教学段", "options": ["低段", "高段"]},
        {"key": "words", "kind": "text", "text": "建议", "is_required": False},
    ],
}
DESIGN: dict[str, Any] = {
    "title": "小学语文骨干教师研修",
    "text": "以课例研究为主线",
    "modules": [
        {"title": "单元整体教学", "hours": 6, "lecturer": "某教授"},
        {"title": "课例研究", "hours": 4.5, "lecturer": "某研究员", "content": "两节课例"},
    ],
    "author_name": "某大学教师",
}
SESSION: dict[str, Any] = {
    "held_on": "2026-11-23",
    "part": "morning",
    "hours": 3,
    "topic": "统编教材解读",
    "place": "进修学校报告厅",
    "lecturer_name": "某教授",
}
SCHEME = {"attendance_weight": 40, "learning_weight": 20, "exchange_weight": 10, "assignments_weight": 30}
PLACES = {"a1-1": ("A1", "central A"), "a1-2": ("A1", "central A"), "a2-1": ("A2", "central A"), "d-1": ("D", "D")}
TABLES = (
    "training_surveys",
    "training_answers",
    "course_designs",
    "course_reviews",
    "training_sessions",
    "training_attendances",
    "training_leaves",
    "training_corrections",
    "training_assignments",
    "training_submissions",
    "training_schemes",
    "training_grades",
    "training_scores",
    "training_completions",
    "hours_entries",
    "certificates",
)


class Course(Office):
    """Whoever trains, about one project: paths are below it."""

    def __init__(self, client: httpx.AsyncClient, as_role: SignIn, world: World, clone: Clone) -> None:
        """The client, the world it acts in, and its database."""
        super().__init__(client, as_role, world)
        self.clone, self.project = clone, UUID(int=0)
        self.trainees: dict[str, str] = {}

    async def open(self, *teachers: str, **facts: Any) -> None:
        """A project with these trainees, running unless facts say otherwise."""
        admin = await self.clone.connect()
        self.project = await put_project(admin, self.world.region, **facts)
        for one in teachers or PLACES:
            places = [self.world.organisation(place) for place in PLACES[one]]
            made = await put_trainee(admin, self.world.region, self.project, self.world.teacher(one), *places)
            self.trainees[one] = str(made)
        await admin.close()

    async def set_status(self, status: str) -> None:
        """Move the project as if all its steps had been taken."""
        await self.run("UPDATE projects SET status = $2 WHERE id = $1", self.project, status)

    async def run(self, statement: str, *values: Any) -> list[Any]:
        """A statement of an administrator."""
        admin = await self.clone.connect()
        try:
            return list(await admin.fetch(statement, *values))
        finally:
            await admin.close()

    async def at(self, who: str, path: str, body: dict[str, Any] | None = None, on: str = "") -> httpx.Response:
        """A write below the project."""
        return await self.send(who, f"projects/{self.project}/{path}", body, on)

    async def well(self, who: str, path: str, body: dict[str, Any] | None = None, on: str = "") -> dict[str, Any]:
        """A write below the project that must succeed."""
        answer = await self.at(who, path, body, on)
        assert answer.is_success, (path, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    async def put(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """A whole record written anew below the project."""
        url = f"/v1/projects/{self.project}/{path}"
        return await self.client.put(url, json=body, headers=self.as_role(who))

    async def read(self, who: str, path: str, on: str = "") -> dict[str, Any]:
        """A reading below the project."""
        found: dict[str, Any] = await self.get(who, f"projects/{self.project}/{path}", on)
        return found

    async def held(self, topic: str, marks: dict[str, str], on: str = "2026-11-23", **facts: Any) -> str:
        """The path of a session whose attendance is complete."""
        made = await self.well("training_school", "sessions", SESSION | {"topic": topic, "held_on": on} | facts)
        path = f"sessions/{made['id']}"
        listed = [{"trainee_id": self.trainees[one], "presence": presence} for one, presence in marks.items()]
        await self.well("training_school", f"{path}/attendance", {"marks": listed})
        await self.well("training_school", f"{path}:hold", {})
        return path

    async def stored(self) -> dict[str, tuple[int, int]]:
        """How many rows the tables of training hold, with their versions."""
        found = {}
        for name in TABLES:
            version = "0" if name == "hours_entries" else "coalesce(sum(version), 0)"
            row = (await self.run(f"SELECT count(*) AS many, {version}::int AS versions FROM {name}"))[0]
            found[name] = (row["many"], row["versions"])
        return found
