"""The rules in force, as a process remembers them for some seconds: they are asked for each event."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.ruling.narrowing import narrowed
from services.notifications.ruling.rows import OF_EVENT, RULES, completed, faults, rule_of
from services.notifications.wording.rules import Rule

if TYPE_CHECKING:
    from schoolbus.events import Event
    from schoolbus.store import Document
    from services.notifications.store import Store

KEPT = 3.0  # seconds: a change holds everywhere within five
_MOST = 5000  # branches


class InForce:
    """Of one database. `forget` when something has changed here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chains: tuple[float, dict[str, Rule]] | None = None
        self._branches: dict[str, tuple[float, list[Document]]] = {}

    def of(self, event: Event) -> list[Rule]:
        """Those by which an event tells somebody in its branch, in the order of their keys."""
        rules = self.in_branch(event.branch_id).values()
        return sorted((rule for rule in rules if rule.on and rule.event.type == event.type), key=lambda rule: rule.key)

    def of_chain(self) -> dict[str, Rule]:
        """The chain's, by key."""
        if self._chains is None or _is_old(self._chains):
            self._chains = time.monotonic(), chains(self._store.rules.find(WHOLE_CHAIN))
        return self._chains[1]

    def in_branch(self, branch_id: str) -> dict[str, Rule]:
        rules = dict(self.of_chain())
        for narrowing in self._narrowings(branch_id):
            if narrowing["key"] in rules:
                rules[narrowing["key"]] = narrowed(rules[narrowing["key"]], narrowing)
        return rules

    def forget(self) -> None:
        self._chains = None
        self._branches = {}

    def _narrowings(self, branch_id: str) -> list[Document]:
        known = self._branches.get(branch_id)
        if known is None or _is_old(known):
            if len(self._branches) >= _MOST:
                self._branches = {}
            known = time.monotonic(), self._store.narrowings.find(branch(branch_id))
            self._branches[branch_id] = known
        return known[1]


def chains(kept: Iterable[Document]) -> dict[str, Rule]:
    """The rules as they come with Rabta, with what the chain keeps in place of them and beside them."""
    rules = dict(RULES)
    for document in kept:
        key, row = document["_id"], document["row"]
        if row is None:  # back to the default
            continue
        if _fits(key, row):
            rules[key] = rule_of(key, completed(row))
        else:
            log().error("rule_unreadable", rule=key)
    return rules


def _fits(key: str, row: Mapping[str, Any]) -> bool:
    """An earlier release may have had other texts and events, and a later one brings a rule of its own by the same key."""
    of_another = key in RULES and RULES[key].event.type != row["event"]
    return row["event"] in OF_EVENT and not of_another and not faults(completed(row))


def _is_old(known: tuple[float, Any]) -> bool:
    return time.monotonic() - known[0] > KEPT
