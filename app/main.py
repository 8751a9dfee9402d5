"""create_app(): the only assembly point. Settings become values here; nothing below reads the environment."""

import gc
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app import import_kinds
from app.access.reactions import install as install_reactions
from app.accounts.entry import Entrance
from app.accounts.tokens import SigningKey, TokenKeys
from app.api import docs, graphql, openapi, problems, rest, scorecard, system, verification
from app.api.graphql_lane import GraphLane
from app.api.hot import HotReads
from app.api.middleware import RequestFrame, SecondTry
from app.archive import service as archive
from app.archive.jobs import sweep
from app.archive.states import GIB, MIB, FileLimits, Shelf
from app.certificates import printing
from app.core import address, crypto, log, pages, signatures
from app.core.db import SERVICE_ROLE, Database, PoolSettings
from app.core.installation import Purpose, has_moved, has_too_many_rights, purpose_of
from app.core.jobs import JobRegistry
from app.core.limits import Buckets, Limit
from app.core.storage import Bucket, Folder
from app.hours import jobs as hours_jobs
from app.reactions import FILE_OWNERS, REACTIONS
from app.settings import Settings

BODY_MAX_BYTES = 1024 * 1024
MINUTE, HOUR, DAY = 60, 3600, 86400
DEMO_RELAXATION = 1000
EXPOSED_HEADERS = (
    "ETag",
    "Location",
    "Link",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-Id",
    "Content-Disposition",
    "Idempotent-Replayed",
)
DESCRIPTION = """县级教师发展后台：机构、教师与学时台账（济管教体师〔2022〕109号）。

所有接口以 `/v1` 开头；先用 `POST /v1/auth/token` 换取令牌。
列表用 `limit` 与 `cursor` 翻页，`next_cursor` 为空即最后一页。
错误一律为 `application/problem+json`：
`code` 供程序判断，`detail` 与 `errors[].message` 可直接给人看。
`PATCH` 也可写作 `POST` 加请求头 `X-HTTP-Method-Override: PATCH`；任何写操作加 `?validate_only=true` 只检查不保存。"""


def from_environment() -> FastAPI:
    """The application of the settings in the environment; uvicorn's factory."""
    settings = Settings()
    log.configure(level=settings.log_level)
    entrance = open_entrance(settings)
    hosts = tuple(host.strip() for host in settings.allowed_hosts.split(","))
    origins = tuple(origin.strip() for origin in settings.allowed_origins.split(",") if origin.strip())
    shelf = open_shelf(settings)
    return create_app(entrance, hosts=hosts, origins=origins, storage=open_storage(settings), shelf=shelf)


def open_entrance(settings: Settings) -> Entrance:
    """The entrance of the settings: database, keys and limits; installs the keys of this process."""
    install_keys(settings)
    assert settings.signing_keys is not None  # noqa: S101 - demanded by the settings or made by the supervisor
    raw = json.loads(settings.signing_keys.get_secret_value())
    keys = TokenKeys({name: SigningKey(**pair) for name, pair in raw["keys"].items()}, raw["current"])
    return Entrance(open_database(settings), keys, settings.key("refresh_key"), Buckets(limits(settings)))


def install_keys(settings: Settings) -> None:
    """Set the keys of personal data and cursors, and the public address, for this process."""
    ring, current = settings.data_key_ring()
    crypto.install(crypto.Vault(ring, current, settings.key("index_key")))
    pages.install(settings.key("cursor_key"))
    address.install(settings.public_address)
    assert settings.seal_keys is not None  # noqa: S101 - demanded by the settings or made by the supervisor
    signatures.install(signatures.SealKeys.parse(settings.seal_keys.get_secret_value()))


def open_database(settings: Settings) -> Database:
    """The database with the service role; steps down to it where the address signs in as an administrator."""
    assert settings.database_url is not None  # noqa: S101 - demanded by the settings or set by the supervisor
    pool = PoolSettings(
        size=settings.pool_size,
        wait=settings.pool_wait_seconds,
        statement_timeout=settings.statement_timeout,
        transaction_pooler=settings.db_pooler == "transaction",
    )
    assume = SERVICE_ROLE if settings.assumes_roles else None
    return Database(settings.database_url.get_secret_value(), pool, assume_role=assume)


def open_storage(settings: Settings) -> Path:
    """The folder of uploaded files."""
    storage = settings.storage or Path(tempfile.gettempdir()) / f"shixun-files-{os.getuid()}"
    storage.mkdir(parents=True, exist_ok=True)
    return storage


def open_shelf(settings: Settings) -> Shelf:
    """Where archived files lie: a folder beside the uploads, or a bucket; drafts always lie here."""
    limits = FileLimits(
        file=settings.file_mib * MIB,
        video=settings.video_mib * MIB,
        person=int(settings.files_per_person_gib * GIB),
        organisation=int(settings.files_per_organisation_gib * GIB),
        free_share=settings.storage_free_percent / 100,
    )
    shelf = shelf_in(open_storage(settings), limits)
    return replace(shelf, storage=Bucket.at(settings.storage_url)) if settings.storage_url else shelf


def shelf_in(storage: Path, limits: FileLimits | None = None) -> Shelf:
    """The shelf in a folder of uploaded files."""
    return Shelf(Folder(storage / "archive"), storage / "drafts", limits or FileLimits())


def open_jobs(storage: Path, shelf: Shelf) -> JobRegistry:
    """Every kind of background job with its function; storage: the folder of uploaded files, shelf: archived ones."""
    _connect_domains()
    registry = JobRegistry()
    import_kinds.register(registry, storage)
    hours_jobs.register(registry)
    registry.chores.append((HOUR, partial(sweep, shelf=shelf)))
    return registry


def limits(settings: Settings) -> dict[str, Limit]:
    """The rate limits by name."""
    return {
        "read": Limit(settings.limit_reads_per_minute, MINUTE),
        "write": Limit(settings.limit_writes_per_minute, MINUTE),
        "graphql": Limit(settings.limit_graphql_per_minute, MINUTE),
        "sign_in_address": Limit(settings.limit_sign_ins_per_address, 15 * MINUTE),
        "refresh": Limit(settings.limit_refreshes_per_hour, HOUR),
        "unmask": Limit(settings.limit_unmasks_per_hour, HOUR),
        "import": Limit(settings.limit_imports_per_day, DAY),
        "verification": Limit(settings.limit_verifications_per_minute, MINUTE),
        "upload": Limit(settings.limit_uploads_per_hour, HOUR),
    }


def create_app(
    entrance: Entrance,
    *,
    hosts: tuple[str, ...] = ("*",),
    origins: tuple[str, ...] = (),
    storage: Path | None = None,
    shelf: Shelf | None = None,
) -> FastAPI:
    """The application over an entrance; hosts and origins are exact names, archived files lie on the shelf."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        entrance: Entrance = app.state.entrance
        await _must_be_fit(entrance)
        purpose = await purpose_of(entrance.database)
        entrance.allows_test_clock = purpose in (Purpose.DEMO, Purpose.TEST)
        app.state.demo = purpose is Purpose.DEMO
        if entrance.allows_test_clock:
            entrance.limits = entrance.limits.relaxed(DEMO_RELAXATION)
        _settle_memory()
        yield
        await entrance.database.close()

    app = FastAPI(
        title="Shixun 师训",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        max_body_size=BODY_MAX_BYTES,
        openapi_tags=rest.TAGS,
    )
    app.state.entrance = entrance
    app.state.demo = False
    app.state.storage = storage or Path(tempfile.gettempdir()) / f"shixun-files-{os.getuid()}"
    app.state.shelf = shelf or shelf_in(app.state.storage)
    _connect_domains()
    problems.install(app)
    docs.mount_static(app)
    rest.mount(app)
    for router in (docs.pages(), verification.pages(), scorecard.pages(), system.probes(), graphql.router()):
        app.include_router(router)
    openapi.install(app)
    app.add_middleware(SecondTry)
    app.add_middleware(GraphLane, api=app)
    app.add_middleware(HotReads, api=app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=list(EXPOSED_HEADERS),
    )
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(RequestFrame)
    return app


async def _must_be_fit(entrance: Entrance) -> None:
    """Refuse to start where the walls of the database would not hold or certificates could not be printed."""
    if await has_too_many_rights(entrance.database):
        message = "the role of DATABASE_URL owns tables or passes row-level security: `shixun doctor` says what to do"
        raise RuntimeError(message)
    async with entrance.database.begin() as connection:
        if await has_moved(connection):
            message = "the database was restored on another server: run `shixun migrate` first"
            raise RuntimeError(message)
    if printing.font_folder() is None:
        raise RuntimeError(printing.FONT_MISSING)


def _connect_domains() -> None:
    """Tell the domains below what stands above them."""
    import_kinds.install()
    install_reactions(REACTIONS)
    archive.install(FILE_OWNERS)


def _settle_memory() -> None:
    """What is loaded by now stays: it is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _operation_id(route: APIRoute) -> str:
    head, *others = route.name.split("_")
    return head + "".join(word.capitalize() for word in others)
