"""The worker's pieces: a lane of a channel each, and the lane of one-time codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.gathered import Gathered
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.work import Work
from services.notifications.carriers import registry
from services.notifications.sending.channels import SMS
from services.notifications.sending.claims import Lane
from services.notifications.sending.handover import Desk, hand_over
from services.notifications.sending.holidays import Holidays
from services.notifications.sending.lanes import BULK, CODE, DIRECT
from services.notifications.sending.limits import Limits
from services.notifications.sending.marking import mark
from services.notifications.sending.routes import Route
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents
    from services.notifications.carriers import Carrier
    from services.notifications.settings import Sending
    from services.notifications.store import Store

THREADS = {CODE: 4, DIRECT: 8, BULK: 16}  # of a channel's lane: most of their time is waiting for the carrier
Carriers = Mapping[str, Sequence["Carrier"]]


def of_messages(carriers: Carriers, settings: Sending) -> list[Work]:
    work = []
    for channel, those in carriers.items():
        route, limits = Route(those), Limits(registry.rate(settings, channel), settings.branch_per_second)
        desks = _once(route, limits, settings, lambda store: store.messages)
        lanes = [Lane(lane, channel, route.works) for lane in (DIRECT, BULK)]
        work += [_work(f"{channel} {lane.lane}", lane, desks, THREADS[lane.lane]) for lane in lanes]
    return work


def of_codes(carriers: Carriers, settings: Sending) -> list[Work]:
    """By SMS; they wait for nothing and nobody."""
    route, limits = Route(carriers[SMS]), Limits(registry.rate(settings, SMS), settings.branch_per_second)
    desks, lane = _once(route, limits, settings, lambda store: store.codes), Lane(CODE, SMS, route.works, batch=4)
    return [
        Work(
            "sign-in codes",
            claim=lambda store: lane.next(store.codes),
            do=lambda store, code: _hand_over_code(desks(store), code),
            threads=THREADS[CODE],
            longest=60,
        )
    ]


def _work(name: str, lane: Lane, desks: Callable[[Store], Desk], threads: int) -> Work:
    return Work(
        name,
        claim=lambda store: lane.next(store.messages),
        do=lambda store, message: hand_over(desks(store), message),
        threads=threads,
        longest=60,
    )


def _hand_over_code(desk: Desk, code: Document) -> None:
    """The text is gone with the attempt that ends the waiting."""
    if code["expires_at"] <= now():
        mark(desk.documents, code["_id"], State.FAILED, now(), "expired")
    else:
        hand_over(desk, code)
    ended = {"state": {"$ne": State.QUEUED.value}}
    desk.documents.change(WHOLE_CHAIN, code["_id"], to={"body": None}, when=ended)


def _once(route: Route, limits: Limits, settings: Sending, documents: Callable[[Store], Documents]) -> Callable[[Store], Desk]:
    """A channel's desk, made when its first thread has the store; all its lanes share it."""
    made: list[Desk] = []
    lock = Lock()

    def desk(store: Store) -> Desk:
        with lock:
            if not made:
                those = documents(store)
                made.append(
                    Desk(store, those, Gathered(those), route, limits, store.buckets, store.contacts, Holidays(store), settings)
                )
        return made[0]

    return desk
