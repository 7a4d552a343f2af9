"""Within the branch's limit: what cost the branch nothing so far goes to a carrier only while its plans give another message.

Where a message goes from rung to rung, it goes by here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from schoolbus.clock import now
from services.notifications import usage
from services.notifications.sending.channels import CARRIED
from services.notifications.sending.steps import OVER, Change, failed
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.settings import Rules
    from services.notifications.store import Store

Written = TypeVar("Written")


def within_limit(
    store: Store, message: Document, change: Change, otherwise: Callable[[], Change], write: Callable[[Change], Written]
) -> Written:
    """Writes `change`; or, where the branch would have to pay for it and can't, what `otherwise` gives.

    `write` may be called twice (`usage.one_more`): it is guarded by what the message was.
    """
    if not _costs(message, change):
        return write(change)
    return usage.one_more(store, message["branch_id"], lambda room: write(change if room else otherwise()))


def go_on(store: Store, message: Document, reason: str, rules: Rules, write: Callable[[Change], Written]) -> Written:
    """A channel has failed: to the next rung, or within the limit to the next that costs nothing, or the end."""
    otherwise = partial(free, message, reason, rules)
    return within_limit(store, message, failed(message, rules, now(), reason), otherwise, write)


def free(message: Document, reason: str, rules: Rules) -> Change:
    """A channel has failed, and the branch's plans give no more: to the next rung that costs nothing, or the end."""
    change = failed(message, rules, now(), reason, free=True)
    change.to["reason"] = OVER
    return change


def _costs(message: Document, change: Change) -> bool:
    """Whether the branch pays for it from now on. Of what was skipped nothing was counted."""
    paid = message.get("counted") in CARRIED and message["state"] != State.SKIPPED.value
    return change.to.get("counted") in CARRIED and not paid
