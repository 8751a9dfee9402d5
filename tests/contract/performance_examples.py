"""A valid request for every operation of the scorecard; it is the county's, so that no place has its own."""

from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example
from tests.factories.uploads import PDF

TEAM, INDICATOR = "support_system.trainer_team.team", "support_system.trainer_team"
ECOLOGY = "effects.ecology.ecology"
_YEAR: dict[str, Any] = {"year": 2026}


def _of(code: str, body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(lambda _: {**_YEAR, "code": code}, body=None if body is None else lambda _: body, **more)


def _year(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(lambda _: _YEAR, body=None if body is None else lambda _: body, **more)


EXAMPLES: dict[str, Example] = {
    "listScorecards": Example(),
    "getScorecard": _year(),
    "getScorecardIndicator": _of(INDICATOR),
    "listScorecardRecords": _of(INDICATOR, query=lambda _: {"figure": "trainers.people"}),
    "whatIfScorecard": _year({"counts": [{"figure": "trainers.people", "counted": 50}]}),
    "freezeScorecard": _year({}),
    "listScorecardSnapshots": _year(),
    "getScorecardSnapshot": Example(lambda _: {**_YEAR, "number": 1}),
    "listScorecardSnapshotRecords": Example(
        lambda _: {**_YEAR, "number": 1}, query=lambda _: {"figure": "trainers.people"}
    ),
    "assessScorecardRow": _of(TEAM, {"points": 4, "note": "队伍已经建成"}),
    "scoreScorecardRow": _of(TEAM, {"points": 4}),
    "returnScorecardRow": _of(TEAM, {"reason": "请补充佐证材料"}),
    "designateScorecardRow": _of(ECOLOGY, {"departments": ["personnel"]}),
    "attachScorecardFile": _of(TEAM, {}, file=PDF, also=Permission.SCORECARD_READ),
    "listScorecardFiles": _of(TEAM),
    "getScorecardFilesZip": _year(),
    "getScorecardTable": _year(),
}
