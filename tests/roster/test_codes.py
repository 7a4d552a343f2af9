"""Codes to phones: for each number and each address so many, and nothing that tells who is known."""

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.caller import Origin
from schoolbus.clock import now
from schoolbus.problems import Problem
from schoolbus.scope import WHOLE_CHAIN
from services.roster.identity import codes, throttle
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
