"""GraphQL of school sheets 学时申报."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import strawberry

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
    listed,
    shown_many,
)
from app.access.graph_types import STATEMENT_WEIGHT, Node, field, output, output_of
from app.access.graph_verbs import payload_of, verb
from app.access.permissions import Permission
from app.core.db import AnyRow
from app.core.errors import NotFound
from app.core.pages import Page, PageRequest
from app.hours import schemas, service
from app.hours.queries.submissions import SubmissionFilter
from app.hours.states import HoursCategory, SubmissionStatus
from app.organisations import schemas as organisation_schemas
from app.organisations.graphql import Organisation, organisations_by_ids
from app.organisations.schemas import YearName

READ, FILE = Permission.SUBMISSION_READ, Permission.SUBMISSION_FILE
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


Sheet = schemas.HoursSubmission
LINE = ("uuid", "line_id")
OPINION, APPROVE, RETURN = Permission.SUBMISSION_RECOMMEND, Permission.SUBMISSION_APPROVE, Permission.SUBMISSION_RETURN


async def _delete_line(info: Info, uuid: UUID, line_id: UUID, etag: Etag = None) -> Sheet | Problem:
    """Take a line off; answers the sheet 删去明细."""
    version = expected_version(etag)
    return await info.context.change(Sheet, lambda ctx: service.remove_line(ctx, uuid, line_id, version=version))


@strawberry.type
class Mutation:
    """What changes school sheets."""

    create_hours_submission = verb(FILE, service.create_submission, schemas.HoursSubmissionCreate, Sheet, at=())
    change_hours_submission = verb(FILE, service.change_submission, schemas.HoursSubmissionPatch, Sheet)
    create_hours_submission_lines = verb(FILE, service.add_lines, schemas.HoursSubmissionLinesCreate, Sheet)
    paste_hours_submission_lines = verb(FILE, service.paste_lines, schemas.HoursSubmissionPaste, Sheet)
    change_hours_submission_line = verb(FILE, service.change_line, schemas.HoursSubmissionLinePatch, Sheet, at=LINE)
    delete_hours_submission_line = field(FILE, _delete_line, payload_of(Sheet))
    check_hours_submission = verb(READ, service.check_submission, None, schemas.HoursSubmissionCheck)
    check_hours_submission_proposal = verb(
        FILE, service.check_proposal, schemas.HoursSubmissionProposal, schemas.HoursSubmissionCheck, at=()
    )
    submit_hours_submission = verb(FILE, service.submit, schemas.HoursSubmissionMove, Sheet)
    recommend_hours_submission = verb(OPINION, service.recommend, schemas.HoursSubmissionMove, Sheet)
    approve_hours_submission = verb(APPROVE, service.approve, schemas.HoursSubmissionMove, Sheet, once=True)
    return_hours_submission = verb(RETURN, service.return_submission, schemas.HoursSubmissionReturn, Sheet)
    withdraw_hours_submission = verb(FILE, service.withdraw_submission, schemas.HoursSubmissionMove, Sheet)


NODES = {"HoursSubmission": _sheets_of_anybody}
