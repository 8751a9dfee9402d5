"""Access tokens: every forgery is refused, genuine ones are not; refresh tokens have one successor each."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from jose import jwt

from app.accounts import tokens
from app.core.errors import Unauthenticated
from tests.factories.keys import signing_keys

SUBJECT, SESSION, REGION = UUID(int=1), UUID(int=2), 419001
GENUINE = tokens.Claims(SUBJECT, SESSION, REGION, 1, is_client=False)
HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": "test"}
CLAIM_NAMES = ("iss", "aud", "sub", "jti", "iat", "nbf", "exp", "rid", "sv", "kind")


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    body: dict[str, Any] = {
        "iss": "shixun",
        "aud": "shixun-api",
        "sub": str(SUBJECT),
        "sid": str(SESSION),
        "jti": str(UUID(int=3)),
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "rid": REGION,
        "sv": 1,
        "kind": "account",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def _part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _es256(key: ec.EllipticCurvePrivateKey, head: object, body: object) -> str:
    signed = f"{_part(head)}.{_part(body)}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_part(r.to_bytes(32) + s.to_bytes(32))}"


def _hmac(secret: bytes, head: object, body: object, digest: str = "sha256") -> str:
    signed = f"{_part(head)}.{_part(body)}"
    return f"{signed}.{_part(hmac.new(secret, signed.encode(), digest).digest())}"


@cache
def _own_key() -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key((signing_keys().keys["test"].private or "").encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


@cache
def _foreign_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _own(head: object = HEADER, **changes: Any) -> str:
    return _es256(_own_key(), head, _claims(**changes))


def _public(encoding: Encoding) -> bytes:
    public = load_pem_public_key(signing_keys().keys["test"].public.encode())
    return public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def _unsigned(alg: str) -> str:
    return f"{_part({**HEADER, 'alg': alg})}.{_part(_claims())}."


def _rs256() -> str:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return str(jwt.encode(_claims(), pem, algorithm="RS256", headers={"kid": "test", "typ": "at+jwt"}))


def _algorithms() -> dict[str, str]:
    pem, der = _public(Encoding.PEM), _public(Encoding.DER)
    raw = base64.urlsafe_b64encode(der)
    found = {f"alg {alg!r} unsigned": _unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "", "HS256")}
    secrets = {"PEM": pem, "stripped PEM": pem.strip(), "DER": der, "base64 DER": raw, "empty": b"", "kid": b"test"}
    for name, secret in secrets.items():
        found[f"HS256 with the public key as {name}"] = _hmac(secret, {**HEADER, "alg": "HS256"}, _claims())
    for bits in ("384", "512"):
        head = {**HEADER, "alg": f"HS{bits}"}
        found[f"HS{bits} with the public DER"] = _hmac(der, head, _claims(), f"sha{bits}")
    found["ES256 named, HMAC inside"] = _hmac(der, HEADER, _claims())
    found["RS256 of another key"] = _rs256()
    found["ES384 named"] = _own({**HEADER, "alg": "ES384"})
    found["alg missing"] = _own({"typ": "at+jwt", "kid": "test"})
    found["alg a list"] = _own({**HEADER, "alg": ["ES256"]})
    return found


def _headers() -> dict[str, str]:
    jwk = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}
    found = {
        "signed by another key": _es256(_foreign_key(), HEADER, _claims()),
        "signed by another key, with its jwk": _es256(_foreign_key(), {**HEADER, "jwk": jwk}, _claims()),
    }
    extra: dict[str, object] = {
        "jku": "https://127.0.0.1/keys",
        "jwk": jwk,
        "x5u": "https://127.0.0.1/cert",
        "x5c": ["AA"],
        "x5t": "AA",
        "crit": ["exp"],
        "b64": False,
        "zip": "DEF",
        "cty": "JWT",
        "enc": "A256GCM",
    }
    for name, value in extra.items():
        found[f"header {name}"] = _own({**HEADER, name: value})
    kids: tuple[object, ...] = ("other", "", "TEST", "../test", None, 1, ["test"], {"a": 1}, "test\x00")
    for kid in kids:
        found[f"kid {kid!r}"] = _own({**HEADER, "kid": kid})
    for typ in ("JWT", "AT+JWT", "at+jwt ", "", None, "rt+jwt"):
        found[f"typ {typ!r}"] = _own({**HEADER, "typ": typ})
    for name in ("typ", "kid"):
        found[f"{name} missing"] = _own({key: value for key, value in HEADER.items() if key != name})
    heads: tuple[object, ...] = ([], "x", 1, None)
    for head in heads:
        found[f"header is {head!r}"] = _own(head)
    return found


def _bodies() -> dict[str, str]:
    now = int(time.time())
    found = {f"{name} missing": _own(**{name: ...}) for name in CLAIM_NAMES}
    found |= {f"{name} null": _own(**{name: None}) for name in CLAIM_NAMES if name != "kind"}
    wrong: dict[str, tuple[object, ...]] = {
        "iss": ("other", "", ["shixun"], "SHIXUN", 1),
        "aud": ("other", "", "shixun", ["other"], 1),
        "sub": ("nobody", "", 1, "00000000"),
        "sid": ("none", 1, None),
        "rid": ("x", None, [], {}),
        "sv": ("x", None, []),
        "exp": (now - 31, now - 86400, 0, -1, "soon", None),
        "nbf": (now + 3600, "later"),
        "iat": ("then",),
        "jti": (1, None),
    }
    for name, values in wrong.items():
        found |= {f"{name} bad {place}": _own(**{name: value}) for place, value in enumerate(values)}
    others: tuple[object, ...] = ([], "x", 1, None)
    for body in others:
        found[f"claims are {body!r}"] = _es256(_own_key(), HEADER, body)
    return found


def _shapes() -> dict[str, str]:
    good = _own()
    head, body, signature = good.split(".")
    other = _part(_claims(rid=999001))
    return {
        "empty": "",
        "one part": head,
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.x",
        "five parts (JWE)": f"{good}.x.y",
        "no signature": f"{head}.{body}.",
        "signature cut": good[:-4],
        "signature of zeroes": f"{head}.{body}.{_part(bytes(64))}",
        "signature as DER": f"{head}.{body}.{_part(_own_key().sign(b'x', ec.ECDSA(hashes.SHA256())))}",
        "claims exchanged": f"{head}.{other}.{signature}",
        "not base64": f"{head}.***.{signature}",
        "not JSON": _es256(_own_key(), b"{", b"{"),
        "not UTF-8": _es256(_own_key(), HEADER, b"\xff\xfe"),
        "nested without end": f"{_part(b'[' * 2900)}.{body}.{signature}",
        "nested claims without end": _es256(_own_key(), HEADER, b"[" * 2500),
        "not ASCII": "令牌.令牌.令牌",
        "lone surrogate": "\ud800.a.b",
        "NUL": "\x00",
        "oversize and genuine": _own(pad="x" * 4096),
        "oversize": "x" * 100_000,
    }


FORGED = {**_algorithms(), **_headers(), **_bodies(), **_shapes()}


def test_table_holds_more_than_sixty_forgeries() -> None:
    assert len(FORGED) == 130
    assert len(set(FORGED.values())) == len(FORGED)


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_forged_token_is_refused(forged: str) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        tokens.verify(signing_keys(), forged)
    assert refusal.value.code in {"TOKEN_INVALID", "TOKEN_EXPIRED"}


def test_genuine_token_says_who_it_is() -> None:
    assert tokens.verify(signing_keys(), _own()) == GENUINE
    assert tokens.verify(signing_keys(), tokens.issue(signing_keys(), GENUINE)) == GENUINE


def test_token_of_a_program_has_no_session() -> None:
    program = tokens.Claims(SUBJECT, None, REGION, 7, is_client=True)
    assert tokens.verify(signing_keys(), tokens.issue(signing_keys(), program)) == program


@pytest.mark.parametrize(
    ("age", "code"), [(0, None), (599, None), (620, None), (640, "TOKEN_EXPIRED"), (86_400, "TOKEN_EXPIRED")]
)
def test_token_lives_ten_minutes_and_half_a_minute_of_leeway(age: int, code: str | None) -> None:
    token = tokens.issue(signing_keys(), GENUINE, now=datetime.now(UTC) - timedelta(seconds=age))
    if code is None:
        assert tokens.verify(signing_keys(), token) == GENUINE
        return
    with pytest.raises(Unauthenticated) as refusal:
        tokens.verify(signing_keys(), token)
    assert refusal.value.code == code


def test_token_carries_no_name_no_role_and_no_scope() -> None:
    body = jwt.get_unverified_claims(tokens.issue(signing_keys(), GENUINE))
    assert set(body) == {*CLAIM_NAMES, "sid"}


def test_rotated_key_verifies_and_removed_key_refuses() -> None:
    old = signing_keys()
    fresh = _foreign_key()
    pair = tokens.SigningKey(
        public=fresh.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        private=fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )
    only_verifies = tokens.SigningKey(public=old.keys["test"].public)
    both = tokens.TokenKeys({"test": only_verifies, "new": pair}, "new")
    before, after = tokens.issue(old, GENUINE), tokens.issue(both, GENUINE)
    assert jwt.get_unverified_header(after)["kid"] == "new"
    assert tokens.verify(both, before) == tokens.verify(both, after) == GENUINE
    with pytest.raises(Unauthenticated):
        tokens.verify(tokens.TokenKeys({"new": pair}, "new"), before)


def test_key_does_not_show_in_its_representation() -> None:
    assert "PRIVATE" not in repr(signing_keys())


def test_refresh_token_names_its_region_and_has_256_bits() -> None:
    made = {tokens.new_refresh_token(REGION) for _ in range(100)}
    assert len(made) == 100
    assert {tokens.region_of(one) for one in made} == {REGION}
    assert {len(base64.urlsafe_b64decode(one.partition(".")[2] + "=")) for one in made} == {32}


def test_successor_is_one_and_depends_on_the_key() -> None:
    token = tokens.new_refresh_token(REGION)
    first = tokens.successor_of(token, key=b"a" * 32)
    assert first == tokens.successor_of(token, key=b"a" * 32)
    assert first != tokens.successor_of(token, key=b"b" * 32)
    assert first != token
    assert tokens.region_of(first) == REGION


@pytest.mark.parametrize(
    "token", ["", ".", "x.y", "41900.x", "4190011.x", "41900a.x", "４１９００１.x", "-19001.x", "\x00"]
)
def test_text_that_is_no_refresh_token_has_no_region(token: str) -> None:
    assert tokens.region_of(token) is None


def test_fingerprint_is_sha256() -> None:
    assert tokens.fingerprint("x") == hashlib.sha256(b"x").digest()
