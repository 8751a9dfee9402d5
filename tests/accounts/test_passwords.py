"""Passwords: Argon2id as decided, the same work for everybody, and rules that name every fault."""

import asyncio
import threading

import pytest

from app.accounts import passwords
from app.core.errors import Invalid, Unavailable


def test_hash_is_argon2id_of_19_mib_two_passes_one_lane() -> None:
    assert passwords.hashed("correct horse battery").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_same_password_has_another_hash_each_time() -> None:
    assert passwords.hashed("correct horse battery") != passwords.hashed("correct horse battery")


async def test_only_the_stored_password_matches() -> None:
    stored = await passwords.make_hash("correct horse battery")
    assert await passwords.matches("correct horse battery", stored)
    assert not await passwords.matches("correct horse batterz", stored)
    assert not await passwords.matches("", stored)


async def test_nobody_matches_nothing() -> None:
    assert not await passwords.matches("correct horse battery", None)
    assert not await passwords.matches("", None)


async def test_stored_text_that_is_no_hash_matches_nothing() -> None:
    assert not await passwords.matches("!", "!")


async def test_full_width_digits_are_the_same_password() -> None:
    assert await passwords.matches("密码１２３４５６７８", await passwords.make_hash("密码12345678"))


async def test_unknown_name_costs_one_verification_like_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = passwords.hashed("correct horse battery")
    tried: list[str] = []

    def counted(_: object, __: str, known: str) -> bool:
        tried.append(known)
        return False

    monkeypatch.setattr(type(passwords._HASHER), "verify", counted)  # noqa: SLF001 - the work itself is counted
    await passwords.matches("guess", stored)
    await passwords.matches("guess", None)
    assert len(tried) == 2
    assert tried[0].rpartition("$")[0].rpartition("$")[0] == tried[1].rpartition("$")[0].rpartition("$")[0]


async def test_work_runs_beside_the_event_loop_on_two_threads() -> None:
    names: set[str] = set()

    def look() -> None:
        names.add(threading.current_thread().name)

    await asyncio.gather(*(passwords._in_pool(look) for _ in range(50)))  # noqa: SLF001
    assert names <= {"password_0", "password_1"}
    assert threading.current_thread().name not in names


async def test_queue_beyond_its_bound_is_refused_and_recovers() -> None:
    gate = threading.Event()
    waiting = [asyncio.ensure_future(passwords._in_pool(gate.wait)) for _ in range(passwords.WAITING_MAX)]  # noqa: SLF001
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refusal:
        await passwords.matches("guess", None)
    gate.set()
    await asyncio.gather(*waiting)
    assert refusal.value.facts["retry_after"] == 2
    assert not await passwords.matches("guess", None)


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("correct horse battery", []),
        ("shixun-test", []),
        ("abcdefgh1", ["PASSWORD_TOO_SHORT"]),
        ("t9k!mWq2zd", []),
        ("密码要长一点才行的哦", []),
        ("短口令", ["PASSWORD_TOO_SHORT", "PASSWORD_COMMON"]),
        ("x9?" * 66 + "ab", []),
        ("x9?" * 67, ["PASSWORD_TOO_LONG", "PASSWORD_COMMON"]),
        ("clerk.of.a1", ["PASSWORD_IS_USERNAME"]),
        ("CLERK.OF.A1", ["PASSWORD_IS_USERNAME"]),
        ("password123", ["PASSWORD_COMMON"]),
        ("PassWord123", ["PASSWORD_COMMON"]),
        ("1234567890", ["PASSWORD_COMMON"]),
        ("0987654321", ["PASSWORD_COMMON"]),
        ("abcdefghij", ["PASSWORD_COMMON"]),
        ("qwertyuiop", ["PASSWORD_COMMON"]),
        ("aaaaaaaaaaaa", ["PASSWORD_COMMON"]),
        ("121212121212", ["PASSWORD_COMMON"]),
        ("１２３４５６７８９０", ["PASSWORD_COMMON"]),
        ("", ["PASSWORD_TOO_SHORT", "PASSWORD_COMMON"]),
    ],
)
def test_every_broken_rule_of_a_new_password_is_named(password: str, codes: list[str]) -> None:
    found = passwords.faults(password, username="clerk.of.a1", pointer="/password")
    assert [fault.code for fault in found] == codes
    assert {fault.pointer for fault in found} <= {"/password"}


def test_check_raises_all_faults_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.check("aaa", username="aaa", pointer="/new_password")
    codes = [fault.code for fault in refusal.value.errors]
    assert codes == ["PASSWORD_TOO_SHORT", "PASSWORD_IS_USERNAME", "PASSWORD_COMMON"]
    assert refusal.value.code == "PASSWORD_REFUSED"
    assert refusal.value.errors[0].params == {"min": 10, "got": 3}


def test_generated_password_passes_its_own_rules() -> None:
    made = {passwords.generated() for _ in range(200)}
    assert len(made) == 200
    assert all(not passwords.faults(one, username="clerk", pointer="") for one in made)
    assert {len(one) for one in made} == {16}


def test_every_common_password_is_long_enough_to_need_the_list() -> None:
    assert {one for one in passwords.COMMON if len(one) < passwords.LENGTH_MIN or one != one.lower()} == set()
