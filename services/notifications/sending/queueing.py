"""The only way in: drafts become messages, each on the first rung of its person's ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import Scope, branch
from services.notifications import metrics, usage
from services.notifications.opting import opt_outs
from services.notifications.pushing import devices
from services.notifications.sending.ladder import ladder
from services.notifications.sending.steps import stands
from services.notifications.settings import Rules, rules
from services.notifications.speaking import notes
from services.notifications.states import State, step

if TYPE_CHECKING:
    from services.notifications.store import Store

Draft = Mapping[str, Any]
Message = dict[str, Any]
People = Mapping[str, Mapping[str, Any]]
Reword = Callable[[Draft, Sequence[str]], Draft]
CODE, DIRECT, BULK = "code", "direct", "bulk"  # lanes: each has threads of its own, so none holds up another
URGENT = 0  # breaks quiet hours and the day's number


def enqueue(
    store: Store,
    drafts: Iterable[Draft],
    *,
    people: People | None = None,
    reword: Reword | None = None,
    at: datetime | None = None,
) -> int:
    """Stores messages that are not there yet; how many. Twice is once: ids decide.

    A draft is a message without ladder, state and times (docs/notifications.md lists its fields). `people`: the rows of those
    told, where the caller has them. `reword(draft, student_ids)`: the same draft about these children, for a phone that two
    share.
    """
    by_branch = sorted(drafts, key=lambda draft: str(draft["branch_id"]))
    return sum(
        _enqueue(store, branch(branch_id), list(of_branch), people, reword, at or now())
        for branch_id, of_branch in groupby(by_branch, key=lambda draft: str(draft["branch_id"]))
    )


def _enqueue(
    store: Store, scope: Scope, drafts: list[Draft], people: People | None, reword: Reword | None, at: datetime
) -> int:
    if people is None:
        people = store.people_by_id(scope, {draft["person_id"] for draft in drafts if draft["person_id"]})
    left, knocks = opt_outs.left(store, scope, people), devices.owners(store, people)
    messages = [
        placed(
            draft,
            people.get(draft["person_id"] or ""),
            rules(),
            at,
            left=left.get(draft["person_id"] or "", ()),
            knocks=draft["person_id"] in knocks,
        )
        for draft in drafts
    ]
    messages = usage.within_limit(store, scope, messages)
    notes.want(store, (message for message in messages if message["aloud"] and message["state"] != State.SKIPPED.value))
    added = store.messages.add_new(messages)
    if messages:
        store.metered.touch(scope.branch_id or "")
    if added == len(messages):  # else a part of them was counted before
        for message in messages:
            metrics.count(message)
    return added


def placed(
    draft: Draft,
    person: Mapping[str, Any] | None,
    wanted: Rules,
    at: datetime,
    failed: Iterable[str] = (),
    left: Iterable[str] = (),
    knocks: bool = False,
) -> Message:
    """The message on its first rung; or why there is no way to this person. `failed`: channels whose address is bad; `left`:
    those that the person wants no more. `knocks`: they have a device."""
    kept = {name: value for name, value in draft.items() if name not in _WISHES}
    message = {**_EMPTY, **kept, "created_at": draft.get("created_at", at), "lane": draft.get("lane", DIRECT)}
    message |= {"history": [], "attempts": [], "ladder": [], "hours": _hours(person)}
    message["aloud"] = notes.prefers(person)  # an audio note goes with it
    rungs, reason = _rungs(draft, person, failed, left, knocks)
    if not rungs:
        skipped = {"state": State.SKIPPED.value, "reason": reason, "history": [step(State.SKIPPED, at, reason)], "send_at": at}
        return {**message, **skipped}
    message["ladder"] = rungs
    change = stands(message, 0, wanted, max(at, draft.get("send_at") or at), reason)
    return {**message, **change.to, "history": change.history}


_WISHES = ("only", "paper")
_EMPTY: Mapping[str, Any] = {
    "person_id": None,
    "role": "guardian",
    "teacher_id": None,
    "student_ids": [],
    "language": None,
    "subject": "",
    "body": "",
    "template": None,
    "parameters": [],
    "link": None,
    "parts": None,
    "calendar": None,
    "urgency": 5,
    "source": None,
    "step": 0,
    "channel": None,
    "address": None,
    "reason": None,
    "leased_until": None,
    "claim": None,
    "due_at": None,
    "carrier_id": None,
    "rides_on": None,
}


def _rungs(
    draft: Draft, person: Mapping[str, Any] | None, failed: Iterable[str], left: Iterable[str], knocks: bool
) -> tuple[list[dict[str, str | None]], str | None]:
    if draft.get("reason"):
        return [], draft["reason"]
    if person is None:
        return [], "left"
    guardian = draft.get("role", "guardian") == "guardian" and bool(draft.get("student_ids"))
    return ladder(
        person,
        only=draft.get("only"),
        paper=draft.get("paper", guardian),
        urgent=draft.get("urgency") == URGENT,
        failed=list(failed),
        left=list(left),
        knocks=knocks,
    )


def _hours(person: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    """When the family wants to be disturbed."""
    hours: Mapping[str, str] | None = ((person or {}).get("preferences") or {}).get("hours")
    return hours
