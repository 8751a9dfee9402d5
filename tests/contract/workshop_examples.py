"""A valid request for every operation of workshops, about the workshop at a place of the test world."""

from collections.abc import Callable
from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.uploads import PDF
from tests.factories.workshops import ident
from tests.factories.world import World

READ = Permission.WORKSHOP_READ
Body = Callable[[Objects], dict[str, Any]]


def _about(body: dict[str, Any] | Body | None = None, /, *also: str, **more: Any) -> Example:
    """About a workshop, and further things of it by name (member, adjustment)."""

    def path(at: Objects) -> dict[str, Any]:
        ids = {f"{what}_id": ident(what, at.place) for what in also}
        return {"workshop_id": ident("workshop", at.place), **ids}

    made = body if callable(body) or body is None else lambda _: body
    return Example(path, body=made, sees=READ, **more)


def _proposal(at: Objects) -> dict[str, Any]:
    return {
        "family": "principal_studio",
        "level": "city",
        "unit_id": str(at.organisation),
        "leader_id": str(at.teacher),
        "stage": "primary",
        "subject": "chinese",
        "school_year": "2026-2027",
        "members": [{"teacher_id": str(at.teacher), "role": "core"}],
    }


_GATHERING = {"month": "2026-10", "topic": "集中研修", "host_school_id": str(World().organisation("A1"))}


def _pair(at: Objects) -> dict[str, Any]:
    return {
        "workshop_id": str(ident("workshop", at.place)),
        "mentor_id": str(at.teacher),
        "apprentice_id": str(World().teacher("a1-2")),
        "starts_on": "2026-10-10",
        "plan": "每月听评课",
    }


def _help(body: dict[str, Any] | None = None) -> Example:
    """About a city studio and the town workshop it is to help."""
    return Example(
        lambda at: {"pair_id": ident("workshop pair", at.place)},
        body=None if body is None else lambda _: body,
        sees=READ,
    )


EXAMPLES: dict[str, Example] = {
    "listWorkshops": Example(),
    "createWorkshop": Example(body=lambda at: _proposal(at) | {"name": "新工作室", "theme": "主题"}, placed=True),
    "checkWorkshopProposal": Example(body=_proposal, placed=True),
    "getWorkshop": _about(),
    "changeWorkshop": _about({"theme": "新主题"}),
    "checkWorkshop": _about(),
    "submitWorkshop": _about({}),
    "recommendWorkshop": _about({}),
    "returnWorkshop": _about({"reason": "请补充成员"}),
    "registerWorkshop": _about({}),
    "confirmWorkshopTerm": _about({"term": "2026-2027-1"}),
    "renewWorkshop": _about({}),
    "closeWorkshop": _about({"reason": "主持人调离"}),
    "listWorkshopActs": _about(),
    "listWorkshopMembers": _about(),
    "adjustWorkshopMembers": _about(
        lambda at: {
            "add": [{"teacher_id": str(at.teacher), "role": "applicant"}],
            "remove": [],
            "effective_on": "2026-11-10",
            "reason": "调整",
        }
    ),
    "listWorkshopAdjustments": _about(),
    "approveWorkshopAdjustment": _about({}, "adjustment"),
    "returnWorkshopAdjustment": _about({"note": "人数不足"}, "adjustment"),
    "endWorkshopMember": _about({"left_on": "2026-11-01", "reason": "transfer"}, "member"),
    "consentWorkshop": _about(),
    "listWorkshopPlans": _about(),
    "writeWorkshopPlan": _about(
        {"school_year": "2026-2027", "theme": "主题", "schedule": [_GATHERING], "evaluation": "评价要求"}
    ),
    "submitWorkshopPlan": _about({}, "plan"),
    "acceptWorkshopPlan": _about({}, "plan"),
    "returnWorkshopPlan": _about({"note": "次数不足"}, "plan"),
    "listWorkshopCases": _about(),
    "createWorkshopCase": _about(
        lambda at: {"term": "2026-2027-1", "title": "案例", "author_id": str(at.teacher), "summary": "内容"}
    ),
    "getWorkshopFollowUp": _about(query=lambda _: {"school_year": "2026-2027"}),
    "listWorkshopActivities": _about(),
    "createWorkshopActivity": _about(
        lambda at: {
            "title": "集中研修",
            "starts_on": "2026-12-05",
            "host_school_id": str(at.organisation),
            "host_teacher_id": str(at.teacher),
            "lessons": [{"teacher_id": str(at.teacher), "title": "示范课"}],
        }
    ),
    "getWorkshopActivity": _about(None, "activity"),
    "changeWorkshopActivity": _about(
        lambda at: {"title": "新题目", "lessons": [{"teacher_id": str(at.teacher), "title": "示范课"}]}, "activity"
    ),
    "holdWorkshopActivity": _about({"summary": "活动记录"}, "activity"),
    "cancelWorkshopActivity": _about({}, "activity"),
    "listWorkshopAttendance": _about(None, "activity"),
    "recordWorkshopAttendance": _about(lambda at: {"day": "2026-11-20", "teacher_ids": [str(at.teacher)]}, "activity"),
    "openWorkshopSignIn": _about(None, "activity"),
    "signInWorkshop": _about({"code": "000000"}, "activity"),
    "confirmWorkshopHours": _about({"month": "2026-11"}),
    "listWorkshopReviews": _about(),
    "writeWorkshopReview": _about({"month": "2026-10", "grade": "good", "feedback": "按计划开展"}),
    "closeWorkshopReview": _about({}, "review"),
    "listWorkshopRankings": Example(query=lambda _: {"month": "2026-10"}),
    "listWorkshopReminders": Example(),
    "listMentorPairs": Example(),
    "createMentorPair": Example(body=_pair, placed=True),
    "finishMentorPair": Example(
        lambda at: {"pair_id": ident("pair", at.place)},
        body=lambda _: {"ends_on": "2026-11-20", "result": "独立承担公开课"},
        sees=READ,
    ),
    "listWorkshopSubsidies": Example(),
    "grantWorkshopSubsidy": Example(
        body=lambda at: {
            "workshop_id": str(ident("workshop", at.place)),
            "teacher_id": str(at.teacher),
            "school_year": "2026-2027",
            "amount_fen": 120_000,
        },
        placed=True,
    ),
    "payWorkshopSubsidy": Example(
        lambda at: {"subsidy_id": ident("subsidy", at.place)},
        body=lambda _: {"paid_on": "2026-11-20"},
        sees=Permission.WORKSHOP_SUBSIDY_READ,
    ),
    "attachWorkshopActivityFile": _about({}, "activity", file=PDF),
    "listWorkshopActivityFiles": _about(None, "activity"),
    "getWorkshopActivityFilesZip": _about(None, "activity"),
    "listWorkshopPairs": Example(),
    "listUnpairedStudios": Example(),
    "proposeWorkshopPair": Example(
        body=lambda at: {
            "studio_id": str(ident("workshop", at.place)),
            "town_id": str(ident("town workshop", at.place)),
            "starts_on": "2026-10-10",
            "plan": "每学期联合教研两次",
        },
        placed=True,
    ),
    "getWorkshopPair": _help(),
    "confirmWorkshopPair": _help({}),
    "refuseWorkshopPair": _help({"reason": "先完成学期注册"}),
    "finishWorkshopPair": _help({"ends_on": "2026-11-20", "result": "联合教研四次"}),
}
