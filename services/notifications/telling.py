"""When something happened: who is to be told, from the roster's copy, and the messages stored once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.problems import NotYet
from services.notifications.messages import People, compose, reworded
from services.notifications.sending import enqueue
from services.notifications.sending.channels import SMS
from services.notifications.sending.daily import URGENT
from services.notifications.sending.lanes import CODE
from services.notifications.states import State, step
from services.notifications.webhooks.sending import pass_on
from services.notifications.wording.languages import say
from services.notifications.wording.rules import Guardians, guardians_of_each, rules_for, student_ids
from services.notifications.wording.texts import SIGN_IN_CODE

if TYPE_CHECKING:
    from services.notifications.store import Store

GRACE = timedelta(seconds=5)  # how long an event waits for relations: a child without any is rare, a late chunk is not


def tell(store: Store, event: Event, public_url: str) -> None:
    """Stores the messages of an event, and what webhooks are to hear of it.

    Raises NotYet while the branch or somebody in it is unknown here.
    """
    pass_on(store, event)
    if not store.subscribed(event.branch_id):
        return
    if "guardian_id" in event.data:
        event.data["guardian_id"] = store.counting(event.scope, event.data["guardian_id"])
    guardians = store.guardians_of_each(event.scope, student_ids(event.data))
    _wait_for_relations(store, event, guardians)
    people = _known(store, event, guardians)
    drafts = [
        draft for rule in rules_for(event) for draft in compose(rule, event, people, guardians, public_url=public_url, at=now())
    ]
    enqueue(store, drafts, people=people, reword=partial(reworded, event, people))


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


def _wait_for_relations(store: Store, event: Event, guardians: Guardians) -> None:
    """Raises NotYet for a child without any relation while the event is young: the chunk with it may still be on its way."""
    if now() - event.time > GRACE or all(rule.tells is not guardians_of_each for rule in rules_for(event)):
        return
    alone = [student_id for student_id in student_ids(event.data) if student_id not in guardians]
    unrelated = set(alone) - store.related(event.scope, alone) if alone else set()
    if unrelated:
        raise NotYet(f"guardians of {len(unrelated)} students")


def _known(store: Store, event: Event, guardians: Guardians) -> People:
    """Everybody the event touches."""
    told = {told.person_id for rule in rules_for(event) for told in rule.tells(event.data, guardians) if told.person_id}
    wanted = told | set(student_ids(event.data)) | {event.data[field] for field in ("teacher_id",) if field in event.data}
    people = store.people_by_id(event.scope, wanted)
    if missing := sorted(wanted - people.keys()):
        raise NotYet(f"{len(missing)} people, such as {missing[0]}")
    return people
