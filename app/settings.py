"""Settings from the environment only, read by `main` and `cli`, which hand the values down; no business numbers."""

import base64
import json
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KEY_BYTES = 32
CLONE = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Environment of a process; README documents every variable. In production no secret has a default."""

    model_config = SettingsConfigDict(env_prefix="SHIXUN_", extra="ignore")

    mode: Literal["development", "production"] = "development"
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    migration_database_url: SecretStr | None = Field(default=None, validation_alias="MIGRATION_DATABASE_URL")
    home: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    pool_size: int = 20
    pool_wait_seconds: float = 5.0
    db_pooler: Literal["none", "transaction"] = Field(default="none", validation_alias="DB_POOLER")
    statement_timeout: str = "8s"
    signing_keys: SecretStr | None = None
    data_keys: SecretStr | None = None
    index_key: SecretStr | None = None
    cursor_key: SecretStr | None = None
    refresh_key: SecretStr | None = None
    seal_keys: SecretStr | None = None
    allowed_hosts: str = "*"
    allowed_origins: str = ""
    public_url: str | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    storage: Path | None = None
    storage_url: str | None = None
    file_mib: int = Field(default=20, ge=1, le=200)
    video_mib: int = Field(default=200, ge=1, le=200)
    files_per_person_gib: float = Field(default=2, gt=0)
    files_per_organisation_gib: float = Field(default=50, gt=0)
    storage_free_percent: float = Field(default=10, ge=0, le=90)
    limit_uploads_per_hour: int = 60
    limit_reads_per_minute: int = 600
    limit_writes_per_minute: int = 60
    limit_graphql_per_minute: int = 60
    limit_sign_ins_per_address: int = 30
    limit_refreshes_per_hour: int = 30
    limit_unmasks_per_hour: int = 30
    limit_imports_per_day: int = 20
    limit_verifications_per_minute: int = 30

    @field_validator("index_key", "cursor_key", "refresh_key")
    @classmethod
    def _key_is_long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(base64.b64decode(value.get_secret_value(), validate=True)) < KEY_BYTES:
            message = f"a key is at least {KEY_BYTES} bytes in base64: `shixun keys` makes them"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _production_is_explicit(self) -> "Settings":
        needed = ("database_url", "signing_keys", "data_keys", "index_key", "cursor_key", "refresh_key", "seal_keys")
        missing = [name for name in needed if getattr(self, name) is None]
        if self.mode == "production" and (missing or self.allowed_hosts == "*"):
            names = [f"SHIXUN_{name}".upper().replace("SHIXUN_DATABASE_URL", "DATABASE_URL") for name in missing]
            hosts = ["SHIXUN_ALLOWED_HOSTS"] if self.allowed_hosts == "*" else []
            message = f"production needs {', '.join(names + hosts)}; `shixun keys` makes the keys"
            raise ValueError(message)
        return self

    @cached_property
    def is_production(self) -> bool:
        """Whether this process serves real people."""
        return self.mode == "production"

    @property
    def assumes_roles(self) -> bool:
        """Whether the one address given is an administrator's, who steps down to the service's or the owner's role."""
        return self.migration_database_url is None and not self.is_production

    @property
    def public_address(self) -> str:
        """Where people reach this installation: what QR codes on paper lead to."""
        if self.public_url:
            return self.public_url
        first = self.allowed_hosts.split(",")[0].strip()
        return f"http://{self.host}:{self.port}" if first == "*" else f"https://{first}"

    def key(self, name: Literal["index_key", "cursor_key", "refresh_key"]) -> bytes:
        """A symmetric key as bytes."""
        value: SecretStr = getattr(self, name)
        return base64.b64decode(value.get_secret_value())

    def data_key_ring(self) -> tuple[dict[int, bytes], int]:
        """Keys of personal data by id, and the id in use: `{"1": "<base64>"}`, the highest id encrypts."""
        assert self.data_keys is not None  # noqa: S101 - filled in by `complete` or demanded above
        ring = {
            int(key): base64.b64decode(value) for key, value in json.loads(self.data_keys.get_secret_value()).items()
        }
        return ring, max(ring)
