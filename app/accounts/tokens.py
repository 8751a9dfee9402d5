"""Access tokens: the one module that touches python-jose. ES256 only, every claim required, keys chosen by us."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from jose import jwt
from jose.exceptions import ExpiredSignatureError, JOSEError

from app.core.errors import Unauthenticated
from app.core.ids import new_id

ALGORITHM = "ES256"
ISSUER = "shixun"
AUDIENCE = "shixun-api"
TYPE = "at+jwt"
ACCESS_SECONDS = 600
LEEWAY_SECONDS = 30
TOKEN_MAX_LENGTH = 4096
_HEADERS = frozenset({"alg", "typ", "kid"})
_REQUIRED = {f"require_{claim}": True for claim in ("aud", "exp", "iat", "nbf", "iss", "sub", "jti")}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An ES256 key pair as PEM; a key that only verifies (while tokens of an old key live) has no private part."""

    public: str
    private: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class TokenKeys:
    """The keys by id and the one that signs; a key taken out of the set refuses its tokens at once."""

    keys: Mapping[str, SigningKey]
    current: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says: who, in which session and region, and the session version it was issued under."""

    subject_id: UUID
    session_id: UUID | None
    region_id: int
    session_version: int
    is_client: bool


def issue(keys: TokenKeys, claims: Claims, *, now: datetime | None = None, audience: str = AUDIENCE) -> str:
    """A signed access token that lives ACCESS_SECONDS; another audience makes it good for one thing only."""
    at = int((now or datetime.now(UTC)).timestamp())
    body = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(claims.subject_id),
        "jti": str(new_id()),
        "iat": at,
        "nbf": at,
        "exp": at + ACCESS_SECONDS,
        "rid": claims.region_id,
        "sv": claims.session_version,
        "kind": "client" if claims.is_client else "account",
    }
    if claims.session_id:
        body["sid"] = str(claims.session_id)
    private = keys.keys[keys.current].private
    if private is None:
        message = "the current signing key has no private part"
        raise RuntimeError(message)
    token: str = jwt.encode(body, private, algorithm=ALGORITHM, headers={"kid": keys.current, "typ": TYPE})
    return token


def verify(keys: TokenKeys, token: str, *, audience: str = AUDIENCE) -> Claims:
    """The claims of a genuine, living token; raises Unauthenticated TOKEN_EXPIRED or TOKEN_INVALID."""
    try:
        body = jwt.decode(
            token,
            keys.keys[_key_id(token)].public,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUER,
            options={**_REQUIRED, "leeway": LEEWAY_SECONDS},
        )
        return Claims(
            subject_id=UUID(body["sub"]),
            session_id=UUID(body["sid"]) if "sid" in body else None,
            region_id=int(body["rid"]),
            session_version=int(body["sv"]),
            is_client=body["kind"] == "client",
        )
    except ExpiredSignatureError as error:
        raise Unauthenticated("TOKEN_EXPIRED", "登录已过期，请用 refresh_token 换取新的令牌。") from error
    except (JOSEError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unauthenticated("TOKEN_INVALID", "令牌无效，请重新登录。") from error


def _key_id(token: str) -> str:
    """The key a token names; ValueError unless it is short and its header is exactly ours: no jku, jwk, x5u, crit."""
    if len(token) > TOKEN_MAX_LENGTH:
        raise ValueError(len(token))
    header = jwt.get_unverified_header(token)
    if set(header) != _HEADERS or header["alg"] != ALGORITHM or header["typ"] != TYPE:
        raise ValueError(header)
    return str(header["kid"])


def new_refresh_token(region_id: int) -> str:
    """An opaque refresh token of 256 bits; the region in front says where to look its hash up."""
    return f"{region_id}.{secrets.token_urlsafe(32)}"


def successor_of(refresh_token: str, *, key: bytes) -> str:
    """The refresh token that follows another: always the same one, so that a lost answer can be asked for again."""
    region = refresh_token.partition(".")[0]
    return f"{region}.{hmac.new(key, refresh_token.encode(), hashlib.sha256).hexdigest()}"


def region_of(refresh_token: str) -> int | None:
    """The region a refresh token claims to belong to, None if it does not look like one."""
    region = refresh_token.partition(".")[0]
    return int(region) if region.isascii() and region.isdigit() and len(region) == 6 else None  # noqa: PLR2004


def fingerprint(secret: str) -> bytes:
    """SHA-256 of a random secret: how refresh tokens and client secrets are stored."""
    return hashlib.sha256(secret.encode()).digest()
