"""What is looked at: three aspects everywhere, and what a school adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST = 20  # of a school's own
ALWAYS = tuple(
    {"_id": id, "title": title, "title_ur": title_ur, "active": True, "own": False}
    for id, title, title_ur in (
        ("listening", "Listening", "توجہ سے سننا"),
        ("participating", "Taking part", "حصہ لینا"),
        ("finishing_tasks", "Finishing tasks", "کام مکمل کرنا"),
    )
)


def of_branch(store: Store, scope: Scope) -> list[Document]:
    own = store.behaviour_aspects.find(scope, sort="position _id")
    return [*ALWAYS, *({**each, "own": True} for each in own)]


def show(store: Store, caller: Caller, branch_id: str) -> Document:
    return {"aspects": of_branch(store, caller.branch(branch_id))}


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    scope = caller.branch(branch_id)
    count = store.behaviour_aspects.count(scope)
    made = {
        "_id": draft.get("aspect_id") or new_id(),
        "branch_id": branch_id,
        "title": draft["title"],
        "title_ur": draft["title_ur"],
        "active": True,
        "position": count,
    }
    if count >= MOST and store.behaviour_aspects.first(scope, {"_id": made["_id"]}) is None:
        raise Conflict(
            "enough-aspects",
            Sentence("A school has at most %(most)s aspects of its own", most=MOST),
            "Change one that is not active.",
        )
    there = once(store.behaviour_aspects, scope, made, lambda: store.behaviour_aspects.add(made), ("title", "title_ur"))
    return {**there, "own": True}


def change(store: Store, caller: Caller, branch_id: str, aspect_id: str, to: Document) -> Document:
    """The school's own alone. Notes keep the title that they were written under. Raises NotFound."""
    scope = caller.branch(branch_id)
    if any(each["_id"] == aspect_id for each in ALWAYS):
        raise Conflict("always-there", "This aspect is the same in every school", "Add one of your own beside it.")
    there = store.behaviour_aspects.one(scope, aspect_id)
    return {**(store.behaviour_aspects.change(scope, aspect_id, to=to) or there), "own": True} if to else {**there, "own": True}


def active(store: Store, scope: Scope, aspect_id: str) -> Document:
    """Raises Invalid."""
    for each in of_branch(store, scope):
        if each["_id"] == aspect_id and each["active"]:
            return each
    raise Invalid({"aspect_id": ["None of the branch's aspects."]})
