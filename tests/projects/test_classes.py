"""Whole classes formed from workshops 整建制, and 选送率 with who is missing. [A2.2] [A6.7] [A4.2]"""

import pytest

from app.accounts.entry import Entrance
from app.projects import service
from tests.factories import keys
from tests.factories.projects import Office, codes
from tests.factories.workshops import Studio


@pytest.mark.clause("A2.2", "A6.7", "M5.1", "A4.2")
async def test_a_workshop_is_nominated_as_a_whole(office: Office, studio: Studio, entrance: Entrance) -> None:
    workshop = (await studio.registered())[1:]
    path = await office.selecting(quota=20, places={"central B": 1})
    small = await office.selecting(quota=3, places={}, name="名额不够的项目")
    form = {"workshop_ids": [workshop]}
    answer = await office.send("training_school", f"{small}/nominations:formClass", form)
    assert (answer.status_code, codes(answer)) == (422, ["PROJECT_QUOTA"])
    core = await office.done("training_school", f"{path}/nominations:formClass", form | {"is_core_only": True})
    assert core == {"nominated": 5, "already": 0, "unfit": 0, "places": 5}
    too_many = await office.send("training_school", f"{path}/nominations:formClass", form)
    assert codes(too_many) == ["PROJECT_QUOTA"]
    listed = (await office.get("bureau", f"{path}/nominations"))["items"]
    assert {(one["route"], one["status"], one["priority"], one["workshop_id"]) for one in listed} == {
        ("whole_class", "nominated", 0, workshop)
    }
    one = f"{path}/nominations/{listed[0]['id']}"
    own = await office.send("training_school", f"{one}:check")
    assert (own.status_code, codes(own)) == (403, ["SEPARATION_OF_DUTIES"])
    await office.done("training_school_2", f"{one}:check")
    await office.done("bureau", f"{one}:confirm")
    trainee = (await office.get("bureau", f"{path}/trainees"))["items"][0]
    assert trainee["workshop_id"] == workshop
    again = await office.done("training_school", f"{path}/nominations:formClass", form | {"is_core_only": True})
    assert again == {"nominated": 0, "already": 5, "unfit": 0, "places": 0}
    quotas = {one["unit_name"]: one for one in (await office.get("bureau", f"{path}/quotas"))["items"]}
    assert (quotas["乙镇中心校"]["places"], quotas["乙镇中心校"]["taken"]) == (1, 0)
    async with entrance.context(keys.token(office.world.account("training_school"))) as ctx:
        part = await service.nomination_part(ctx, path.removeprefix("projects/"))  # type: ignore[arg-type]  # as text
    assert (part.rate.part, part.rate.whole, part.short, part.rate.is_met) == (5, 6, 1, False)
    assert [one.unit_name for one in part.units if one.short] == ["乙镇中心校"]
