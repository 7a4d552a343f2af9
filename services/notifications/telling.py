"""When something happened: who is to be told, from the roster's copy, and the messages stored once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.problems import NotYet
from services.notifications.messages import Draft, People, compose, edition, reworded
from services.notifications.ruling.rows import OF_EVENT
from services.notifications.sending import enqueue, outdated
from services.notifications.sending.channels import SMS
from services.notifications.sending.daily import URGENT
from services.notifications.sending.lanes import CODE
from services.notifications.sending.steps import SUPERSEDED, TOO_LATE
from services.notifications.states import State, step
from services.notifications.webhooks.sending import pass_on
from services.notifications.wording.audiences import GUARDIANS_OF_EACH, Guardians, student_ids
from services.notifications.wording.languages import say
from services.notifications.wording.rules import Grades, Rule
from services.notifications.wording.texts import SIGN_IN_CODE

if TYPE_CHECKING:
    from services.notifications.store import Store

GRACE = timedelta(seconds=5)  # how long an event waits for relations: a child without any is rare, a late chunk is not


def tell(store: Store, event: Event, public_url: str) -> None:
    """Stores the messages of an event, and what webhooks are to hear of it.

    By the rules as they are now: what was switched off since it happened is not told. Raises NotYet while the branch or
    somebody in it is unknown here.
    """
    pass_on(store, event)
    if not store.subscribed(event.branch_id):
        return
    _count(store, event)
    newest = _newest(store, event)
    if rules := store.in_force.of(event):
        _store(store, event, rules, newest, public_url)
    if newest is not None:  # asked again: another event may have come in between
        outdated.take_back(store, event.scope, *_thing(event), _newest(store, event) or 0)


def send_code(store: Store, event: Event) -> None:
    """A one-time code: kept apart from the messages, so that no list can show it."""
    at = now()
    if event.data["expires_at"] <= at:
        return
    said = say(SIGN_IN_CODE, event.data["language"], [], event.data)
    store.codes.add_new(
        [
            {
                "_id": effect_id(event.id, event.data["phone"]),
                "branch_id": event.branch_id,
                "lane": CODE,
                "ladder": [{"channel": SMS, "address": event.data["phone"]}],
                "step": 0,
                "channel": SMS,
                "address": event.data["phone"],
                "body": said.body,
                "link": None,
                "urgency": URGENT,
                "state": State.QUEUED.value,
                "reason": None,
                "history": [step(State.QUEUED, at, None, SMS)],
                "attempts": [],
                "created_at": at,
                "send_at": at,
                "stands_since": at,
                "expires_at": event.data["expires_at"],
                "leased_until": None,
                "claim": None,
                "due_at": None,
            }
        ]
    )


def _store(store: Store, event: Event, rules: Sequence[Rule], newest: int | None, public_url: str) -> None:
    """A message for each whom the rules tell."""
    guardians = store.guardians_of_each(event.scope, student_ids(event.data))
    _wait_for_relations(store, event, rules, guardians)
    grades = _grades(store, event, rules)
    people = _known(store, event, rules, guardians, grades)
    drafts: dict[str, Draft] = {}
    for rule in rules:
        reason = SUPERSEDED if (newest or 0) > (edition(event) or 0) else _too_late(rule, event)
        composed = compose(rule, event, people, guardians, public_url=public_url, at=now(), grades=grades, reason=reason)
        for draft in composed:
            drafts.setdefault(draft["_id"], draft)
    enqueue(store, drafts.values(), people=people, reword=partial(reworded, event, people))


def _count(store: Store, event: Event) -> None:
    """Instead of merged records those that count."""
    if "guardian_id" in event.data:
        event.data["guardian_id"] = store.counting(event.scope, event.data["guardian_id"])
    if "owner_id" in event.data:
        event.data["owner_id"] = store.counting(event.scope, event.data["owner_id"])
    if "person_ids" in event.data:
        rows = store.people_by_id(event.scope, event.data["person_ids"])
        counting = (rows.get(id, {}).get("counts_as") or id for id in event.data["person_ids"])
        event.data["person_ids"] = list(dict.fromkeys(counting))


def _wait_for_relations(store: Store, event: Event, rules: Sequence[Rule], guardians: Guardians) -> None:
    """Raises NotYet for a child without any relation while the event is young: the chunk with it may still be on its way."""
    if now() - event.time > GRACE or all(rule.tells is not GUARDIANS_OF_EACH for rule in rules):
        return
    alone = [student_id for student_id in student_ids(event.data) if student_id not in guardians]
    unrelated = set(alone) - store.related(event.scope, alone) if alone else set()
    if unrelated:
        raise NotYet(f"guardians of {len(unrelated)} students")


def _grades(store: Store, event: Event, rules: Sequence[Rule]) -> Grades:
    """Asked where a rule is for some grades alone."""
    if all(rule.grades is None for rule in rules):
        return {}
    return store.grades_of_each(event.scope, student_ids(event.data))


def _known(store: Store, event: Event, rules: Sequence[Rule], guardians: Guardians, grades: Grades) -> People:
    """Everybody the event touches."""
    told = {told.person_id for rule in rules for told in rule.told(event.data, guardians, grades) if told.person_id}
    wanted = told | set(student_ids(event.data)) | {event.data[field] for field in ("teacher_id",) if field in event.data}
    people = store.people_by_id(event.scope, wanted)
    if missing := sorted(wanted - people.keys()):
        raise NotYet(f"{len(missing)} people, such as {missing[0]}")
    return people


def _newest(store: Store, event: Event) -> int | None:
    """The newest edition of what the event is about; None for what does not change."""
    known = edition(event)
    return None if known is None else outdated.newest(store, event.scope, *_thing(event), known)


def _thing(event: Event) -> tuple[str, str]:
    about = OF_EVENT[event.type].about
    return about, event.data[f"{about}_id"]


def _too_late(rule: Rule, event: Event) -> str | None:
    return TOO_LATE if rule.until and event.data[rule.until] <= now() else None
