"""Importing a school's claims 校本研修学时申报: lines become drafts, which the clerk then submits. [A5.6] [A5.7.1]

Reader, stage and checks of a line are those of the ledger's own kind; a school never writes entries (access row 86).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import Table

from app.access.context import Context
from app.access.permissions import Permission
from app.core.batch.listed import Sheet
from app.core.batch.staging import Applied, Batch, Staged, Undone, places_of, refuse_faulty
from app.core.errors import NotFound
from app.hours.imports import around, claim_statements
from app.hours.imports.kind import HOURS, LINE_CHECKS, STAGE
from app.hours.service import sheet_imports
from app.hours.states import HoursCategory
from app.organisations import service as organisations
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear

_FIXED: Final[Mapping[str, object]] = {"category": HoursCategory.SCHOOL_RESEARCH, "external_key": None}
"""What is not written in the file: the category, and no key of another system."""


@dataclass(frozen=True, slots=True)
class ResearchHoursKind:
    """校本研修学时: one line per teacher and activity of the own school."""

    name: str = "research_hours"
    title: str = "校本研修学时申报"
    permission: str = Permission.IMPORT_RESEARCH_HOURS
    revert_permission: str = Permission.SUBMISSION_FILE
    is_reverted_by_another: bool = False
    checks_faulty: Literal[True] = True
    preview_sql: str = around.PREVIEW
    table: Table = STAGE
    notes: tuple[str, ...] = (
        "教职工号与身份证号至少填一项；填写姓名时会与系统中的姓名核对。",
        "导入后按学期生成学时申报（草稿），请在系统中核对并提交；经进修学校核准后计入学时。",
        "同一教师、日期、活动名称和场次视为同一条：已在申报中或已计入的不会重复。",
    )

    def sheet(self, regulation: Regulation) -> Sheet:
        """The ledger's columns without those that are fixed here."""
        whole = HOURS.sheet(regulation)
        return replace(
            whole,
            name=self.name,
            title=self.title,
            key_title="教师、日期、活动名称和场次",
            columns=tuple(column for column in whole.columns if column.name not in _FIXED),
            key=tuple(name for name in whole.key if name not in _FIXED),
            key_optional=whole.key_optional - set(_FIXED),
        )

    def staged(self, ctx: Context, batch: Batch, number: int, values: Mapping[str, object]) -> Staged:
        """The stage columns of a row."""
        return HOURS.staged(ctx, batch, number, {**values, **_FIXED})

    def checks(self) -> Sequence[Callable[[Context, Batch], Awaitable[None]]]:
        """Those of every line, the calendar of its year, and what is claimed or credited already."""
        return (*LINE_CHECKS, _check_calendars, _plan)

    async def apply(self, ctx: Context, batch: Batch, first: int, last: int) -> Applied:
        """Put the lines of a chunk into draft sheets, one per school and term. [A5.7.1]"""
        span = {**batch.values, "first": first, "last": last}
        # Two files of one school at once: the second waits here and finds the lines of the first.
        await ctx.db.execute(claim_statements.HOLD_SCHOOLS, span)
        await ctx.db.execute(claim_statements.CHECK_CLAIMED_CHUNK, {**span, "places": places_of(batch)})
        await ctx.db.execute(claim_statements.DROP_CLAIMED, span)
        lines = (await ctx.db.execute(claim_statements.LINES, span)).all()
        sheets = await sheet_imports.take_in(ctx, batch.import_id, lines)
        return Applied("hours_submission.batch_filed", {"lines": len(lines), "sheets": sheets})

    async def revert(self, ctx: Context, batch: Batch, *, reason: str, most: int) -> Undone:
        """Take lines off the sheets that are not under way; a sheet left empty is withdrawn."""
        del most  # a step is one sheet: it holds more lines than a chunk, and they go in one statement
        reverted = await sheet_imports.take_back(ctx, batch.import_id, reason)
        return Undone(reverted, 0, is_end=reverted == 0)


RESEARCH_HOURS = ResearchHoursKind()


async def _check_calendars(ctx: Context, batch: Batch) -> None:
    """A line belongs to a term, so the calendar of its year must be set."""
    missing = []
    for start in (await ctx.db.scalars(claim_statements.YEARS, batch.values)).all():
        try:
            await organisations.school_year(ctx, SchoolYear(start))
        except NotFound:
            missing.append(start)
    if missing:
        values = {**batch.values, "missing": missing, "places": places_of(batch)}
        await ctx.db.execute(claim_statements.CHECK_CALENDARS, values)


async def _plan(ctx: Context, batch: Batch) -> None:
    """What stands in a sheet or in the ledger is unchanged or contradicted; the rest is to be claimed, in file order.

    Faulty lines are put aside first: of a teacher out of scope not even a contradiction is told.
    """
    await refuse_faulty(ctx.db, batch, STAGE)
    await ctx.db.execute(claim_statements.CHECK_CLAIMED, {**batch.values, "places": places_of(batch)})
    await refuse_faulty(ctx.db, batch, STAGE)
    await ctx.db.execute(claim_statements.SKIP_CLAIMED, batch.values)
    await ctx.db.execute(claim_statements.ORDER, batch.values)
