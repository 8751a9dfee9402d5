"""REST of the hours ledger."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.access.doors import Ctx, Once, Paged, listing, permits
from app.access.permissions import Permission
from app.core.schemas import Listing
from app.hours import service
from app.hours.queries import EntryFilter
from app.hours.schemas import (
    AsOf,
    Completion,
    CompletionGroup,
    HoursEntriesCreate,
    HoursEntriesPosted,
    HoursEntry,
    HoursEntryCreate,
    HoursExplanation,
    HoursReversal,
    TeacherCompletion,
    TeacherHours,
)
from app.hours.states import HoursCategory, HoursSource
from app.organisations.schemas import YearName
from app.policy.school_year import SchoolYear

router = APIRouter(tags=["hours"])
Year = Annotated[YearName, Query()]
OptionalDay = Annotated[AsOf | None, Query(description="截至该日终了时的学时，按登记时间计；不填为现在")]
OptionalYear = Annotated[YearName | None, Query()]
READ = permits(Permission.HOURS_READ)


@router.get("/hours-entries", response_model=Listing[HoursEntry], **READ)
async def list_hours_entries(
    ctx: Ctx,
    page: Paged,
    teacher_id: UUID | None = None,
    school_id: UUID | None = None,
    central_school_id: UUID | None = None,
    school_year: OptionalYear = None,
    category: HoursCategory | None = None,
    source: HoursSource | None = None,
    activity_date_gte: date | None = None,
    activity_date_lte: date | None = None,
) -> Response:
    """The ledger, newest first 学时台账."""
    year = SchoolYear.parse(school_year).start if school_year else None
    only = EntryFilter(
        teacher_id, school_id, central_school_id, year, category, source, activity_date_gte, activity_date_lte
    )
    return Response(await service.find_json(ctx, page, only), media_type="application/json")


@router.post("/hours-entries", response_model=HoursEntry, status_code=201, **permits(Permission.HOURS_POST))
async def post_hours_entry(ctx: Ctx, new: HoursEntryCreate, once: Once) -> Response:
    """Credit one line 核准并登记学时 [A5.6]."""
    return await once.answer(ctx, new, lambda: service.post(ctx, new), HoursEntry)


@router.post(
    "/hours-entries:batchCreate", response_model=HoursEntriesPosted, status_code=201, **permits(Permission.HOURS_POST)
)
async def post_hours_entries(ctx: Ctx, new: HoursEntriesCreate, once: Once) -> Response:
    """Credit up to 500 lines, all or none 批量登记学时."""

    async def post() -> object:
        return {"items": await service.post_many(ctx, new.entries)}

    return await once.answer(ctx, new, post, HoursEntriesPosted)


@router.get("/hours-entries/{entry_id:uuid}", response_model=HoursEntry, **READ)
async def get_hours_entry(ctx: Ctx, entry_id: UUID) -> object:
    """One entry 学时记录."""
    return await service.get(ctx, entry_id)


@router.post(
    "/hours-entries/{entry_id:uuid}:reverse",
    response_model=HoursEntry,
    status_code=201,
    **permits(Permission.HOURS_REVERSE),
)
async def reverse_hours_entry(ctx: Ctx, entry_id: UUID, why: HoursReversal, once: Once) -> Response:
    """Undo an entry by its exact negation 红冲."""
    return await once.answer(ctx, why, lambda: service.reverse(ctx, entry_id, why.reason), HoursEntry)


@router.get("/teachers/{teacher_id:uuid}/hours", response_model=TeacherHours, **READ)
async def get_teacher_hours(ctx: Ctx, teacher_id: UUID, school_year: Year, as_of: OptionalDay = None) -> object:
    """A teacher's school year by category, and the five-year cycle 教师学年学时."""
    return await service.year_summary(ctx, teacher_id, SchoolYear.parse(school_year), as_of=as_of)


@router.get("/teachers/{teacher_id:uuid}/hours/explanation", response_model=HoursExplanation, **READ)
async def get_teacher_hours_explanation(
    ctx: Ctx,
    teacher_id: UUID,
    school_year: Year,
    category: HoursCategory | None = None,
    as_of: OptionalDay = None,
) -> object:
    """How a teacher's hours come about: every entry, and the rules that made it 学时说明."""
    year = SchoolYear.parse(school_year)
    return await service.explanation(ctx, teacher_id, year, category=category, as_of=as_of)


@router.get("/hours-completion", response_model=Completion, **permits(Permission.HOURS_COMPLETION_READ))
async def get_hours_completion(ctx: Ctx, school_year: Year, group_by: CompletionGroup = "school") -> object:
    """Who reached the hours of school-based research, by group 校本研修学时完成情况 [A5.7.1]."""
    return await service.completion(ctx, SchoolYear.parse(school_year), group_by)


@router.get(
    "/hours-completion/teachers",
    response_model=Listing[TeacherCompletion],
    **permits(Permission.HOURS_COMPLETION_READ),
)
async def list_hours_completion_teachers(
    ctx: Ctx, page: Paged, school_year: Year, is_met: bool | None = None, school_id: UUID | None = None
) -> object:
    """Teachers at post with what is missing 教师完成情况."""
    year = SchoolYear.parse(school_year)
    return listing(await service.teacher_completion(ctx, page, year, is_met=is_met, school_id=school_id))
