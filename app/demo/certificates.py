"""Two certificates of the demo 演示学时证明: of the teacher who signs in and of a colleague, last school year."""

from app.access.context import Context
from app.access.permissions import Role
from app.access.principal import Principal
from app.core.clock import Clock
from app.core.db import Database
from app.demo.county import County
from app.demo.facts import LAST_DAY
from app.hours.schemas import CertificateCreate
from app.hours.service import issue_certificate
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear

YEAR = SchoolYear(2025)


async def issue(database: Database, made: County, regulation: Regulation) -> None:
    """Issue them in the name of 进修学校 on the last day of the demo."""
    poster = next(one for one in made.accounts if one.role == Role.TRAINING_SCHOOL)
    region = poster.region_code
    own = next(one.teacher_id for one in made.accounts if one.teacher_id and one.region_code == region)
    lines = (one for one in made.hours_lines() if one.region_code == region and one.school_year == YEAR.start)
    trained = dict.fromkeys(one.teacher_id for one in lines)
    colleague = next(one for one in trained if one != own)
    wanted = [one for one in (own, colleague) if one in trained]
    place = poster.organisation_id
    who = Principal(int(region), poster.id, Role.TRAINING_SCHOOL, place, frozenset({place}))
    async with database.begin(who.region_id) as db:
        ctx = Context(db, who, regulation, Clock.at(LAST_DAY))
        for teacher_id in wanted:
            await issue_certificate(ctx, CertificateCreate(kind="hours", teacher_id=teacher_id, school_year=YEAR.name))
