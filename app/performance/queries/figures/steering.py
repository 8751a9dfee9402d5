"""Records of who leads: the leading group's heads and members, and the experts, on the day. [A1] [A4.1] [M6.1.2]"""

from functools import partial
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.steering.models import Expert, LeadingGroup, LeadingGroupHolder
from app.steering.states import LeadingGroupKind

_G, _H, _E = LeadingGroup, LeadingGroupHolder, Expert
GROUP, EXPERTS = "organisation.county_division.leading_group", "organisation.county_division.expert_group"


def _holds(one: Any, span: Span) -> Any:
    return and_(one.starts_on <= span.on, or_(one.until.is_(None), one.until > span.on))


def holders(ctx: Context, span: Span, *, role: str) -> AnySelect:
    """Holders of a post of the leading group on the day; role: as the list of posts says, head or member."""
    posts = [one.code for one in ctx.regulation.codes("leading_group_posts") if one.facts.get("role") == role]
    of = and_(_G.region_id == _H.region_id, _G.id == _H.group_id)
    path = func.concat("/v1/leading-groups/", _G.id, "/holders")
    columns = record(_H.id, _H.duty, teacher=_H.teacher_id, on=_H.starts_on, detail=_H.post, path=path)
    return (
        select(*columns)
        .join(_G, of)
        .where(_H.region_id == ctx.principal.region_id, _G.kind == LeadingGroupKind.LEADING_GROUP)
        .where(_H.post.in_(posts), _holds(_G, span), _holds(_H, span))
    )


def experts(ctx: Context, span: Span) -> AnySelect:
    """Experts engaged on the day, by stage and subject."""
    field = func.concat_ws(" ", _E.stage, _E.subject)
    columns = record(_E.id, _E.institution, teacher=_E.teacher_id, on=_E.starts_on, detail=field)
    return select(*columns).where(_E.region_id == ctx.principal.region_id, _holds(_E, span))


SOURCES = (
    Source(
        Figure(
            "steering.heads",
            GROUP,
            "领导小组组长",
            "人",
            Measure.COUNT,
            kind="leading_group_holder",
            required="organisations.leading_group.heads",
        ),
        partial(holders, role="head"),
    ),
    Source(
        Figure(
            "steering.members",
            GROUP,
            "领导小组成员",
            "人",
            Measure.COUNT,
            kind="leading_group_holder",
            required="organisations.leading_group.members_min",
        ),
        partial(holders, role="member"),
    ),
    Source(
        Figure("steering.experts", EXPERTS, "在聘专家", "人", Measure.COUNT, kind="expert", path="experts/{id}"),
        experts,
    ),
)
