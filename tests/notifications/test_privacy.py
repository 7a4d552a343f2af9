"""What becomes of messages and answers when somebody is erased."""

import base64
import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from schoolbus.contracts.notifications import PersonExported
from schoolbus.contracts.roster import ExportAsked, PersonErased
from schoolbus.privacy import documents, export
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import privacy
from services.notifications.sending.claims import Lane
from services.notifications.store import Store
from services.notifications.talking import mailed
from tests.support.roster import people, someone
from tests.support.stores import fresh

PHONE = "+923001110001"
AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(_database: Any) -> Store:
    made = fresh(_database, Store)
    made.keep(people("b1", someone("g1", "guardian", phone=PHONE, channels=["sms"]), someone("t1", "teacher")))
    return made


def message(store: Store, id: str, **more: Any) -> None:
    words = {
        "subject": "About Zoya",
        "body": "Zoya has homework",
        "parameters": ["Zoya"],
        "calendar": "ICS",
        "link": "https://x",
    }
    whom = {"person_id": "g1", "address": PHONE, "student_ids": ["s1"], "teacher_id": None, "channel": "sms", "state": "sent"}
    store.messages.add({"_id": id, "branch_id": "b1", **words, **whom, "send_at": AGO, "urgency": 5, "lane": "direct", **more})


def erase(store: Store, person_id: str) -> None:
    erased = {"erasure_id": "z", "person_id": person_id, "branch_ids": ["b1"]}
    for _ in range(2):
        privacy.erase(store, PersonErased(branch_id="chain", subject=person_id, **erased))


def test_the_place_that_a_message_leads_to_names_no_erased_child(store: Store) -> None:
    message(store, "m1", path="/v1/branches/b1/today/s1")
    erase(store, "s1")
    assert store.messages.one(WHOLE_CHAIN, "m1")["path"] == "/v1/feed"


def test_what_was_stored_meanwhile_goes_a_while_later(store: Store) -> None:
    erase(store, "g1")
    message(store, "late", state="queued")
    store.erasures.change(WHOLE_CHAIN, "z", {"again_at": AGO})
    privacy.again(store)
    found = store.messages.one(WHOLE_CHAIN, "late")
    assert (found["state"], found["reason"], found["body"], found["address"]) == ("failed", "erased", "", None)
    assert (found["person_id"] == "g1", store.erasures.count(WHOLE_CHAIN)) == (False, 0)


def test_a_message_keeps_its_channel_and_state_and_nothing_of_its_words(store: Store) -> None:
    message(store, "m1")
    erase(store, "g1")
    found = store.messages.one(WHOLE_CHAIN, "m1")
    assert (found["channel"], found["state"], found["student_ids"]) == ("sms", "sent", ["s1"])
    assert (found["subject"], found["body"], found["parameters"], found["calendar"]) == ("", "", [], None)
    assert (found["address"], found["link"]) == (None, None)
    assert found["person_id"] != "g1"


def test_what_waits_for_them_is_not_sent(store: Store) -> None:
    message(store, "m1", state="queued")
    assert Lane("direct", "sms", lambda: True).next(store.messages) is not None
    store.messages.change(WHOLE_CHAIN, "m1", to={"leased_until": None})
    erase(store, "g1")
    assert Lane("direct", "sms", lambda: True).next(store.messages) is None
    assert (store.messages.one(WHOLE_CHAIN, "m1")["state"], store.messages.one(WHOLE_CHAIN, "m1")["reason"]) == (
        "failed",
        "erased",
    )


@pytest.mark.parametrize("person_id", ["s1", "t1"])
def test_a_message_to_others_that_names_the_child_or_the_teacher_loses_its_words(store: Store, person_id: str) -> None:
    message(store, "m1", teacher_id="t1")
    message(store, "m2", student_ids=["s2"])
    erase(store, person_id)
    about, other = store.messages.one(WHOLE_CHAIN, "m1"), store.messages.one(WHOLE_CHAIN, "m2")
    assert (about["body"], about["person_id"], about["address"]) == ("", "g1", PHONE), "the guardian is still there"
    assert other["body"] == "Zoya has homework"


def test_codes_and_what_came_from_their_number_go_unless_somebody_shares_it(store: Store) -> None:
    lone = {"branch_id": "", "message_id": None, "person_id": None, "student_ids": [], "channel": "sms", "text": "hello"}
    store.answers.add({"_id": "a1", **lone, "address": PHONE})
    store.answers.add({"_id": "a2", **lone, "address": PHONE, "person_id": "g1", "branch_id": "b1"})
    store.codes.add({"_id": "c1", "branch_id": "b1", "address": PHONE, "body": "123456"})
    store.keep(people("b1", someone("g2", "guardian", phone=PHONE)))
    erase(store, "g1")
    assert store.codes.count(WHOLE_CHAIN) == 0
    assert store.answers.one(WHOLE_CHAIN, "a1")["text"] == "hello", "it may be the other's"
    ours = store.answers.one(WHOLE_CHAIN, "a2")
    assert (ours["text"], ours["address"]) == ("", None)
    erase(store, "g2")
    assert store.answers.first(WHOLE_CHAIN, {"_id": "a1"}) is None
    rows = store.people.find(WHOLE_CHAIN, {"person_id": {"$in": ["g1", "g2"]}})
    assert [(row["phone"], row["channels"]) for row in rows] == [(None, [])] * 2


def test_what_came_from_their_mailbox_goes_with_its_files(store: Store) -> None:
    store.keep(people("b1", someone("g1", "guardian", phone=None, email="Mother@Example.PK", version=2)))
    lone = {"branch_id": "", "message_id": None, "person_id": None, "student_ids": [], "channel": "email", "text": "hello"}
    for id, more in (("a1", {}), ("a2", {"person_id": "g1", "branch_id": "b1"})):
        media = mailed.keep(store, id, "mother@example.pk", [b"png"])
        store.answers.add({"_id": id, **lone, "address": "mother@example.pk", "media": media, **more})
    erase(store, "g1")
    assert store.answers.first(WHOLE_CHAIN, {"_id": "a1"}) is None
    assert store.answers.one(WHOLE_CHAIN, "a2")["text"] == ""
    assert store.database["attached.files"].count_documents({}) == 0


def conversation(store: Store) -> None:
    """Of guardian g1 and teacher t1 about s1: a message of each, and a picture."""
    members = [{"person_id": "g1", "role": "guardian", "read": 2}, {"person_id": "t1", "role": "teacher", "read": 2}]
    whose = {"branch_id": "b1", "student_id": "s1", "guardian_id": "g1", "teacher_id": "t1", "answering_id": "t1"}
    store.conversations.add({"_id": "c1", **whose, "members": members, "number": 2, "last_at": AGO, "changes": []})
    said = {
        "branch_id": "b1",
        "conversation_id": "c1",
        "student_id": "s1",
        "channel": "portal",
        "at": AGO,
        "attachments": ["f1"],
    }
    store.posts.add({"_id": "p1", **said, "number": 1, "writer_id": "g1", "text": "She is afraid of dogs"})
    store.posts.add({"_id": "p2", **said, "number": 2, "writer_id": "t1", "text": "We have none"})
    file = {"branch_id": "b1", "conversation_id": "c1", "student_id": "s1", "owner_id": "g1", "message_id": "p1"}
    store.attachments.add(
        {"_id": "f1", **file, "state": "kept", "content_type": "image/png", "size": 3, "sha256": "x", "at": AGO}
    )
    store.keep_file("f1", b"png")


def test_of_a_conversation_the_numbers_stay_and_the_words_and_files_go(store: Store) -> None:
    conversation(store)
    erase(store, "g1")
    kept = store.conversations.one(WHOLE_CHAIN, "c1")
    theirs, other = store.posts.one(WHOLE_CHAIN, "p1"), store.posts.one(WHOLE_CHAIN, "p2")
    assert (theirs["text"], other["text"]) == ("", "We have none")
    assert (kept["number"], theirs["number"], kept["teacher_id"]) == (2, 1, "t1")
    assert "g1" not in str([kept, theirs, store.attachments.one(WHOLE_CHAIN, "f1")])
    assert store.attachments.one(WHOLE_CHAIN, "f1")["state"] == "erased"
    assert store.database["attached.files"].count_documents({}) == store.database["attached.chunks"].count_documents({}) == 0


def test_with_the_child_go_all_words_about_it(store: Store) -> None:
    conversation(store)
    erase(store, "s1")
    assert [each["text"] for each in store.posts.find(WHOLE_CHAIN)] == ["", ""]
    assert store.conversations.one(WHOLE_CHAIN, "c1")["guardian_id"] == "g1"
    assert store.database["attached.files"].count_documents({}) == 0


def test_what_they_wrote_themselves_goes_out_to_them(store: Store) -> None:
    conversation(store)
    found = [document for name, document in documents(store, privacy.HELD, "g1", ["b1"]) if name == "posts"]
    assert [(each["id"], each["text"]) for each in found] == [("p1", "She is afraid of dogs")]


def test_files_that_they_sent_go_out_to_them_in_pieces(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation(store)
    monkeypatch.setattr("schoolbus.privacy.PIECE", 2)
    found = list(privacy.files(store, "g1", ["b1"]))
    assert [name for name, _ in found] == ["attachments.files"] * 2
    assert b"".join(piece["content"] for _, piece in found) == b"png"
    assert {piece["name"] for _, piece in found} == {"f1.png"}
    assert list(privacy.files(store, "t1", ["b1"])) == list(privacy.files(store, "g1", ["b2"])) == []
    erase(store, "g1")
    assert list(privacy.files(store, "g1", ["b1"])) == []


def test_an_answer_to_an_export_holds_its_files(store: Store) -> None:
    conversation(store)
    content = bytes(range(256)) * 8000  # of some events
    store.keep_file("f1", content)
    asked = ExportAsked(branch_id="chain", subject="x", export_id="x", person_id="g1", branch_ids=["b1"])
    export(store, privacy.HELD, asked, PersonExported, partial(privacy.files, store))
    said = [json.loads(row["outbox"][0]["body"])["data"] for row in store.chunks.collection.find() if "outbox" in row]
    files = [json.loads(text) for part in said if part["collection"] == "attachments.files" for text in part["documents"]]
    assert b"".join(base64.b64decode(each["content"]["base64"]) for each in files) == content
    assert max(len(str(part)) for part in said) < 1_100_000
    assert [part["parts"] for part in said][-1] == len(said)
