"""Puts a card together from the standard, the counts, the marks and the evidence; no loading here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.access.context import Context
from app.performance import schemas
from app.performance.queries.figures import FIGURES
from app.performance.queries.figures.reading import Span
from app.performance.rules import figures as figure_rules
from app.performance.rules import points as rules
from app.performance.rules.figures import Tally
from app.performance.rules.points import Mark, Sums
from app.performance.service.checks import MAIN
from app.performance.states import RowStatus
from app.policy.load import Regulation
from app.policy.records import Indicator, IndicatorGroup, Requirement

NO_DATA = "无系统数据，请附材料。"
"""What a row says that no record of the service speaks of."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a card is made of: counts by figure, rows by requirement, evidence by row."""

    span: Span
    tallies: Mapping[str, Tally]
    rows: Mapping[str, Any]
    evidence: Mapping[UUID, Sequence[Any]] = field(default_factory=dict)

    @property
    def marks(self) -> dict[str, Mark]:
        """The rows as the rules see them."""
        return {
            code: Mark(RowStatus(row.status), row.points, row.scored_points, tuple(row.designated))
            for code, row in self.rows.items()
        }


def sums_of(regulation: Regulation, loaded: Loaded, marks: Mapping[str, Mark]) -> dict[str, Sums]:
    """The sums of every second-level indicator by its code."""
    found = {}
    for group in regulation.scorecard().groups:
        for one in group.indicators:
            limit = rules.implied(one, FIGURES, loaded.tallies, regulation, on=loaded.span.on)
            found[one.code] = rules.sums(one, marks, limit)
    return found


def card(ctx: Context, loaded: Loaded, frozen: Any) -> schemas.Scorecard:
    """The whole card of a year."""
    regulation, standard = ctx.regulation, ctx.regulation.scorecard()
    marks = loaded.marks
    by_indicator = sums_of(regulation, loaded, marks)
    whole = rules.added(standard.points, list(by_indicator.values()))
    known = [one.points for one in by_indicator.values() if one.implied is not None]
    return schemas.Scorecard(
        year=loaded.span.year,
        label=standard.label,
        as_of=loaded.span.on,
        policy_version=regulation.version,
        sums=shown(whole),
        implied_of=sum(known, rules.ZERO),
        groups=[_group(ctx, one, loaded, by_indicator) for one in standard.groups],
        owed=_owed(regulation, marks),
        costliest=costliest(regulation, by_indicator),
        frozen=schemas.ScorecardSnapshot.model_validate(frozen) if frozen else None,
    )


def shown(sums: Sums) -> schemas.ScorecardPoints:
    """Sums as they are answered."""
    return schemas.ScorecardPoints(
        points=sums.points,
        implied=sums.implied,
        self_assessed=sums.self_assessed,
        decided=sums.decided,
        open=sums.open,
    )


def costliest(regulation: Regulation, by_indicator: Mapping[str, Sums]) -> list[schemas.ScorecardOpen]:
    """Indicators with points still open, the dearest first, then as printed."""
    labels = {one.code: one.label for group in regulation.scorecard().groups for one in group.indicators}
    still = [(code, one) for code, one in by_indicator.items() if one.open > 0]
    return [
        schemas.ScorecardOpen(
            indicator=code,
            label=labels[code],
            open=one.open,
            points=one.points,
            lost=rules.ZERO if one.implied is None else one.points - one.implied,
        )
        for code, one in sorted(still, key=lambda pair: -pair[1].open)
    ]


def indicator(ctx: Context, one: Indicator, clause: str, loaded: Loaded, sums: Sums) -> schemas.ScorecardIndicator:
    """A second-level indicator with its requirements."""
    found = rules.check_points("scorecard", one, rules.ZERO, sums.standing, sums.implied, is_final=False)
    return schemas.ScorecardIndicator(
        code=one.code,
        label=one.label,
        sums=shown(sums),
        findings=[schemas.ScorecardFinding.model_validate(finding, from_attributes=True) for finding in found],
        requirements=[_requirement(ctx, part, clause, loaded) for part in one.requirements],
    )


def figures_of(
    regulation: Regulation, tallies: Mapping[str, Tally], span: Span, requirement: str | None = None
) -> list[schemas.ScorecardFigure]:
    """Figures of a requirement (None: every figure) as read from the counts, in the order of the registry."""
    found = []
    for figure in FIGURES:
        if requirement not in {None, figure.requirement}:
            continue
        read = figure_rules.read(figure, tallies, regulation, on=span.on)
        told = {name: getattr(read, name) for name in ("counted", "base", "share", "required", "is_met", "lacks")}
        own = {name: getattr(figure, name) for name in ("code", "label", "unit", "measure", "reading")}
        found.append(schemas.ScorecardFigure(**own, **told, parts=list(figure.parts or ())))
    return found


def _group(
    ctx: Context, group: IndicatorGroup, loaded: Loaded, by_indicator: Mapping[str, Sums]
) -> schemas.ScorecardGroup:
    own = [by_indicator[one.code] for one in group.indicators]
    return schemas.ScorecardGroup(
        code=group.code,
        label=group.label,
        clause=group.clause,
        sums=shown(rules.added(group.points, own)),
        indicators=[indicator(ctx, one, group.clause, loaded, by_indicator[one.code]) for one in group.indicators],
    )


def _requirement(ctx: Context, one: Requirement, clause: str, loaded: Loaded) -> schemas.ScorecardRequirement:
    regulation, row = ctx.regulation, loaded.rows.get(one.code)
    cited = one.clause or clause
    named = rules.responsible(one, row.designated if row else (), MAIN)
    figures = figures_of(regulation, loaded.tallies, loaded.span, one.code)
    return schemas.ScorecardRequirement(
        code=one.code,
        text=one.text,
        clause=cited,
        reference=regulation.clause_reference(cited),
        reading=one.reading if figures else "".join((one.reading or "", NO_DATA)),
        departments=departments(regulation, one.departments),
        responsible=departments(regulation, named),
        params=[_param(regulation, code, loaded.span) for code in one.params],
        figures=figures,
        row=schemas.ScorecardRow.model_validate(row) if row else None,
        evidence=[_evidence(file) for file in loaded.evidence.get(row.id, ())] if row else [],
    )


def departments(regulation: Regulation, codes: Sequence[str]) -> list[schemas.ScorecardDepartment]:
    """Departments with their names."""
    labels = {one.code: one.label for one in regulation.departments()}
    return [schemas.ScorecardDepartment(code=code, label=labels.get(code, code)) for code in codes]


def _param(regulation: Regulation, code: str, span: Span) -> schemas.ScorecardParam:
    rule = regulation.rule(code, on=span.on)
    return schemas.ScorecardParam(code=code, value=str(rule.value), unit=str(rule.unit), quote=rule.quote)


def _evidence(file: Any) -> schemas.ScorecardEvidence:
    return schemas.ScorecardEvidence(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256.hex(),
        is_hidden=file.hidden_at is not None,
    )


def _owed(regulation: Regulation, marks: Mapping[str, Mark]) -> list[schemas.ScorecardOwed]:
    labels = {one.code: one.label for one in regulation.departments()}
    standard = regulation.scorecard()
    holders = {part.code: one for group in standard.groups for one in group.indicators for part in one.requirements}
    return [
        schemas.ScorecardOwed(
            department=one.department,
            department_label=labels.get(one.department, one.department),
            requirement=one.requirement,
            indicator=holders[one.requirement].code,
            indicator_label=holders[one.requirement].label,
            act=one.act,
        )
        for one in rules.owed(standard, marks, MAIN)
    ]
