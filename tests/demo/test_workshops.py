"""The demo's workshops are as many as the county has, each of sound composition, the same every time."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from app.demo import workshops
from app.demo.county import county
from app.demo.facts import DemoOrganisation
from app.policy.load import Regulation
from app.policy.school_year import SchoolYear
from app.workshops.models import Workshop, WorkshopActivity, WorkshopMember
from app.workshops.rules import composition, follow_up

PACK = Regulation.load(("jiyuan_2022_109",))


@pytest.mark.clause("A6.4", "A6.5a", "A6.5d")
def test_there_are_workshops_of_every_level() -> None:
    made = county()
    tables = dict(workshops.rows(made, PACK))
    levels = Counter(one["level"] for one in tables[Workshop])
    assert levels == {"city": 12, "provincial": 6, "town": 4, "school": 2}
    places = {one.id: one for one in made.organisations}
    schools = {one.teacher_id: places[one.school_id] for one in made.employments}

    def area(school: DemoOrganisation) -> UUID:
        above = places[school.parent_id] if school.parent_id else None
        central = above.id if above and above.kind == "central_school" else None
        return composition.area_of(school.id, central, school.stages)

    for one in tables[Workshop]:
        if one["family"] != "teacher_workshop":
            continue
        team = [row for row in tables[WorkshopMember] if row["workshop_id"] == one["id"]]
        core = [row for row in team if row["role"] == "core"]
        areas = {
            role: {area(schools[row["teacher_id"]]) for row in team if row["role"] == role}
            for role in ("core", "applicant")
        }
        assert (len(core), len(team)) == (6, 24)
        assert len(areas["core"]) >= 5, one["name"]
        assert len(areas["applicant"]) >= 7, one["name"]
    first = tables[Workshop][0]["id"]
    months = [row["starts_on"].strftime("%Y-%m") for row in tables[WorkshopActivity] if row["workshop_id"] == first]
    year = SchoolYear(2025)
    done = [name for name in months if date(int(name[:4]), int(name[5:]), 1) in year]
    assert follow_up.check_plan(done, year, PACK) == []
    assert repr(list(workshops.rows(made, PACK))) == repr(list(tables.items()))


def test_a_county_too_small_has_none() -> None:
    assert Workshop not in dict(workshops.rows(county(0.02), PACK))
