"""The return practice for tests: a project in practice with trainees, a workshop, a tracker and a trainer."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from tests.factories.cluster import Clone
from tests.factories.projects import Office, insert, put_project, put_trainee
from tests.factories.trainers import put_appointment
from tests.factories.workshops import ident
from tests.factories.workshops import put as put_workshop
from tests.factories.world import World

TABLES: Final = (
    "practice_tasks", "practice_outputs", "practice_opinions", "practice_cases", "base_schools", "practice_pairings",
    "pairing_visits", "tracking_visits", "practice_weights", "practice_results",
)  # fmt: skip
UNITS: Final = {"a1-1": ("A1", "central A"), "a1-2": ("A1", "central A"), "d-1": ("D", "D")}


@dataclass(frozen=True, slots=True)
class Scene:
    """Ids of what stands in the practice: the project, its trainees by name, a workshop and a trainer's term.

    a2-1 (account teacher_a2) belongs to the tracking group and is the trainer; a1-2 is a member of the workshop.
    """

    project: UUID
    trainees: dict[str, UUID]
    workshop: UUID
    appointment: UUID

    @property
    def path(self) -> str:
        """The path of the project."""
        return f"projects/{self.project}"

    def task(self, **changes: Any) -> dict[str, Any]:
        """The body of a task."""
        about = {"kind": "lesson_study", "title": "课例研究", "requirement": "提交课例一份", "due_on": "2026-12-31"}
        return {**about, **changes}

    def output(self, task: str, who: str = "a1-1", **changes: Any) -> dict[str, Any]:
        """The body of an output."""
        of = {"task_id": task, "trainee_id": str(self.trainees[who])}
        return {**of, "title": "课例《草原》", "text": "教学设计与反思", **changes}


async def put_scene(clone: Clone, world: World, *, status: str = "practice") -> Scene:
    """A project as far as `status` with three trainees."""
    connection = await clone.connect()
    project = await put_project(connection, world.region, status=status)
    trainees = {}
    for name, (school, unit) in UNITS.items():
        place = (world.organisation(school), world.organisation(unit))
        trainees[name] = await put_trainee(connection, world.region, project, world.teacher(name), *place)
    place = (world.organisation("D"), world.teacher("a1-2"))
    await put_workshop(connection, world.region, "practice", *place)
    group = {"rank": None, "is_leader": True, "follows_whole": False}
    whose = {"region_id": world.region, "project_id": project, "teacher_id": world.teacher("a2-1")}
    await insert(connection, "project_people", **whose, role="tracker", name="周五", **group)
    appointment = uuid4()
    term = (world.teacher("a2-1"), world.organisation("A2"))
    await put_appointment(connection, world.region, appointment, *term, starts_on="2026-09-01", ends_on="2029-09-01")
    await connection.close()
    return Scene(project, trainees, ident("workshop", "practice"), appointment)


async def counts(clone: Clone) -> dict[str, Any]:
    """How many rows the tables hold, with their versions; refusals put on record do not count."""
    connection = await clone.connect()
    found = {
        name: tuple(await connection.fetchrow(f"SELECT count(*), sum(version)::int FROM {name}")) for name in TABLES
    }
    quiet = "kind NOT IN ('access.refused', 'access.forbidden')"
    found["events"] = await connection.fetchval(f"SELECT count(*) FROM events WHERE {quiet}")
    await connection.close()
    return found


async def refused(office: Office, clone: Clone, cases: list[tuple[str, str, dict[str, Any], int, str]]) -> None:
    """That each write (who, path, body) is refused with a status and a code, and that nothing is written."""
    before = await counts(clone)
    for who, path, body, status, code in cases:
        answer = await office.send(who, path, body)
        codes = [answer.json()["code"], *(fault["code"] for fault in answer.json().get("errors", []))]
        assert (answer.status_code, code in codes) == (status, True), (who, path, answer.text)
    assert await counts(clone) == before


async def put_typical_case(connection: asyncpg.Connection, world: World, name: str, status: str = "accepted") -> UUID:
    """A typical case of a teacher of A1."""
    answered = {"answered_by": uuid4(), "answered_at": await connection.fetchval("SELECT now()")}
    return await insert(
        connection,
        "typical_cases",
        region_id=world.region,
        organisation_id=world.organisation("A1"),
        teacher_id=world.teacher(name),
        term="2026-2027-1",
        title="引领同伴备课",
        summary="带领教研组集体备课",
        status=status,
        asked_by=uuid4(),
        **(answered if status != "submitted" else {}),
    )
