"""The use case of asking what if: other counts, other marks; nothing is stored. [A4.1]"""

from app.access.context import Context
from app.access.permissions import Permission
from app.core.errors import FieldFault
from app.performance import schemas
from app.performance.queries import figures
from app.performance.rules import points as rules
from app.performance.schemas import ScorecardWhatIf
from app.performance.service import building, checks, reading
from app.performance.service.building import Loaded


async def what_if(ctx: Context, year: int, given: ScorecardWhatIf) -> schemas.ScorecardOutlook:
    """What the card would say with other counts or marks 假设测算. [A4.1]"""
    ctx.require(Permission.SCORECARD_READ)
    loaded = await reading.load(ctx, checks.span_of(ctx, year))
    checks.refuse("SCORECARD_INVALID", list(_faults(ctx, given)))
    counts = {one.figure: one.counted for one in given.counts}
    marks = rules.assumed_marks(loaded.marks, {one.requirement: one.points for one in given.points})
    then = Loaded(loaded.span, rules.assumed(loaded.tallies, counts), loaded.rows)
    before = building.sums_of(ctx.regulation, loaded, loaded.marks)
    after = building.sums_of(ctx.regulation, then, marks)
    whole = ctx.regulation.scorecard()
    labels = {one.code: one.label for group in whole.groups for one in group.indicators}
    touched = set(counts) | {one.figure.code for one in figures.SOURCES if set(one.figure.parts or ()) & set(counts)}
    return schemas.ScorecardOutlook(
        year=year,
        now=building.shown(rules.added(whole.points, list(before.values()))),
        then=building.shown(rules.added(whole.points, list(after.values()))),
        changes=[
            schemas.ScorecardChange(
                indicator=code,
                label=labels[code],
                implied_now=before[code].implied,
                implied_then=one.implied,
                standing_now=before[code].standing,
                standing_then=one.standing,
            )
            for code, one in after.items()
            if one != before[code]
        ],
        figures=[one for one in building.figures_of(ctx.regulation, then.tallies, then.span) if one.code in touched],
        costliest=building.costliest(ctx.regulation, after),
    )


def _faults(ctx: Context, given: ScorecardWhatIf) -> list[FieldFault]:
    """A fault for every code the registry or the standard does not have, and for points beyond an indicator's."""
    known = {code for code, one in figures.BY_CODE.items() if one.records is not None}
    indicators = {
        part.code: one
        for group in ctx.regulation.scorecard().groups
        for one in group.indicators
        for part in one.requirements
    }
    faults = [
        FieldFault(f"/counts/{at}/figure", "CODE_UNKNOWN", f"没有可以假设的数据 {one.figure}，见评级表的事实数据")
        for at, one in enumerate(given.counts)
        if one.figure not in known
    ]
    for at, one in enumerate(given.points):
        holder = indicators.get(one.requirement)
        if holder is None:
            message = f"没有指标描述 {one.requirement}，见评级表"
            faults.append(FieldFault(f"/points/{at}/requirement", "CODE_UNKNOWN", message))
        elif one.points > holder.points:
            message = f"“{holder.label}”只有 {holder.points} 分"
            faults.append(FieldFault(f"/points/{at}/points", "scorecard.points", message))
    return faults
