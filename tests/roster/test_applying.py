"""A worker dies or falls silent in the middle of an import: it comes to its end all the same, and nothing is told twice."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from demo.roster import write_chain
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.roster.importing import applying, deciding, imports, keeping, sources, uploads
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


def receive(store: Store, content: bytes, *, agreed: bool = True) -> str:
    """Agreed to, it goes on whatever it brings."""
    import_id = str(imports.receive(store, operator(), "main", io.BytesIO(content), SERVICES)["_id"])
    store.imports.change(WHOLE_CHAIN, import_id, {"agreed": agreed})
    return import_id


def claim(store: Store) -> dict[str, Any]:
    claimed = applying.claim(store)
    assert claimed is not None
    return claimed


def take(store: Store, content: bytes) -> dict[str, Any]:
    """A whole import."""
    import_id = receive(store, content)
    applying.apply(store, claim(store))
    return imports.one(store, import_id)


def kept_sets(store: Store) -> set[str]:
    return {upload._id for upload in store.uploads.find({})}


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

    def dying(*given: Any, **more: Any) -> Any:
        if next(left, None) is None:
            raise KeyError("the worker is no more")
        return write(*given, **more)

    return dying


@pytest.mark.parametrize("chunks", [0, 2, 5, 8])
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
        applying._Import(store, first).run()
    assert imports.one(store, import_id)["state"] == "done"
    assert set(told(store).values()) == {1}


def test_an_import_that_never_ends_is_given_up(store: Store, demo: bytes):
    import_id = receive(store, demo)
    store.imports.change(WHOLE_CHAIN, import_id, to={"attempts": 5})
    applying.apply(store, claim(store))
    given_up = imports.one(store, import_id)
    assert (given_up["state"], given_up["problem_count"], given_up["open"]) == ("failed", 1, False)
    receive(store, demo)


def test_the_set_that_stands_and_the_one_before_it_are_kept_and_no_other(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "_ORPHAN_AFTER", -sources._ORPHAN_AFTER)
    names = ("Sana", "Sanam", "Sania")
    first, second, third = (take(store, RosterSet().change("users", "s1", givenName=name).zip()) for name in names)
    sources.forget_orphans(store)
    assert kept_sets(store) == {second["_id"], third["_id"]}
    again = take(store, RosterSet().change("users", "s1", givenName="Sania").zip())
    assert kept_sets(store) == {second["_id"], again["_id"]}, "of the same set the newest"
    receive(store, RosterSet().mode("users", "some").zip())
    applying.apply(store, claim(store))
    assert kept_sets(store) == {second["_id"], again["_id"]}, "of a refused set nothing"
    deciding.undo(store, operator(), third["_id"])
    applying.apply(store, claim(store))
    sources.forget_orphans(store)
    assert kept_sets(store) == {second["_id"]}
    assert first["state"] == "done"


def test_no_password_is_kept(store: Store):
    content = (
        RosterSet()
        .change("users", "s1", password="Correct-Horse")
        .add(
            "userProfiles",
            sourcedId="p1",
            userSourcedId="s1",
            profileType="sis",
            vendorId="v",
            credentialType="c",
            password="Pony",
        )
    )
    done = take(store, content.zip())
    assert kept_sets(store) == {f"{done['_id']}-set"}
    with uploads.opened(store, f"{done['_id']}-set") as file, zipfile.ZipFile(file) as archive:
        kept = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Sana" in kept
    assert b"Horse" not in kept
    assert b"Pony" not in kept
    (profile,) = store.profiles.find(WHOLE_CHAIN)
    assert profile["fields"] == {"userSourcedId": "s1", "profileType": "sis", "vendorId": "v", "credentialType": "c"}


def test_a_zip_whose_import_never_came_to_be_goes_too(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch):
    import_id = receive(store, demo)
    store.imports.remove(WHOLE_CHAIN, import_id)
    sources.forget_orphans(store)
    assert len(list(store.uploads.find({}))) == 1, "it may just be on its way"
    monkeypatch.setattr(sources, "_ORPHAN_AFTER", -sources._ORPHAN_AFTER)
    sources.forget_orphans(store)
    assert list(store.uploads.find({})) == []


def test_what_was_told_is_forgotten_by_the_next_import(store: Store):
    take(store, RosterSet().zip())
    store.chunks.collection.update_many({}, {"$unset": {"outbox": 1}})
    take(store, RosterSet().change("users", "s1", givenName="Sanam").zip())
    assert store.chunks.count(WHOLE_CHAIN) == 1


def test_rights_that_the_school_has_taken_away_stay_away(store: Store):
    take(store, RosterSet().zip())
    store.relations.change_all(WHOLE_CHAIN, {}, {"may_collect": False})
    moved = RosterSet().drop("enrollments", "e4").change("roles", "s3-student", orgSourcedId="b2")
    take(store, moved.zip())
    (relation,) = store.relations.find(WHOLE_CHAIN, {"sourced_id": "s3\x1fg3"})
    assert (relation["version"], relation["may_collect"]) == (2, False)


def test_a_branch_keeps_its_subscriptions_when_it_is_renamed(store: Store):
    take(store, RosterSet().zip())
    store.branches.change_all(WHOLE_CHAIN, {}, {"services": ["meetings"]})
    take(store, RosterSet().change("orgs", "b1", name="Gulberg III").zip())
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


@pytest.mark.parametrize("state", ["checking", "comparing", "applying"])
def test_a_newer_set_whose_worker_dies_in_any_state_is_applied_once(store: Store, monkeypatch: pytest.MonkeyPatch, state: str):
    take(store, RosterSet().zip())
    newer = (
        RosterSet()
        .change("users", "s1", givenName="Sanam")
        .drop("enrollments", "e4")
        .add("users", sourcedId="s9", givenName="Sobia", familyName="Butt", enabledUser="true", username="s9")
    )
    import_id = receive(store, newer.zip())
    with monkeypatch.context() as patched:
        patched.setattr(applying._Import, "_tell", dies_in(state, applying._Import._tell))
        if state == "applying":
            patched.setattr(keeping.Keeper, "_write", dies_after(1, keeping.Keeper._write))
        with pytest.raises(KeyError):
            applying.apply(store, claim(store))
    lease_ends(store)
    applying.apply(store, claim(store))
    done = imports.one(store, import_id)
    counts = {name: done["counts"]["users"][name] for name in ("added", "changed", "gone")}
    assert (done["state"], counts, done["counts"]["enrollments"]["gone"]) == ("done", {"added": 1, "changed": 1, "gone": 0}, 1)
    assert set(told(store).values()) == {1}
    (gone,) = store.enrollments.find(WHOLE_CHAIN, {"active": False})
    assert (gone["status"], gone["version"]) == ("tobedeleted", 2)


def dies_in(state: str, tell: Callable[..., Any]) -> Callable[..., Any]:
    def dying(self: Any, **fields: Any) -> Any:
        tell(self, **fields)
        if fields.get("state") == state and state != "applying":
            raise KeyError("the worker is no more")

    return dying


def test_a_worker_dies_before_the_set_is_noted(store: Store, demo: bytes, monkeypatch: pytest.MonkeyPatch):
    """All is written, and the import is not closed: it is closed by the next, and can be undone."""
    import_id = receive(store, demo)
    with monkeypatch.context() as patched:
        patched.setattr(sources, "stands", dies_after(0, sources.stands))
        with pytest.raises(KeyError):
            applying.apply(store, claim(store))
    lease_ends(store)
    applying.apply(store, claim(store))
    done = imports.one(store, import_id)
    assert (done["state"], done["counts"]["users"]["added"]) == ("done", done["counts"]["users"]["rows"])
    assert set(told(store).values()) == {1}
    deciding.undo(store, operator(), import_id)
    applying.apply(store, claim(store))
    assert store.people.count(WHOLE_CHAIN, {"active": True}) == 0
    assert kept_sets(store) == set()


def test_a_confirmed_import_goes_on_when_its_worker_dies(store: Store, monkeypatch: pytest.MonkeyPatch):
    take(store, RosterSet().zip())
    import_id = receive(store, RosterSet().drop("roles", "s3-student").drop("enrollments", "e4").zip(), agreed=False)
    applying.apply(store, claim(store))
    assert applying.claim(store) is None, "it waits for a person"
    deciding.confirm(store, operator(), import_id)
    with monkeypatch.context() as patched:
        patched.setattr(keeping.Keeper, "_write", dies_after(1, keeping.Keeper._write))
        with pytest.raises(KeyError):
            applying.apply(store, claim(store))
    lease_ends(store)
    applying.apply(store, claim(store))
    assert imports.one(store, import_id)["state"] == "done"
    assert set(told(store).values()) == {1}


def test_a_worker_leaves_what_is_cancelled(store: Store, demo: bytes):
    import_id = receive(store, demo)
    claimed = claim(store)
    deciding.cancel(store, operator(), import_id)
    applying.apply(store, claimed)
    assert (imports.one(store, import_id)["state"], store.people.count(WHOLE_CHAIN), kept_sets(store)) == (
        "cancelled",
        0,
        set(),
    )


def test_an_import_that_nobody_decides_about_is_cancelled_after_a_day(store: Store, monkeypatch: pytest.MonkeyPatch):
    import_id = imports.receive(store, operator(), "main", io.BytesIO(RosterSet().zip()), SERVICES, "after_preview")["_id"]
    applying.apply(store, claim(store))
    deciding.cancel_forgotten(store)
    assert imports.one(store, import_id)["state"] == "waiting"
    monkeypatch.setattr(deciding, "_PATIENCE", -deciding._PATIENCE)
    deciding.cancel_forgotten(store)
    assert imports.one(store, import_id)["state"] == "cancelled"
    assert kept_sets(store) == set()


def test_what_a_record_is_known_by_besides(store: Store):
    take(store, RosterSet().change("users", "s1", middleName="Bibi").change("orgs", "b1", identifier="E-1").zip())
    (student,) = store.people.find(WHOLE_CHAIN, {"sourced_id": "s1"})
    assert student["extra"] == {"middleName": "Bibi"}
    take(store, RosterSet().change("orgs", "b1", name="Gulberg III").zip())
    (branch,) = store.branches.find(WHOLE_CHAIN, {"sourced_id": "b1"})
    (changed,) = store.people.find(WHOLE_CHAIN, {"sourced_id": "s1"})
    assert (branch["extra"], "extra" in changed) == ({}, False)
    assert changed["modified_at"] > student["modified_at"]


def test_what_had_ended_and_vanishes_is_marked_too(store: Store):
    take(store, RosterSet().change("enrollments", "e4", endDate="2020-01-01").zip())
    done = take(store, RosterSet().drop("enrollments", "e4").zip())
    assert done["counts"]["enrollments"] == {"rows": 3, "added": 0, "changed": 0, "unchanged": 3, "gone": 1}
    (gone,) = store.enrollments.find(WHOLE_CHAIN, {"active": False})
    assert gone["status"] == "tobedeleted"
    assert take(store, RosterSet().drop("enrollments", "e4").zip())["counts"]["enrollments"]["gone"] == 0


def test_a_record_that_somebody_has_taken_away_comes_again_with_the_same_set(store: Store):
    take(store, RosterSet().zip())
    store.people.collection.delete_one({"sourced_id": "s1"})
    assert take(store, RosterSet().zip())["counts"]["users"]["added"] == 1
    assert take(store, RosterSet().zip())["counts"]["users"] == {
        "rows": 11,
        "added": 0,
        "changed": 0,
        "unchanged": 11,
        "gone": 0,
    }


def test_a_set_is_compared_anew_after_an_import_that_was_given_up(store: Store, monkeypatch: pytest.MonkeyPatch):
    take(store, RosterSet().zip())
    import_id = receive(store, RosterSet().change("users", "s1", givenName="Sanam").zip())
    with monkeypatch.context() as patched:
        patched.setattr(sources, "stands", dies_after(0, sources.stands))
        with pytest.raises(KeyError):
            applying.apply(store, claim(store))
    store.imports.change(WHOLE_CHAIN, import_id, to={"attempts": 5, "leased_until": now()})
    applying.apply(store, claim(store))
    assert imports.one(store, import_id)["state"] == "failed"
    assert take(store, RosterSet().zip())["counts"]["users"]["changed"] == 1
