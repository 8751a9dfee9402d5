"""Passwords: Argon2id off the event loop in a bounded pool, the same work for unknown names, and the rules 口令."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.errors import FieldFault, Invalid, Unavailable

LENGTH_MIN = 10
LENGTH_MAX = 200
DISTINCT_MIN = 4
THREADS = 2
WAITING_MAX = 160
_HASHER = Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_POOL = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="password")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_COMMON_WORDS = """
    password12 password123 password1234 password12345 passw0rd12 passw0rd123 p@ssw0rd12 p@ssw0rd123 p@ssword123
    administrator admin12345 admin123456 admin@12345 admin@123456 adminadmin root123456 rootroot123 test123456
    guest12345 welcome123 welcome1234 letmein123 iloveyou12 iloveyou123 iloveyou520 woaini1314 woaini5201314
    woaini1314520 a123456789 a1234567890 a1b2c3d4e5 aa12345678 aa123456789 abc1234567 abc12345678 abc123456789
    abcd123456 abcd1234567 abcde12345 asd1234567 asd123456789 qwe1234567 qwe123456789 qwer123456 qwerty1234
    qwerty12345 qwerty123456 zxc1234567 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5 qazwsxedc123 zaq12wsxcde3
    123456789a 1234567890a 123456abcd 12345qwert 123qweasdzxc 123456qwerty 1314520520 5201314520 5201314123
    1122334455 1357924680 2468013579 1029384756 0987654321 jiaoshi123 jiaoshi1234 jiaoshi12345 xuexiao123
    xuexiao12345 laoshi1234 laoshi12345 peixun1234 peixun12345 zhongguo123 changeme12 changeme123 football12
    football123 baseball123 superman123 sunshine12 sunshine123 princess123 dragon12345
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""Very common passwords of ten characters and more, in lower case."""
T = TypeVar("T")
_waiting = 0


def hashed(password: str) -> str:
    """The Argon2id hash of a password (19 MiB, two passes); takes some 20 ms of processor time."""
    return _HASHER.hash(_canonical(password))


async def make_hash(password: str) -> str:
    """The same in the pool."""
    return await _in_pool(lambda: hashed(password))


async def matches(password: str, stored: str | None) -> bool:
    """Whether a password is the stored one; None costs the same work and is never right.

    Raises Unavailable 503 when WAITING_MAX others wait already.
    """

    def verify() -> bool:
        return _HASHER.verify(_canonical(password), stored or _nobody()) and stored is not None

    return await _in_pool(verify)


def generated() -> str:
    """A random initial password of 16 characters that are told apart when read aloud."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def faults(password: str, *, username: str, pointer: str) -> list[FieldFault]:
    """Every rule a new password breaks 口令规则."""
    plain = _canonical(password).casefold()
    found = []
    if len(plain) < LENGTH_MIN:
        params = {"min": LENGTH_MIN, "got": len(plain)}
        found.append(
            FieldFault(pointer, "PASSWORD_TOO_SHORT", f"口令至少 {LENGTH_MIN} 个字符，现为 {len(plain)} 个", params)
        )
    if len(plain) > LENGTH_MAX:
        params = {"max": LENGTH_MAX, "got": len(plain)}
        found.append(FieldFault(pointer, "PASSWORD_TOO_LONG", f"口令最多 {LENGTH_MAX} 个字符", params))
    if plain == username.casefold():
        found.append(FieldFault(pointer, "PASSWORD_IS_USERNAME", "口令不能与用户名相同"))
    if _is_common(plain):
        found.append(FieldFault(pointer, "PASSWORD_COMMON", "这个口令太常见或太有规律，请换一个"))
    return found


def check(password: str, *, username: str, pointer: str) -> None:
    """Raise Invalid 422 PASSWORD_REFUSED with every broken rule."""
    broken = faults(password, username=username, pointer=pointer)
    if broken:
        raise Invalid("PASSWORD_REFUSED", "；".join(fault.message for fault in broken) + "。", errors=broken)


def _is_common(plain: str) -> bool:
    if plain in COMMON or len(set(plain)) < DISTINCT_MIN:
        return True
    return any(plain in run or plain[::-1] in run for run in _RUNS)


def _canonical(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(16))


async def _in_pool(work: Callable[[], T]) -> T:
    # Unbounded waiting would let a storm of guesses hold every sign-in for minutes: beyond the bound we refuse.
    global _waiting  # noqa: PLW0603 - one counter for the one pool of this process
    if _waiting >= WAITING_MAX:
        raise Unavailable("NO_CAPACITY", "系统繁忙，请稍后重试。", retry_after=2)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_POOL, work)
    finally:
        _waiting -= 1
