"""Who may do what, and how long a guesser waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.caller import Caller
from services.roster.identity.standing import elsewhere, is_staff, may_change, may_reset_second_factor
from services.roster.identity.throttle import wait_after
from services.roster.identity.tokens import Signer


def somebody(operator: bool = False, **roles: str) -> dict[str, object]:
    return {"operator": operator, "roles": {branch: held.split() for branch, held in roles.items()}}


def caller(**roles: str) -> Caller:
    return Caller("c", {branch: frozenset(held.split()) for branch, held in roles.items()})


@pytest.mark.parametrize(
    ("who", "whose", "may"),
    [
        (caller(b1="office"), somebody(b1="teacher"), True),
        (caller(b1="office"), somebody(b1="office"), True),
        (caller(b1="office"), somebody(b1="head"), False),
        (caller(b1="office"), somebody(b1="teacher", b2="head"), False),
        (caller(b1="office"), somebody(b1="teacher", b2="guardian"), False),
        (caller(b1="office", b2="head"), somebody(b1="teacher", b2="head"), True),
        (caller(b1="head"), somebody(b1="head"), True),
        (caller(b1="head"), somebody(b1="teacher", b2="teacher"), False),
        (caller(b1="head"), somebody(operator=True), False),
        (caller(b1="teacher"), somebody(b1="teacher"), False),
        (Caller("c", operator=True), somebody(b1="head", b2="head"), True),
        (Caller("c", operator=True), somebody(operator=True), True),
    ],
)
def test_who_sets_whose_password(who, whose, may):
    assert (may_change(who, whose) and not elsewhere(who, whose)) is may


@pytest.mark.parametrize(
    ("who", "whose", "may"),
    [
        (caller(b1="head"), somebody(b1="teacher"), True),
        (caller(b1="head"), somebody(b1="office"), True),
        (caller(b1="head"), somebody(b1="head"), False),
        (caller(b1="head"), somebody(b1="teacher", b2="teacher"), False),
        (caller(b1="head", b2="head"), somebody(b1="teacher", b2="teacher"), True),
        (caller(b1="head"), somebody(b1="teacher", b2="guardian"), False),
        (caller(b1="office"), somebody(b1="teacher"), False),
        (caller(b1="head"), somebody(operator=True), False),
        (Caller("c", operator=True), somebody(b1="head"), True),
        (Caller("c", operator=True), somebody(operator=True), True),
    ],
)
def test_who_resets_whose_second_factor(who, whose, may):
    assert may_reset_second_factor(who, whose) is may


def test_who_is_staff():
    assert is_staff(somebody(b1="guardian teacher"))
    assert not is_staff(somebody(b1="guardian student"))


@given(st.integers(0, 10_000))
def test_waiting_grows_and_ends(tries):
    assert wait_after(tries) <= wait_after(tries + 1) <= timedelta(minutes=15)


def test_five_tries_are_free():
    assert [wait_after(tries).total_seconds() for tries in (1, 4, 5, 6, 7)] == [0, 0, 1, 2, 4]


def test_only_an_ed25519_key_signs():
    for pem in ("", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"):
        with pytest.raises(ValueError, match="Ed25519"):
            Signer(pem)
