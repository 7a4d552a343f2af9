"""What waits for a branch's office, counted."""

from schoolbus.caller import Caller
from schoolbus.store import Document
from schoolbus.waiting import counted, waits
from services.roster.contacts import repairing
from services.roster.families import matches
from services.roster.moving.transfers import ASKED
from services.roster.store import Store

CONTACTS, MATCHES = 100, 20  # each is looked at


def of_branch(store: Store, caller: Caller, branch_id: str) -> Document:
    scope = caller.branch(branch_id)
    pairs, more = matches.some(store, scope, MATCHES)
    return {
        "contacts": waits(repairing.count(store, scope, CONTACTS + 1), CONTACTS),
        "matches": {"count": pairs, "more": more},
        "transfers": counted(store.transfers, scope, {"to_branch_id": branch_id, "state": ASKED}),
    }
