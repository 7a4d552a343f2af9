"""A guardian's answer, recorded: who, when, to which text, yes or no, in the app or on paper that the office holds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.activities import ConsentRecorded
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import key_used_before
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.slips import arranging, who
from services.meetings.activities.slips.standing import YES
from services.meetings.activities.states import CANCELLED, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
APP, PAPER = HOW = ("app", "paper")
_ANSWER = ("answer", "text_version", "how", "recorded_by", "note")


class Answer(NamedTuple):
    """`text_version`: of the text that was in front of them."""

    student_id: str
    guardian_id: str
    answer: str
    text_version: int
    how: str
    recorded_by: str
    key: str  # of the request
    note: str = ""


def by_guardian(
    store: Store, caller: Caller, branch_id: str, slip_id: str, student_id: str, given: Document, key: str
) -> Document:
    """In the app. A yes until the time that school gives; a no, and to take a yes back, as long as it can still be heeded."""
    scope, slip, children = arranging.seen(store, caller, branch_id, slip_id)
    access.student(store, caller, branch_id, student_id)
    if student_id not in children or slip["state"] == DRAFT:
        raise NotFound("Permission slip")
    _check_open(store, scope, slip, given["answer"], now())
    said = Answer(student_id, caller.person_id, how=APP, recorded_by=caller.person_id, key=key, **given)
    return _record(store, scope, slip, said)


def on_paper(
    store: Store, caller: Caller, branch_id: str, slip_id: str, student_id: str, given: Document, key: str
) -> Document:
    """What a guardian has signed and the office holds. Also after the time that school gave: paper comes late."""
    scope = caller.branch(branch_id)
    access.student(store, caller, branch_id, student_id)
    slip = store.permission_slips.one(scope, slip_id)
    if slip["state"] != PUBLISHED:
        raise Conflict("not-asked", "It is not asked", "Publish it first, or ask by another one.")
    if not inviting.among(store, scope, slip["audience"], [student_id]):
        raise NotFound("This student")
    if given["guardian_id"] not in who.deciders(store, scope, [student_id])[student_id]:
        raise Invalid({"guardian_id": ["No guardian who may decide for this student."]})
    said = Answer(student_id, how=PAPER, recorded_by=caller.person_id, key=key, **given)
    return _record(store, scope, slip, said)


def _record(store: Store, scope: Scope, slip: Document, said: Answer) -> Document:
    """The consent as it is then. The same once more is no other, and what comes late has been answered since.

    Raises Conflict for a text that is no longer asked.
    """
    if said.text_version != slip["text_version"]:
        way_out = "Read it, and answer it as it is now."
        raise Conflict("newer-text", "The text has changed", way_out, text_version=slip["text_version"])
    id = effect_id("consent", slip["_id"], said.student_id, said.guardian_id)
    at = now()
    to = {**{name: getattr(said, name) for name in _ANSWER}, "answered_at": at}
    told, entry = _recorded(slip, said), {**to, "key": said.key}
    for _ in range(10):
        there = store.consents.first(scope, {"_id": id})
        if there is None:
            first = {"_id": id, "branch_id": slip["branch_id"], "permission_slip_id": slip["_id"]}
            whose = {"student_id": said.student_id, "guardian_id": said.guardian_id}
            try:
                return store.consents.add({**first, **whose, **to, "history": [entry]}, saying=[told])
            except AlreadyThere:  # the same guardian, from another phone
                continue
        before = next((each for each in there["history"] if each["key"] == said.key), None)
        if before is not None and any(before[name] != to[name] for name in _ANSWER):
            raise key_used_before()
        if before is not None or all(there[name] == to[name] for name in _ANSWER):
            return there
        when = {"history": {"$size": len(there["history"])}}
        if changed := store.consents.change(scope, id, to=to, when=when, push={"history": entry}, saying=[told]):
            log().info("consent_recorded", slip=slip["_id"], how=said.how)
            return changed
    raise GoneOn("Somebody answers at the same moment", "Look again what is recorded.")


def _recorded(slip: Document, said: Answer) -> ConsentRecorded:
    return ConsentRecorded(
        **arranging.facts(slip),
        student_id=said.student_id,
        guardian_id=said.guardian_id,
        text_version=said.text_version,
        answer=said.answer,
        how=said.how,
    )


def _check_open(store: Store, scope: Scope, slip: Document, answer: str, at: datetime) -> None:
    if slip["state"] == CANCELLED:
        raise Conflict("cancelled", "It is closed", "No answer is needed any more.")
    activity = store.activities.first(scope, {"_id": slip["activity_id"]}) if slip["activity_id"] else None
    if activity is not None and activity["starts_at"] <= at:
        raise Conflict("over", "It has begun", "Please call the office.")
    if answer == YES and slip["answer_by"] <= at:
        way_out = Sentence(
            "It was to be answered by %(answer_by)s. The office can still take it on paper.", answer_by=slip["answer_by"]
        )
        raise Conflict("answer-closed", "It is too late to say yes here", way_out)
