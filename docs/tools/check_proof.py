"""Check an inclusion proof of the hours ledger 核验学时记录的包含证明, with nothing of the service at hand.

Needs Python 3.11 and the package `cryptography`, and three files:

    python check_proof.py proof.json --heads heads.jsonl --keys keys.json

proof.json   the answer of GET /v1/hours-entries/{id}/proof
heads.jsonl  heads kept earlier (`shixun ledger heads`, one JSON object a line); the proof's head must be among them
keys.json    public keys kept earlier: {"s1": "<base64 of 32 bytes>"}

Prints what was proved and exits 0, or says what does not hold and exits 1. Format: docs/sealing.md.
"""

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = b"\x01"
LEAF, NODE, HEAD = b"\x00", b"\x01", b"\x02"
CONTEXT = b"shixun hours seal v1\n"
HEAD_FIELDS = ("region", "number", "prev", "root", "first", "last", "entries", "sealed_at", "key_id")


class Refuted(Exception):
    """What does not hold."""


def canonical(fields: list[str | None]) -> bytes:
    """Version, then each field: four bytes of length (all ones for null) and its UTF-8 text."""
    whole = FORMAT
    for value in fields:
        text = b"" if value is None else value.encode()
        whole += b"\xff\xff\xff\xff" if value is None else len(text).to_bytes(4) + text
    return whole


def head_of(seal: dict[str, Any]) -> str:
    """The head that the fields of a seal make."""
    fields = [None if seal[name] is None else str(seal[name]) for name in HEAD_FIELDS]
    return hashlib.sha256(HEAD + canonical(fields)).hexdigest()


def check_entry(proof: dict[str, Any]) -> None:
    """The fields make the leaf, and the leaf leads to the root of the seal."""
    if proof["format"] != FORMAT[0]:
        raise Refuted(f"format {proof['format']} is not known to this checker")
    fields = {one["name"]: one["value"] for one in proof["fields"]}
    if fields["id"] != proof["entry_id"]:
        raise Refuted("the fields are those of another entry")
    reached = hashlib.sha256(LEAF + canonical([one["value"] for one in proof["fields"]])).digest()
    if reached.hex() != proof["leaf"]:
        raise Refuted("the fields do not make the leaf: the entry was changed")
    for step in proof["path"]:
        sibling = bytes.fromhex(step["hash"])
        pair = sibling + reached if step["side"] == "left" else reached + sibling
        reached = hashlib.sha256(NODE + pair).digest()
    if reached.hex() != proof["seal"]["root"]:
        raise Refuted("the path does not lead to the root of the seal")


def check_seal(seal: dict[str, Any], keys: dict[str, str]) -> None:
    """The fields of the seal make its head, and a known key has signed it."""
    if head_of(seal) != seal["head"]:
        raise Refuted("the fields of the seal do not make its head")
    if seal["key_id"] not in keys:
        raise Refuted(f"the key {seal['key_id']} is not among the keys kept")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[seal["key_id"]], validate=True))
    try:
        key.verify(bytes.fromhex(seal["signature"]), CONTEXT + bytes.fromhex(seal["head"]))
    except InvalidSignature:
        raise Refuted("the signature does not hold") from None


def check_kept(seal: dict[str, Any], heads: list[dict[str, Any]]) -> None:
    """The same seal was handed out earlier."""
    kept = [one for one in heads if (one["region"], int(one["number"])) == (seal["region"], int(seal["number"]))]
    if not kept:
        raise Refuted(f"seal {seal['number']} of region {seal['region']} is not among the heads kept: take newer heads")
    if any(one["head"] != seal["head"] for one in kept):
        raise Refuted(f"seal {seal['number']} was handed out with another head: the chain was rewritten")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Check an inclusion proof of the hours ledger.")
    parser.add_argument("proof", type=Path)
    parser.add_argument("--heads", type=Path, required=True)
    parser.add_argument("--keys", type=Path, required=True)
    given = parser.parse_args()
    try:
        proof = json.loads(given.proof.read_text("utf-8"))
        heads = [json.loads(line) for line in given.heads.read_text("utf-8").splitlines() if line.strip()]
        check_entry(proof)
        check_seal(proof["seal"], json.loads(given.keys.read_text("utf-8")))
        check_kept(proof["seal"], heads)
    except Refuted as error:
        print(f"REFUTED {error}", file=sys.stderr)
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(
            f"REFUTED the files cannot be read as proof, heads and keys: {type(error).__name__} {error}",
            file=sys.stderr,
        )
        return 1
    seal = proof["seal"]
    print(f"PROVED {proof['entry_id']}: seal {seal['number']} of region {seal['region']}, {seal['sealed_at']}")
    for one in proof["fields"]:
        print(f"  {one['name']:<24}{'-' if one['value'] is None else one['value']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
