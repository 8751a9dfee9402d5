"""`shixun region` and `shixun account create`: what a new installation begins with."""

import asyncpg
import httpx

from tests.commands.conftest import Call
from tests.factories.cluster import Clone
from tests.factories.teachers import fetch
from tests.factories.world import HOME

COUNTY, BUREAU = "411700", "某县教体局"
ACCOUNT = ("account", "create", "first", "--role", "bureau", "--region", COUNTY, "--organisation", BUREAU)


async def counts(clone: Clone) -> list[int]:
    """Regions, organisations, accounts, grants and sign-in names."""
    tables = ("regions", "organisations", "accounts", "account_grants", "sign_in_names")
    return [(await fetch(clone, f"SELECT count(*) FROM {table}"))[0][0] for table in tables]


async def test_a_new_county_gets_its_bureau_and_its_first_account(
    shixun: Call, clone: Clone, client: httpx.AsyncClient
) -> None:
    await fetch(clone, "DELETE FROM installation")
    made = await shixun("region", COUNTY, "某县", "--bureau", BUREAU)
    assert made.exit_code == 0, made.output
    assert f"--region {COUNTY} --organisation '{BUREAU}'" in made.stderr
    assert [row[0] for row in await fetch(clone, "SELECT purpose FROM installation")] == ["production"]
    told = await shixun(*ACCOUNT, "--department", "teacher_education", "--name", "首位管理员")
    username, password = told.stdout.split()
    form = {"grant_type": "password", "username": username, "password": password}
    signed = (await client.post("/v1/auth/token", data=form)).json()
    assert (signed["role"], signed["grants"][0]["desk"]) == ("bureau", "teacher_education")
    head = {"Authorization": f"Bearer {signed['access_token']}"}
    seen = (await client.get("/v1/organisations", headers=head)).json()["items"]
    assert {one["name"] for one in seen} == {BUREAU, "教师教育科"}
    kept = await fetch(clone, "SELECT password_hash FROM accounts WHERE username = 'first'")
    assert kept[0][0].startswith("$argon2id$")


async def test_a_region_is_made_once(shixun: Call, clone: Clone) -> None:
    before = await counts(clone)
    again = await shixun("region", str(HOME), "测试县", "--bureau", "又一个教体局")
    assert (again.exit_code, again.stderr) == (1, f"region {HOME} exists already\n")
    assert (await shixun("region", "99999", "无此区域", "--bureau", BUREAU)).exit_code == 2
    assert await counts(clone) == before


NOWHERE = "no such organisation or department"
REFUSED = [
    ("second", "bureau", ("没有这个机构",), NOWHERE),
    ("second", "bureau", ("邻县教体局",), NOWHERE),
    ("second", "bureau", ("测试教体局", "--department", "no_desk"), NOWHERE),
    ("second", "boss", ("测试教体局",), "no such role: boss; there are bureau, training_school,"),
    ("school", "school", ("2141990001",), "(USERNAME_TAKEN)"),
]


async def test_refused_account_is_not_made(shixun: Call, clone: Clone) -> None:
    before = await counts(clone)
    for name, role, where, told in REFUSED:
        words = ("account", "create", name, "--role", role, "--region", str(HOME), "--organisation", *where)
        refused = await shixun(*words)
        assert (refused.exit_code, refused.stdout) == (1, ""), refused.output
        assert told in refused.stderr
    assert await counts(clone) == before


async def test_a_name_that_two_schools_share_is_refused(shixun: Call, clone: Clone, sql: asyncpg.Connection) -> None:
    await sql.execute("UPDATE organisations SET name = '中心小学' WHERE code IN ('2141990001', '2141990002')")
    before = await counts(clone)
    words = ("account", "create", "third", "--role", "school", "--region", str(HOME), "--organisation")
    assert (await shixun(*words, "中心小学")).exit_code == 1
    assert await counts(clone) == before
    assert (await shixun(*words, "2141990002")).exit_code == 0
