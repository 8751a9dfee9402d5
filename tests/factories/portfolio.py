"""A teacher's career for tests: one entry of every sort, straight in the database."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from tests.factories.projects import ANOTHER, SOMEBODY, insert, put_project, put_trainee
from tests.factories.trainers import put_appointment
from tests.factories.world import HOME, World

MOMENT = datetime(2026, 11, 10, 4, tzinfo=UTC)
ASKED = {"asked_by": SOMEBODY, "answered_by": ANOTHER, "answered_at": MOMENT}
RECORD = json.dumps(dict.fromkeys(("tasks", "hours", "planning", "delivery", "mentoring", "tracking", "resources"), 1))
SECRET = "不外传的意见"
"""Stands in every opinion and reason of the career; no portfolio ever shows it."""


async def put_workshop(connection: asyncpg.Connection, unit: UUID, leader: UUID, **facts: Any) -> UUID:
    """A registered city workshop of 2026-2027 and 2027-2028."""
    about = {
        "family": "teacher_workshop", "kind": "master_studio", "level": "city", "unit_kind": "school",
        "name": f"工作坊 {uuid4().hex[:6]}", "stage": "primary", "subject": "chinese", "theme": "单元教学",
        "start_year": 2026, "end_year": 2027, "status": "registered", "created_by": SOMEBODY,
        "submitted_by": SOMEBODY, "submitted_role": "school", "registered_by": ANOTHER,
    }  # fmt: skip
    return await insert(connection, "workshops", region_id=HOME, unit_id=unit, leader_id=leader, **about | facts)


async def put_member(connection: asyncpg.Connection, workshop: UUID, teacher: UUID, **facts: Any) -> UUID:
    """A spell in a workshop since 1 September 2026."""
    about = {"role": "applicant", "joined_on": date(2026, 9, 1)}
    return await insert(
        connection, "workshop_members", region_id=HOME, workshop_id=workshop, teacher_id=teacher, **about | facts
    )


class Career:
    """What a teacher of the world has done; every part answers nothing, they are told apart by their titles."""

    def __init__(self, connection: asyncpg.Connection, world: World, teacher: str = "a1-1", school: str = "A1") -> None:
        """teacher, school: names of the world."""
        self.connection, self.world = connection, world
        self.teacher, self.school = world.teacher(teacher), world.organisation(school)
        self.unit, self.colleague = world.organisation("central A"), world.teacher("a2-2")

    async def put(self) -> None:
        """All of it."""
        await self.training()
        await self.deliveries()
        await self.workshops()
        await self.team()
        await self.awards()

    def own(self, **more: Any) -> dict[str, Any]:
        """The columns that say whose a record is."""
        return {"region_id": HOME, "teacher_id": self.teacher, "school_id": self.school, **more}

    async def training(self, *, is_told: bool = True) -> None:
        """A project with score and result, an output, a case, a lesson, a term assessment.

        is_told: whether they are decided and published.
        """
        project = await put_project(self.connection, HOME, status="evaluating", name="骨干教师研修")
        trainee = await put_trainee(self.connection, HOME, project, self.teacher, self.school, self.unit)
        of = self.own(project_id=project, trainee_id=trainee)
        weights = {"attendance_weight": 40, "learning_weight": 20, "exchange_weight": 10, "assignments_weight": 30}
        published = {"publications": 1 if is_told else 2, "published_by": ANOTHER, "published_at": MOMENT}
        scheme = {"region_id": HOME, "project_id": project, "written_by": SOMEBODY}
        await insert(self.connection, "training_schemes", **scheme, **weights, **published)
        parts = dict.fromkeys(("attendance", "learning", "exchange", "assignments", "total"), 91.5)
        score = {"publication": 1, "due": 2, "present": 2, "on_leave": 0, "published_by": ANOTHER}
        await insert(self.connection, "training_scores", **of, **parts, **score)
        decided = {"status": "completed", "decided_by": ANOTHER, "decided_on": date(2026, 11, 20)} if is_told else {}
        told = {
            "is_recommended": True,
            "opinion": SECRET,
            "figures": "{}",
            "findings": "[]",
            "recommended_by": SOMEBODY,
        }
        await insert(self.connection, "training_completions", **of, **told, **decided, hours=40, project_hours=40)
        await self._practice(project, of, is_told=is_told)
        session = {
            "region_id": HOME, "project_id": project, "held_on": date(2026, 10, 20), "part": "whole", "hours": 6,
            "topic": "同伴授课", "mode": "online", "lecturer_name": "某", "lecturer_teacher_id": self.teacher,
            "status": "held", "made_by": SOMEBODY,
        }  # fmt: skip
        await insert(self.connection, "training_sessions", **session)
        term = {"start_year": 2026, "term": 1, "result": "qualified", "assessed_by": SOMEBODY, "reason": SECRET}
        await insert(self.connection, "term_assessments", **self.own(), **term)

    async def _practice(self, project: UUID, of: dict[str, Any], *, is_told: bool) -> None:
        weights = {"training": 50, "school_research": 30, "demonstration": 20, "published_on": date(2026, 10, 1)}
        await insert(
            self.connection, "practice_weights", region_id=HOME, project_id=project, set_by=SOMEBODY, **weights
        )
        marks = {"training": 90, "school_research": 80, "demonstration": 70, "opinion": SECRET}
        published = {"status": "published", "published_by": ANOTHER, "published_on": date(2026, 11, 21)}
        published = published if is_told else {}
        await insert(self.connection, "practice_results", **of, **marks, **published, recorded_by=SOMEBODY)
        task = {
            "region_id": HOME, "project_id": project, "kind": "lesson_study", "title": "课例", "requirement": "一份",
            "due_on": date(2026, 12, 1), "status": "published", "findings": "[]", "made_by": SOMEBODY,
            "published_by": SOMEBODY, "published_on": date(2026, 10, 2),
        }  # fmt: skip
        output = {
            "task_id": await insert(self.connection, "practice_tasks", **task), "title": "课例《草原》", "text": "全文",
            "submitted_by": SOMEBODY, "submitted_on": date(2026, 11, 1),
        }  # fmt: skip
        marked = {"status": "marked", "mark": 88, "marked_by": ANOTHER, "marked_at": MOMENT} if is_told else {}
        made = await insert(self.connection, "practice_outputs", **of, **output, **marked)
        answered = {"status": "accepted", **ASKED} if is_told else {"status": "submitted", "asked_by": SOMEBODY}
        case = {"kind": "transfer", "output_id": made, "note": SECRET, **answered}
        await insert(self.connection, "practice_cases", **of, **case)

    async def deliveries(self) -> None:
        """A delivery received, and a lesson of another one taught."""
        programme = {
            "region_id": HOME, "start_year": 2026, "stage": "primary", "subject": "chinese", "title": "送教系列",
            "content": "课堂", "visits_planned": 2, "made_by": SOMEBODY,
        }  # fmt: skip
        made = await insert(self.connection, "delivery_programmes", **programme)
        visits = []
        for day, title in ((date(2026, 10, 12), "送教一"), (date(2026, 10, 13), "送教二")):
            visit = {
                "region_id": HOME, "programme_id": made, "start_year": 2026, "host_school_id": self.school,
                "visit_on": day, "title": title, "hours": 3, "status": "held", "summary": "已办", "ended_by": SOMEBODY,
                "planned_by": SOMEBODY,
            }  # fmt: skip
            visits.append(await insert(self.connection, "delivery_visits", **visit))
        await insert(self.connection, "delivery_attendances", **self.own(visit_id=visits[0], recorded_by=SOMEBODY))
        lesson = {
            "position": 1,
            "title": "送教课《山行》",
            "hours": 1,
            "lecturer_name": "某",
            "teacher_id": self.teacher,
        }
        await insert(self.connection, "delivery_lessons", region_id=HOME, visit_id=visits[1], **lesson)

    async def workshops(self) -> None:
        """Leads a studio, once belonged to another; taught, led a talk, wrote a case; one pair each way."""
        studio = await put_workshop(self.connection, self.school, self.teacher, name="语文名师工作室")
        await put_member(self.connection, studio, self.teacher, role="core")
        former = await put_workshop(self.connection, self.world.organisation("B1"), self.colleague, name="旧工作坊")
        left = {"joined_on": date(2026, 9, 1), "left_on": date(2026, 10, 1), "left_reason": SECRET}
        await put_member(self.connection, former, self.teacher, **left)
        activity = {
            "region_id": HOME, "workshop_id": studio, "title": "集中研修", "starts_on": date(2026, 10, 17),
            "ends_on": date(2026, 10, 17), "host_school_id": self.school, "host_teacher_id": self.teacher,
            "mode": "offline", "lessons": json.dumps([
                {"teacher_id": str(self.teacher), "title": "现场课《古诗三首》"},
                {"teacher_id": str(self.colleague), "title": "别人的课"},
            ]), "talk_kind": "lecture", "talk_title": "讲座：大单元", "is_reading_forum": False, "summary": "已办",
            "status": "held", "created_by": SOMEBODY,
        }  # fmt: skip
        await insert(self.connection, "workshop_activities", **activity)
        case = {"workshop_id": studio, "start_year": 2026, "term": 1, "title": "坊内案例", "summary": "概要"}
        await insert(
            self.connection, "workshop_cases", region_id=HOME, **case, author_id=self.teacher, created_by=SOMEBODY
        )
        pair = {"region_id": HOME, "plan": "听评课", "created_by": SOMEBODY, "workshop_id": studio}
        for mentor, apprentice, day in (
            (self.teacher, self.colleague, date(2026, 9, 10)),
            (self.world.teacher("a2-1"), self.teacher, date(2026, 9, 11)),
        ):
            await insert(
                self.connection, "mentor_pairs", **pair, mentor_id=mentor, apprentice_id=apprentice, starts_on=day
            )

    async def team(self) -> None:
        """A term in the trainer team with a task and an assessment."""
        term = uuid4()
        await put_appointment(
            self.connection, HOME, term, self.teacher, self.school, starts_on="2026-09-01", ends_on="2029-09-01"
        )
        task = {
            "appointment_id": term, "duty": "delivery", "place": "project", "title": "项目授课任务",
            "done_on": date(2026, 10, 21), "start_year": 2026, "hours": 2, "fee_fen": 0, "assigned_by": SOMEBODY,
        }  # fmt: skip
        await insert(self.connection, "trainer_assignments", **self.own(), **task)
        judged = {
            "start_year": 2026,
            "record": RECORD,
            "result": "qualified",
            "opinion": SECRET,
            "assessed_by": SOMEBODY,
        }
        await insert(self.connection, "trainer_assessments", **self.own(appointment_id=term), **judged)

    async def awards(self) -> None:
        """An honour, an award on paper, one that was revoked, a typical case, an item that came out."""
        honour = [{"code": "backbone_teacher", "level": "city", "awarded_on": "2024-09-10"}]
        await self.connection.execute(
            "UPDATE teachers SET honours = $2 WHERE id = $1", self.teacher, json.dumps(honour)
        )
        award = {
            "region_id": HOME, "kind": "advanced_person", "subject": "teacher", "subject_id": self.teacher,
            "holder_name": "某", "unit_id": self.school, "teacher_id": self.teacher, "route": "recorded",
            "awarded_on": date(2025, 12, 20), "granted_by": SOMEBODY,
        }  # fmt: skip
        await insert(self.connection, "awards", **award, year=2025, number="JY-2025-1")
        gone = {"status": "revoked", "revocation_asked_by": SOMEBODY, "revocation_reason": SECRET}
        gone |= {"revoked_by": ANOTHER, "revoked_at": MOMENT}
        await insert(self.connection, "awards", **award, **gone, year=2024, number="JY-2024-1")
        unit = {"region_id": HOME, "organisation_id": self.school, "teacher_id": self.teacher}
        case = {"term": "2026-2027-1", "title": "典型案例一", "summary": "概要", "status": "accepted", **ASKED}
        await insert(self.connection, "typical_cases", **unit, **case)
        item = {
            "column_code": "teacher_workshop", "title": "简讯一则", "source": "本校", "happened_on": date(2026, 11, 2),
            "persons": "[]", "channel": "公众号", "link": "https://example.org/1", "published_on": date(2026, 11, 3),
            "status": "published", **ASKED,
        }  # fmt: skip
        await insert(self.connection, "publications", **unit, **item)
