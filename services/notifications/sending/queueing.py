"""The only way in: drafts become messages, each on the first rung of its person's ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import tracing
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics, usage
from services.notifications.messages import sms_text
from services.notifications.opting import opt_outs
from services.notifications.pushing import devices
from services.notifications.segments import parts
from services.notifications.sending import contacts, daily, sharing
from services.notifications.sending.channels import SMS, rings
from services.notifications.sending.daily import URGENT
from services.notifications.sending.holidays import Holidays
from services.notifications.sending.hours import next_moment
from services.notifications.sending.ladder import ladder
from services.notifications.sending.lanes import DIRECT
from services.notifications.sending.sizes import size_of
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
ANNOUNCEMENT = "announcement"  # of a source


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
    wanted = {draft["_id"]: draft for draft in drafts}
    known = store.messages.find(WHOLE_CHAIN, {"_id": {"$in": list(wanted)}}) if wanted else []
    drafts = [draft for id, draft in wanted.items() if id not in {message["_id"] for message in known}]
    if not drafts:
        return 0
    branch_ids, at = sorted({draft["branch_id"] for draft in drafts}), at or now()
    holidays = Holidays(store, branch_ids)
    placed = _placed(store, drafts, people, at)
    messages = [{**_at_its_hour(holidays, each), "size": size_of(store, each["branch_id"])} for each in placed]
    messages = sharing.gathered(messages, reword and partial(_reworded, reword))
    messages = _beside_earlier(store, messages, known)
    messages = daily.kept_to(messages, store.take_places(daily.wanted(messages)), rules(), at)
    messages = _traced(messages)
    notes.want(store, (each for each in messages if each["aloud"] and each["state"] != State.SKIPPED.value))
    messages, added = usage.add(store, messages)
    store.metered.touch(*branch_ids)
    if added == len(messages):  # else a part of them was counted before
        for message in messages:
            metrics.count(message)
    return added


def _traced(messages: list[Message]) -> list[Message]:
    """What waits for a carrier goes on from here in the trace."""
    place = tracing.traceparent()
    return [{**message, "traceparent": place} for message in messages] if place else messages


def foreseen(store: Store, drafts: Sequence[Draft], people: People, reword: Reword, at: datetime) -> list[Message]:
    """What drafts would become, by their people, their channels and the phones that they share. Nothing is stored."""
    return sharing.gathered(list(_placed(store, drafts, people, at)), partial(_reworded, reword))


def _placed(store: Store, drafts: Sequence[Draft], people: People | None, at: datetime) -> Iterator[Message]:
    """Each on its first rung. `people` None: the rows that their branches have."""
    told = {(draft["branch_id"], draft["person_id"]) for draft in drafts if draft["person_id"]}
    ids = sorted({id for _, id in told})
    failed, left, knocks = contacts.failed(store, ids), opt_outs.left(store, told), devices.owners(store, ids)
    rows = {key: people[key[1]] for key in told if key[1] in people} if people is not None else store.rows_of(told)
    for draft in drafts:
        key = draft["branch_id"], draft["person_id"]
        bad = contacts.channels(failed.get(key[1], {}), rows.get(key))
        yield placed(draft, rows.get(key), rules(), at, bad, left=left.get(key, ()), knocks=key[1] in knocks)


def _at_its_hour(holidays: Holidays, message: Message) -> Message:
    if message["state"] != State.QUEUED.value or message["urgency"] == URGENT or not rings(message["channel"]):
        return message
    wanted = message["send_at"]
    moment = next_moment(wanted, rules(), message["hours"], partial(holidays.on, message["branch_id"]), wanted)
    return {**message, "send_at": moment}


def _reworded(reword: Reword, message: Message, student_ids: Sequence[str]) -> Message:
    said = reword(message, student_ids)
    words = {name: said[name] for name in _WORDS if name in said}
    again = {**message, **words, "student_ids": list(student_ids)}
    return {**again, "parts": parts(sms_text(again["body"], again["link"])) if again["channel"] == SMS else None}


def _beside_earlier(store: Store, messages: list[Message], known: Sequence[Message]) -> list[Message]:
    """A phone may have been told already: by a part of the same drafts that was stored before (`known`) and names the same
    children, or, word for word, by an earlier chunk of an announcement. Then a message rides on that one."""
    going = [message for message in messages if message["address"] and message["state"] == State.QUEUED.value]
    going = [message for message in going if message["rides_on"] is None and not message.get("carries")]
    earlier: dict[tuple[Any, ...], list[Message]] = {}
    for each in known:
        if each["rides_on"] is None:
            earlier.setdefault(_sent(each), []).append(each)
    announced = [message for message in going if message["source"] and message["source"]["kind"] == ANNOUNCEMENT]
    for each in store.announced(announced):
        earlier.setdefault((*_sent(each), each["body"]), []).append(each)
    riding = {}
    for message in going if earlier else ():
        beside = [each for each in earlier.get(_sent(message), ()) if set(message["student_ids"]) <= set(each["student_ids"])]
        beside += earlier.get((*_sent(message), message["body"]), ())
        on = next((each for each in beside if sharing.goes_there(each, message["address"])), None)
        if on is not None:
            on = store.messages.change(WHOLE_CHAIN, on["_id"], to={"carries": True}) or on
            state = sharing.heard(on, message["address"]) or State.QUEUED
            riding[message["_id"]] = sharing.riding(message, on["_id"], state.value)
    return [riding.get(message["_id"], message) for message in messages]


def _sent(message: Mapping[str, Any]) -> tuple[Any, ...]:
    of = (message["source"] or {}).get("id")
    return of, message["branch_id"], message["about_id"], message["role"], message.get("text"), message["address"]


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
    message = {**_EMPTY, **draft, "created_at": draft.get("created_at", at), "lane": draft.get("lane", DIRECT)}
    wanted_at = max(at, draft.get("send_at") or at)
    message |= {"history": [], "attempts": [], "ladder": [], "hours": _hours(person), "wanted_at": wanted_at}
    message["aloud"] = notes.prefers(person)  # an audio note goes with it
    rungs, reason = _rungs(draft, person, failed, left, knocks=knocks, calls=bool(wanted.voice_number))
    if not rungs:
        skipped = {"state": State.SKIPPED.value, "reason": reason, "history": [step(State.SKIPPED, at, reason)], "send_at": at}
        return {**message, **skipped}
    message["ladder"] = rungs
    change = stands(message, 0, wanted, wanted_at, reason)
    return {**message, **change.to, "history": change.history}


_WORDS = (
    *("language", "subject", "body", "text_version", "template", "template_language", "parameters", "student_ids"),
)  # what a message about other children has of its own
_EMPTY: Mapping[str, Any] = {
    "person_id": None,
    "role": "guardian",
    "teacher_id": None,
    "student_ids": [],
    "language": None,
    "subject": "",
    "body": "",
    "text_version": None,
    "template": None,
    "template_language": None,
    "parameters": [],
    "link": None,
    "parts": None,
    "counted": None,
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
    draft: Draft, person: Mapping[str, Any] | None, failed: Iterable[str], left: Iterable[str], **more: bool
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
        **more,
    )


def _hours(person: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    """When the family wants to be disturbed."""
    hours: Mapping[str, str] | None = ((person or {}).get("preferences") or {}).get("hours")
    return hours
