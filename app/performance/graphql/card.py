"""GraphQL of the scorecard: the card, its indicators, the records behind the numbers, what-if, and frozen years."""

from typing import Annotated

import strawberry
from pydantic import Field

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.performance import schemas, service
from app.performance.service.reading import RecordFilter
from app.performance.states import FIRST_YEAR, LAST_YEAR

READ = Permission.SCORECARD_READ
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Code = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+){1,2}$", max_length=100)]
OF_YEAR, OF_CODE = {"year": Year}, {"year": Year, "code": Code}
Number = Annotated[int, Field(ge=1, le=10_000)]
OF_SNAPSHOT = {"year": Year, "number": Number}


@strawberry.type
class Query:
    """What the scorecard answers."""

    scorecards = pages(READ, service.find_years, schemas.ScorecardYear)
    scorecard = reading(READ, service.get_card, schemas.Scorecard, at=(), more=OF_YEAR)
    scorecard_indicator = reading(READ, service.get_indicator, schemas.ScorecardIndicator, at=(), more=OF_CODE)
    scorecard_records = pages(READ, service.find_records, schemas.ScorecardRecord, only=RecordFilter, more=OF_CODE)
    scorecard_snapshots = pages(READ, service.find_snapshots, schemas.ScorecardSnapshot, more=OF_YEAR)
    scorecard_snapshot = reading(READ, service.get_snapshot, schemas.ScorecardSnapshotContent, at=(), more=OF_SNAPSHOT)
    scorecard_snapshot_records = pages(
        READ, service.find_kept_records, schemas.ScorecardRecord, only=RecordFilter, more=OF_SNAPSHOT
    )
    scorecard_files = pages(READ, service.find_files, File, more=OF_CODE)


@strawberry.type
class Mutation:
    """What asks what-if, and freezes."""

    what_if_scorecard = verb(
        READ, service.what_if, schemas.ScorecardWhatIf, schemas.ScorecardOutlook, at=(), more=OF_YEAR
    )
    freeze_scorecard = verb(
        Permission.SCORECARD_FREEZE,
        service.freeze,
        schemas.ScorecardFreeze,
        schemas.ScorecardSnapshot,
        at=(),
        more=OF_YEAR,
        once=True,
    )
