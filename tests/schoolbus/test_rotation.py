"""Secrets change in three steps that nobody notices: the new one is known, then it signs, then the old one is gone."""

import pytest

from gateway.portal import forms
from schoolbus.caller import Caller, read_caller, sign_caller
from schoolbus.problems import Problem
from schoolbus.settings import NO_SECRETS, Secrets, accepted
from services.meetings.pta.elections import sealing as ballots
from services.notifications import open_links
from services.notifications.pushing import sealing as pushing
from services.roster.identity import known_devices
from services.roster.identity.rotation import RefreshToken
from services.roster.sealing import Sealer
from tests.notifications.browser import vapid_key

OLD, NEW = "the-old-secret-0123456789-0123456789", "the-new-secret-0123456789-0123456789"
STEPS = [Secrets(text) for text in (OLD, f"{OLD} {NEW}", f"{NEW}\n{OLD}\n", NEW)]
BESIDE = [(STEPS[at], STEPS[other]) for at in range(4) for other in (at - 1, at, at + 1) if 0 <= other < 4]
APART = [(STEPS[0], STEPS[3]), (STEPS[3], STEPS[0])]
MESSAGE = "4f0c1d3e-0000-4000-8000-000000000001"


def test_one_or_several_with_white_space_between_and_the_first_signs() -> None:
    assert [str(each) for each in STEPS] == [OLD, OLD, NEW, NEW]
    assert accepted(STEPS[2]) == (NEW, OLD)
    assert accepted("as it is") == ("as it is",)
    assert (bool(NO_SECRETS), accepted(NO_SECRETS)) == (False, ())
    assert OLD not in repr(STEPS[1])
    for wrong in ("too short", f"{OLD} short", "  "):
        with pytest.raises(ValueError, match="at least 32 characters"):
            Secrets(wrong)


@pytest.mark.parametrize(("made", "read"), BESIDE)
def test_what_is_made_in_one_step_is_taken_in_those_beside_it(made: Secrets, read: Secrets) -> None:
    """So replicas may be a step apart while they are restarted one after another."""
    caller = Caller("t1", operator=True)
    assert read_caller(sign_caller(caller, made), read) == caller
    assert forms.is_marked(forms.mark(made, "session"), read, "session")
    assert open_links.message_id(read, "voice", open_links.token(made, "voice", MESSAGE)) == MESSAGE
    assert open_links.attempt_id(read, open_links.attempt_code(made, f"{MESSAGE}.2")) == f"{MESSAGE}.2"
    maker, reader = Sealer(made), Sealer(read)
    assert reader.open(maker.seal("secret", "pull", "peer"), "pull", "peer") == "secret"
    assert RefreshToken.read(reader, RefreshToken("s1", 3).written(maker)) == RefreshToken("s1", 3)
    assert known_devices.read(reader, known_devices.new(maker, "p1"), ["p1"])
    urn = ballots.new_urn(made, "election", "CODE")
    assert ballots.opened(read, "election", urn.key, [], "CODE") == []
    assert ballots.receipt(read, "election", urn.salt, "r") == ballots.receipt(made, "election", urn.salt, "r")


@pytest.mark.parametrize(("made", "read"), APART)
def test_what_was_made_with_a_secret_that_is_gone_is_worth_nothing(made: Secrets, read: Secrets) -> None:
    with pytest.raises(Problem):
        read_caller(sign_caller(Caller("t1"), made), read)
    assert not forms.is_marked(forms.mark(made, "session"), read, "session")
    assert open_links.message_id(read, "voice", open_links.token(made, "voice", MESSAGE)) is None
    assert open_links.attempt_id(read, open_links.attempt_code(made, f"{MESSAGE}.2")) is None
    assert Sealer(read).open(Sealer(made).seal("secret", "pull", "peer"), "pull", "peer") is None
    assert RefreshToken.read(Sealer(read), RefreshToken("s1", 3).written(Sealer(made))) is None
    with pytest.raises(ballots.WrongKey):
        ballots.receipt(read, "election", ballots.new_urn(made, "election").salt, "r")


def test_what_is_kept_sealed_is_sealed_anew_with_the_one_in_use() -> None:
    kept = Sealer(STEPS[0]).seal("secret", "pull", "peer")
    assert Sealer(STEPS[1]).renewed(kept, "pull", "peer") is None
    anew = Sealer(STEPS[2]).renewed(kept, "pull", "peer")
    assert anew is not None
    assert Sealer(STEPS[3]).open(anew, "pull", "peer") == "secret"
    assert Sealer(STEPS[3]).renewed(kept, "pull", "peer") is None, "it can't be opened any more"


def test_keys_towards_push_services_stand_one_after_another() -> None:
    old, new = vapid_key(), vapid_key()
    assert pushing.keys_of(new + old) == [new, old]
    assert pushing.keys_of((new + old).replace("\n", "\\n")) == [new, old]
    assert (pushing.keys_of(""), pushing.keys_of("no key")) == ([], ["no key"])
