"""Commitments: what a family or a teacher, or both, will do for a child until a day. Agreed in a meeting or by itself, settled
with a word, and carried into the next meeting while it is open.

```
 made ──▶ open ──▶ done ◀──▶ not_done      agreed anew while it is open: the same one, `edition` + 1
```

Guardians who may receive the child's reports see it, its teachers, and the head. The guardian and the teacher in it, and the
head, change and settle it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, fingerprint
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.privacy import as_json
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.rights import CLASSES
from services.meetings.promising import telling
from services.meetings.promising.open_ones import named
from services.meetings.promising.parties import Parties, parties_of
from services.meetings.promising.reminding import next_reminder
from services.meetings.promising.telling import GUARDIAN, TEACHER
from services.meetings.theday.who import is_guardian, is_teacher

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
OPEN, DONE, NOT_DONE = "open", "done", "not_done"
SETTLED = (DONE, NOT_DONE)
_SAME = ("student_id", "guardian_id", "teacher_id", "text", "due_on", "owners", "source")


def make(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """The commitment; the same one when it is sent again. Raises NotFound, NotAllowed, Invalid."""
    scope, parties = caller.branch(branch_id), parties_of(store, caller, branch_id, draft)
    made = new(effect_id(key, draft["student_id"]), branch_id, parties, draft, clock.today())
    made["asked"] = fingerprint(as_json({name: made.get(name) for name in _SAME}))  # whatever has become of it meanwhile
    said = [telling.made(made)]
    there = once(store.commitments, scope, made, lambda: store.commitments.add(made, saying=said), ("asked",), keyed=True)
    log().info("commitment_made", commitment=there["_id"], branch=branch_id)
    return named(store, scope, [there])[0]


def new(id: str, branch_id: str, parties: Parties, draft: Mapping[str, Any], today: date) -> Document:
    """The document of a commitment. Raises Invalid for a day that is over."""
    return {
        "_id": id,
        "branch_id": branch_id,
        "student_id": draft["student_id"],
        **parties._asdict(),
        "owners": sorted(set(draft["owners"])),
        "text": draft["text"],
        **_due(draft["due_on"], today),
        "state": OPEN,
        "edition": 0,
        "word": None,
        "settled_by": None,
        "settled_at": None,
        "made_at": clock.now(),
    }


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """Of a child, or one's own: a head's are those of the branch. What is due first comes first."""
    scope = caller.branch(branch_id)
    where: Document = {} if query["state"] is None else {"state": query["state"]}
    if query["student_id"] is not None:
        access.student(store, caller, branch_id, query["student_id"])
        where["student_id"] = query["student_id"]
    elif not caller.reaches_all(branch_id):
        where["$or"] = _own(store, caller, branch_id)
    found = store.commitments.page(scope, where, sort="due_on", page=query["page"])
    for student_id in {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, [student_id])
    return Paged(named(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, commitment_id: str) -> Document:
    """Raises NotFound for those who may not see it."""
    return named(store, caller.branch(branch_id), [_seen(store, caller, branch_id, commitment_id)])[0]


def change(store: Store, caller: Caller, branch_id: str, commitment_id: str, said: Mapping[str, Any]) -> Document:
    """Agreed anew, while it is open: other words, another day."""
    scope = caller.branch(branch_id)
    there, _ = _kept_by(store, caller, branch_id, commitment_id)
    if there["state"] != OPEN:
        raise Conflict("settled", "This is settled", Sentence("It is %(state)s.", state=there["state"]), state=there["state"])
    to = {**({"text": said["text"]} if "text" in said else {})}
    if "due_on" in said and said["due_on"].isoformat() != there["due_on"]:
        to |= _due(said["due_on"], clock.today())
    if all(there[name] == value for name, value in to.items()):
        return named(store, scope, [there])[0]
    to["edition"] = there["edition"] + 1
    return _changed(store, caller, there, to, [telling.made({**there, **to})])


def settle(store: Store, caller: Caller, branch_id: str, commitment_id: str, state: str, word: str | None) -> Document:
    """Done, or not done, with a word why; said otherwise later, it is that. Sent again, it is done."""
    scope = caller.branch(branch_id)
    there, role = _kept_by(store, caller, branch_id, commitment_id)
    if (there["state"], there["word"]) == (state, word):
        return named(store, scope, [there])[0]
    to = {
        "state": state,
        "word": word,
        "settled_by": role,
        "settled_at": clock.now(),
        "remind_on": None,
        "edition": there["edition"] + 1,
    }
    return _changed(store, caller, there, to, [telling.settled({**there, **to})])


def _changed(store: Store, caller: Caller, there: Document, to: Document, said: list[Any]) -> Document:
    scope = caller.branch(there["branch_id"])
    changed = store.commitments.change(scope, there["_id"], to, when={"edition": there["edition"]}, saying=said)
    if changed is None:
        raise GoneOn()
    return named(store, scope, [changed])[0]


def _due(due_on: date, today: date) -> Document:
    if due_on < today:
        raise Invalid({"due_on": ["This day is over."]})
    reminder = next_reminder(due_on, today)
    return {"due_on": due_on.isoformat(), "remind_on": reminder.isoformat() if reminder else None}


def _own(store: Store, caller: Caller, branch_id: str) -> list[Document]:
    """A teacher's own; a guardian's own, of children whose reports they may have."""
    same, own = {"$in": store.same_person(caller.person_id)}, []
    if caller.has(branch_id, "teacher"):
        own.append({"teacher_id": same})
    if caller.has(branch_id, "guardian"):
        children = store.students_of_guardian(caller.branch(branch_id), caller.person_id, "may_receive_reports")
        own.append({"guardian_id": same, "student_id": {"$in": children}})
    return own


def _seen(store: Store, caller: Caller, branch_id: str, commitment_id: str) -> Document:
    there = store.commitments.one(caller.branch(branch_id), commitment_id)
    if is_teacher(store, caller, branch_id, there["teacher_id"]):  # also of a child that they no longer teach
        audit.note(store, caller, branch_id, [there["student_id"]], by=(CLASSES,))
        return there
    try:
        access.student(store, caller, branch_id, there["student_id"])
    except NotFound:
        raise NotFound("Commitment") from None
    return there


def _kept_by(store: Store, caller: Caller, branch_id: str, commitment_id: str) -> tuple[Document, str]:
    """For those who are in it, and the head; as what."""
    there = _seen(store, caller, branch_id, commitment_id)
    if is_teacher(store, caller, branch_id, there["teacher_id"]):
        return there, TEACHER
    if is_guardian(store, caller, branch_id, there["guardian_id"]):
        return there, GUARDIAN
    if caller.reaches_all(branch_id):
        return there, "head"
    raise NotAllowed("not-your-commitment", "Others have agreed on this", "The family, that teacher and the head change it.")
