"""Keys and an entrance for tests; made once per process, worth nothing elsewhere."""

import hashlib
import time
from collections.abc import Callable
from functools import cache, lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.accounts import tokens
from app.accounts.entry import Entrance
from app.core.crypto import Vault
from app.core.db import Database
from app.core.limits import Buckets, Limit
from app.core.signatures import SealKeys
from tests.factories.world import TestAccount

CURSOR_KEY = hashlib.sha256(b"cursor key of tests").digest()
REFRESH_KEY = hashlib.sha256(b"refresh key of tests").digest()
SignIn = Callable[[str], dict[str, str]]
"""Username -> headers that sign a request."""
GENEROUS = Limit(1_000_000, 60)
LIMITS = ("read", "write", "graphql", "sign_in_address", "refresh", "unmask", "import", "verification", "upload")


def vault() -> Vault:
    """Keys of personal data."""
    return Vault({1: hashlib.sha256(b"data key of tests").digest()}, 1, hashlib.sha256(b"index key of tests").digest())


@cache
def signing_keys() -> tokens.TokenKeys:
    """One ES256 key pair."""
    private = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"signing key of tests").digest()), ec.SECP256R1())
    pair = tokens.SigningKey(
        public=private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        private=private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )
    return tokens.TokenKeys({"test": pair}, "test")


@cache
def seal_keys() -> SealKeys:
    """One Ed25519 key pair."""
    private = hashlib.sha256(b"seal key of tests").digest()
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    return SealKeys({"test": public}, "test", private)


def entrance(database: Database, **limits: Limit) -> Entrance:
    """An entrance over a database; limits are generous unless named."""
    buckets = Buckets({**dict.fromkeys(LIMITS, GENEROUS), **limits})
    return Entrance(database, signing_keys(), REFRESH_KEY, buckets, allows_test_clock=True)


def token(account: TestAccount) -> str:
    """An access token of one of the world's accounts, made anew long before it expires."""
    return _token(account, int(time.monotonic() // (tokens.ACCESS_SECONDS / 3)))


@lru_cache(maxsize=500)
def _token(account: TestAccount, _period: int) -> str:
    claims = tokens.Claims(account.id, account.session_id, account.region_id, 1, is_client=False)
    return tokens.issue(signing_keys(), claims)
