"""When something happened: who is to be told, from the roster's copy, and the messages stored once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import effect_id
from services.notifications import concerned
from services.notifications.messages import Draft, compose, edition, reworded
from services.notifications.ruling.rows import OF_EVENT
from services.notifications.sending import enqueue, outdated
from services.notifications.sending.channels import SMS
from services.notifications.sending.daily import URGENT
from services.notifications.sending.lanes import CODE
from services.notifications.sending.steps import SUPERSEDED, TOO_LATE
from services.notifications.states import State, step
from services.notifications.webhooks.sending import pass_on
from services.notifications.wording.languages import say
from services.notifications.wording.rules import Rule
from services.notifications.wording.texts import SIGN_IN_CODE

if TYPE_CHECKING:
    from services.notifications.store import Store


def tell(store: Store, event: Event, public_url: str) -> None:
    """Stores the messages of an event, and what webhooks are to hear of it.

    By the rules as they are now: what was switched off since it happened is not told. Raises NotYet while the branch or
    somebody in it is unknown here.
    """
    pass_on(store, event)
    if not store.subscribed(event.branch_id):
        return
    concerned.count(store, event)
    newest = _newest(store, event)
    try:
        if rules := store.rules_in_force.of(event):
            _by_rules(store, event, rules, newest, public_url)
    finally:  # also while its own messages wait for somebody: those before it are wrong already
        if newest is not None:  # asked again: another event may have come in between
            outdated.take_back(store, event.scope, *_thing(event), _newest(store, event) or 0)


def take_back(store: Store, event: Event, about: str) -> None:
    """Things that are no more, of which people hear by another event: what was said of them and waits is not sent."""
    pass_on(store, event)
    if not store.subscribed(event.branch_id):
        return
    for item in event.data["items"]:
        id = item[f"{about}_id"]
        edition = outdated.newest(store, event.scope, about, id, item["edition"])
        outdated.take_back(store, event.scope, about, id, edition)


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
                "expires_at": event.data["expires_at"],
                "leased_until": None,
                "claim": None,
                "due_at": None,
            }
        ]
    )


def _by_rules(store: Store, event: Event, rules: Sequence[Rule], newest: int | None, public_url: str) -> None:
    """A message for each whom the rules tell. Raises NotYet at the end for those who are still missing."""
    whom = concerned.by(store, event, rules)
    drafts: dict[str, Draft] = {}
    for rule in rules:
        reason = SUPERSEDED if (newest or 0) > (edition(event) or 0) else _too_late(rule, event)
        for draft in compose(rule, event, whom, public_url=public_url, at=now(), reason=reason):
            drafts.setdefault(draft["_id"], draft)
    enqueue(store, drafts.values(), people=whom.people, reword=partial(reworded, event, whom.people))
    if whom.missing:
        raise concerned.waiting_for(whom.missing)


def _newest(store: Store, event: Event) -> int | None:
    """The newest edition of what the event is about; None for what does not change."""
    known = edition(event)
    return None if known is None else outdated.newest(store, event.scope, *_thing(event), known)


def _thing(event: Event) -> tuple[str, str]:
    about = OF_EVENT[event.type].about
    return about, event.data[f"{about}_id"]


def _too_late(rule: Rule, event: Event) -> str | None:
    return TOO_LATE if rule.until and event.data[rule.until] <= now() else None
