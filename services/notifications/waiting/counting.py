"""What waits for a branch's office, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.waiting import counted
from services.notifications.announcing.drafts import DRAFT, SENDING
from services.notifications.paper.waiting import WAITING as ON_PAPER
from services.notifications.talking.unclear import WAITING as UNCLEAR

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def of_branch(store: Store, caller: Caller, branch_id: str) -> Document:
    scope = caller.branch(branch_id)
    return {
        "drafts": counted(store.announcements, scope, {"state": DRAFT}),
        "sending": counted(store.announcements, scope, {"state": SENDING}),
        "answers": counted(store.answers, scope, {"placed": {"$in": UNCLEAR}}),
        "letters": counted(store.messages, scope, ON_PAPER),
    }
