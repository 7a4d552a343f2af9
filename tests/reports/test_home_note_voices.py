"""A home note may be spoken, or said with a touch; a teacher may answer it."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from schoolbus.body import Raw
from schoolbus.contracts.roster import BranchChanged
from schoolbus.privacy import documents, erase
from schoolbus.problems import Conflict, Invalid, NotFound
from schoolbus.scope import branch as scope_of
from services.reports import briefs, privacy
from services.reports.homenotes import choices, notes, voices
from services.reports.homenotes.schemas import HomeNoteDraft
from services.reports.store import Store
from tests.reports.story import Branch, slug
from tests.support.people import guardian, using
from tests.support.recordings import m4a, ogg
from tests.support.roster import small_branch

VOICE = ogg(12)
_numbers = itertools.count(1)


def speaks(branch: Branch, content: bytes = VOICE, guardian_id: str = "g1", student_id: str = "s1", client_id: str = "") -> Any:
    query = {"student_id": student_id, "client_id": client_id or str(next(_numbers))}
    return branch.call("POST", "home-note-voices", branch.guardian(guardian_id), params=query, data=content)


def test_a_spoken_note_is_heard_by_who_may_read_it(branch: Branch) -> None:
    voice = speaks(branch).json()
    assert (voice["content_type"], voice["size"], voice["seconds"]) == ("audio/ogg", len(VOICE), 12.0)
    said = {"student_id": "s1", "kind": "challenges", "voice_id": voice["voice_id"], "language": "pa"}
    answer = branch.call("POST", "home-notes", branch.guardian(), json=said)
    assert answer.status_code == 201, answer.text
    note = answer.json()
    assert (note["text"], note["language"], note["voice"]) == ("", "pa", voice)
    path = f"home-notes/{note['home_note_id']}/voice"
    for caller in (branch.guardian(), branch.teacher("t1"), branch.teacher("t2")):
        heard = branch.call("GET", path, caller)
        assert (heard.status_code, heard.content) == (200, VOICE)
        assert heard.headers["Content-Disposition"].startswith("attachment;")
        assert heard.headers["X-Content-Type-Options"] == "nosniff"
    for caller in (branch.guardian("g2"), branch.guardian("g3"), branch.teacher("t9")):
        assert branch.call("GET", path, caller).status_code == 404
    silent = branch.writes().json()["home_note_id"]
    assert branch.call("GET", f"home-notes/{silent}/voice", branch.guardian()).status_code == 404


def test_sent_twice_it_is_one(branch: Branch) -> None:
    first, second = (speaks(branch, client_id="mine").json() for _ in range(2))
    assert first == second
    assert slug(speaks(branch, ogg(3), client_id="mine")) == "already-there"
    id = "1f0e7a52-8f0c-4c19-9c31-6b1f8a1f0c11"
    notes = [branch.writes(home_note_id=id, voice_id=first["voice_id"], choices=["kind"]) for _ in range(2)]
    assert [note.status_code for note in notes] == [201, 201]
    assert notes[0].json() == notes[1].json()
    other = branch.writes(voice_id=first["voice_id"])
    assert (other.status_code, list(other.json()["errors"])) == (422, ["voice_id"]), "it is at another note"


@pytest.mark.parametrize(
    ("content", "status", "named"),
    [
        (ogg(61), 413, "too-long"),
        (m4a(300), 413, "too-long"),
        (b"%PDF-1.7\n", 415, "not-a-voice-note"),
        (b"<script>", 415, "not-attachable"),
        (ogg(1) + b"\x00" * 2_000_000, 413, "too-large"),
    ],
)
def test_what_is_no_voice_note(branch: Branch, content: bytes, status: int, named: str) -> None:
    answer = speaks(branch, content)
    assert (answer.status_code, slug(answer)) == (status, named)


def test_a_voice_is_its_speakers_and_its_childs(branch: Branch) -> None:
    assert speaks(branch, guardian_id="g3").status_code == 404
    voice_id = speaks(branch).json()["voice_id"]
    for caller, child in ((branch.guardian("g2"), "s1"), (branch.guardian(), "s2")):
        answer = branch.writes(caller, student_id=child, voice_id=voice_id)
        assert answer.status_code == 422, answer.text


def test_choices_are_kept_by_key_and_shown_in_words(branch: Branch) -> None:
    offered = branch.call("GET", "home-note-choices?kind=learning", branch.guardian()).json()["items"]
    assert {choice["key"] for choice in offered} == {choice.key for choice in choices.CHOICES["learning"]}
    keys = ["reads_daily", "asks_questions"]
    answer = branch.call(
        "POST", "home-notes", branch.guardian(), json={"student_id": "s1", "kind": "learning", "choices": keys}
    )
    shown = answer.json()["choices"]
    assert [choice["key"] for choice in shown] == keys
    assert (shown[0]["text"], bool(shown[0]["text_ur"])) == ("Reads at home every day", True)
    for wrong in (["kind"], ["reads_daily", "reads_daily"], ["no such"]):
        refused = branch.writes(kind="learning", choices=wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["choices"])
    nothing = branch.call("POST", "home-notes", branch.guardian(), json={"student_id": "s1", "kind": "learning"})
    assert (nothing.status_code, list(nothing.json()["errors"])) == (422, ["text"])


def test_a_teacher_answers_as_they_acknowledge(branch: Branch) -> None:
    note_id = branch.writes().json()["home_note_id"]
    path = f"home-notes/{note_id}/acknowledgement"
    first = branch.call("POST", path, branch.teacher(), json={"answer": "Thank you, we will draw maps on Monday."})
    assert first.json()["answer"] == "Thank you, we will draw maps on Monday."
    again = branch.call("POST", path, branch.teacher(), json={"answer": "Thank you, we will draw maps on Monday."})
    assert (again.status_code, again.json()) == (200, first.json())
    assert branch.call("POST", path, branch.teacher("t2")).json() == first.json()
    late = branch.call("POST", path, branch.teacher("t2"), json={"answer": "And on Tuesday."})
    assert (late.status_code, slug(late)) == (409, "already-answered")
    (shown,) = [each for each in branch.today("s1", branch.guardian())["home_notes"] if each["home_note_id"] == note_id]
    assert shown["answer"] == first.json()["answer"]
    assert branch.call("POST", path, branch.teacher(), json={"answer": ""}).status_code == 422
    assert branch.call("POST", path, branch.teacher(), data=b"no JSON").status_code == 400


def test_an_answer_that_comes_in_chunks_is_not_lost(branch: Branch) -> None:
    """Then nothing tells before how long it is."""
    path = f"home-notes/{branch.writes().json()['home_note_id']}/acknowledgement"
    body = iter([b'{"answer": ', b'"Thank you."}'])
    answer = branch.call("POST", path, branch.teacher(), data=body, headers={"Content-Type": "application/json"})
    assert answer.json()["answer"] == "Thank you."


def test_every_choice_has_a_key_of_its_own_and_words_in_both_languages() -> None:
    all_of_them = [choice for some in choices.CHOICES.values() for choice in some]
    assert len({choice.key for choice in all_of_them}) == len(all_of_them)
    assert all(choice.en and choice.ur and choice.en.isascii() and not choice.ur.isascii() for choice in all_of_them)


# On the database alone


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    store.database["attached.files"].delete_many({})
    return store


WRITER = using(guardian("g1"), "write home notes")


def kept(store: Store, client_id: str = "1") -> Any:
    return voices.upload(store, WRITER, "b1", {"student_id": "s1", "client_id": client_id}, Raw(VOICE, {}, {}))


def written(store: Store, **more: Any) -> Any:
    return notes.write(store, WRITER, "b1", HomeNoteDraft().load({"student_id": "s1", "kind": "learning", **more}))


def test_what_no_note_has_goes_after_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    used, unused = kept(store), kept(store, "2")
    written(store, voice_id=used["_id"])
    monkeypatch.setattr(voices, "UNUSED", timedelta(0))
    voices.clear(store)
    assert (store.file_if_there(used["_id"]), store.file_if_there(unused["_id"])) == (VOICE, None)
    with pytest.raises(Invalid):
        written(store, voice_id=unused["_id"])


def test_a_branchs_voices_are_counted_and_need_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(store)
    assert store.stored_bytes(scope_of("b1")) == len(VOICE)
    monkeypatch.setattr(store, "limit", lambda *_: 0)
    with pytest.raises(Conflict):
        kept(store, "2")


@pytest.mark.parametrize("person_id", ["g1", "s1"])
def test_erased_and_exported(store: Store, person_id: str) -> None:
    voice = kept(store)
    note = written(store, voice_id=voice["_id"], text="She hums.", choices=["reads_daily"])
    ((name, piece),) = voices.exported(store, "g1", ["b1"])
    assert (name, piece["content"]) == ("home_note_voices.files", VOICE)
    assert dict(documents(store, privacy.HELD, "g1", ["b1"]))["home_notes"]["choices"] == ["reads_daily"]
    voices.erase(store, person_id)
    erase(store, privacy.HELD, person_id, ["b1"])
    left = store.home_notes.one(scope_of("b1"), note["_id"])
    assert (left["text"], left["choices"], left["voice"], store.file_if_there(voice["_id"])) == ("", [], None, None)
    assert store.stored_bytes(scope_of("b1")) == 0
    with pytest.raises(NotFound):
        voices.heard(store, scope_of("b1"), note)


def test_a_brief_says_in_words_what_was_said_with_a_touch_or_spoken(store: Store) -> None:
    written(store, choices=["reads_daily", "asks_questions"])
    written(store, voice_id=kept(store)["_id"])
    said = [note["text"] for note in briefs.gather(store, "b1", ["s1"])["s1"]["home_notes"]]
    assert sorted(said) == ["(voice note)", "Reads at home every day; Asks many questions"]
