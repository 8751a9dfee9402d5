"""GraphQL of activities and attendance 校本研修活动."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel

from app.access.context import Context
from app.access.doors import expected_version
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    Etag,
    First,
    Info,
    Listed,
    Problem,
    checked_first,
    listed,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.archive import schemas as archive_schemas
from app.archive.graphql import File
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours.schemas import TermName
from app.school_research import schemas, service
from app.school_research.graphql.plans import Key
from app.school_research.queries.activities import ActivityFilter
from app.school_research.states import ResearchActivityStatus

FILES_FIRST = 20
READ, RECORD = Permission.RESEARCH_ACTIVITY_READ, Permission.RESEARCH_ACTIVITY_RECORD
B = TypeVar("B", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)
Activity = schemas.ResearchActivity


async def activities_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[Activity | None]:
    """Activities (n,) -> answers (n,), None where missing."""
    return shown_many(Activity, await service.get_activities(ctx, ids))


async def _attendance(
    root: strawberry.Parent[Activity], info: Info, first: First = FIRST_DEFAULT, after: After = None
) -> Listed:
    """Who took part; a teacher sees the own line 出席."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.attendance(ctx, request, root.id)

    return await listed(info, schemas.ResearchAttendance, find, first=first, after=after)


async def _files_of(ctx: Context, ids: Sequence[UUID], limit: int) -> list[list[Any]]:
    return [shown_many(archive_schemas.File, files) for files in await service.files_of_activities(ctx, ids, limit)]


async def _files(
    root: strawberry.Parent[Activity], info: Info, first: First = FILES_FIRST
) -> list[archive_schemas.File]:
    """Records, pictures and recordings, oldest first 活动材料."""
    found: list[archive_schemas.File] = await info.context.loader(_files_of, checked_first(first)).load(root.id)
    return found


_Line: Any = output_of(schemas.ResearchAttendance)


@output(Activity)
class ResearchActivity(Node):
    """An activity of a school 校本研修活动."""

    attendance = field(READ, _attendance, Connection[_Line] | None, weight=STATEMENT_WEIGHT)
    files = field(Permission.FILE_READ, _files, list[File] | None)


@output(schemas.ResearchSignInCode)
class ResearchSignInCode:
    """The code teachers sign in with on the day 签到码."""


@output(schemas.ResearchClaim)
class ResearchClaim:
    """The sheets that came of the attendance of a term 生成的学时申报."""


async def _research_activity(info: Info, uuid: UUID) -> Activity:
    """One activity 活动."""
    found = await info.context.loader(activities_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _research_activities(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    term: Annotated[str | None, strawberry.argument(description="学期，如 2026-2027-1")] = None,
    status: ResearchActivityStatus | None = None,
) -> Listed:
    """Activities, newest first 校本研修活动列表."""
    half = info.context.valid(TermName | None, term, at="term")
    only = ActivityFilter.of(school_id, central_school_id, half, status)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_activities(ctx, request, only)

    return await listed(info, Activity, find, first=first, after=after)


@strawberry.type
class Query:
    """What activities answer."""

    research_activity = field(READ, _research_activity, ResearchActivity | None)
    research_activities = field(READ, _research_activities, Connection[ResearchActivity] | None)


@input_of(schemas.ResearchActivityCreate)
class ResearchActivityCreateInput:
    """An activity that was or will be held 登记活动."""


@input_of(schemas.ResearchActivityPatch)
class ResearchActivityPatchInput:
    """Changes of an activity 修改活动."""


@input_of(schemas.ResearchActivityCancel)
class ResearchActivityCancelInput:
    """Why an activity does not count 作废理由."""


@input_of(schemas.ResearchActivityMove)
class ResearchActivityMoveInput:
    """A move without a reason."""


@input_of(schemas.ResearchAttendanceCreate)
class ResearchAttendanceCreateInput:
    """A list of who took part 出席名单."""


@input_of(schemas.ResearchSignIn)
class ResearchSignInInput:
    """Signing in by the code 签到."""


@input_of(schemas.ResearchClaimCreate)
class ResearchClaimCreateInput:
    """Turn the attendance of a term into hours sheets 生成学时申报."""


_name = strawberry.argument(name="input")


async def _moved(
    info: Info, answer: type[M], schema: type[B], value: object, act: Callable[..., Awaitable[object]], uuid: UUID
) -> M | Problem:
    """What a service function of (ctx, id, body, version=) makes of an activity."""

    async def move(ctx: Context) -> object:
        body = info.context.given(schema, value)
        return await act(ctx, uuid, body, version=expected_version(getattr(body, "etag", None)))

    return await info.context.change(answer, move)


async def _create(info: Info, new: Annotated[ResearchActivityCreateInput, _name]) -> Activity | Problem:
    """Record an activity 登记活动."""
    graph = info.context

    async def create(ctx: Context) -> AnyRow:
        return await service.create_activity(ctx, graph.given(schemas.ResearchActivityCreate, new))

    return await graph.change(Activity, create)


async def _change(info: Info, uuid: UUID, patch: Annotated[ResearchActivityPatchInput, _name]) -> Activity | Problem:
    """Correct an activity, until its hours are claimed 修改活动."""
    return await _moved(info, Activity, schemas.ResearchActivityPatch, patch, service.change_activity, uuid)


async def _cancel(info: Info, uuid: UUID, why: Annotated[ResearchActivityCancelInput, _name]) -> Activity | Problem:
    """Let an activity not count 作废."""
    return await _moved(info, Activity, schemas.ResearchActivityCancel, why, service.cancel_activity, uuid)


async def _open(
    info: Info, uuid: UUID, move: Annotated[ResearchActivityMoveInput, _name]
) -> schemas.ResearchSignInCode | Problem:
    """Make a code that teachers sign in with on the day 开放签到."""
    schema = schemas.ResearchActivityMove
    return await _moved(info, schemas.ResearchSignInCode, schema, move, service.open_sign_in, uuid)


async def _attend(info: Info, uuid: UUID, new: Annotated[ResearchAttendanceCreateInput, _name]) -> Activity | Problem:
    """Enter up to 500 who took part, all or none 出席名单."""
    return await _moved(info, Activity, schemas.ResearchAttendanceCreate, new, service.add_attendance, uuid)


async def _strike(info: Info, uuid: UUID, teacher_id: UUID, etag: Etag = None) -> Activity | Problem:
    """Take a teacher off the list 删去出席."""
    version = expected_version(etag)
    return await info.context.change(
        Activity, lambda ctx: service.remove_attendance(ctx, uuid, teacher_id, version=version)
    )


async def _sign_in(info: Info, given: Annotated[ResearchSignInInput, _name]) -> Activity | Problem:
    """Sign in by the code shown at the activity, on its day 签到."""
    graph = info.context

    async def sign(ctx: Context) -> AnyRow:
        return await service.sign_in(ctx, graph.given(schemas.ResearchSignIn, given))

    return await graph.change(Activity, sign)


async def _claim(
    info: Info, new: Annotated[ResearchClaimCreateInput, _name], idempotency_key: Key
) -> schemas.ResearchClaim | Problem:
    """Turn the attendance of a term into hours sheets 生成学时申报 [A5.7.1]."""
    body = lambda: info.context.given(schemas.ResearchClaimCreate, new)  # noqa: E731
    return await info.context.change_once(
        schemas.ResearchClaim, body, service.claim_hours, verb="claimResearchHours", key=idempotency_key
    )


ActivityPayload = Annotated[ResearchActivity | Problem, strawberry.union("ResearchActivityPayload")]
CodePayload = Annotated[ResearchSignInCode | Problem, strawberry.union("ResearchSignInCodePayload")]
ClaimPayload = Annotated[ResearchClaim | Problem, strawberry.union("ResearchClaimPayload")]


@strawberry.type
class Mutation:
    """What changes activities."""

    create_research_activity = field(RECORD, _create, ActivityPayload)
    change_research_activity = field(RECORD, _change, ActivityPayload)
    cancel_research_activity = field(RECORD, _cancel, ActivityPayload)
    open_research_sign_in = field(RECORD, _open, CodePayload)
    create_research_attendance = field(RECORD, _attend, ActivityPayload)
    delete_research_attendance = field(RECORD, _strike, ActivityPayload)
    sign_in_to_research_activity = field(Permission.RESEARCH_SIGN_IN, _sign_in, ActivityPayload)
    claim_research_hours = field(Permission.SUBMISSION_FILE, _claim, ClaimPayload)


NODES = {"ResearchActivity": activities_by_ids}
