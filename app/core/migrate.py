"""Runs the migrations that lie beside the code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL

FOLDER = Path(__file__).resolve().parents[2] / "alembic"


def _config(url: str | URL | None = None, role: str | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.attributes.update(url=url, role=role)
    return config


def head() -> str:
    """The newest revision in the code."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def upgrade(url: str | URL, revision: str = "head", *, role: str | None = None) -> None:
    """Bring a database to a revision; `role` is assumed after signing in."""
    command.upgrade(_config(url, role), revision)


def downgrade(url: str | URL, revision: str, *, role: str | None = None) -> None:
    """Take a database back to a revision."""
    command.downgrade(_config(url, role), revision)


def check(url: str | URL, *, role: str | None = None) -> None:
    """Raise if the models and the migrations differ."""
    command.check(_config(url, role))


def revise(url: str | URL, message: str, *, role: str | None = None) -> None:
    """Write a new revision from the difference between models and database."""
    command.revision(_config(url, role), message, autogenerate=True)
