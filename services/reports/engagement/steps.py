"""What was tried with a family that is not reached, and what came of it: as people note it, and as it is measured.

Measured is whether a guardian opened anything in the 28 days after a step; notifications tells when they did last, and the
worker notes the first of these days that it sees, as a later one would hide it. It is measured of families alone that were told
something in the months of these days by a channel that tells of reading: `could_read`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.metering import month_of
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.reports.engagement import months, own_children, reaching, statistics, unreached, words
from services.reports.engagement.next_steps import OUTCOMES, REACHED, STRATEGIES, Tried
from services.reports.engagement.suppression import LEAST

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MEASURED = timedelta(days=28)
LATER = timedelta(days=14)  # how much later what was read in those days may still be heard of
OLDEST = timedelta(days=60)  # a step may be noted afterwards


def add(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Document:
    """The step; the one that is there when it was sent before. Raises NotFound, Invalid."""
    scope, family = reaching.family(store, caller, branch_id, draft["family_id"])
    taken_on, today = draft["taken_on"] or clock.today(), clock.today()
    if not today - OLDEST <= taken_on <= today:
        raise Invalid({"taken_on": [Sentence("Today, or up to %(days)s days before.", days=OLDEST.days)]})
    step = {
        "_id": draft.get("step_id") or new_id(),
        "branch_id": branch_id,
        "student_ids": list(family.student_ids),
        "guardian_ids": list(family.guardian_ids),
        "strategy": draft["strategy"],
        "note": draft["note"],
        "taken_on": taken_on.isoformat(),
        "taken_by": caller.person_id,
        "noted_at": clock.now(),
        **dict.fromkeys(("outcome", "outcome_on", "outcome_note", "outcome_by", "outcome_at", "read_on")),
        "could_read": False,
        "watched": True,
    }
    kept = once(store.engagement_steps, scope, step, lambda: store.engagement_steps.add(step), ("student_ids", "strategy"))
    return own_children.of_step(store, caller, scope, kept)


def note_outcome(store: Store, caller: Caller, branch_id: str, step_id: str, draft: Mapping[str, Any]) -> Document:
    """What came of it; noted again it is another. Raises NotFound, Invalid, Conflict."""
    scope = caller.branch(branch_id)
    step = _reachable(store, caller, scope, step_id)
    on = draft["on"] or clock.today()
    if not step["taken_on"] <= on.isoformat() <= clock.today().isoformat():
        raise Invalid({"on": ["From the day of the step on, and not in the future."]})
    said = {"outcome": draft["outcome"], "outcome_on": on.isoformat(), "outcome_note": draft["note"]}
    noted = {**said, "outcome_by": caller.person_id, "outcome_at": clock.now()}
    changed = store.engagement_steps.change(scope, step_id, to=noted)
    if changed is None:
        raise Conflict("step-gone", "The step is no more", "Note it anew.")
    return own_children.of_step(store, caller, scope, changed)


def _reachable(store: Store, caller: Caller, scope: Scope, step_id: str) -> Document:
    step = store.engagement_steps.one(scope, step_id)
    among, branch_id = reaching.classes(store, caller, scope), scope.branch_id or ""
    if among is not None and not set(among) & reaching.classes_of(store, scope, step["student_ids"]):
        audit.note(store, caller, branch_id, step["student_ids"], refused=True)
        raise NotFound("Step")
    audit.note(store, caller, branch_id, step["student_ids"])
    return step


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The latest first: of a family, or of all families in reach; `open`: those without an outcome."""
    scope = caller.branch(branch_id)
    where: Document = {}
    if query["family_id"] is not None:
        where["student_ids"] = {"$in": list(reaching.family(store, caller, branch_id, query["family_id"])[1].student_ids)}
    elif (among := reaching.classes(store, caller, scope)) is not None:
        where["student_ids"] = {"$in": sorted(reaching.students_of(store, scope, among))}
    if query["open"] is not None:
        where["outcome"] = None if query["open"] else {"$ne": None}
    found = store.engagement_steps.page(scope, where, sort="-taken_on", page=query["page"])
    found = own_children.of_steps(store, caller, scope, found)
    audit.note(store, caller, branch_id, {id for step in found.items for id in step["student_ids"]})
    return found


# What was tried, for what is to be tried next


def tried(store: Store, scope: Scope, since: date, student_ids: Iterable[str] | None = None) -> dict[str, list[Tried]]:
    """By student."""
    where: Document = {"taken_on": {"$gte": since.isoformat()}}
    if student_ids is not None:
        where["student_ids"] = {"$in": list(student_ids)}
    found: dict[str, list[Tried]] = {}
    for step in store.engagement_steps.find(scope, where, sort="taken_on"):
        for id in step["student_ids"]:
            made = Tried(step["strategy"], date.fromisoformat(step["taken_on"]), step["outcome"])
            found.setdefault(id, []).append(made)
    return found


# What was measured


def watch(store: Store, scope: Scope) -> None:
    """Notes who could have read something since, and who has opened something; and ends what is over."""
    watched = store.engagement_steps.find(scope, {"watched": True}, sort="taken_on")
    if not watched:
        return
    guardians = sorted({id for step in watched for id in step["guardian_ids"]})
    reach: dict[str, list[Document]] = {}
    for row in store.reach.find(scope, {"guardian_id": {"$in": guardians}}):
        reach.setdefault(row["guardian_id"], []).append(row)
    for step in watched:
        rows = [row for id in step["guardian_ids"] for row in reach.get(id, ())]
        if seen := _seen(step, rows, clock.today()):
            store.engagement_steps.change(scope, step["_id"], to=seen)


def _seen(step: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], today: date) -> Document:
    """What is new of a step, from what is known of its guardians."""
    taken_on = date.fromisoformat(step["taken_on"])
    within = months.between(month_of(taken_on), month_of(taken_on + MEASURED))
    told = step["could_read"] or any(unreached.could_read(row) for row in rows if row["month"] in within)
    read_on = step["read_on"] or read_within(taken_on, (row["last_read_on"] for row in rows if row["last_read_on"]))
    watched = not (told and read_on) and today <= taken_on + MEASURED + LATER
    found = {"could_read": told, "read_on": read_on, "watched": watched}
    return {name: value for name, value in found.items() if value != step[name]}


def read_within(taken_on: date, days: Iterable[str]) -> str | None:
    """The first of these ISO dates after the step, within four weeks; of the day itself nobody knows which came first."""
    first, last = taken_on.isoformat(), (taken_on + MEASURED).isoformat()
    return min((day for day in days if first < day <= last), default=None)


def strategies(store: Store, caller: Caller, branch_id: str) -> Document:
    """Which strategy reached families here, as noted and as measured: counts and intervals, from ten steps on."""
    scope, today = caller.branch(branch_id), clock.today()
    counted: dict[str, Document] = {each.key: {"outcomes": dict.fromkeys(OUTCOMES, 0)} for each in STRATEGIES}
    for each in counted.values():
        each |= dict.fromkeys(("taken", "waiting", "read", "over"), 0)
    shown = dict.fromkeys(("strategy", "outcome", "taken_on", "read_on", "could_read"), True)
    for step in store.engagement_steps.collection.find(scope.filter(), shown):
        of = counted[step["strategy"]]
        of["taken"] += 1
        if step["outcome"] is None:
            of["waiting"] += 1
        else:
            of["outcomes"][step["outcome"]] += 1
        over = date.fromisoformat(step["taken_on"]) + MEASURED < today
        if over and step["could_read"]:  # not over: else those who read soon would count, the others not yet
            of["over"] += 1
            of["read"] += step["read_on"] is not None
    items = [_strategy(strategy, counted[strategy.key]) for strategy in STRATEGIES]
    return {"items": items, "note": words.STRATEGIES.en, "note_ur": words.STRATEGIES.ur}


def _strategy(strategy: Any, of: Document) -> Document:
    noted = sum(of["outcomes"].values())
    return {
        "strategy": strategy.key,
        "text": strategy.en,
        "text_ur": strategy.ur,
        "taken": of["taken"],
        "waiting": of["waiting"],
        "outcomes": of["outcomes"] if noted >= LEAST else None,
        "reached": shared(of["outcomes"][REACHED], noted),
        "read_after": shared(of["read"], of["over"]),
    }


def shared(count: int, of: int) -> Document:
    """A share with its interval; of fewer than ten the count of all alone."""
    if of < LEAST:
        return {"count": None, "of": of, "percent": None, "low": None, "high": None, "suppressed": of > 0}
    return {**statistics.share(count, of), "suppressed": False}
