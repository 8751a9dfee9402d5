"""The walls of the database as they stand: row-level security, grants, constraints, triggers and functions."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from app.core.db import OWNER_ROLE, REGION_SETTING, SERVICE_ROLE
from tests.architecture.catalogue import snapshot
from tests.factories.cluster import Clone
from tests.factories.world import HOME, World

EXPECTED = Path(__file__).with_name("catalogue.txt")
REFERENCE_TABLES = frozenset({"identity_numbers", "sign_in_names", "verification_tokens"})
"""Small tables without wall: what must be unique across regions; `region_id` there says where to look."""
STAGE_TABLES = frozenset(
    {
        "import_stage_hours",
        "import_stage_nominations",
        "import_stage_organisations",
        "import_stage_research",
        "import_stage_teachers",
        "import_stage_awards",
        "import_stage_trainers",
        "import_stage_training_attendance",
        "import_stage_training_marks",
        "import_stage_workshop_members",
    }
)
"""Unlogged tables that COPY fills (decision 32): COPY cannot pass row-level security."""
APPEND_ONLY = (
    "certificates",
    "events",
    "hours_closing_acts",
    "hours_entries",
    "hours_seals",
    "hours_submission_acts",
    "school_plan_acts",
    "scorecard_records",
    "workshop_acts",
    "workshop_registrations",
    "workshop_terms",
)
DEFINERS = frozenset(
    {
        "analyze_import_stages",
        "apply_hours",
        "hold_hours_year_alone",
        "hold_hours_years",
        "move_hours_completion",
        "post_hours",
        "recount_hours",
        "refresh_hours_completion",
        "reverse_hours",
        "take_back_organisation",
    }
)


@pytest_asyncio.fixture
async def admin(clone: Clone) -> AsyncIterator[asyncpg.Connection]:
    """A connection that sees the whole catalogue."""
    connection = await clone.connect()
    yield connection
    await connection.close()


async def names(connection: asyncpg.Connection, query: str, *values: object) -> set[str]:
    """The first column of a query as a set."""
    return {row[0] for row in await connection.fetch(query, *values)}


async def regional(connection: asyncpg.Connection) -> set[str]:
    """Tables that belong to regions: those with a `region_id`, without the listed exceptions."""
    found = await names(
        connection,
        "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name)"
        " WHERE c.column_name = 'region_id' AND c.table_schema = 'public' AND t.table_type = 'BASE TABLE'",
    )
    return found - REFERENCE_TABLES - STAGE_TABLES


async def test_catalogue_is_as_reviewed(admin: asyncpg.Connection) -> None:
    """REWRITE_CATALOGUE=1 writes the file anew after a migration; the difference is then reviewed with it."""
    found = await snapshot(admin)
    if os.environ.get("REWRITE_CATALOGUE"):
        EXPECTED.write_text("\n".join(found) + "\n", "utf-8")
    assert found == EXPECTED.read_text("utf-8").splitlines()


async def test_every_regional_table_stands_behind_the_wall(admin: asyncpg.Connection) -> None:
    walled = await names(
        admin,
        "SELECT c.relname FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname AND p.schemaname = 'public'"
        " WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.policyname = 'region_wall' AND p.cmd = 'ALL'"
        " AND p.permissive = 'PERMISSIVE' AND p.qual = p.with_check AND p.qual LIKE '(region_id = %'"
        " AND p.qual LIKE '%' || $1 || '%'",
        REGION_SETTING,
    )
    assert walled == await regional(admin)
    assert await names(admin, "SELECT policyname FROM pg_policies") == {"region_wall"}


async def test_stage_tables_are_unlogged(admin: asyncpg.Connection) -> None:
    assert (
        await names(admin, "SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'") == STAGE_TABLES
    )


async def test_keys_of_regional_tables_contain_the_region(admin: asyncpg.Connection) -> None:
    """Unique, exclusion and foreign keys, and unique indexes: what a distributed PostgreSQL asks for."""
    without = await names(
        admin,
        """
        SELECT c.relname || '.' || o.conname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
         WHERE c.relname = ANY ($1) AND o.contype IN ('p', 'u', 'x', 'f')
           AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'region_id'
                           AND a.attnum = ANY (o.conkey))
        UNION ALL
        SELECT c.relname || '.' || i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
          JOIN pg_class c ON c.oid = x.indrelid
         WHERE c.relname = ANY ($1) AND x.indisunique
           AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'region_id'
                           AND a.attnum = ANY (x.indkey))
        """,
        sorted(await regional(admin)),
    )
    assert without == set()


async def test_reference_tables_point_at_no_regional_table(admin: asyncpg.Connection) -> None:
    targets = await names(
        admin,
        "SELECT t.relname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid"
        " JOIN pg_class t ON t.oid = o.confrelid WHERE o.contype = 'f' AND c.relname = ANY ($1)",
        sorted(REFERENCE_TABLES | STAGE_TABLES),
    )
    assert targets & await regional(admin) == set()


async def test_service_role_owns_nothing_and_passes_no_wall(admin: asyncpg.Connection) -> None:
    role = await admin.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = $1",
        SERVICE_ROLE,
    )
    assert set(role.values()) == {False}
    owned = (
        "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
        " WHERE d.deptype = 'o' AND r.rolname = $1"
    )
    assert await admin.fetchval(owned, SERVICE_ROLE) == 0
    member = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1"
    assert await admin.fetchval(member, SERVICE_ROLE) == 0
    assert not await admin.fetchval("SELECT has_schema_privilege($1, 'public', 'CREATE')", SERVICE_ROLE)


async def test_owner_passes_no_wall(admin: asyncpg.Connection) -> None:
    role = await admin.fetchrow("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = $1", OWNER_ROLE)
    assert set(role.values()) == {False}


async def test_functions_of_the_owner_are_listed_and_bound_to_a_path(admin: asyncpg.Connection) -> None:
    rows = await admin.fetch(
        "SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert {row["proname"] for row in rows} == DEFINERS
    assert {tuple(row["proconfig"] or ()) for row in rows} == {("search_path=public, pg_temp",)}


async def test_append_only_tables_have_triggers_that_always_fire(admin: asyncpg.Connection) -> None:
    rows = await admin.fetch(
        "SELECT c.relname, g.tgname, g.tgenabled::text FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid"
        " WHERE NOT g.tgisinternal AND c.relname = ANY ($1)",
        list(APPEND_ONLY),
    )
    expected = {(table, f"only_grows_{name}", "A") for table in APPEND_ONLY for name in ("rows", "whole")}
    assert {tuple(row) for row in rows} == expected


async def put_rows(connection: asyncpg.Connection, world: World) -> None:
    """One event, one entry and one act on a sheet, so that a forbidden statement would find something."""
    await connection.execute(
        "WITH sheet AS (INSERT INTO hours_submissions (region_id, id, school_id, start_year, term, category, status,"
        " created_by) VALUES ($1, gen_random_uuid(), $2, 2026, 1, 'school_research', 'draft', gen_random_uuid())"
        " RETURNING id) INSERT INTO hours_submission_acts (region_id, id, submission_id, act, status, account_id,"
        " acting_role, acting_organisation_id) SELECT $1, gen_random_uuid(), sheet.id, 'create', 'draft',"
        " gen_random_uuid(), 'school', $2 FROM sheet",
        HOME,
        world.organisation("A1"),
    )
    await connection.execute(
        "INSERT INTO events (region_id, id, channel, kind, entity)"
        " VALUES ($1, gen_random_uuid(), 'audit', 'test.happened', 'test')",
        HOME,
    )
    await connection.execute(
        "INSERT INTO hours_entries (region_id, id, teacher_id, school_id, school_year, category, claimed, credited,"
        " activity_title, activity_date, source, line_key, policy_version, posted_by)"
        " SELECT $1, gen_random_uuid(), $2, $3, 2026, 'school_research', 1, 1, '教研活动', '2026-10-01', source.name,"
        " 'line of a test', 'test', gen_random_uuid()"
        " FROM (SELECT (regexp_match(pg_get_constraintdef(oid), '''(\\w+)''::text'))[1] AS name FROM pg_constraint"
        " WHERE conname = 'ck_hours_entries_source') AS source",
        HOME,
        world.teacher("a1-1"),
        world.organisation("A1"),
    )


REWRITES = {
    ("events", "UPDATE events SET kind = 'x'"),
    ("events", "DELETE FROM events"),
    ("events", "TRUNCATE events"),
    ("hours_entries", "UPDATE hours_entries SET credited = 0"),
    ("hours_entries", "DELETE FROM hours_entries"),
    ("hours_entries", "TRUNCATE hours_entries CASCADE"),
    ("hours_submission_acts", "UPDATE hours_submission_acts SET note = 'x'"),
    ("hours_submission_acts", "DELETE FROM hours_submission_acts"),
    ("hours_submission_acts", "TRUNCATE hours_submission_acts"),
}


@pytest.mark.parametrize(("table", "statement"), sorted(REWRITES))
@pytest.mark.parametrize(
    ("role", "refusal"),
    [(SERVICE_ROLE, asyncpg.InsufficientPrivilegeError), (OWNER_ROLE, asyncpg.RestrictViolationError)],
)
async def test_what_is_posted_stays(
    admin: asyncpg.Connection, world: World, table: str, statement: str, role: str, refusal: type[Exception]
) -> None:
    await put_rows(admin, world)
    before = await admin.fetch(f"SELECT * FROM {table}")
    assert len(before) == 1
    await admin.execute(f"SET ROLE {role}")
    await admin.execute(f"SET {REGION_SETTING} = '{HOME}'")
    with pytest.raises(refusal):
        await admin.execute(statement)
    await admin.execute("RESET ROLE")
    assert await admin.fetch(f"SELECT * FROM {table}") == before


async def test_replication_role_does_not_open_the_ledger(admin: asyncpg.Connection, world: World) -> None:
    """ENABLE ALWAYS: the setting that turns ordinary triggers off leaves these on, even for an administrator."""
    await put_rows(admin, world)
    await admin.execute("SET session_replication_role = replica")
    with pytest.raises(asyncpg.RestrictViolationError):
        await admin.execute("DELETE FROM hours_entries")
    assert await admin.fetchval("SELECT count(*) FROM hours_entries") == 1
