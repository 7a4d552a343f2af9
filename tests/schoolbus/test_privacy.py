"""What is held about a person: no collection is forgotten, what goes out, and what stays after an erasure."""

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import privacy
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.contracts.reports import PersonErased as Erased
from schoolbus.contracts.reports import PersonExported
from schoolbus.contracts.roster import ExportAsked, PersonErased
from schoolbus.privacy import LAST, Held
from schoolbus.scope import WHOLE_CHAIN
from services.reports import erasing
from services.reports.privacy import HELD
from services.reports.store import Store
from tests.support.roster import people, someone
from tests.support.stores import fresh, own_database


@pytest.fixture(scope="module")
def _database(infrastructure: Infrastructure) -> Iterator[Any]:
    with own_database(infrastructure, Store) as database:
        yield database


@pytest.fixture
def store(_database: Any) -> Store:
    return fresh(_database, Store)


@pytest.mark.parametrize("service", SERVICES)
def test_no_collection_is_forgotten(service: str) -> None:
    module = "services.roster.privacy.held" if service == "roster" else f"services.{service}.privacy"
    table, store = importlib.import_module(module), importlib.import_module(f"services.{service}.store").Store
    forgotten = privacy.forgotten(store, table.HELD, table.NOBODY)
    assert not forgotten, f"say in {module} what {forgotten} hold of a person, or that they hold nothing"
    assert {each.collection for each in table.HELD} | set(table.NOBODY) <= set(store.declared), (
        "of a collection that is no more"
    )


def test_a_collection_that_no_table_names_is_found() -> None:
    assert "results" in privacy.forgotten(Store, [each for each in HELD if each.collection != "results"], ("chunks",))


def note(id: str, guardian_id: str, student_id: str, **more: Any) -> dict[str, Any]:
    text = {"kind": "strengths", "text": f"said by {guardian_id}", "written_at": None}
    return {"_id": id, "branch_id": "b1", "guardian_id": guardian_id, "student_id": student_id, **text, **more}


def said(store: Store, kind: type) -> list[Any]:
    chunks = store.chunks.collection.find({"outbox": {"$exists": True}})
    entries = [entry for chunk in chunks for entry in chunk["outbox"] if entry["key"] == kind.routing_key()]
    return [kind.decode(entry["body"]) for entry in entries]


def test_what_is_theirs_goes_out_in_parts_and_nothing_of_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "PART", 300)
    store.keep(people("b1", someone("g1", "guardian"), someone("s1", "student")))
    store.home_notes.add_new([note(f"n{number}", "g1", "s1") for number in range(5)])
    store.home_notes.add_new([note("other", "g2", "s2", text="not theirs"), note("b2", "g1", "s1", branch_id="b2")])
    store.files.add({"_id": "f:en", "branch_id": "b1", "report_card_id": "k1", "pdf": b"%PDF-1"})
    store.report_cards.add({"_id": "k1", "branch_id": "b1", "student_id": "s1", "term": "First", "state": "issued"})
    asked = ExportAsked(branch_id="chain", subject="x", export_id="x", person_id="g1", branch_ids=["b1"])
    privacy.export(store, HELD, asked, PersonExported)
    parts = sorted(said(store, PersonExported), key=lambda event: event.data["part"])
    assert [event.data["parts"] for event in parts] == [*[None] * (len(parts) - 1), len(parts)]
    assert len(parts) > 3
    found = [
        json.loads(text) for event in parts for text in event.data["documents"] if event.data["collection"] == "home_notes"
    ]
    assert sorted(each["id"] for each in found) == [f"n{number}" for number in range(5)]
    assert all("student_id" not in each and "guardian_id" not in each for each in found)
    of_child = list(privacy.documents(store, HELD, "s1", ["b1"]))
    assert [document["pdf"] for name, document in of_child if name == "files"] == [b"%PDF-1"]


def test_of_a_list_only_ones_own_entry(store: Store) -> None:
    store.homework.add(
        {"_id": "d", "branch_id": "b1", "teachers": [{"teacher_id": "t1", "place": "1"}, {"teacher_id": "t2", "place": "2"}]}
    )
    table = [Held("homework", "teachers.teacher_id", shows=("teachers",), blanks={"teachers.place": ""})]
    ((_, shown),) = privacy.documents(store, table, "t1", ["b1"])
    assert shown["teachers"] == [{"teacher_id": "t1", "place": "1"}]
    privacy.erase(store, table, "t1", ["b1"])
    first, second = store.homework.one(WHOLE_CHAIN, "d")["teachers"]
    assert (first["place"], second) == ("", {"teacher_id": "t2", "place": "2"})
    assert first["teacher_id"] not in ("t1", "t2")


def test_erased_rows_count_and_lead_nowhere_and_no_late_event_brings_anybody_back(store: Store) -> None:
    store.keep(people("b1", someone("g1", "guardian", given_name="Ayesha")))
    store.home_notes.add_new([note("n1", "g1", "s1"), note("n2", "g2", "s1")])
    store.runs.add({"_id": "r", "branch_id": "b1", "student_ids": ["s1", "g1"], "asked_by": "t1"})
    erased = PersonErased(branch_id="chain", subject="g1", erasure_id="z", person_id="g1", branch_ids=["b1", "b2"])
    for _ in range(2):
        privacy.erase_and_tell(store, HELD, erased, Erased)
    ours, others = store.home_notes.one(WHOLE_CHAIN, "n1"), store.home_notes.one(WHOLE_CHAIN, "n2")
    assert (ours["text"], others["text"], store.home_notes.count(WHOLE_CHAIN)) == ("", "said by g2", 2)
    assert ours["guardian_id"] != "g1"
    run = store.runs.one(WHOLE_CHAIN, "r")["student_ids"]
    assert run[0] == "s1"
    assert run[1] not in ("g1", "s1")
    store.keep(people("b1", someone("g1", "guardian", given_name="Ayesha", version=7)))
    store.keep(people("b2", someone("g1", "guardian", given_name="Ayesha", version=7)))
    rows = store.people.find(WHOLE_CHAIN, {"person_id": "g1"})
    assert [(row["given_name"], row["active"], row["version"]) for row in rows] == [("", False, LAST)] * 2
    first, second = said(store, Erased)
    assert (first.data["counts"]["home_notes"], second.data["counts"]["home_notes"]) == (1, 0)


def test_the_row_goes_before_the_rest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes while the rest goes, and then looks at the row, sees that it is of nobody."""
    store.keep(people("b1", someone("g1", "guardian")))
    erased = PersonErased(branch_id="chain", subject="g1", erasure_id="z", person_id="g1", branch_ids=["b1"])
    seen: list[int] = []
    one_row = privacy._erase

    def looks(*arguments: Any) -> int:
        seen.append(store.people.one(WHOLE_CHAIN, "b1:g1")["version"])
        return one_row(*arguments)

    monkeypatch.setattr(privacy, "_erase", looks)
    privacy.erase_and_tell(store, HELD, erased, Erased)
    assert set(seen) == {LAST}


def test_what_was_under_way_is_erased_a_while_later(store: Store) -> None:
    store.keep(people("b1", someone("g1", "guardian")))
    erased = PersonErased(branch_id="chain", subject="g1", erasure_id="z", person_id="g1", branch_ids=["b1"])
    for _ in range(2):
        privacy.erase_and_tell(store, HELD, erased, Erased)
    store.home_notes.add(note("late", "g1", "s1"))
    erasing.again(store)
    assert store.home_notes.one(WHOLE_CHAIN, "late")["guardian_id"] == "g1", "not yet"
    store.erasures.change(WHOLE_CHAIN, "z", {"again_at": now()})
    erasing.again(store)
    late = store.home_notes.one(WHOLE_CHAIN, "late")
    assert (late["text"], late["guardian_id"] == "g1", store.erasures.count(WHOLE_CHAIN)) == ("", False, 0)
