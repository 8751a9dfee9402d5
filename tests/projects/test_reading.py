"""Reading projects and trainees: within the scope, teachers what is published."""

import pytest

from app.accounts.entry import Entrance
from app.core.errors import NotFound
from app.core.pages import PageRequest
from app.projects import service
from app.projects.queries.trainees import TraineeFilter
from tests.factories import keys
from tests.factories.cluster import Clone
from tests.factories.projects import put_project, put_trainee
from tests.factories.world import World


async def test_everybody_reads_a_project_and_the_trainees_in_reach(
    clone: Clone, entrance: Entrance, world: World
) -> None:
    admin = await clone.connect()
    project = await put_project(admin, world.region)
    hidden = await put_project(admin, world.region, status="draft", is_published=False)
    for teacher, school, unit in (("a1-1", "A1", "central A"), ("a2-1", "A2", "central A"), ("d-1", "D", "D")):
        places = (world.organisation(school), world.organisation(unit))
        await put_trainee(admin, world.region, project, world.teacher(teacher), *places)
    await admin.close()
    seen = {"bureau": 3, "training_school": 3, "central_school": 2, "school": 1, "central_b": 0, "teacher": 1}
    for who, many in seen.items():
        async with entrance.context(keys.token(world.account(who))) as ctx:
            row = await service.get_project(ctx, project)
            page = await service.find_trainees(ctx, PageRequest(), project, TraineeFilter())
            assert (row.trainees, row.school_year, len(page.items)) == (3, "2026-2027", many), who
    async with entrance.context(keys.token(world.account("teacher"))) as ctx:
        with pytest.raises(NotFound):
            await service.get_project(ctx, hidden)
    async with entrance.context(keys.token(world.account("abroad_bureau"))) as ctx:
        with pytest.raises(NotFound):
            await service.get_project(ctx, project)
