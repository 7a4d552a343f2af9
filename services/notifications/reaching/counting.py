"""Counts a branch's month, and tells what came out otherwise than before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import today
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.counted import Numbers, count_due, merged_here, month_before
from schoolbus.metering import month_of
from schoolbus.scope import branch
from services.notifications.opting import opt_outs
from services.notifications.pushing import devices
from services.notifications.reaching import questions, reach
from services.notifications.sending import contacts
from services.notifications.sending.channels import IN_THE_APP
from services.notifications.settings import rules

if TYPE_CHECKING:
    from services.notifications.store import Store

Item = dict[str, Any]


def tell(store: Store, every: float) -> int:
    """All branches that are due; how many."""
    return count_due(store, numbers(store), every)


def numbers(store: Store) -> Numbers:
    return Numbers(store.counts, store.reach_told, ReachCounted, "reach_id", partial(count, store), reach.emptied)


def count(store: Store, branch_id: str, month: str, known: Mapping[str, Item]) -> dict[str, Item]:
    """Of all guardians here who are or were told something, or wrote. Of a month that is over, no new ones: nothing was told to
    who came since."""
    scope = branch(branch_id)
    merged = merged_here(store, scope)
    sent = reach.of_each(questions.sent(store, scope, month), merged)
    wrote = reach.of_each(questions.answered(store, scope, month), merged)
    here = questions.guardians(store, scope) if month == month_of(today()) else set()
    ids = sorted({*sent, *wrote, *here, *known} - merged.keys())
    people = {id: row for (_, id), row in store.rows_of([(branch_id, id) for id in ids]).items()}
    before = {"month": month_before(month), "person_id": {"$in": list(people)}}
    last = {row["person_id"]: row["item"] for row in store.reach_told.find(scope, before)}
    failed, knocks = contacts.failed(store, people), devices.owners(store, people)
    left = opt_outs.left(store, [(branch_id, id) for id in people])

    def contact(id: str) -> str:
        return reach.contact(
            people[id],
            contacts.channels(failed.get(id, {}), people[id]),
            left.get((branch_id, id), ()),
            knocks=id in knocks,
            opens=any(each.read and each.channel in IN_THE_APP for each in sent.get(id, ())),
            calls=bool(rules().voice_number),
        )

    return {
        id: reach.item(person, sent.get(id, ()), wrote.get(id, ()), last.get(id), contact(id)) for id, person in people.items()
    }
