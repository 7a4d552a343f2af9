"""A pull goes on, waits or gives up, whatever the other system, the import or somebody else does meanwhile."""

import json
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.roster.pulling import pulls, running
from services.roster.store import Store
from tests.roster.peers import OPERATOR, SETTINGS, Peer, fetched, imported, piece, put


def test_a_pull_goes_on_at_the_page_where_it_was_ended(store: Store, peer: Peer):
    peer.most = 6
    put(store, peer)

    def die(collection: str, offset: int) -> None:
        if offset > 4:
            peer.faults.append((503, {"Retry-After": "77"}))

    peer.before_page = die
    found = piece(store)
    assert (found["state"], found["fetched"]["orgs"], found["run"]["place"]["last_id"]) == ("pulling", 6, "o005")
    assert 70 < (found["due_at"] - now()).total_seconds() <= 77, "as long as the peer says"
    peer.before_page = lambda collection, offset: None
    peer.asked.clear()
    assert piece(store)["state"] == "importing"
    assert peer.asked[0][1]["offset"] == "5", "with a row of overlap"
    assert len(fetched(store)) == 20


def test_rows_that_move_while_they_are_read_are_read_again(store: Store, peer: Peer):
    peer.most = 6

    def remove_one(collection: str, offset: int) -> None:
        if offset == 5 and peer.rows["orgs"][0]["sourcedId"] == "o000":
            del peer.rows["orgs"][0]  # all that follow move up: the next page would miss one

    peer.before_page = remove_one
    put(store, peer)
    piece(store)
    assert fetched(store) == [f"o{number:03}" for number in range(1, 20)]


def test_rows_that_always_move_are_given_up(store: Store, peer: Peer):
    peer.most = 6
    peer.before_page = lambda collection, offset: peer.rows["orgs"].pop(0) and None if offset == 5 else None
    put(store, peer)
    peer.rows["orgs"] = [{"sourcedId": f"o{number:03}", "name": "x"} for number in range(60)]
    found = piece(store)
    assert (found["state"], "order" in found["reason"]) == ("failed", True)


def test_waits_grow_and_end_in_a_failure_that_says_why(store: Store, peer: Peer):
    put(store, peer)
    waits = []
    for _ in range(4):
        peer.faults = [(503, {})]
        waits.append((piece(store)["due_at"] - now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 4 * waits[0]
    for _ in range(8):
        peer.faults = [(500, {})]
        found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", "it answers 500")
    assert piece(store)["state"] == "importing", "it tries again at its usual time"


@pytest.mark.parametrize("status", [400, 403, 404, 301])
def test_a_peer_that_does_not_want_us_is_a_failure(store: Store, peer: Peer, status: int):
    put(store, peer)
    peer.faults = [(status, {"Location": "http://127.0.0.1:1/"})]
    found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", f"it answers {status}")


def test_a_token_that_has_ended_is_asked_for_anew(store: Store, peer: Peer):
    put(store, peer)
    peer.faults = [(401, {})]
    assert piece(store)["state"] == "importing"


@pytest.mark.parametrize("rows", [[{"name": "no id"}], [{"sourcedId": {"$gt": ""}}], [{"sourcedId": "x" * 300}], ["x"]])
def test_rows_that_nobody_can_read(store: Store, peer: Peer, rows):
    put(store, peer)
    peer.rows["orgs"] = []
    original = json.dumps
    peer.before_page = lambda collection, offset: None
    peer.server.RequestHandlerClass._say = _saying(rows, original)  # type: ignore[attr-defined]
    found = piece(store)
    assert (found["state"], "sourcedId" in found["reason"]) == ("failed", True)


def _saying(rows: Any, dumps: Any) -> Any:
    def say(self: Any, status: int, headers: dict[str, str], body: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(dumps({**body, **({"orgs": rows} if "orgs" in body else {})}).encode())

    return say


def test_an_import_that_is_refused_is_told_and_the_next_begins_at_the_same_moment(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    imported(store, "refused", problems=[{"file": "orgs.csv", "line": 1, "column": None, "reason": "is not right"}])
    found = piece(store)
    assert (found["state"], found["reason"]) == ("failed", "the import was refused: orgs.csv is not right")
    assert found["since"] is None
    assert store.pulled.count(WHOLE_CHAIN) == 0


def test_an_import_that_waits_for_somebody_is_told(store: Store, peer: Peer):
    put(store, peer)
    piece(store)
    store.imports.change_all(WHOLE_CHAIN, {"open": True}, {"state": "waiting"})
    found = piece(store)
    assert (found["state"], found["reason"]) == ("importing", "the import waits to be confirmed or cancelled")


def test_after_a_delta_set_that_is_refused_everything_is_read(store: Store, peer: Peer):
    """It refers to what does not stand here: tomorrow's would too."""
    put(store, peer)
    piece(store)
    imported(store)
    assert piece(store)["since"] is not None
    piece(store)
    imported(store, "refused", problems=[{"file": "classes.csv", "line": 1, "column": None, "reason": "is not right"}])
    assert (piece(store)["state"], pulls.one(store, "peer")["since"]) == ("failed", None)
    peer.asked.clear()
    assert piece(store)["state"] == "importing"
    assert all("filter" not in query for _, query in peer.asked)


def test_while_another_set_of_the_source_is_imported_a_pull_waits(store: Store, peer: Peer):
    put(store, peer)
    store.imports.add({"_id": "other", "branch_id": [], "source": "peer", "open": True, "state": "applying"})
    found = piece(store)
    assert (found["state"], found["reason"]) == ("pulling", "an import of this source is under way")
    imported(store)
    assert piece(store)["state"] == "importing"


def test_a_pull_that_is_changed_or_removed_meanwhile_writes_nothing_more(store: Store, peer: Peer):
    put(store, peer)
    peer.before_page = lambda collection, offset: put(store, peer, minutes=60) if collection == "courses" else None
    found = piece(store)
    assert (found["minutes"], found["state"], found["run"]) == (60, "waiting", None)
    peer.before_page = lambda collection, offset: pulls.remove(store, OPERATOR, "peer") if collection == "courses" else None
    store.pulls.change_all(WHOLE_CHAIN, {}, {"due_at": now(), "leased_until": None})
    running.work(store, running.claim(store), SETTINGS)  # type: ignore[arg-type]
    assert store.pulls.count(WHOLE_CHAIN) == 0
    assert store.imports.count(WHOLE_CHAIN) == 0
