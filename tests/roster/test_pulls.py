"""Whom a pull asks, and who may set one up: addresses, secrets, rights."""

import pytest

from schoolbus.problems import Conflict, Invalid
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.settings import Secrets
from services.roster.pulling import pulls, running
from services.roster.pulling.settings import Pulls
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.roster.peers import KEY, OPERATOR, Peer, draft, put
from tests.support.people import head


def test_a_secret_goes_to_no_other_address(store: Store, peer: Peer):
    put(store, peer)
    put(store, peer, client_secret=None, minutes=10)
    with pytest.raises(Invalid):
        put(store, peer, client_secret=None, token_url="https://elsewhere.example/token")


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://peer.example/x",
            "http://10.0.0.1/x",
            "http://localhost.example/",
            "ftp://peer.example/",
            "file:///etc/passwd",
        ),
        *("https://", "https://user:pw@peer.example/", "https://peer.example/?a=b", "https://peer.example/#x", "x"),
        *("https://peer.example:99999/", "https://peer.example/a b", "http://127.0.0.1.example/"),
    ],
)
def test_addresses_that_are_not_taken(school: Chain, address: str):
    for name in ("base_url", "token_url"):
        wanted = {**draft("https://peer.example"), name: address}
        answer = school.call("PUT", "/v1/pulls/not-taken", school.operator, json=wanted)
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {name})


def test_loopback_is_for_who_has_allowed_it(store: Store, peer: Peer):
    with pytest.raises(Invalid):
        pulls.put(store, Pulls(KEY), OPERATOR, "peer", draft(peer.url), [])
    with pytest.raises(Conflict):
        pulls.put(store, Pulls(), OPERATOR, "peer", draft(peer.url), [])


def test_operators_alone_pull(school: Chain):
    for caller in (head("h", school.branch("b1")), Machine(school).caller):
        assert school.call("PUT", "/v1/pulls/x", caller, json=draft("https://peer.example")).status_code == 403
        assert school.call("GET", "/v1/pulls", caller).status_code == 403
    assert school.call("PUT", "/v1/pulls/No%20Name", school.operator, json=draft("https://peer.example")).status_code == 422
    for method, path in (("GET", "/v1/pulls/none"), ("DELETE", "/v1/pulls/none"), ("POST", "/v1/pulls/none/run")):
        assert school.call(method, path, school.operator).status_code == 404


def test_another_key_is_taken_over_at_the_next_pull(store: Store, peer: Peer):
    put(store, peer)
    key = "another-key-of-pulls-in-the-tests-0123456789"
    both, alone = (Pulls(Secrets(text), pull_from_loopback=True) for text in (f"{key} {KEY}", key))
    claimed = running.claim(store)
    assert claimed is not None
    running.work(store, claimed, both)
    kept = store.pulls.first(WHOLE_CHAIN, {"_id": "peer"})
    assert kept is not None
    assert alone.sealer.open(kept["secret"], "pull", "peer")
