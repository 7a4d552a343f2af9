"""A worker dies or falls silent in the middle of an import: it comes to its end all the same, and nothing is told twice."""

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.roster import write_chain
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.roster.importing import applying, imports, keeping
from services.roster.store import Store
from tests.roster.sets import RosterSet
from tests.support.people import operator

SERVICES = ["reports"]
KINDS = ("people", "classes", "enrollments", "relations")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("demo") / "chain.zip"
    write_chain(path, branches=2, students=60)
    return path.read_bytes()


def receive(store: Store, content: bytes) -> str:
    return str(imports.receive(store, operator(), "main", io.BytesIO(content), SERVICES)["_id"])


def claim(store: Store) -> dict[str, Any]:
    claimed = applying.claim(store)
    assert claimed is not None
    return claimed


def lease_ends(store: Store) -> None:
    store.imports.change_all(WHOLE_CHAIN, {"open": True}, {"leased_until": now()})


def told(store: Store) -> Counter[tuple[str, str, str, int]]:
    """How often each version of each record was told to each branch."""
    count: Counter[tuple[str, str, str, int]] = Counter()
    for chunk in store.chunks.collection.find():
        for entry in chunk["outbox"]:
            for item in json.loads(entry["body"])["data"]["items"]:
                count[(entry["key"], chunk["branch_id"], next(iter(item.values())), item["version"])] += 1
    return count


def dies_after(chunks: int, write: Callable[..., Any]) -> Callable[..., Any]:
    left = iter(range(chunks))

    def dying(self: Any, chunk: Any) -> Any:
        if next(left, None) is None:
            raise KeyError("the worker is no more")
        return write(self, chunk)

    return dying


@pytest.mark.parametrize("chunks", [0, 3, 8, 12])
def test_a_worker_dies_and_the_next_goes_on(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch, chunks: int):
    import_id = receive(store, demo)
    with monkeypatch.context() as patched:
        patched.setattr(keeping.Keeper, "_write", dies_after(chunks, keeping.Keeper._write))
        with pytest.raises(KeyError):
            applying.apply(store, claim(store))
    assert applying.claim(store) is None, "still leased"
    lease_ends(store)
    applying.apply(store, claim(store))
    done = imports.one(store, import_id)
    assert done["state"] == "done"
    assert {(counts["added"], counts["unchanged"]) for counts in done["counts"].values() if "added" in counts} == {
        (counts["rows"], 0) for file, counts in done["counts"].items() if file != "roles"
    } | {(done["counts"]["relations"]["rows"], 0)}
    assert set(told(store).values()) == {1}
    assert {kind: len({id for key, _, id, _ in told(store) if kind in key}) for kind in KINDS} == {
        kind: getattr(store, kind).count(WHOLE_CHAIN, {"branch_id": {"$ne": []}}) for kind in KINDS
    }


def test_a_silent_worker_stops_when_another_has_taken_over(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch):
    import_id = receive(store, demo)
    first = claim(store)
    lease_ends(store)
    applying.apply(store, claim(store))
    with pytest.raises(applying.Lost):
        applying._Import(store, first).run(io.BytesIO(demo))
    assert imports.one(store, import_id)["state"] == "done"
    assert set(told(store).values()) == {1}


def test_an_import_that_never_ends_is_given_up(store: Store, demo: bytes):
    import_id = receive(store, demo)
    store.imports.change(WHOLE_CHAIN, import_id, to={"attempts": 5})
    applying.apply(store, claim(store))
    given_up = imports.one(store, import_id)
    assert (given_up["state"], given_up["problem_count"], given_up["open"]) == ("failed", 1, False)
    receive(store, demo)


def test_the_zip_goes_when_it_is_no_longer_needed(store: Store, demo: bytes):
    receive(store, demo)
    assert len(list(store.uploads.find({}))) == 1
    imports.forget_orphans(store)
    applying.apply(store, claim(store))
    assert list(store.uploads.find({})) == []


def test_a_zip_whose_import_never_came_to_be_goes_too(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch):
    import_id = receive(store, demo)
    store.imports.remove(WHOLE_CHAIN, import_id)
    imports.forget_orphans(store)
    assert len(list(store.uploads.find({}))) == 1, "it may just be on its way"
    monkeypatch.setattr(imports, "_ORPHAN_AFTER", -imports._ORPHAN_AFTER)
    imports.forget_orphans(store)
    assert list(store.uploads.find({})) == []


def test_what_was_told_is_forgotten_by_the_next_import(store: Store):
    receive(store, RosterSet().zip())
    applying.apply(store, claim(store))
    store.chunks.collection.update_many({}, {"$unset": {"outbox": 1}})
    receive(store, RosterSet().change("users", "s1", givenName="Sanam").zip())
    applying.apply(store, claim(store))
    assert store.chunks.count(WHOLE_CHAIN) == 1


def test_rights_that_the_school_has_taken_away_stay_away(store: Store):
    receive(store, RosterSet().zip())
    applying.apply(store, claim(store))
    store.relations.change_all(WHOLE_CHAIN, {}, {"may_collect": False})
    moved = RosterSet().drop("enrollments", "e4").change("roles", "s3-student", orgSourcedId="b2")
    receive(store, moved.zip())
    applying.apply(store, claim(store))
    (relation,) = store.relations.find(WHOLE_CHAIN, {"sourced_id": "s3\x1fg3"})
    assert (relation["version"], relation["may_collect"]) == (2, False)


def test_a_branch_keeps_its_subscriptions_when_it_is_renamed(store: Store):
    receive(store, RosterSet().zip())
    applying.apply(store, claim(store))
    store.branches.change_all(WHOLE_CHAIN, {}, {"services": ["meetings"]})
    receive(store, RosterSet().change("orgs", "b1", name="Gulberg III").zip())
    applying.apply(store, claim(store))
    (branch,) = store.branches.find(WHOLE_CHAIN, {"sourced_id": "b1"})
    assert (branch["name"], branch["services"], branch["version"]) == ("Gulberg III", ["meetings"], 2)


def test_the_memory_of_waiting_chunks_is_bounded(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keeping, "_WAITING", 7)
    receive(store, demo)
    applying.apply(store, claim(store))
    assert set(told(store).values()) == {1}
    assert store.people.count(WHOLE_CHAIN) > 100


def test_a_demo_chain_says_as_much_as_it_has_rows(store: Store, tmp_path: Path):
    chain = write_chain(tmp_path / "chain.zip", branches=1, students=30)
    import_id = receive(store, chain.path.read_bytes())
    applying.apply(store, claim(store))
    counts = imports.one(store, import_id)["counts"]
    assert {file: counts[file]["rows"] for file in chain.rows} == chain.rows
    assert imports.one(store, import_id)["warnings"] == []
