"""Records of what was made known: publications and typical cases of the year. [A4.4]"""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from app.access.context import Context
from app.cases.models import TypicalCase
from app.cases.states import CaseStatus
from app.core.clock import CHINA
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.publications.models import Publication
from app.publications.states import PublicationStatus

_P, _C = Publication, TypicalCase
MODEL, PUBLICITY = "guarantees.dissemination.model", "guarantees.dissemination.publicity"


def published(ctx: Context, span: Span) -> AnySelect:
    """Items that came out in the year and still stand."""
    columns = record(
        _P.id,
        _P.title,
        teacher=_P.teacher_id,
        organisation=_P.organisation_id,
        on=_P.published_on,
        detail=_P.channel,
    )
    return select(*columns).where(
        _P.region_id == ctx.principal.region_id,
        _P.status == PublicationStatus.PUBLISHED,
        _P.published_on.between(span.first, span.on),
    )


def accepted(ctx: Context, span: Span) -> AnySelect:
    """Cases taken in during the year, recommended upward or not."""
    first = datetime.combine(span.first, time.min, CHINA)
    after = datetime.combine(span.on + timedelta(days=1), time.min, CHINA)
    columns = record(_C.id, _C.title, teacher=_C.teacher_id, organisation=_C.organisation_id, detail=_C.term)
    return select(*columns).where(
        _C.region_id == ctx.principal.region_id,
        _C.status.in_((CaseStatus.ACCEPTED, CaseStatus.RECOMMENDED)),
        _C.answered_at >= first,
        _C.answered_at < after,
    )


def recommended(ctx: Context, span: Span) -> AnySelect:
    """Cases recommended upward in the year."""
    columns = record(
        _C.id,
        _C.title,
        teacher=_C.teacher_id,
        organisation=_C.organisation_id,
        on=_C.recommended_on,
        detail=_C.recommended_to,
    )
    return select(*columns).where(
        _C.region_id == ctx.principal.region_id,
        _C.status == CaseStatus.RECOMMENDED,
        _C.recommended_on.between(span.first, span.on),
    )


SOURCES = (
    Source(
        Figure("cases.accepted", MODEL, "入选的典型案例", "个", Measure.COUNT, kind="case", path="cases/{id}"), accepted
    ),
    Source(
        Figure("cases.recommended", MODEL, "上报的典型案例", "个", Measure.COUNT, kind="case", path="cases/{id}"),
        recommended,
    ),
    Source(
        Figure(
            "publications.published",
            PUBLICITY,
            "发布的信息",
            "条",
            Measure.COUNT,
            kind="publication",
            path="publications/{id}",
        ),
        published,
    ),
)
