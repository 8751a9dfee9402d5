"""Use cases of marks: a department assesses its own rows, 教师教育科 scores or returns them. [A4.1] [A3.6]"""

from decimal import Decimal

from app.access.context import Context
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault, NotFound, Stale
from app.core.versions import check_version
from app.performance.queries import figures, rows
from app.performance.queries.figures.reading import Span
from app.performance.rules import points as rules
from app.performance.rules.figures import Tally
from app.performance.schemas import ScorecardAssess, ScorecardDesignate, ScorecardReturn, ScorecardScore
from app.performance.service import checks
from app.performance.states import ANY_DEPARTMENT, ROW_LIFECYCLE, Measure, RowStatus
from app.policy.records import Indicator

explain({"ck_scorecard_rows_two_persons": ("SEPARATION_OF_DUTIES", "自评与评分须为不同的人，请由另一人办理。")})
UNSCORED = {"scored_points": None, "score_note": None, "scored_by": None, "scored_at": None}
UNRETURNED = {"returned_reason": None, "returned_by": None}


async def assess(ctx: Context, year: int, code: str, given: ScorecardAssess, *, version: int | None) -> AnyRow:
    """Mark one's own row of a year, with a note and links 自评. [A4.1]"""
    permission = Permission.SCORECARD_ASSESS
    ctx.require(permission)
    span = checks.span_of(ctx, year)
    indicator, requirement = checks.requirement_of(ctx.regulation, code)
    row = await _held(ctx, year, code, version=version)
    department = checks.own_row(ctx, requirement, row.designated if row else (), permission)
    status = ROW_LIFECYCLE.move(RowStatus(row.status) if row else RowStatus.OPEN, "assess")
    await _enforce(ctx, span, indicator, code, given.points, is_final=False)
    row = row or await rows.begin(ctx, year, code)
    said = {"points": given.points, "note": given.note, "links": [one.model_dump() for one in given.links]}
    by = {"department": department, "assessed_by": ctx.principal.account_id, "assessed_at": True}
    changed = await rows.change(ctx, row.id, {"status": str(status), **said, **by, **UNSCORED, **UNRETURNED})
    return await _told(ctx, changed, "assessed", {"points": str(given.points), "department": department})


async def score(ctx: Context, year: int, code: str, given: ScorecardScore, *, version: int | None) -> AnyRow:
    """Give a row its mark; not by who assessed it 评分. [A3.6]"""
    permission = Permission.SCORECARD_SCORE
    ctx.require(permission)
    span = checks.span_of(ctx, year)
    indicator, _ = checks.requirement_of(ctx.regulation, code)
    row = await _touched(ctx, year, code, version=version)
    status = ROW_LIFECYCLE.move(RowStatus(row.status), "score")
    checks.other_person(ctx, row, permission)
    await _enforce(ctx, span, indicator, code, given.points, is_final=True)
    values = {"scored_points": given.points, "score_note": given.note, "scored_by": ctx.principal.account_id}
    changed = await rows.change(ctx, row.id, {"status": str(status), **values, "scored_at": True})
    return await _told(ctx, changed, "scored", {"points": str(given.points)})


async def return_row(ctx: Context, year: int, code: str, given: ScorecardReturn, *, version: int | None) -> AnyRow:
    """Send a row back to its department with the reason, scored or not 退回重评. [A3.6]"""
    permission = Permission.SCORECARD_SCORE
    ctx.require(permission)
    checks.span_of(ctx, year)
    checks.requirement_of(ctx.regulation, code)
    row = await _touched(ctx, year, code, version=version)
    status = ROW_LIFECYCLE.move(RowStatus(row.status), "return")
    checks.other_person(ctx, row, permission)
    values = {"returned_reason": given.reason, "returned_by": ctx.principal.account_id, **UNSCORED}
    changed = await rows.change(ctx, row.id, {"status": str(status), **values})
    return await _told(ctx, changed, "returned", {"reason": given.reason})


async def designate(ctx: Context, year: int, code: str, given: ScorecardDesignate, *, version: int | None) -> AnyRow:
    """Name the departments of a row for the year, where the text says 各相关职能科室 指定责任科室. [A4.1]"""
    ctx.require(Permission.SCORECARD_SCORE)
    checks.span_of(ctx, year)
    _, requirement = checks.requirement_of(ctx.regulation, code)
    known = {one.code for one in ctx.regulation.departments()} - {ANY_DEPARTMENT}
    faults = [
        FieldFault(f"/departments/{at}", "CODE_UNKNOWN", f"没有科室 {one}，见 /v1/reference-data/departments")
        for at, one in enumerate(given.departments)
        if one not in known
    ]
    if ANY_DEPARTMENT not in requirement.departments:
        message = "这一项的责任科室由文件写明，不能另行指定"
        faults.append(FieldFault("/departments", "DEPARTMENTS_PRINTED", message))
    checks.refuse("SCORECARD_INVALID", faults)
    row = await _held(ctx, year, code, version=version) or await rows.begin(ctx, year, code)
    names = list(dict.fromkeys(given.departments))
    changed = await rows.change(ctx, row.id, {"designated": names})
    return await _told(ctx, changed, "designated", {"departments": names})


async def _held(ctx: Context, year: int, code: str, *, version: int | None) -> AnyRow | None:
    """The row under the lock of the year, None where nobody has touched it yet; version 0 expects just that."""
    await rows.hold_year(ctx, year)
    row = await rows.at(ctx, year, code)
    if row is None and version:
        raise Stale("ETAG_MISMATCH", "这条记录在您读取之后已被修改，请刷新后再改。")
    if row is not None:
        check_version(row, version)
    return row


async def _touched(ctx: Context, year: int, code: str, *, version: int | None) -> AnyRow:
    row = await _held(ctx, year, code, version=version)
    if row is None:
        raise NotFound("NOT_FOUND", "这一项还没有自评。请先由责任科室自评。")
    return row


async def _enforce(
    ctx: Context, span: Span, indicator: Indicator, code: str, points: Decimal, *, is_final: bool
) -> None:
    """Refuse points beyond what the indicator has, or beyond what the facts leave of it. [A4.1] [A4.2]"""
    own = {one.code for one in indicator.requirements} - {code}
    others = [row for row in await rows.of_year(ctx, span.year) if row.requirement in own]
    taken = sum((_standing(row, is_final=is_final) for row in others), rules.ZERO)
    costs = [one for one in figures.SOURCES if one.figure.measure is Measure.DEDUCTION]
    found = await figures.counted(ctx, span, costs)
    tallies = {name: Tally(one.all, one.counts) for name, one in found.items()}
    limit = rules.implied(indicator, figures.FIGURES, tallies, ctx.regulation, on=span.on)
    ctx.enforce(rules.check_points("scorecard", indicator, taken, points, limit, is_final=is_final), pointer="/points")


def _standing(row: AnyRow, *, is_final: bool) -> Decimal:
    """What a neighbouring row takes of the points: decided ones only, where it is decided."""
    found: Decimal | None = row.scored_points if is_final else row.points
    return rules.ZERO if found is None else found


async def _told(ctx: Context, row: AnyRow, act: str, facts: dict[str, object]) -> AnyRow:
    place = checks.place_of(row)
    about = {"year": row.year, "requirement": row.requirement, **facts}
    await ctx.record(f"scorecard_row.{act}", entity="scorecard_row", entity_id=row.id, place=place, facts=about)
    return row
