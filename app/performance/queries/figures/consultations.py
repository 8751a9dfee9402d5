"""Records of consultation: reports of ten days that were due, months summed up, briefings that came out. [A3.4]

Reports and summaries stand beside 培训工作总结，凝练培训经验特色: they are where a team sums up what it did and learnt.
They are no plan 统筹谋划, and no talk with universities and schools 协同机制. Briefings stand beside 总结项目组织实施和
建设经验: they bring the experience of the teams together and make it known.
"""

from datetime import date

from sqlalchemy import Text, Uuid, case, cast, func, select

from app.access.context import Context
from app.consultations.models import Briefing, ConsultationSummary
from app.consultations.queries import dues
from app.consultations.rules import windows_between
from app.consultations.states import BriefingStatus, ConsultationSummaryStatus
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure

_B, _S = Briefing, ConsultationSummary
SUMMARY, MODEL = "implementation.delivery.summary_and_archive", "guarantees.dissemination.model"


def reports(ctx: Context, span: Span) -> AnySelect:
    """Every report that was due of a window of the year that is over; those count that were handed in in time.

    The detail says how one came in. A report that is missing has no id of its own: one is made of its sub-project and
    window, and its path is the list of who is to report.
    """
    windows = [one for one in windows_between(span.first, span.on, ctx.regulation) if one.ends_on < ctx.clock.today]
    found = dues.due(ctx, windows).subquery("reports_due")
    made = cast(func.md5(func.concat(found.c.sub_project_id, found.c.starts_on)), Uuid)
    own = func.concat("/v1/consultation-dues?on=", found.c.starts_on)
    columns = record(
        func.coalesce(found.c.report_id, made),
        func.concat(found.c.sub_project_name, " ", found.c.starts_on, "—", found.c.ends_on),
        on=found.c.submitted_on,
        detail=case(
            (found.c.submitted_on.is_(None), "未提交"),
            (found.c.late_days > 0, func.concat("逾期 ", found.c.late_days, " 天")),
            else_="按时",
        ),
        counts=func.coalesce(found.c.late_days == 0, False),
        path=func.coalesce("/v1/consultation-reports/" + cast(found.c.report_id, Text), own),
    )
    return select(*columns).select_from(found)


def summaries(ctx: Context, span: Span) -> AnySelect:
    """Summaries of months of the year; those count that were closed."""
    columns = record(
        _S.id,
        func.concat(func.to_char(_S.month, "YYYY-MM"), " 小结"),
        on=func.date(_S.closed_at),
        counts=_S.status == ConsultationSummaryStatus.CLOSED,
    )
    here = _S.region_id == ctx.principal.region_id
    return select(*columns).where(here, _S.month.between(span.first, date(span.year, 12, 31)))


def briefings(ctx: Context, span: Span) -> AnySelect:
    """Briefings that came out in the year and still stand."""
    columns = record(_B.id, _B.title, on=_B.published_on, detail=func.concat(_B.year, " 年第 ", _B.number, " 期"))
    return select(*columns).where(
        _B.region_id == ctx.principal.region_id,
        _B.status == BriefingStatus.PUBLISHED,
        _B.published_on.between(span.first, span.on),
    )


SOURCES = (
    Source(
        Figure(
            "consultations.reports",
            SUMMARY,
            "按时提交的会商汇报",
            "份",
            Measure.SHARE,
            kind="consultation_report",
            path="consultation-reports/{id}",
            reading="本年各旬（已过截止日的）应交的汇报；旬末之前提交为按时。",
        ),
        reports,
    ),
    Source(
        Figure(
            "consultations.summaries",
            SUMMARY,
            "已办结的每月小结",
            "份",
            Measure.SHARE,
            kind="consultation_summary",
            path="consultation-summaries/{id}",
        ),
        summaries,
    ),
    Source(
        Figure(
            "briefings.published", MODEL, "发布的会商简报", "期", Measure.COUNT, kind="briefing", path="briefings/{id}"
        ),
        briefings,
    ),
)
