"""Campaigns for tests: whoever runs, nominates, scores and decides, over REST; and records put there directly."""

from collections.abc import Mapping
from typing import Any

from app.policy.load import Regulation
from tests.factories.trainers import Bureau
from tests.factories.world import PACKS

PACK = Regulation.load(tuple(PACKS))
NOMINATING, SCORING, PUBLIC, DECIDING = "2026-12-03", "2026-12-11", "2026-12-15", "2026-12-23"
"""Days of a campaign: nominations until 10 December, seven days of publicity from the 15th on."""
REASON = {"reason": "材料核对有误"}
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
