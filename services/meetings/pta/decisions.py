"""What the association decided: who does what until when, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.pta import PtaDecisionMade, PtaDecisionSettled
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import GoneOn, NotFound
from schoolbus.scope import Scope
from services.meetings.pta import saying, views
from services.meetings.pta.calling import check_was_called
from services.meetings.pta.standing import acting, acts, role_in_association

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
OPEN, DONE, DROPPED = STATES = ("open", "done", "dropped")
_SAME = ("pta_meeting_id", "title", "text", "owner_id", "due_on")
_BEFORE, _AFTER = 2, (7, 14, 21, 28)  # days around the one on which it is due


def record(store: Store, caller: Caller, branch_id: str, meeting_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """A decision of a meeting; whoever is to do it hears of it. The same one when it is sent again."""
    scope = acting(store, caller, branch_id)
    check_was_called(store.pta_meetings.one(scope, meeting_id))
    decision = {
        "_id": effect_id(key),
        "branch_id": branch_id,
        "pta_meeting_id": meeting_id,
        **_given(store, scope, draft),
        "votes": draft["votes"],
        "state": OPEN,
        "edition": 0,
        "history": [_entry(caller, OPEN, "")],
    }
    add = partial(store.pta_decisions.add, decision, saying=_made(decision))
    there = once(store.pta_decisions, scope, decision, add, _SAME, keyed=True)
    log().info("pta_decision_recorded", branch=branch_id, decision=there["_id"])
    return views.decisions(store, scope, [there])[0]


def change(store: Store, caller: Caller, branch_id: str, decision_id: str, wanted: Mapping[str, Any]) -> Document:
    """Other words, another owner or day: whoever is to do it hears of it anew."""
    scope = acting(store, caller, branch_id)
    decision = _seen(store, scope, decision_id, wanted["edition"])
    to = {**_given(store, scope, wanted), "edition": decision["edition"] + 1}
    told = any(decision[name] != to[name] for name in ("title", "owner_id", "due_on"))
    return _changed(store, scope, decision, to, _made({**decision, **to}) if told else [])


def settle(store: Store, caller: Caller, branch_id: str, decision_id: str, wanted: Mapping[str, Any]) -> Document:
    """Done, dropped, or open again: by an officer, and by whoever is to do it."""
    scope = caller.branch(branch_id)
    decision = store.pta_decisions.one(scope, decision_id)
    if decision["owner_id"] not in store.same_person(caller.person_id):
        acting(store, caller, branch_id)
    if decision["edition"] != wanted["edition"]:
        raise GoneOn()
    state = wanted["state"]
    if state == decision["state"]:
        return views.decisions(store, scope, [decision])[0]
    remind_on = first_reminder(decision["due_on"], clock.today()) if state == OPEN and decision["owner_id"] else None
    to = {"state": state, "remind_on": remind_on, "edition": decision["edition"] + 1}
    to["history"] = [*decision["history"], _entry(caller, state, wanted["note"])]
    said = PtaDecisionSettled(
        branch_id=branch_id, subject=decision_id, pta_decision_id=decision_id, edition=to["edition"], state=state
    )
    log().info("pta_decision_settled", branch=branch_id, decision=decision_id, state=state)
    return _changed(store, scope, decision, to, [said])


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """Those of a state, the first due first; `overdue`: only open ones whose day has passed."""
    scope = caller.branch(branch_id)
    where: Document = {"state": query["state"]} if query["state"] else {}
    if query["overdue"]:
        where = {"state": OPEN, "due_on": {"$lt": clock.today().isoformat()}}
    if query["mine"]:
        where["owner_id"] = {"$in": store.same_person(caller.person_id)}
    found = store.pta_decisions.page(scope, where, sort="due_on", page=query["page"])
    return Paged(views.decisions(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, decision_id: str) -> Document:
    scope = caller.branch(branch_id)
    found = store.pta_decisions.one(scope, decision_id)
    shown = views.decisions(store, scope, [found])[0]
    return shown if acts(store, caller, branch_id) else {**shown, "history": []}


def first_reminder(due_on: str | None, today: date) -> str | None:
    """The day of the first reminder that is still to come, today's among them; None when there is none."""
    return _reminder(due_on, today)


def next_reminder(due_on: str, today: date) -> str | None:
    """The day of the one after today's."""
    return _reminder(due_on, today + timedelta(days=1))


def _reminder(due_on: str | None, since: date) -> str | None:
    """Two days before, on the day, and each week after it for four weeks: then it is the next meeting's matter."""
    if due_on is None:
        return None
    days = (date.fromisoformat(due_on) + timedelta(days=days) for days in (-_BEFORE, 0, *_AFTER))
    return next((day.isoformat() for day in days if day >= since), None)


def _given(store: Store, scope: Scope, wanted: Mapping[str, Any]) -> Document:
    owner_id = wanted["owner_id"] and store.counting(scope, wanted["owner_id"])
    if owner_id and role_in_association(store.person(scope, owner_id)) is None:
        raise NotFound("Person", detail="Guardians and teachers of the branch can take something on.")
    due_on = wanted["due_on"].isoformat() if wanted["due_on"] else None
    remind_on = first_reminder(due_on, clock.today() + timedelta(days=1)) if owner_id else None  # today they hear of it itself
    return {"title": wanted["title"], "text": wanted["text"], "owner_id": owner_id, "due_on": due_on, "remind_on": remind_on}


def _made(decision: Document) -> list[PtaDecisionMade]:
    if not decision["owner_id"] or decision["state"] != OPEN:
        return []
    return [saying.decided(PtaDecisionMade, decision, str(decision["edition"]))]


def _entry(caller: Caller, state: str, note: str) -> Document:
    return {"state": state, "note": note, "by": caller.person_id, "at": clock.now()}


def _seen(store: Store, scope: Scope, decision_id: str, edition: int) -> Document:
    decision = store.pta_decisions.one(scope, decision_id)
    if decision["edition"] != edition:
        raise GoneOn()
    return decision


def _changed(store: Store, scope: Scope, decision: Document, to: Document, told: Any) -> Document:
    changed = store.pta_decisions.change(scope, decision["_id"], to, when={"edition": decision["edition"]}, saying=told)
    if changed is None:
        raise GoneOn()
    return views.decisions(store, scope, [changed])[0]
