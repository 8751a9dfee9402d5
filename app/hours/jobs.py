"""Background work of the ledger: the sealer, and the verification of a region's seals 封存与核验."""

from collections.abc import Mapping
from typing import Any

from app.core.db import Database, freeze_view, limit_statements
from app.core.jobs import JobContext, JobRegistry
from app.core.log import logger
from app.core.signatures import NoPrivateKey
from app.hours.queries import seals
from app.hours.schemas import HoursSealsVerdict
from app.hours.service.sealing import SealRefused, check_chain, seal_next
from app.hours.service.sealing import verdict as told
from app.hours.service.seals import VERIFY

LOOK_SECONDS = 5.0
log = logger("hours")


def register(registry: JobRegistry) -> None:
    """Add the ledger's jobs and its sealer."""
    registry.add(VERIFY, verify)
    registry.chores.append((LOOK_SECONDS, seal_all))


async def seal_all(database: Database) -> None:
    """Seal what is due in every region; a region that must not be sealed is reported and does not stop the others."""
    async with database.begin() as db:
        regions = await seals.regions(db)
    for region in regions:
        try:
            while count := await seal_next(database, region):
                log.info("hours.sealed", region=region, entries=count)
        except (SealRefused, NoPrivateKey) as error:
            reason = str(error) if isinstance(error, SealRefused) else "SHIXUN_SEAL_KEYS holds no private key"
            log.exception("hours.seal_refused", region=region, reason=reason)
            async with database.begin(region) as db:
                await seals.note_refusal(db, region, reason)
        else:
            async with database.begin(region) as db:
                await seals.settle_refusal(db, region)


async def verify(job: JobContext) -> Mapping[str, Any]:
    """Check every seal of the region of the operation."""
    assert job.operation is not None  # noqa: S101 - started as an operation only

    async def report(done: int, total: int) -> None:
        await job.progress("verifying", done, total)

    region = job.operation.region_id
    async with job.database.begin(region) as db:
        await freeze_view(db)
        await limit_statements(db, "60s")
        found = await check_chain(db, region, report)
        waiting = await seals.waiting(db, region, await seals.end_of_chain(db, region))
    return HoursSealsVerdict.model_validate(told(found) | {"unsealed_entries": waiting.entries}).model_dump(mode="json")
