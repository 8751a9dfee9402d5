"""`doctor` and `keys`: what is wrong with an installation, how to mend it, and the keys of a new one."""

import asyncio
import shutil
import sys
from collections.abc import Iterator

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from app import keyring
from app.archive.jobs import lost
from app.certificates import printing
from app.commands.installation import Installation, installation
from app.core import jobs, migrate
from app.core.db import OWNER_ROLE, SERVICE_ROLE, Database
from app.core.errors import Unavailable
from app.core.installation import has_moved, has_too_many_rights, purpose_of, revision_of
from app.hours.service.sealing import refusals
from app.main import open_database, open_shelf

FREE_BYTES_MIN = 1024**3
LOST_SHOWN = 20
ROLES_SQL = f"""\
-- as an administrator, in the database of the service:
CREATE ROLE {OWNER_ROLE} LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS;
GRANT CREATE, CONNECT ON DATABASE shixun TO {OWNER_ROLE};
GRANT CREATE, USAGE ON SCHEMA public TO {OWNER_ROLE};
-- then: MIGRATION_DATABASE_URL signs in as {OWNER_ROLE}, DATABASE_URL as {SERVICE_ROLE}; `shixun migrate`"""


def examine() -> int:
    """Print every check with its cure; answers 1 if something is wrong."""
    try:
        with installation() as here:
            findings = [(name, fault) for name, fault in _checks(here)]
    except (ValidationError, OSError, RuntimeError, DBAPIError) as error:
        findings = [("installation", f"{error}\n{ROLES_SQL}")]
    for name, fault in findings:
        print(f"{'ok   ' if fault is None else 'FAULT'} {name}" + (f"\n      {fault}" if fault else ""))
    return 1 if any(fault for _, fault in findings) else 0


def _checks(here: Installation) -> Iterator[tuple[str, str | None]]:
    yield "python", None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed"
    free = shutil.disk_usage(here.home if here.home.exists() else "/").free
    yield "disk", None if free > FREE_BYTES_MIN else f"only {free // 1024**2} MiB are free: make room"
    yield "font of certificates", None if printing.font_folder() else printing.FONT_MISSING
    yield from asyncio.run(_database_checks(here))


async def _database_checks(here: Installation) -> list[tuple[str, str | None]]:
    database = open_database(here.settings)
    try:
        try:
            at = await revision_of(database)
        except (OSError, DBAPIError, Unavailable) as error:
            cause = (error.__cause__ or error).__class__.__name__
            told = f"{cause}: is it running, is DATABASE_URL right, was it migrated?\n{ROLES_SQL}"
            return [("database", told)]
        head = migrate.head()
        rights = await has_too_many_rights(database)
        purpose = await purpose_of(database)
        async with database.begin() as connection:
            seen = await jobs.is_worker_seen(connection)
            moved = await has_moved(connection)
        return [
            ("database", None),
            ("migrations", None if at == head else f"at {at}, the code is at {head}: run `shixun migrate`"),
            ("role of the service", f"it owns tables or passes row-level security:\n{ROLES_SQL}" if rights else None),
            ("server", "restored on another server: run `shixun migrate`" if moved else None),
            (
                "purpose",
                None if purpose else "no region yet: `shixun demo` for a demo, or `shixun region` for a real one",
            ),
            ("worker", None if seen else "no worker in the last 30 s: run `shixun worker`"),
            ("seals", await refused_seals(database)),
            ("archived files", await _lost_files(here, database)),
        ]
    finally:
        await database.close()


async def _lost_files(here: Installation, database: Database) -> str | None:
    found = await lost(database, open_shelf(here.settings), limit=LOST_SHOWN)
    lines = "\n      ".join(f"region {one.region_id} file {one.file_id}: {one.fault} ({one.key})" for one in found)
    return f"rows without their file; bring back from a backup of the storage:\n      {lines}" if found else None


async def refused_seals(database: Database) -> str | None:
    """Where the sealer refuses to go on, since when and why; None where it does nowhere."""
    standing = [one for one in await refusals(database) if one.is_standing]
    lines = "\n      ".join(f"region {one.region} since {one.since:%Y-%m-%d %H:%M}: {one.reason}" for one in standing)
    return (
        f"the ledger is not sealed any more; `shixun ledger verify` says what differs:\n      {lines}"
        if lines
        else None
    )


def print_keys() -> None:
    """A fresh set of keys, one environment variable a line, quoted for a shell or an env file."""
    for name, value in keyring.fresh().items():
        print(f"{name}='{value}'")
