"""The installation a command works on: its database (embedded or given), keys and settings."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from app import keyring
from app.core import migrate
from app.core.db import OWNER_ROLE, SERVICE_ROLE, asyncpg_url
from app.core.embedded import EmbeddedServer, default_home
from app.core.installation import begin_epoch
from app.settings import CLONE, Settings

DATABASE = "shixun"


@dataclass(frozen=True)
class Installation:
    """Settings that are complete, the environment that makes them so, and the embedded server if it is ours."""

    settings: Settings
    environment: dict[str, str]
    home: Path
    embedded: EmbeddedServer | None

    @property
    def owner_url(self) -> str:
        """Where migrations sign in."""
        given = self.settings.migration_database_url or self.settings.database_url
        assert given is not None  # noqa: S101 - an installation is complete
        return given.get_secret_value()

    @property
    def owner_role(self) -> str | None:
        """The role migrations assume after signing in as an administrator."""
        return OWNER_ROLE if self.settings.assumes_roles else None

    def migrate(self) -> None:
        """Bring the database to the newest migration."""
        url = asyncpg_url(self.owner_url)
        migrate.upgrade(url, role=self.owner_role)
        asyncio.run(begin_epoch(url, role=self.owner_role, only_if_moved=True))

    def empty(self) -> None:
        """Take everything out of the database and migrate it anew; only for a demo that was not finished."""
        migrate.downgrade(asyncpg_url(self.owner_url), "base", role=self.owner_role)
        self.migrate()


@contextmanager
def installation() -> Iterator[Installation]:
    """Complete the settings: start or attach to the embedded server unless DATABASE_URL is given; find the keys."""
    home = Path(os.environ.get("SHIXUN_HOME") or default_home(CLONE))
    environment: dict[str, str] = {"SHIXUN_HOME": str(home)}
    production = os.environ.get("SHIXUN_MODE") == "production"
    server: EmbeddedServer | None = None
    if not os.environ.get("DATABASE_URL") and not production:
        server = EmbeddedServer(home)
        server.start()
        server.ensure_roles_and_database(DATABASE, OWNER_ROLE, SERVICE_ROLE)
        environment |= {
            "DATABASE_URL": server.url(role=SERVICE_ROLE, database=DATABASE),
            "MIGRATION_DATABASE_URL": server.url(role=OWNER_ROLE, database=DATABASE),
        }
    if not production:
        kept = keyring.kept(home)
        environment |= {name: value for name, value in kept.items() if not os.environ.get(name)}
        environment.setdefault("SHIXUN_STORAGE", os.environ.get("SHIXUN_STORAGE", str(home / "files")))
    os.environ.update(environment)
    settings = Settings()
    if server is None and settings.assumes_roles:
        asyncio.run(make_roles(settings))
    try:
        yield Installation(settings, environment, home, server)
    finally:
        if server:
            server.stop()


async def make_roles(settings: Settings) -> None:
    """With one administrator's address: make the two roles if missing and let the owner create in the database."""
    assert settings.database_url is not None  # noqa: S101 - called with an address
    url = make_url(settings.database_url.get_secret_value())
    connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        for role in (OWNER_ROLE, SERVICE_ROLE):
            with suppress(asyncpg.DuplicateObjectError):
                await connection.execute(f"CREATE ROLE {role} NOLOGIN NOBYPASSRLS")
            await connection.execute(f"GRANT {role} TO CURRENT_USER")
        await connection.execute(f'GRANT CREATE, CONNECT ON DATABASE "{url.database}" TO {OWNER_ROLE}')
        await connection.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER_ROLE}")
    except asyncpg.InsufficientPrivilegeError as error:
        message = f"{error}: give MIGRATION_DATABASE_URL as well; `shixun doctor` prints the SQL that makes the roles"
        raise SystemExit(message) from error
    finally:
        await connection.close()
