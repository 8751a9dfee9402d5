"""A valid request for every operation of workshops, about the workshop at a place of the test world."""

from collections.abc import Callable
from typing import Any

from app.access.permissions import Permission
from tests.contract.examples import Example, Objects
from tests.factories.workshops import ident

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
}
