"""Codes to phones: for each number and each address so many, and nothing that tells who is known."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus import errors
from schoolbus.body import Raw
from schoolbus.caller import Origin
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import Problem
from schoolbus.scope import WHOLE_CHAIN
from services.roster.identity import codes, throttle
from services.roster.machines import grant
from services.roster.settings import Settings
from services.roster.store import Store
from tests.support.keys import identity_settings

PHONE = "+923000000077"
HERE, NOWHERE = Origin("203.0.113.7"), Origin()


@pytest.fixture
def wanted() -> Settings:
    few: dict[str, Any] = {name.lower(): text for name, text in identity_settings().items()}
    return Settings(**few, codes_per_address=7, wrong_tries_per_address=4)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """`clock[0]` is how far time has gone on."""
    gone = [timedelta(0)]
    for module in (codes, throttle):
        monkeypatch.setattr(module, "now", lambda: now() + gone[0])
    return gone


def ask(store: Store, wanted: Settings, phone: str = PHONE, origin: Origin = NOWHERE) -> None:
    codes.ask(store, wanted, origin, phone)


def refused(asking: Any) -> int | None:
    """Seconds to wait, if it is refused."""
    try:
        asking()
    except Problem as problem:
        return int(problem.headers["Retry-After"])
    return None


def test_after_five_codes_that_nobody_used_a_number_waits_longer_and_longer(store: Store, wanted: Settings, clock):
    waits = []
    for _ in range(12):
        assert refused(lambda: ask(store, wanted)) is None
        waits.append(refused(lambda: ask(store, wanted)) or 0)  # within the half minute, in which there is no other code
        clock[0] += timedelta(seconds=max(waits[-1], 30) + 1)
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_another_number_does_not_wait(store: Store, wanted: Settings, clock):
    for _ in range(5):
        ask(store, wanted)
        clock[0] += timedelta(seconds=31)
    assert refused(lambda: ask(store, wanted)) is not None
    assert refused(lambda: ask(store, wanted, "+923000000078")) is None


def test_one_address_asks_for_so_many_numbers_and_no_more(store: Store, wanted: Settings):
    phones = [f"+9230000001{number:02d}" for number in range(8)]
    outcomes = [refused(lambda phone=phone: ask(store, wanted, phone, HERE)) for phone in phones]
    assert outcomes[:7] == [None] * 7
    assert outcomes[7] is not None
    assert refused(lambda: ask(store, wanted, phones[7], Origin("2001:db8::1"))) is None


def test_an_ipv6_client_is_one_address_whatever_it_calls_itself(store: Store):
    for host in ("2001:db8::1", "2001:db8::2:3"):
        throttle.take(store, "x", host, 2)
    with pytest.raises(Problem, match="too-many-tries"):
        throttle.take(store, "x", "2001:db8::ffff", 2)
    throttle.take(store, "x", "2001:db8:0:1::1", 2)


def test_codes_are_guessed_at_many_numbers_from_one_address_only_so_often(store: Store, wanted: Settings):
    def guess(phone: str) -> None:
        codes.verify(store, wanted, HERE, phone, "000000", None)

    for number in range(4):
        with pytest.raises(Problem, match="wrong-code"):
            guess(f"+92300000020{number}")
    with pytest.raises(Problem, match="too-many-tries"):
        guess("+923000000209")


def test_a_guessed_code_of_a_number_that_is_nobodys_opens_nothing(store: Store, wanted: Settings):
    ask(store, wanted)
    (kept,) = store.codes.find(WHOLE_CHAIN)
    guessed = next(
        code for code in map("{:06d}".format, range(1_000_000)) if wanted.sealer.mark("code", kept["_id"], code) == kept["hash"]
    )
    with pytest.raises(Problem, match="wrong-code"):
        codes.verify(store, wanted, Origin(), PHONE, guessed, None)


def test_an_answer_takes_its_time_whatever_comes_of_it():
    begun = time.monotonic()
    with pytest.raises(KeyError), throttle.evenly(0.05):
        raise KeyError
    assert time.monotonic() - begun >= 0.05


@given(st.text(max_size=60))
def test_any_address_has_a_household(address: str):
    assert throttle.household(throttle.household(address)) or not address


def test_what_has_to_wait_counts_for_nobody_else_of_the_address(store: Store):
    def guess(who: str) -> int | None:
        return refused(lambda: throttle.guess(store, "x", who, "203.0.113.7", 7))

    assert [guess("one") for _ in range(throttle.FREE)] == [None] * throttle.FREE
    assert all(guess("one") for _ in range(10))
    assert [guess("two") is None for _ in range(3)] == [True, True, False]


def test_a_stranger_who_tries_all_day_keeps_no_phone_from_its_owner(store: Store, wanted: Settings, clock):
    """Of the owner's codes two are used up at the most, and the owner never waits for the stranger's tries."""
    stranger, owner = Origin("198.51.100.1"), Origin("203.0.113.1")
    many = replace(wanted, codes_per_address=1000, wrong_tries_per_address=1000)

    def is_looked_at(origin: Origin) -> bool:
        try:
            codes.verify(store, many, origin, PHONE, "wrong!", None)
        except Problem as problem:
            return problem.code == 401
        return False

    spent = 0
    for _ in range(10):
        ask(store, many, origin=owner)
        for _ in range(290):
            is_looked_at(stranger)
            clock[0] += timedelta(seconds=1)
        (code,) = store.codes.find(WHOLE_CHAIN)
        spent += code["tries_left"] == 0
        assert is_looked_at(owner)
        for forgiven in (effect_id("code", PHONE, owner.address), effect_id("codes asked for", PHONE)):
            store.attempts.remove(WHOLE_CHAIN, forgiven)  # as a right code does
    assert spent <= 2


def test_all_the_worlds_addresses_guess_at_one_name_only_so_often(store: Store, clock):
    """And who comes from yet another waits a minute at the most."""
    made, gone = 0, timedelta(0)
    while gone < timedelta(hours=2):
        wait = refused(lambda: throttle.look_anywhere(store, "password", "hina"))
        if wait is None:
            throttle.wrong_anywhere(store, "password", "hina")
            made += 1
        else:
            assert wait <= 60
            gone += timedelta(seconds=10)
            clock[0] += timedelta(seconds=10)
    assert 100 < made < 100 + 10 + 120


def test_a_wrong_secret_of_a_machine_counts_for_the_address(store: Store, wanted: Settings):
    def wrong(number: int) -> int | None:
        body = f"grant_type=client_credentials&client_id=guessed-{number}&client_secret=x".encode()
        with pytest.raises(Problem) as refused:
            grant.answer(store, wanted, HERE, Raw(body, {"content-type": grant.FORM}, {}))
        return refused.value.code

    assert [wrong(number) for number in range(6)] == [401] * 4 + [429] * 2
    shown, _ = errors.shown(throttle.too_early(timedelta(seconds=9)), "/oauth2/token")
    assert json.loads(shown)["error"] == "temporarily_unavailable", "as section 5.2 of RFC 6749 has it"
    assert store.attempts.count(WHOLE_CHAIN, {}) == 1, "one for the address, none for each id that was tried"
