"""create_app(): the only assembly point. Settings become values here; nothing below reads the environment."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.access.reactions import install as install_reactions
from app.accounts.entry import Entrance
from app.api import problems, rest
from app.api.middleware import RequestFrame
from app.reactions import REACTIONS

BODY_MAX_BYTES = 1024 * 1024
EXPOSED_HEADERS = (
    "ETag", "Location", "Link", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Content-Disposition",
    "Idempotent-Replayed",
)


def _operation_id(route: APIRoute) -> str:
    head, *rest_of_name = route.name.split("_")
    return head + "".join(word.capitalize() for word in rest_of_name)


def create_app(entrance: Entrance, *, hosts: tuple[str, ...] = ("*",), origins: tuple[str, ...] = ()) -> FastAPI:
    """The application over an entrance (database, keys, limits); hosts and origins are exact names."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        yield
        await entrance.database.close()

    app = FastAPI(
        title="Shixun 师训",
        version="1",
        description="县级教师发展后台：机构、教师与学时台账。",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.entrance = entrance
    install_reactions(REACTIONS)
    problems.install(app)
    app.include_router(rest.router())
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
