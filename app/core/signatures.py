"""Signatures under the heads of seals: an Ed25519 key set, of which only the sealer needs the private half 封存密钥."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CONTEXT = b"shixun hours seal v1\n"
"""What every signed message begins with: a signature made for something else never fits."""


class NoPrivateKey(Exception):
    """The process may check seals but holds no key to sign them."""


@dataclass(frozen=True)
class SealKeys:
    """Public keys by id (32 bytes each), the id that signs, and its private half where this process may sign."""

    public: Mapping[str, bytes]
    current: str
    private: bytes | None = field(repr=False, default=None)

    @staticmethod
    def parse(text: str) -> "SealKeys":
        """`{"current": "s1", "keys": {"s1": {"public": "<base64>", "private": "<base64>"}}}`; private may be absent.

        Raises ValueError for anything else.
        """
        try:
            raw = json.loads(text)
            public = {name: _decoded(pair["public"]) for name, pair in raw["keys"].items()}
            own = raw["keys"][raw["current"]].get("private")
            keys = SealKeys(public, raw["current"], _decoded(own) if own else None)
            if keys.private is not None and _public_of(keys.private) != public[keys.current]:
                message = "the private key does not belong to the public one"
                raise ValueError(message)
        except (KeyError, TypeError, AttributeError) as error:
            message = "SHIXUN_SEAL_KEYS is not a key set: `shixun keys` makes one"
            raise ValueError(message) from error
        return keys

    def sign(self, head: bytes) -> bytes:
        """The signature of the current key under a head; raises NoPrivateKey."""
        if self.private is None:
            raise NoPrivateKey
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(CONTEXT + head)

    def holds(self, key_id: str, signature: bytes, head: bytes) -> bool:
        """Whether a known key made the signature under a head."""
        if key_id not in self.public:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public[key_id]).verify(signature, CONTEXT + head)
        except InvalidSignature:
            return False
        return True


def fresh() -> str:
    """A new key set with one key, as the environment variable takes it."""
    private = Ed25519PrivateKey.generate()
    pair = {
        "public": base64.b64encode(private.public_key().public_bytes_raw()).decode(),
        "private": base64.b64encode(private.private_bytes_raw()).decode(),
    }
    return json.dumps({"current": "s1", "keys": {"s1": pair}})


_installed: list[SealKeys] = []


def install(keys: SealKeys) -> None:
    """Set the keys of this process; the assembly does it once at start."""
    _installed[:] = [keys]


def seal_keys() -> SealKeys:
    """The keys of this process."""
    return _installed[0]


def _decoded(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    Ed25519PublicKey.from_public_bytes(raw)
    return raw


def _public_of(private: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
