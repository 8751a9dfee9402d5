"""Records of the bases: titled schools with whom they help, studios with what they did. [A4.3] [A4.5]"""

from functools import partial
from typing import Any

from sqlalchemy import String, Uuid, and_, cast, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from app.access.context import Context
from app.assistance.queries import helping, titles_held
from app.assistance.states import TitleKind
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.publications import queries as publications
from app.workshops.models import Workshop
from app.workshops.queries import figures

_W = Workshop
TITLE, PAIR, STUDIO = "school-titles/{id}", "assistance-pairs/{id}", "workshops/{id}"
SHARE, LED, LINKAGE = "support_system.bases.studio_share", "effects.bases.studios", "support_system.resources.linkage"
STUDIOS = {"master": "名师工作室", "principal": "名校长工作室", "homeroom": "名班主任工作室"}


def titled(ctx: Context, span: Span, *, kind: TitleKind) -> AnySelect:
    """Schools that hold a title on the day; those count that help as many schools as the text says."""
    held = titles_held(ctx, kind, span.on).subquery()
    pair = helping(ctx, (span.on, span.on)).subquery()
    helped = select(func.count().label("schools")).where(pair.c.title_id == held.c.id).lateral("helped")
    least, most = (ctx.regulation.whole(f"organisations.{kind}.helps.{end}", on=span.on) for end in ("min", "max"))
    columns = record(
        held.c.id,
        func.coalesce(held.c.document, ""),
        organisation=held.c.school_id,
        on=held.c.starts_on,
        detail=helped.c.schools,
        counts=helped.c.schools.between(least, most),
    )
    return select(*columns).select_from(held).join(helped, true())


def pairs(ctx: Context, span: Span) -> AnySelect:
    """Assistance pairs in force on the day, by the school that is helped."""
    one = helping(ctx, (span.on, span.on)).subquery().c
    return select(*record(one.id, func.coalesce(one.goal, ""), organisation=one.helped_id, on=one.starts_on))


def studios(ctx: Context, span: Span, *, part: str) -> AnySelect:
    """Studios of one of the three sorts on the day."""
    one = figures.studios(ctx, span.on, part).subquery().c
    return select(*record(one.id, one.name, teacher=one.leader_id, organisation=one.unit_id, on=one.first_day))


def _days(span: Span) -> figures.Days:
    return span.first, span.on


def _mine(ctx: Context, span: Span) -> Any:
    """The ids of the studios on the day."""
    return figures.ids(figures.studios(ctx, span.on))


def leading(ctx: Context, span: Span) -> AnySelect:
    """Studios on the day; those count that led as many people in the year as the text says."""
    one = figures.studios(ctx, span.on).subquery()
    led = figures.led(ctx, _mine(ctx, span), _days(span)).subquery()
    counted = select(led.c.workshop_id, func.count().label("people")).group_by(led.c.workshop_id).subquery()
    least = ctx.regulation.whole("workshops.led_people_yearly_min", on=span.on)
    people = func.coalesce(counted.c.people, 0)
    whose = {"teacher": one.c.leader_id, "organisation": one.c.unit_id}
    columns = record(one.c.id, one.c.name, **whose, detail=people, counts=people >= least)
    return select(*columns).select_from(one).outerjoin(counted, counted.c.workshop_id == one.c.id)


def led_people(ctx: Context, span: Span) -> AnySelect:
    """People whom studios led in the year, each once, by the first pair."""
    led = figures.led(ctx, _mine(ctx, span), _days(span)).subquery()
    of = and_(_W.region_id == ctx.principal.region_id, _W.id == led.c.workshop_id)
    columns = record(led.c.pair_id, _W.name, teacher=led.c.person_id, organisation=_W.unit_id, on=led.c.starts_on)
    return (
        select(*columns)
        .join(_W, of)
        .ext(distinct_on(led.c.person_id))
        .order_by(led.c.person_id, led.c.starts_on, cast(led.c.pair_id, String))
    )


def held(ctx: Context, span: Span) -> AnySelect:
    """Activities studios held in the year. [A6.6a]"""
    return _activities(ctx, span, _mine(ctx, span))


def attended(ctx: Context, span: Span) -> AnySelect:
    """Members due at these activities, a record for an activity, a day and a person; those count that came. [M7.1a]"""
    one = figures.attendance(ctx, _mine(ctx, span), _days(span)).subquery().c
    path = func.concat("/v1/workshops/", one.workshop_id, "/activities/", one.activity_id, "/attendance")
    key = func.md5(func.concat(one.activity_id, one.day, one.person_id))
    return select(
        *record(cast(key, Uuid()), one.title, teacher=one.person_id, on=one.day, counts=one.is_present, path=path)
    )


def reviewed(ctx: Context, span: Span) -> AnySelect:
    """Months of studios that are over and owe a review; those count that were closed. [M7.1a]"""
    owed = figures.reviews(ctx, _mine(ctx, span), _days(span)).subquery()
    of = and_(_W.region_id == ctx.principal.region_id, _W.id == owed.c.workshop_id)
    columns = record(
        cast(func.md5(func.concat(owed.c.workshop_id, owed.c.month)), Uuid()),
        _W.name,
        organisation=_W.unit_id,
        on=owed.c.month,
        detail=func.to_char(owed.c.month, "YYYY-MM"),
        counts=owed.c.is_closed,
        path=func.concat("/v1/workshops/", owed.c.workshop_id, "/monthly-reviews"),
    )
    return select(*columns).select_from(owed).join(_W, of)


def cases(ctx: Context, span: Span) -> AnySelect:
    """Practice cases studios put on record in the year. [A6.R]"""
    one = figures.cases(ctx, _mine(ctx, span), _days(span)).subquery().c
    path = func.concat("/v1/workshops/", one.workshop_id, "/cases")
    return select(*record(one.case_id, one.title, teacher=one.author_id, on=one.day, path=path))


def told(ctx: Context, span: Span) -> AnySelect:
    """Items that came out in the year and tell of a studio; an item of two studios counts once for each. [A3.5]"""
    of = and_(_W.region_id == ctx.principal.region_id, publications.tells_of(_W.id, _W.unit_id, _W.name))
    found = (
        publications.published(ctx, _days(span))
        .join(_W, of)
        .where(_W.id.in_(_mine(ctx, span)))
        .add_columns(_W.id.label("workshop_id"), _W.name.label("workshop_name"))
    )
    one = found.subquery().c
    return select(
        *record(
            cast(func.md5(func.concat(one.id, one.workshop_id)), Uuid()),
            one.title,
            organisation=one.organisation_id,
            on=one.published_on,
            detail=one.workshop_name,
            path=func.concat("/v1/publications/", one.id),
        )
    )


def gathered(ctx: Context, span: Span) -> AnySelect:
    """Activities that workshops and studios of every kind held in the year. [A6.6a]"""
    every = select(_W.id).where(_W.region_id == ctx.principal.region_id)
    return _activities(ctx, span, every)


def _activities(ctx: Context, span: Span, whose: Any) -> AnySelect:
    one = figures.activities(ctx, whose, _days(span)).subquery().c
    path = func.concat("/v1/workshops/", one.workshop_id, "/activities/", one.activity_id)
    return select(*record(one.activity_id, one.title, organisation=one.host_school_id, on=one.starts_on, path=path))


def _each(code: str, requirement: str, label: str) -> Figure:
    return Figure(code, requirement, label, "所", Measure.EACH, kind="school_title", path=TITLE)


def _of_studios(code: str, label: str, unit: str, measure: Measure, kind: str, reading: str | None = None) -> Figure:
    return Figure(f"studios.{code}", LED, label, unit, measure, kind, reading=reading)


AS_MONTHS = "与月度统计、评分表旁的系统数据同一口径。"
WHAT_THEY_DID = (
    Source(_of_studios("reviews", "已完成的月度评审", "个月", Measure.SHARE, "workshop_review",
                       "每个工作室已过去的每个月各计一次。"), reviewed),
    Source(_of_studios("activities", "工作室举行的活动", "次", Measure.COUNT, "workshop_activity", AS_MONTHS), held),
    Source(_of_studios("attendance", "工作室活动出勤率", "人次", Measure.SHARE, "workshop_attendance",
                       f"{AS_MONTHS}应到为活动当日的成员。"), attended),
    Source(_of_studios("cases", "工作室登记的教学实践案例", "个", Measure.COUNT, "workshop_case", AS_MONTHS), cases),
    Source(_of_studios("publications", "报道工作室的信息", "条", Measure.COUNT, "publication", AS_MONTHS), told),
    Source(
        Figure("workshops.activities", "effects.ecology.ecology", "各类工作坊（室）举行的活动", "次", Measure.COUNT,
               "workshop_activity", reading=AS_MONTHS),
        gathered,
    ),
)  # fmt: skip


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
    *WHAT_THEY_DID,
)
