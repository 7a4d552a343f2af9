"""All that is stored about a person: asked for, answered by every service, and there for whoever asked."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts import meetings, notifications, reports
from schoolbus.contracts.roster import ExportAsked
from schoolbus.scope import WHOLE_CHAIN
from services.roster.privacy import assembling, exports
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.support.waiting import eventually

ANSWERS = (meetings.PersonExported, reports.PersonExported, notifications.PersonExported)


def answers(school: Chain, kind: type, export_id: str, *collections: tuple[str, list[Any]], set_id: str = "set") -> list[Any]:
    told = {"branch_id": "chain", "subject": set_id, "export_id": export_id, "set_id": set_id}
    parts = [
        kind(**told, part=number, parts=None, collection=name, documents=[json.dumps(each) for each in documents])
        for number, (name, documents) in enumerate(collections, 1)
    ]
    return [*parts, kind(**told, part=len(parts) + 1, parts=len(parts) + 1, collection="", documents=[])]


def asks(school: Chain, caller: Caller, path: str = "/v1/me/exports") -> str:
    answer = school.call("POST", path, caller)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["export_id"])


def export(school: Chain, caller: Caller, export_id: str) -> dict[str, Any]:
    return dict(school.call("GET", f"/v1/me/exports/{export_id}", caller).json())


def unpacked(school: Chain, caller: Caller, export_id: str) -> dict[str, Any]:
    path = eventually(lambda: export(school, caller, export_id)["path"])
    answer = school.call("GET", path, caller)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return {
        name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name) for name in archive.namelist()
    }


def test_everything_of_a_person_is_in_one_zip_whatever_comes_twice_and_in_any_order(school: Chain) -> None:
    caller = school.caller("g1", "guardian")
    export_id = asks(school, caller)
    (told,) = eventually(lambda: [said for said in school.roster.heard(ExportAsked) if said.data["export_id"] == export_id])
    assert (told.data["person_id"], told.data["branch_ids"]) == (school.person("g1"), [])
    pdf = {"id": "k:en", "pdf": {"base64": "JVBERi0x"}}
    said = answers(school, reports.PersonExported, export_id, ("home_notes", [{"id": "n1", "text": "ہیلو"}]), ("files", [pdf]))
    said += answers(school, meetings.PersonExported, export_id, ("people", [{"id": meetings.PersonExported.type}]))
    sent = [{"id": "a1", "content_type": "image/png"}]
    file = {"id": "a1", "name": "a1.png", "pieces": 2}
    first, second = ({**file, "piece": number, "content": {"base64": text}} for number, text in ((1, "cG4="), (2, "Zw==")))
    other = {**first, "id": "a2", "name": "a2.ogg", "pieces": 1}
    pieces = (("attachments.files", [first]), ("attachments.files", [second, other]))
    said += answers(school, notifications.PersonExported, export_id, ("attachments", sent), *pieces)
    school.roster.say(*reversed(said), *said)
    files = unpacked(school, caller, export_id)
    assert files["reports/home_notes.json"] == [{"id": "n1", "text": "ہیلو"}]
    assert files["reports/files.json"] == [{"id": "k:en", "pdf": "reports/files/k-en.pdf"}]
    assert files["reports/files/k-en.pdf"] == b"%PDF-1"
    assert files["meetings/people.json"] == [{"id": "meetings.person_exported"}]
    assert files["notifications/attachments.json"] == sent
    assert (files["notifications/attachments/a1.png"], files["notifications/attachments/a2.ogg"]) == (b"png", b"pn")
    (person,) = files["roster/people.json"]
    assert (person["given_name"], person["phone"]) == ("Ghazala", "+923001234567")
    assert len(files["roster/relations.json"]) == 2
    assert "رابطہ" in files["README.txt"].decode()
    assert "What Rabta stores" in files["README.txt"].decode()
    assert export(school, caller, export_id)["missing"] == []


def test_a_branch_gives_what_is_its_own(school: Chain) -> None:
    head = school.caller("h1", "head")
    path = f"/v1/branches/{{b1}}/people/{school.person('g1')}/exports"
    export_id = asks(school, head, path)
    assert asks(school, head, path) == export_id, "under way: no second"
    (told,) = eventually(lambda: [said for said in school.roster.heard(ExportAsked) if said.data["export_id"] == export_id])
    assert told.data["branch_ids"] == [school.branch()]
    for kind in ANSWERS:
        school.roster.say(*answers(school, kind, export_id))
    files = unpacked(school, head, export_id)
    assert set(files["roster/people.json"][0]["roles"]) == {school.branch("b1")}
    assert school.call("GET", f"/v1/me/exports/{export_id}", school.caller("g1", "guardian")).status_code == 404
    assert school.call("GET", f"/v1/me/exports/{export_id}/file", school.operator).status_code == 404
    for whose, found in (("", [export_id]), (school.person("g1"), [export_id]), (school.person("g2"), [])):
        listed = school.call("GET", "/v1/me/exports", head, params={"person_id": whose} if whose else {}).json()["items"]
        assert [each["export_id"] for each in listed] == found, "all, or those about a person"


def test_only_the_head_and_the_operator_ask_for_others(school: Chain) -> None:
    path = f"/v1/branches/{{b1}}/people/{school.person('s2')}/exports"
    for who, role in (("g1", "guardian"), ("t1", "teacher"), ("o1", "office")):
        assert school.call("POST", path, school.caller(who, role)).status_code == 403
    assert school.call("POST", path, school.caller("h1", "head")).status_code == 404, "of the other branch"
    assert school.call("GET", "/v1/me/exports/nothing", school.caller("h1", "head")).status_code == 404


def asked(store: Store, **more: Any) -> dict[str, Any]:
    base = {"_id": "x1", "branch_id": ["b1"], "asked_by": "p1", "person_id": "p1", "branch_ids": [], "state": "asked"}
    return store.exports.add({**base, "asked_at": now(), "sets": {}, "answered": 0, "missing": [], **more})


def test_whoever_does_not_answer_in_a_day_is_missing(store: Store) -> None:
    asked(store)
    assert assembling.claim(store) is None
    store.exports.change(WHOLE_CHAIN, "x1", to={"asked_at": now() - timedelta(days=1, seconds=1), "sets": {"reports": "s"}})
    claimed = assembling.claim(store)
    assert claimed is not None
    assembling.assemble(store, claimed)
    done = store.exports.one(WHOLE_CHAIN, "x1")
    assert (done["state"], done["missing"]) == ("done", ["meetings", "notifications"])
    text = zipfile.ZipFile(io.BytesIO(store.exported.open_download_stream(done["file_id"]).read())).read("README.txt").decode()
    assert "meetings, notifications" in text


def test_after_a_week_the_file_is_gone(store: Store) -> None:
    asked(store, answered=3)
    claimed = assembling.claim(store)
    assert claimed is not None
    assembling.assemble(store, claimed)
    exports.end(store)
    caller = Caller("p1")
    assert exports.file(store, caller, "x1")[1] > 0
    store.exports.change(WHOLE_CHAIN, "x1", to={"expires_at": now()})
    exports.end(store)
    assert exports.one(store, caller, "x1")["state"] == "gone"
    assert list(store.exported.find({})) == []


def test_a_worker_that_was_too_slow_leaves_no_file(store: Store) -> None:
    asked(store, answered=3)
    claimed = assembling.claim(store)
    assert claimed is not None
    assembling.assemble(store, {**claimed, "attempts": 0})
    assert list(store.exported.find({})) == []


def test_the_file_is_for_whom_may_ask_for_it_still(school: Chain) -> None:
    """Asked for by a head: as long as they are one in that branch."""
    head = school.caller("h1", "head")
    export_id = asks(school, head, f"/v1/branches/{{b1}}/people/{school.person('g2')}/exports")
    for kind in ANSWERS:
        school.roster.say(*answers(school, kind, export_id))
    path = eventually(lambda: export(school, head, export_id)["path"])
    moved = Caller(head.person_id, {school.branch("b1"): frozenset(("teacher",)), school.branch("b2"): frozenset(("head",))})
    assert school.call("GET", path, moved).status_code == 404
    assert school.call("GET", path.removesuffix("/file"), moved).status_code == 404
    listed = school.call("GET", "/v1/me/exports", moved).json()["items"]
    assert [each["path"] for each in listed if each["export_id"] == export_id] == [None]
    assert school.call("GET", path, head).status_code == 200
