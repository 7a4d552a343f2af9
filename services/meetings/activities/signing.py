"""A family says whether it comes: its sign-up, the places that are taken, and the waiting list, in one transaction.

Whatever changes who has a place writes the activity's own document first, so that changes of one activity come one after
another; and the write that takes places is guarded by how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import tee
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import due
from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import effect_id, fingerprint
from schoolbus.logs import log
from schoolbus.once import key_used_before
from schoolbus.problems import Conflict, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import current_session
from services.meetings.activities import places, telling
from services.meetings.activities.places import COMING, HOLDING, NEW, NOT_COMING, OFFERED, WAITING, Standing, Wish
from services.meetings.activities.turns import turn

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
KEYS = 20  # of its latest requests that a sign-up remembers
LINE = 500  # of those who wait, read at once
Check = Callable[[Document, Standing], None]
_CHANGES = ("state", "heads", "if_full", "asked_at", "offer_until")


class Household(NamedTuple):
    """Who answers: a guardian, for the children that they may answer for."""

    guardian_id: str
    student_ids: list[str]


class Answer(NamedTuple):
    """What a family, or school for it, says. `coming_ids`: the children who come, where it is for students."""

    wish: Wish
    coming_ids: list[str]
    key: str
    by: str  # who says so


def alone(store: Store, scope: Scope, activity_id: str) -> Document:
    """The activity, within a transaction: nobody else changes who has a place in it meanwhile. Counts what happens to it."""
    found: Document | None = store.activities.collection.find_one_and_update(
        scope.filter({"_id": activity_id}), {"$inc": {"sequence": 1}}, return_document=True, session=current_session()
    )
    if found is None:
        raise NotFound("Activity")
    return found


def answer(
    store: Store,
    scope: Scope,
    activity_id: str,
    household: Household,
    said: Answer,
    check: Check,
) -> Document:
    """The family's sign-up after its answer. `check` raises what stands against it. Raises Conflict, Invalid, NotFound."""
    at = now()
    with turn(activity_id), store.transaction():
        activity = alone(store, scope, activity_id)
        theirs = _of_children(store, scope, activity_id, household)
        mine = _own(theirs, household)
        if mine and (before := next((each for each in mine["keys"] if each["key"] == said.key), None)):
            if before["said"] != _said(said):
                raise key_used_before()
            return mine
        was = standing(mine) if mine else NEW
        check(activity, was)
        new = places.answered(was, said.wish, left(activity), at)
        if mine and new == was and mine["coming_ids"] == said.coming_ids:
            return mine
        children = _children(theirs, mine, household)
        made = _put(store, scope, activity, household._replace(student_ids=children), mine, new, said, at)
        _hand_on(store, scope, activity, new.held - was.held, _waits(new) - _waits(was), at)
    log().info("sign_up_answered", activity=activity_id, sign_up=made["_id"], state=made["state"])
    return made


def standing(sign_up: Mapping[str, Any]) -> Standing:
    return Standing(**{name: sign_up[name] for name in _CHANGES})


def left(activity: Mapping[str, Any]) -> int | None:
    return None if activity["places"] is None else activity["places"] - activity["taken"]


def hand_on_all(store: Store, scope: Scope, activity: Document) -> None:
    """Within a transaction, after its places were changed."""
    _hand_on(store, scope, activity, 0, 0, now())


def let_lapse(store: Store) -> None:
    """Offers whose time is over go to the next in line, activity by activity."""
    over = {"state": OFFERED, "offer_until": {"$lte": now()}}
    late = store.sign_ups.find(WHOLE_CHAIN, over, sort="offer_until", limit=500)

    def hand_on(one: Document) -> None:
        scope, activity_id = branch(one["branch_id"]), one["activity_id"]
        at = now()
        with store.transaction():
            activity = alone(store, scope, activity_id)
            freed = 0
            for each in store.sign_ups.find(scope, {"activity_id": activity_id, **over}):
                freed += _change(store, scope, activity, each, places.lapsed(standing(each), at), at)
            _hand_on(store, scope, activity, freed, 0, at)
        log().info("offers_lapsed", activity=activity_id)

    of_each = {each["activity_id"]: each for each in late}
    due.each(store.sign_ups, of_each.values(), None, hand_on)


def _put(
    store: Store,
    scope: Scope,
    activity: Document,
    household: Household,
    mine: Document | None,
    new: Standing,
    said: Answer,
    at: datetime,
) -> Document:
    """The sign-up as it is after the answer, with what it says."""
    keys = [*(mine["keys"] if mine else []), {"key": said.key, "said": _said(said)}][-KEYS:]
    document = {
        **(mine or _first(activity, said, at)),
        **_fields(new),
        "student_ids": household.student_ids,
        "guardian_id": household.guardian_id,
        "coming_ids": said.coming_ids,
        "answered_at": at,
        "answered_by": said.by,
        "keys": keys,
    }
    told = _told(store, scope, activity, mine, document, at)
    if mine is None:
        return store.sign_ups.add(document, saying=told)
    return store.sign_ups.change(scope, mine["_id"], to=document, saying=told) or document


def _first(activity: Document, said: Answer, at: datetime) -> Document:
    return {
        "_id": effect_id("sign-up", activity["_id"], said.key),
        "branch_id": activity["branch_id"],
        "activity_id": activity["_id"],
        "made_at": at,
        "feedback_given": False,
    }


def _of_children(store: Store, scope: Scope, activity_id: str, household: Household) -> list[Document]:
    """Sign-ups that name one of the family's children: nearly always none or its own."""
    return store.sign_ups.find(scope, {"activity_id": activity_id, "student_ids": {"$in": household.student_ids}})


def _own(theirs: Sequence[Document], household: Household) -> Document | None:
    """The family's: of a guardian who belongs to two, the one that they made themselves."""
    return next((each for each in theirs if each["guardian_id"] == household.guardian_id), next(iter(theirs), None))


def _children(theirs: Sequence[Document], mine: Document | None, household: Household) -> list[str]:
    """The family's children: also one that has come to school since; none that another family has named."""
    others = {id for each in theirs for id in each["student_ids"] if mine is None or each["_id"] != mine["_id"]}
    return sorted({*(mine["student_ids"] if mine else []), *household.student_ids} - others)


def _hand_on(store: Store, scope: Scope, activity: Document, taken: int, waiting: int, at: datetime) -> None:
    """Counts places that were taken or given back, and hands on to those who wait what is free by then."""
    free = left({**activity, "taken": activity["taken"] + taken})
    if activity["starts_at"] > at and activity["waiting"] + waiting > 0 and free != 0:
        until = min(at + timedelta(minutes=activity["offer_minutes"]), activity["starts_at"])
        line, same = tee(_line(store, scope, activity))
        for each, new in zip(line, places.hand_on(map(standing, same), free, until), strict=True):
            if new.state != WAITING:
                taken += _change(store, scope, activity, each, new, at)
                waiting -= 1
            if left({**activity, "taken": activity["taken"] + taken}) == 0:
                break
    if taken or waiting:
        _count(store, scope, activity, taken, waiting)


def _line(store: Store, scope: Scope, activity: Document) -> Iterator[Document]:
    """Who waits, in their order, and is still here; read as far as it is wanted."""
    where: Document = {"activity_id": activity["_id"], "state": WAITING}
    beyond: Document = {}
    while True:
        found = store.sign_ups.find(scope, {**where, **beyond}, sort="asked_at _id", limit=LINE)
        here = telling.still_here(store, scope, (each["guardian_id"] for each in found))
        yield from (each for each in found if each["guardian_id"] in here)
        if len(found) < LINE:
            return
        asked_at, id = found[-1]["asked_at"], found[-1]["_id"]
        beyond = {"$or": [{"asked_at": {"$gt": asked_at}}, {"asked_at": asked_at, "_id": {"$gt": id}}]}


def _count(store: Store, scope: Scope, activity: Document, taken: int, waiting: int) -> None:
    """The one write that takes places: there are as many."""
    enough = {"$or": [{"$eq": ["$places", None]}, {"$lte": [{"$add": ["$taken", taken]}, "$places"]}]}
    counted = store.activities.collection.update_one(
        scope.filter({"_id": activity["_id"], "$expr": enough}),
        {"$inc": {"taken": taken, "waiting": waiting}},
        session=current_session(),
    )
    if not counted.matched_count:
        raise Conflict("activity-full", "There are not so many places", "Look again how many are free.")


def _change(store: Store, scope: Scope, activity: Document, sign_up: Document, new: Standing, at: datetime) -> int:
    """How many more places the family holds by it."""
    was = standing(sign_up)
    document = {**sign_up, **_fields(new)}
    store.sign_ups.change(scope, sign_up["_id"], to=_fields(new), saying=_told(store, scope, activity, sign_up, document, at))
    return new.held - was.held


def _told(store: Store, scope: Scope, activity: Document, was: Document | None, new: Document, at: datetime) -> list[Event]:
    """To the guardian who has answered; and to the one who had answered before, whose word this changes."""
    before, after = (was["state"], was["heads"]) if was else (NOT_COMING, 0), (new["state"], new["heads"])
    say = None
    if after[0] == COMING and before != after:
        say = telling.signed_up
    elif after[0] == OFFERED and before != after:
        say = telling.offered
    elif after[0] == NOT_COMING and before[0] in (*HOLDING, WAITING):
        say = telling.withdrawn
    if say is None:
        return []
    whom = telling.still_here(store, scope, {new["guardian_id"], *([was["guardian_id"]] if was else [])})
    return [say(activity, new, whom, at)] if whom else []


def _fields(new: Standing) -> Document:
    return {name: getattr(new, name) for name in _CHANGES}


def _waits(each: Standing) -> int:
    return int(each.state == WAITING)


def _said(said: Answer) -> str:
    return fingerprint(repr((said.wish, said.coming_ids)))
