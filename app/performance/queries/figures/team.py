"""Records of the trainer team: who is in it, and who of them took part in the year. [A4.3]"""

from sqlalchemy import and_, func, select, true

from app.access.context import Context
from app.core.db import AnySelect
from app.performance.queries.figures.reading import Source, Span, record
from app.performance.states import Figure, Measure
from app.trainers.models import TrainerAppointment, TrainerAssignment
from app.trainers.queries.appointments import active

REQUIREMENT = "support_system.trainer_team.team"
PATH = "trainer-appointments/{id}"
_T, _W = TrainerAppointment, TrainerAssignment


def people(ctx: Context, span: Span) -> AnySelect:
    """Terms that hold on the day."""
    return select(*record(_T.id, _T.number, teacher=_T.teacher_id, organisation=_T.school_id, on=_T.starts_on)).where(
        _T.region_id == ctx.principal.region_id, active(span.on)
    )


def took_part(ctx: Context, span: Span) -> AnySelect:
    """The same terms; those count whose holder did a task in the calendar year by that day."""
    tasks = (
        select(func.count().label("done"))
        .where(_W.region_id == _T.region_id, _W.teacher_id == _T.teacher_id, _W.done_on.between(span.first, span.on))
        .correlate(_T)
        .lateral("tasks")
    )
    columns = record(
        _T.id,
        _T.number,
        teacher=_T.teacher_id,
        organisation=_T.school_id,
        on=_T.starts_on,
        detail=tasks.c.done,
        counts=tasks.c.done > 0,
    )
    here = and_(_T.region_id == ctx.principal.region_id, active(span.on))
    return select(*columns).join(tasks, true()).where(here)


SOURCES = (
    Source(
        Figure(
            "trainers.people",
            REQUIREMENT,
            "在聘培训者",
            "人",
            Measure.COUNT,
            kind="trainer_appointment",
            path=PATH,
            required="performance.trainers_min",
        ),
        people,
    ),
    Source(
        Figure(
            "trainers.took_part",
            REQUIREMENT,
            "本年承担任务的在聘培训者",
            "人",
            Measure.SHARE,
            kind="trainer_appointment",
            path=PATH,
            required="trainers.participation_share_min",
            reading="按公历年统计登记的工作任务；团队读数按学年统计。",
        ),
        took_part,
    ),
)
