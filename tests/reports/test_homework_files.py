"""Files at homework: checked by their own bytes, kept once, opened by the class's families alone."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.body import Raw
from schoolbus.caller import Caller
from schoolbus.contracts.roster import BranchChanged
from schoolbus.problems import Conflict, Invalid, NotFound
from schoolbus.scope import branch as scope_of
from services.reports.classroom.homework import files, setting
from services.reports.classroom.homework.schemas import HomeworkDraft
from services.reports.store import Store
from tests.reports.classrooms import PNG, Classroom
from tests.reports.story import Branch, in_days
from tests.support.people import teacher, using
from tests.support.roster import classes, enrolled, people, small_branch, someone

PDF = b"%PDF-1.7\n"


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    store.database["attached.files"].delete_many({})
    return store


def upload(room: Classroom, content: bytes, client_id: str = "f1", status: int = 201, **more: Any) -> Any:
    query = {"class_id": "c1", "client_id": client_id, **more}
    return room.ask("POST", "homework-files", more.pop("caller", None), status, params=query, data=content)


def test_a_picture_comes_with_homework_and_is_safe_to_open(room: Classroom) -> None:
    first, second = (upload(room, PNG, name="Leaf") for _ in range(2))
    assert first == second
    assert (first["name"], first["content_type"], first["size"]) == ("Leaf", "image/png", len(PNG))
    path = f"homework-files/{first['file_id']}"
    assert room.refused("GET", path, room.guardian()) == (404, "not-found")  # no homework has it yet
    homework = room.set(title="Draw it", attachment_ids=[first["file_id"]])
    assert room.ask("GET", f"homework/{homework['homework_id']}", room.guardian())["attachments"] == [first]
    found = room.branch.call("GET", path, room.guardian())
    assert found.content == PNG
    assert (found.headers["X-Content-Type-Options"], found.headers["Content-Type"]) == ("nosniff", "image/png")
    assert found.headers["Content-Disposition"].startswith("attachment;")
    assert room.refused("GET", path, room.guardian("g4")) == (404, "not-found")
    again = room.set(title="And again", attachment_ids=[first["file_id"]])  # a file may be at several
    assert room.change(again, attachment_ids=[])["attachments"] == []
    before = room.ask("GET", f"homework/{again['homework_id']}/editions")["items"]
    assert before[0]["attachments"] == [first]
    assert room.branch.call("GET", path, room.guardian()).content == PNG


def test_what_is_no_such_file_is_refused(room: Classroom) -> None:
    for content, status in ((b"MZ\x90", 415), (b"", 415), (b"<html>", 415), (PNG + b"\0" * 5_000_000, 413)):
        upload(room, content, "odd", status)
    upload(room, PNG, "same")
    upload(room, PDF, "same", 409)


def test_of_another_class_it_is_no_file(room: Classroom) -> None:
    room.branch.knows(
        people(room.branch.id, someone("t7", "teacher")),
        classes(room.branch.id, "c1", "c7"),
        enrolled(room.branch.id, "c7", teachers=("t7", "t1")),
    )
    file = upload(room, PDF, "ours")
    other = room.branch.teacher("t7")
    answer = room.branch.call("POST", "homework-files?class_id=c1&client_id=1", other, data=PDF)
    assert answer.status_code == 403
    assert room.branch.call("GET", f"homework-files/{file['file_id']}", other).status_code == 404
    refused = room.branch.sets_homework(class_id="c7", attachment_ids=[file["file_id"]])
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["attachment_ids"])


# Between two lines


def by(name: str, person_id: str = "t1") -> Caller:
    return using(teacher(person_id), name)


def kept(store: Store, client_id: str = "1") -> Any:
    query = {"class_id": "c1", "client_id": client_id, "name": None}
    return files.upload(store, by("set homework"), "b1", query, Raw(PDF, {}, {}))


def draft(*ids: str) -> Any:
    return HomeworkDraft().load(
        {"class_id": "c1", "title": "Read", "text": "It.", "due_on": in_days(1), "attachment_ids": list(ids)}
    )


def test_what_no_homework_has_goes_after_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    used, unused = (kept(store, number) for number in "12")
    setting.set_homework(store, by("set homework"), "b1", draft(used["_id"]))
    monkeypatch.setattr(files, "UNUSED", timedelta(0))
    files.clear(store)
    assert [each["_id"] for each in store.homework_files.find(scope_of("b1"))] == [used["_id"]]
    assert (store.file_if_there(used["_id"]), store.file_if_there(unused["_id"])) == (PDF, None)


def test_what_goes_at_the_moment_in_which_homework_is_set_is_missed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(store)
    monkeypatch.setattr(files, "UNUSED", timedelta(0))
    found = files.of_class

    def then_cleared(*asked: Any) -> Any:
        named = found(*asked)
        files.clear(store)
        return named

    monkeypatch.setattr(files, "of_class", then_cleared)
    with pytest.raises(Invalid):
        setting.set_homework(store, by("set homework"), "b1", draft(file["_id"]))
    assert store.homework.count(scope_of("b1")) == 0


def test_a_branchs_files_are_counted_and_need_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(store)
    assert store.stored_bytes(scope_of("b1")) == len(PDF)
    monkeypatch.setattr(store, "limit", lambda *_: 0)
    assert kept(store)["size"] == len(PDF)  # sent again
    with pytest.raises(Conflict):
        kept(store, "2")


def test_erased_and_exported(store: Store) -> None:
    file = kept(store)
    ((name, piece),) = list(files.exported(store, "t1", ["b1"]))
    assert (name, piece["content"]) == ("homework_files.files", PDF)
    setting.set_homework(store, by("set homework"), "b1", draft(file["_id"]))
    files.erase(store, "t1")
    assert (store.file_if_there(file["_id"]), store.stored_bytes(scope_of("b1"))) == (None, 0)
    with pytest.raises(NotFound):
        files.download(store, by("see homework"), "b1", file["_id"])
