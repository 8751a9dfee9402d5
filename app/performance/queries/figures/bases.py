"""Records of the bases: titled schools with whom they help, studios with whom they lead. [A4.3] [A4.5] [M3.4]"""

from functools import partial
from typing import Any

from sqlalchemy import String, and_, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.assistance.models import AssistancePair, SchoolTitle
from app.assistance.states import AssistanceStatus, TitleKind
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.workshops.models import MentorPair, Workshop
from app.workshops.states import WorkshopStatus

_S, _P, _W, _M = SchoolTitle, AssistancePair, Workshop, MentorPair
IN_FORCE = (AssistanceStatus.CONFIRMED, AssistanceStatus.ENDED)
TITLE, PAIR, STUDIO = "school-titles/{id}", "assistance-pairs/{id}", "workshops/{id}"
SHARE, LED, LINKAGE = "support_system.bases.studio_share", "effects.bases.studios", "support_system.resources.linkage"
STUDIOS = {"master": "名师工作室", "principal": "名校长工作室", "homeroom": "名班主任工作室"}


def _holds(one: Any, span: Span) -> Any:
    """Whether a title or a pair is in force on the day."""
    ends = or_(one.ends_on.is_(None), one.ends_on >= span.on)
    return and_(one.status.in_(IN_FORCE), one.starts_on <= span.on, ends)


def titled(ctx: Context, span: Span, *, kind: TitleKind) -> AnySelect:
    """Schools that hold a title on the day; those count that help as many schools as the text says."""
    region = ctx.principal.region_id
    helped = (
        select(func.count().label("schools"))
        .where(_P.region_id == _S.region_id, _P.title_id == _S.id, _holds(_P, span))
        .correlate(_S)
        .lateral("helped")
    )
    least, most = (ctx.regulation.whole(f"organisations.{kind}.helps.{end}", on=span.on) for end in ("min", "max"))
    columns = record(
        _S.id,
        func.coalesce(_S.document, ""),
        organisation=_S.school_id,
        on=_S.starts_on,
        detail=helped.c.schools,
        counts=helped.c.schools.between(least, most),
    )
    return select(*columns).join(helped, true()).where(_S.region_id == region, _S.kind == kind, _holds(_S, span))


def pairs(ctx: Context, span: Span) -> AnySelect:
    """Assistance pairs in force on the day, by the school that is helped."""
    columns = record(_P.id, func.coalesce(_P.goal, ""), organisation=_P.helped_id, on=_P.starts_on)
    return select(*columns).where(_P.region_id == ctx.principal.region_id, _holds(_P, span))


def _is_studio(ctx: Context, span: Span, part: str | None = None) -> Any:
    """Studios 三名 whose registration holds on the day; part: one of the three."""
    kinds, families = (
        [one.code for one in ctx.regulation.codes(name) if one.facts.get("is_studio")]
        for name in ("workshop_kinds", "workshop_families")
    )
    wanted = {
        "master": _W.kind.in_(kinds),
        "principal": _W.family == "principal_studio",
        "homeroom": _W.family == "homeroom_studio",
        None: or_(_W.kind.in_(kinds), _W.family.in_(families)),
    }
    is_open = or_(_W.status == WorkshopStatus.REGISTERED, _W.closed_on > span.on)
    return and_(
        _W.region_id == ctx.principal.region_id,
        wanted[part],
        is_open,
        _W.registered_by.is_not(None),
        func.make_date(_W.start_year, 9, 1) <= span.on,
        func.make_date(_W.end_year + 1, 8, 31) >= span.on,
    )


def studios(ctx: Context, span: Span, *, part: str) -> AnySelect:
    """Studios of one of the three sorts on the day."""
    day = func.make_date(_W.start_year, 9, 1)
    columns = record(_W.id, _W.name, teacher=_W.leader_id, organisation=_W.unit_id, on=day)
    return select(*columns).where(_is_studio(ctx, span, part))


def _in_year(pair: Any, span: Span) -> Any:
    return and_(pair.starts_on <= span.on, or_(pair.ends_on.is_(None), pair.ends_on >= span.first))


def leading(ctx: Context, span: Span) -> AnySelect:
    """Studios on the day; those count that led as many people in the year as the text says."""
    led = (
        select(func.count(_M.apprentice_id.distinct()).label("people"))
        .where(_M.region_id == _W.region_id, _M.workshop_id == _W.id, _in_year(_M, span))
        .correlate(_W)
        .lateral("led")
    )
    least = ctx.regulation.whole("workshops.led_people_yearly_min", on=span.on)
    columns = record(
        _W.id,
        _W.name,
        teacher=_W.leader_id,
        organisation=_W.unit_id,
        detail=led.c.people,
        counts=led.c.people >= least,
    )
    return select(*columns).join(led, true()).where(_is_studio(ctx, span))


def led_people(ctx: Context, span: Span) -> AnySelect:
    """People whom studios led in the year, each once, by the first pair."""
    of = and_(_M.region_id == _W.region_id, _M.workshop_id == _W.id)
    columns = record(_M.id, _W.name, teacher=_M.apprentice_id, organisation=_W.unit_id, on=_M.starts_on)
    return (
        select(*columns)
        .join(_W, of)
        .where(_M.region_id == ctx.principal.region_id, _is_studio(ctx, span), _in_year(_M, span))
        .ext(distinct_on(_M.apprentice_id))
        .order_by(_M.apprentice_id, cast(_M.id, String))
    )


def _each(code: str, requirement: str, label: str) -> Figure:
    return Figure(code, requirement, label, "所", Measure.EACH, kind="school_title", path=TITLE)


SOURCES = (
    *(
        Source(
            Figure(f"studios.{part}", SHARE, label, "个", Measure.COUNT, kind="workshop", path=STUDIO),
            partial(studios, part=part),
        )
        for part, label in STUDIOS.items()
    ),
    Source(
        Figure("linkage.pairs", LINKAGE, "结对帮扶的学校", "对", Measure.COUNT, kind="assistance_pair", path=PAIR),
        pairs,
    ),
    Source(
        _each(
            "schools.development",
            "effects.bases.development_schools",
            "教师发展学校（帮扶校数合规的）",
        ),
        partial(titled, kind=TitleKind.DEVELOPMENT_SCHOOL),
    ),
    Source(
        _each(
            "schools.demonstration",
            "effects.bases.demonstration_schools",
            "校本研修示范校（引领校数合规的）",
        ),
        partial(titled, kind=TitleKind.DEMONSTRATION_SCHOOL),
    ),
    Source(
        Figure(
            "studios.leading",
            LED,
            "“三名”工作室（引领人数达标的）",
            "个",
            Measure.EACH,
            kind="workshop",
            path=STUDIO,
        ),
        leading,
    ),
    Source(
        Figure(
            "studios.led_people", LED, "工作室引领的教师", "人", Measure.COUNT, kind="mentor_pair", path="mentor-pairs"
        ),
        led_people,
    ),
)
