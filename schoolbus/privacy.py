"""What a service holds about a person, as a table: export and erasure both read it, and a test says which collection it forgot.

    HELD = (
        Held("home_notes", by="guardian_id", shows=("kind", "text", "written_at"), blanks={"text": ""}),
        Held("marks", by="marked_by"),
    )

A row is one field in which a person's id stands, and what of such a document is theirs. Erased, the document stays and counts:
the id becomes a random one that leads nowhere, `blanks` are put in, or it `goes`.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any

from schoolbus import due, outbox
from schoolbus.clock import now
from schoolbus.events import CHUNK, Event
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Database, Document, Documents, current_session

PART = 1_000_000  # characters of documents in one event, about
PIECE = 700_000  # bytes of a file in one event
FILES = ".files"  # behind a collection's name: pieces of files that belong to it
LAST = 2**53 - 1  # the version of what is erased: no event is newer
SETTLED = timedelta(minutes=2)  # after an erasure: nothing that was under way then takes as long
AT_ONCE = 50


FilesOf = Callable[[str, Sequence[str]], Iterator[tuple[str, Document]]]


@dataclass(frozen=True)
class Held:
    """`by`: the field with the person's id or a list of ids; "teachers.teacher_id" looks into a list of documents."""

    collection: str  # the attribute of the store
    by: str
    shows: tuple[str, ...] = ()  # what is theirs to have; none: a trace of them in what is of others
    blanks: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] | None = None  # erased, only these fields stay, and the blanks
    goes: bool = False
    in_branch: bool = False  # ids in `by` are BRANCH:PERSON
    via: tuple[str, str] | None = None  # (collection, field): ids in `by` are of its documents with the person in `field`


# What schoolbus.roster.RosterCopy holds; of people, `erase` leaves a row that no event can bring to life again.
_RELATION = ("may_receive_reports", "may_book", "may_collect", "active")
COPY = (
    Held("people", "person_id", shows=("roles", "given_name", "family_name", "name_ur", "given_name_ur", "active")),
    Held("enrollments", "person_id", shows=("class_id", "role", "active"), blanks={"active": False, "version": LAST}),
    Held("relations", "guardian_id", shows=("student_id", *_RELATION), blanks={"active": False, "version": LAST}),
    Held("relations", "student_id", shows=("guardian_id", *_RELATION), blanks={"active": False, "version": LAST}),
)
_REPLAYS = ("replays", "replay_parts", "replay_sets", "replay_doubts", "replays_told")
COPY_NOBODY = ("branches", "classes", "calendars", "chunks", "erasures", *_REPLAYS)  # nothing about people, or only for minutes


def forgotten(store: type[Database], held: Sequence[Held], nobody: Sequence[str]) -> set[str]:
    """Collections that are neither in the table nor named as holding nothing of people."""
    return set(store.declared) - {each.collection for each in held} - set(nobody)


# Export


def documents(
    store: Any, held: Sequence[Held], person_id: str, branch_ids: Sequence[str], *, of_chain: bool = False
) -> Iterator[tuple[str, Document]]:
    """(collection, document), ready for JSON: all that is theirs in these branches; in any, when none is named. `of_chain`:
    what is of no branch, too."""
    for each in held:
        if not each.shows:
            continue
        where = _where(store, each, person_id, branch_ids, of_chain=of_chain)
        head, _, tail = each.by.partition(".")
        for found in _collection(store, each.collection).find(where, dict.fromkeys(("branch_id", *each.shows), True)):
            if tail and head in found:  # of a list, their own entries
                found[head] = [entry for entry in found[head] if entry.get(tail) == person_id]
            yield each.collection, {"id": found.pop("_id"), **found}


def branches_of(store: Any, person_id: str, branch_ids: Sequence[str] = ()) -> list[str]:
    """These, and all where a copy of the roster has ever known the person."""
    rows = _collection(store, "people").find({"person_id": person_id}, {"branch_id": True}, session=current_session())
    return sorted({*branch_ids, *(row["branch_id"] for row in rows)})


def pieces(collection: str, id: str, name: str, content: bytes) -> Iterator[tuple[str, Document]]:
    """A file that is too large for one event, as `documents` gives what is of a collection."""
    count = max(1, -(-len(content) // PIECE))
    for number in range(count):
        piece = content[number * PIECE : (number + 1) * PIECE]
        yield f"{collection}{FILES}", {"id": id, "name": name, "piece": number + 1, "pieces": count, "content": piece}


def export(store: Any, held: Sequence[Held], asked: Event, answer: type[Event], files: FilesOf | None = None) -> None:
    """Answers roster's ExportAsked in parts, the last of which tells how many. A second time is a set of its own.

    `files`: of the person, in these branches, besides what the table names.
    """
    told = {"export_id": asked.data["export_id"], "set_id": new_id()}
    person_id, count = asked.data["person_id"], 0
    branch_ids = asked.data["branch_ids"] or branches_of(store, person_id)
    everywhere = not asked.data["branch_ids"]
    found = documents(store, held, person_id, branch_ids, of_chain=everywhere) if branch_ids else iter(())
    theirs = files(person_id, branch_ids) if files and branch_ids else iter(())
    for collection, part in _parts(chain(found, theirs)):
        count += 1
        _say(
            store,
            answer(
                branch_id="chain", subject=told["set_id"], **told, part=count, parts=None, collection=collection, documents=part
            ),
        )
    _say(
        store,
        answer(branch_id="chain", subject=told["set_id"], **told, part=count + 1, parts=count + 1, collection="", documents=[]),
    )


def _parts(found: Iterator[tuple[str, Document]]) -> Iterator[tuple[str, list[str]]]:
    """Documents as JSON text, of one collection, as many as one event bears."""
    waiting: list[str] = []
    current, size = "", 0
    for collection, document in found:
        text = as_json(document)
        if waiting and (collection != current or size + len(text) > PART or len(waiting) == CHUNK):
            yield current, waiting
            waiting, size = [], 0
        waiting.append(text)
        current, size = collection, size + len(text)
    if waiting:
        yield current, waiting


def as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# Erasure


def erase(store: Any, held: Sequence[Held], person_id: str, branch_ids: Sequence[str]) -> dict[str, int]:
    """Nothing of the person is left in what the table names, of these branches and of the whole chain; how many documents of
    each collection it touched."""
    counts: dict[str, int] = {}
    for each in held:
        if each.collection == "people" and each in COPY:
            continue
        counts[each.collection] = counts.get(each.collection, 0) + _erase(store, each, person_id, branch_ids)
    return counts


def erase_person(store: Any, person_id: str, branch_ids: Sequence[str], **contacts: Any) -> None:
    """The row of a copy of the roster, in each branch, as one that no earlier event brings back. `contacts`: as kept there."""
    names = {"given_name": "", "family_name": "", "name_ur": None, "given_name_ur": None, "language": "ur"}
    row = {"person_id": person_id, "version": LAST, "active": False, "roles": [], **names, **contacts}
    for branch_id in branch_ids:
        store.people.project(branch_id, [row])


def erase_and_tell(store: Any, held: Sequence[Held], erased: Event, answer: type[Event], **contacts: Any) -> None:
    """Does what roster's PersonErased asks of a service, and says so. A second time finds nothing more to do.

    The person's row goes first: who looks at it after writing, and drops what is of nobody, writes before the rest is erased or
    finds the row empty. Who only looked before is found by `erase_again`.
    """
    person_id = erased.data["person_id"]
    branch_ids = branches_of(store, person_id, erased.data["branch_ids"])
    erase_person(store, person_id, branch_ids, **contacts)
    counts = erase(store, held, person_id, branch_ids)
    whose = {"person_id": person_id, "branch_id": branch_ids, "again_at": now() + SETTLED}
    store.erasures.add_new([{"_id": erased.data["erasure_id"], **whose}])
    _say(store, answer(branch_id="chain", subject=person_id, erasure_id=erased.data["erasure_id"], counts=counts))


Again = Callable[[str, Sequence[str]], object]


def erase_again(store: Any, again: Again) -> None:
    """`again` with the person and the branches of each erasure of a while ago, as `erase` takes them: for what was under way in
    that moment, had seen the person before and was written after."""
    found = store.erasures.find(WHOLE_CHAIN, {"again_at": {"$lte": now()}}, sort="again_at", limit=AT_ONCE)
    due.each(store.erasures, found, "again_at", partial(_again, store, again))


def _again(store: Any, again: Again, erasure: Document) -> None:
    again(erasure["person_id"], erasure["branch_id"])
    store.erasures.remove(WHOLE_CHAIN, erasure["_id"])


def _erase(store: Any, held: Held, person_id: str, branch_ids: Sequence[str]) -> int:
    collection = _collection(store, held.collection)
    where = _where(store, held, person_id, branch_ids, of_chain=True)
    if held.goes:
        return int(collection.delete_many(where, session=current_session()).deleted_count)
    pseudonym, count = new_id(), 0
    for found in list(collection.find(where, outbox.HIDDEN, session=current_session())):
        new = _without(found, held, person_id, pseudonym)
        update: Document = {"$set": {name: value for name, value in new.items() if name not in found or found[name] != value}}
        if gone := [name for name in found if name not in new]:
            update["$unset"] = dict.fromkeys(gone, "")
        update = {operator: fields for operator, fields in update.items() if fields}
        if update:
            collection.update_one({"_id": found["_id"]}, update, session=current_session())
        count += 1
    return count


def _without(document: Document, held: Held, person_id: str, pseudonym: str) -> Document:
    """The document without the person."""
    own = {name: value for name, value in document.items() if held.keeps is None or name in ("_id", *held.keeps)}
    for name, value in held.blanks.items():
        head, _, tail = name.partition(".")
        if tail:
            key = held.by.partition(".")[2]
            own[head] = [{**entry, tail: value} if entry.get(key) == person_id else entry for entry in own.get(head, [])]
        else:
            own[head] = value
    return {name: value if name == "_id" else _replaced(value, person_id, pseudonym) for name, value in own.items()}


def _replaced(value: Any, id: str, other: str) -> Any:
    if isinstance(value, list):
        return [_replaced(each, id, other) for each in value]
    if isinstance(value, dict):
        return {name: _replaced(each, id, other) for name, each in value.items()}
    return other if value == id else value


def _where(store: Any, held: Held, person_id: str, branch_ids: Sequence[str], *, of_chain: bool) -> Document:
    chain: list[Any] = [[]] if of_chain else []  # the branch_id of what is of no branch
    within: Document = {"branch_id": {"$in": [*branch_ids, *chain]}} if branch_ids else {}
    if held.via:
        documents, by = held.via
        found = _collection(store, documents).find({**within, by: person_id}, {"_id": True}, session=current_session())
        return {**within, held.by: {"$in": [each["_id"] for each in found]}}
    if held.in_branch:
        return {held.by: {"$in": [f"{branch_id}:{person_id}" for branch_id in branch_ids]}}
    return {**within, held.by: person_id}


def _collection(store: Any, name: str) -> Any:
    documents: Documents = getattr(store, name)
    return documents.collection


def _say(store: Any, event: Event) -> None:
    store.chunks.add(saying_with({"_id": new_id(), "branch_id": []}, [event]))
