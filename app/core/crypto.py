"""Personal data at rest: AES-256-GCM per field, and a keyed blind index for equality search.

Stored value: version(1) ‖ key id(2) ‖ nonce(12) ‖ ciphertext and tag. The associated data name table, column and row,
so that a value copied to another row does not decrypt.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_HEADER = struct.Struct(">BH")
_NONCE_BYTES = 12
_VERSION = 1


@dataclass(frozen=True)
class Vault:
    """Keys for personal data: `keys` by id (32 bytes each), the id in use, and the key of the blind index."""

    keys: Mapping[int, bytes] = field(repr=False)
    current: int
    index_key: bytes = field(repr=False)

    def encrypt(self, plain: str, *, place: str, row: UUID) -> bytes:
        """Ciphertext of a text; place is `table.column`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain.encode(), _bound(place, row, self.current))
        return _HEADER.pack(_VERSION, self.current) + nonce + sealed

    def decrypt(self, stored: bytes, *, place: str, row: UUID) -> str:
        """The text again; raises InvalidTag if the value was moved or changed."""
        _, key_id = _HEADER.unpack_from(stored)
        nonce = stored[_HEADER.size : _HEADER.size + _NONCE_BYTES]
        sealed = stored[_HEADER.size + _NONCE_BYTES :]
        return AESGCM(self.keys[key_id]).decrypt(nonce, sealed, _bound(place, row, key_id)).decode()

    def blind_index(self, kind: str, canonical: str) -> bytes:
        """32 bytes that are equal for equal texts of a kind and useless without the key."""
        return hmac.new(self.index_key, f"{kind}\x00{canonical}".encode(), hashlib.sha256).digest()


def _bound(place: str, row: UUID, key_id: int) -> bytes:
    return f"{place}|{row}|{key_id}".encode()


_installed: list[Vault] = []


def install(vault: Vault) -> None:
    """Set the vault of this process; the assembly does it once at start."""
    _installed[:] = [vault]


def vault() -> Vault:
    """The vault of this process."""
    return _installed[0]
