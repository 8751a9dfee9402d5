"""GraphQL of school sheets 学时申报."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry
from pydantic import BaseModel

from app.access.context import Context
from app.access.doors import version_of
from app.access.graph import (
    FIRST_DEFAULT,
    After,
    Connection,
    Etag,
    First,
    Graph,
    Info,
    Listed,
    Problem,
    listed,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, field, input_of, output, output_of
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.hours.graphql.ledger import Key
from app.hours.queries.submissions import SubmissionFilter
from app.hours.states import HoursCategory, SubmissionStatus
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.organisations.schemas import YearName

READ, FILE = Permission.SUBMISSION_READ, Permission.SUBMISSION_FILE
B = TypeVar("B", bound=BaseModel)
OptionalYear = Annotated[str | None, strawberry.argument(description="学年，如 2026-2027")]
OptionalTerm = Annotated[str | None, strawberry.argument(description="学期，如 2026-2027-1")]


async def submissions_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[schemas.HoursSubmission | None]:
    """Sheets (n,) -> answers (n,), None where missing."""
    return shown_many(schemas.HoursSubmission, await service.get_submissions(ctx, ids))


async def _sheets_of_anybody(ctx: Context, ids: Sequence[UUID]) -> list[schemas.HoursSubmission | None]:
    """The same for global ids: to whom sheets are closed, they are missing like any other's."""
    if ctx.principal.grant(READ) is None:
        return [None] * len(ids)
    return await submissions_by_ids(ctx, ids)


async def _acts_by_ids(ctx: Context, ids: Sequence[UUID]) -> list[list[Any]]:
    return [shown_many(schemas.HoursSubmissionAct, acts) for acts in await service.acts_of_submissions(ctx, ids)]


async def _school(root: strawberry.Parent[Any], info: Info) -> organisation_schemas.Organisation | None:
    """The unit that files 申报单位."""
    return await info.context.loader(organisations_by_ids).load(root.school_id)


async def _lines(
    root: strawberry.Parent[schemas.HoursSubmission], info: Info, first: First = FIRST_DEFAULT, after: After = None
) -> Listed:
    """The lines in order 申报明细."""

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.submission_lines(ctx, request, root.id)

    return await listed(info, schemas.HoursSubmissionLine, find, first=first, after=after)


async def _acts(root: strawberry.Parent[schemas.HoursSubmission], info: Info) -> list[schemas.HoursSubmissionAct]:
    """Who did what, when and why 办理记录."""
    found: list[schemas.HoursSubmissionAct] = await info.context.loader(_acts_by_ids).load(root.id)
    return found


@output(schemas.HoursSubmission)
class HoursSubmission(Node):
    """A unit's sheet of one term and category 学时申报."""

    school = field(Permission.ORGANISATION_READ, _school, Organisation | None)
    lines = field(READ, _lines, Connection[output_of(schemas.HoursSubmissionLine)] | None, weight=STATEMENT_WEIGHT)  # type: ignore[misc]  # built at run time
    acts = field(READ, _acts, list[output_of(schemas.HoursSubmissionAct)] | None)  # type: ignore[misc]  # built at run time


async def _hours_submission(info: Info, uuid: UUID) -> schemas.HoursSubmission:
    """One sheet 学时申报."""
    found = await info.context.loader(submissions_by_ids).load(uuid)
    if found is None:
        raise NotFound
    return found


async def _hours_submissions(  # noqa: PLR0913, PLR0917 - one argument per filter
    info: Info,
    first: First = FIRST_DEFAULT,
    after: After = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: OptionalYear = None,
    term: OptionalTerm = None,
    category: HoursCategory | None = None,
    status: SubmissionStatus | None = None,
) -> Listed:
    """School sheets, newest first 学时申报列表."""
    year = info.context.valid(YearName | None, school_year, at="school_year")
    half = info.context.valid(schemas.TermName | None, term, at="term")
    only = SubmissionFilter.of(school_id, central_school_id, year, half, category, status)

    async def find(ctx: Context, request: PageRequest) -> Page[AnyRow]:
        return await service.find_submissions(ctx, request, only)

    return await listed(info, schemas.HoursSubmission, find, first=first, after=after)


@strawberry.type
class Query:
    """What school sheets answer."""

    hours_submission = field(READ, _hours_submission, HoursSubmission | None)
    hours_submissions = field(READ, _hours_submissions, Connection[HoursSubmission] | None)


@input_of(schemas.HoursSubmissionCreate)
class HoursSubmissionCreateInput:
    """A new sheet 新建学时申报."""


@input_of(schemas.HoursSubmissionPatch)
class HoursSubmissionPatchInput:
    """Changes of a sheet 修改学时申报."""


@input_of(schemas.HoursSubmissionProposal)
class HoursSubmissionProposalInput:
    """A sheet as it might be 试算."""


@input_of(schemas.HoursSubmissionLinesCreate)
class HoursSubmissionLinesCreateInput:
    """Lines entered together: all or none 批量填报."""


@input_of(schemas.HoursSubmissionPaste)
class HoursSubmissionPasteInput:
    """Rows copied from a spreadsheet 粘贴填报."""


@input_of(schemas.HoursSubmissionLinePatch)
class HoursSubmissionLinePatchInput:
    """Changes of a line 修改申报明细."""


@input_of(schemas.HoursSubmissionMove)
class HoursSubmissionMoveInput:
    """A remark on a move 办理意见."""


@input_of(schemas.HoursSubmissionReturn)
class HoursSubmissionReturnInput:
    """Why a sheet goes back 退回理由."""


_name = strawberry.argument(name="input")
Move = Annotated[HoursSubmissionMoveInput, _name]
Sheet = schemas.HoursSubmission


async def _moved(
    graph: Graph, schema: type[B], value: object, act: Callable[..., Awaitable[AnyRow]], *at: UUID
) -> Sheet | Problem:
    """What a service function of (ctx, ids…, body, version=) makes of a sheet."""

    async def move(ctx: Context) -> AnyRow:
        body = graph.given(schema, value)
        return await act(ctx, *at, body, version=_version(getattr(body, "etag", None)))

    return await graph.change(Sheet, move)


def _version(etag: str | None) -> int | None:
    return version_of(etag) if etag else None


async def _create(info: Info, new: Annotated[HoursSubmissionCreateInput, _name]) -> Sheet | Problem:
    """Begin a sheet 新建学时申报."""
    graph = info.context

    async def create(ctx: Context) -> AnyRow:
        return await service.create_submission(ctx, graph.given(schemas.HoursSubmissionCreate, new))

    return await graph.change(Sheet, create)


async def _change(info: Info, uuid: UUID, patch: Annotated[HoursSubmissionPatchInput, _name]) -> Sheet | Problem:
    """Change the note 修改说明."""
    return await _moved(info.context, schemas.HoursSubmissionPatch, patch, service.change_submission, uuid)


async def _add_lines(info: Info, uuid: UUID, new: Annotated[HoursSubmissionLinesCreateInput, _name]) -> Sheet | Problem:
    """Enter up to 500 lines, all or none 批量填报."""
    return await _moved(info.context, schemas.HoursSubmissionLinesCreate, new, service.add_lines, uuid)


async def _paste(info: Info, uuid: UUID, paste: Annotated[HoursSubmissionPasteInput, _name]) -> Sheet | Problem:
    """Enter rows copied from a spreadsheet 粘贴填报."""
    return await _moved(info.context, schemas.HoursSubmissionPaste, paste, service.paste_lines, uuid)


async def _change_line(
    info: Info, uuid: UUID, line_id: UUID, patch: Annotated[HoursSubmissionLinePatchInput, _name]
) -> Sheet | Problem:
    """Correct a line; answers the sheet 修改明细."""
    return await _moved(info.context, schemas.HoursSubmissionLinePatch, patch, service.change_line, uuid, line_id)


async def _delete_line(info: Info, uuid: UUID, line_id: UUID, etag: Etag = None) -> Sheet | Problem:
    """Take a line off; answers the sheet 删去明细."""
    return await info.context.change(Sheet, lambda ctx: service.remove_line(ctx, uuid, line_id, version=_version(etag)))


async def _check(info: Info, uuid: UUID) -> schemas.HoursSubmissionCheck | Problem:
    """What submitting and approving would do now 试算."""
    return await info.context.change(schemas.HoursSubmissionCheck, lambda ctx: service.check_submission(ctx, uuid))


async def _check_proposal(
    info: Info, proposal: Annotated[HoursSubmissionProposalInput, _name]
) -> schemas.HoursSubmissionCheck | Problem:
    """What would become of lines that are not stored 试算（不保存）."""
    graph = info.context

    async def check(ctx: Context) -> schemas.HoursSubmissionCheck:
        return await service.check_proposal(ctx, graph.given(schemas.HoursSubmissionProposal, proposal))

    return await graph.change(schemas.HoursSubmissionCheck, check)


async def _submit(info: Info, uuid: UUID, move: Move) -> Sheet | Problem:
    """Hand a sheet in 提交."""
    return await _moved(info.context, schemas.HoursSubmissionMove, move, service.submit, uuid)


async def _recommend(info: Info, uuid: UUID, move: Move) -> Sheet | Problem:
    """The opinion of the 中心校 中心校签署意见 [A5.8.1]."""
    return await _moved(info.context, schemas.HoursSubmissionMove, move, service.recommend, uuid)


async def _approve(info: Info, uuid: UUID, move: Move, idempotency_key: Key) -> Sheet | Problem:
    """Approve: all lines are credited, or none 核准 [A5.6]."""
    graph = info.context

    async def approve(ctx: Context, body: schemas.HoursSubmissionMove) -> object:
        return await service.approve(ctx, uuid, body, version=_version(body.etag))

    body = lambda: graph.given(schemas.HoursSubmissionMove, move)  # noqa: E731
    return await graph.change_once(Sheet, body, approve, verb=f"approveHoursSubmission {uuid}", key=idempotency_key)


async def _return(info: Info, uuid: UUID, move: Annotated[HoursSubmissionReturnInput, _name]) -> Sheet | Problem:
    """Send a sheet back with the reason 退回."""
    return await _moved(info.context, schemas.HoursSubmissionReturn, move, service.return_submission, uuid)


async def _withdraw(info: Info, uuid: UUID, move: Move) -> Sheet | Problem:
    """Take a sheet back for good 撤回."""
    return await _moved(info.context, schemas.HoursSubmissionMove, move, service.withdraw_submission, uuid)


SheetPayload = Annotated[HoursSubmission | Problem, strawberry.union("HoursSubmissionPayload")]


@output(schemas.HoursSubmissionCheck)
class HoursSubmissionCheck:
    """What submitting and approving would make of a sheet now 试算结果."""


CheckPayload = Annotated[HoursSubmissionCheck | Problem, strawberry.union("HoursSubmissionCheckPayload")]


@strawberry.type
class Mutation:
    """What changes school sheets."""

    create_hours_submission = field(FILE, _create, SheetPayload)
    change_hours_submission = field(FILE, _change, SheetPayload)
    create_hours_submission_lines = field(FILE, _add_lines, SheetPayload)
    paste_hours_submission_lines = field(FILE, _paste, SheetPayload)
    change_hours_submission_line = field(FILE, _change_line, SheetPayload)
    delete_hours_submission_line = field(FILE, _delete_line, SheetPayload)
    check_hours_submission = field(READ, _check, CheckPayload)
    check_hours_submission_proposal = field(FILE, _check_proposal, CheckPayload)
    submit_hours_submission = field(FILE, _submit, SheetPayload)
    recommend_hours_submission = field(Permission.SUBMISSION_RECOMMEND, _recommend, SheetPayload)
    approve_hours_submission = field(Permission.SUBMISSION_APPROVE, _approve, SheetPayload)
    return_hours_submission = field(Permission.SUBMISSION_RETURN, _return, SheetPayload)
    withdraw_hours_submission = field(FILE, _withdraw, SheetPayload)


NODES = {"HoursSubmission": _sheets_of_anybody}
