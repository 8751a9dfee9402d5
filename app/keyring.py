"""Keys of a development installation: made once, kept in its home with mode 0600, handed down as environment."""

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.core import signatures

KEY_BYTES = 32


def fresh() -> dict[str, str]:
    """A full set of keys as environment variables: what production sets by hand and development keeps in a file."""
    pair = ec.generate_private_key(ec.SECP256R1())
    signing = {
        "current": "k1",
        "keys": {
            "k1": {
                "public": pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
                "private": pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            }
        },
    }
    return {
        "SHIXUN_SIGNING_KEYS": json.dumps(signing),
        "SHIXUN_DATA_KEYS": json.dumps({"1": _random()}),
        "SHIXUN_INDEX_KEY": _random(),
        "SHIXUN_CURSOR_KEY": _random(),
        "SHIXUN_REFRESH_KEY": _random(),
        "SHIXUN_SEAL_KEYS": signatures.fresh(),
    }


def kept(home: Path) -> dict[str, str]:
    """The keys of a home, made on first use; they must live as long as the data they encrypt."""
    file = home / "keys.json"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = _draft(home, fresh())
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found: dict[str, str] = json.loads(file.read_text())
    missing = fresh().keys() - found.keys()
    return _completed(file) if missing else found


def _completed(file: Path) -> dict[str, str]:
    """The keys of a home made before some of them existed, with those added; two processes at once agree."""
    with (file.parent / "keys.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found: dict[str, str] = json.loads(file.read_text())
        whole = fresh() | found
        if whole.keys() != found.keys():
            _draft(file.parent, whole).replace(file)
    return whole


def _draft(home: Path, keys: dict[str, str]) -> Path:
    draft = home / f"keys.json.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as opened:
        json.dump(keys, opened)
    return draft


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
