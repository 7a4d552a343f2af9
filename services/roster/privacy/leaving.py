"""Who left long ago: their erasure is proposed, and a person confirms it or calls it off."""

from datetime import timedelta
from itertools import islice

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.privacy.erasing import ASKED
from services.roster.privacy.held import branches_of
from services.roster.store import Store

AT_ONCE = 200  # people who are looked at together
MOST = 2000  # proposed at a time
AGAIN = timedelta(days=365)  # after somebody called it off
BY_TIME = ""  # who asks
_LOOKED_AT = {"branch_id": True, "roles": True}


def propose(store: Store, days: int) -> int:
    """Of those who were changed last when they left, so many days ago; how many were proposed."""
    where = {"active": False, "modified_at": {"$lt": now() - timedelta(days=days)}, "erased_at": {"$exists": False}}
    found = store.people.collection.find(WHOLE_CHAIN.filter(where), _LOOKED_AT).sort("modified_at", 1)
    count = 0
    while count < MOST and (some := list(islice(found, AT_ONCE))):
        count += store.erasures.add_new(_proposals(store, some))
    if count:
        log().info("erasures_proposed", count=count)
    return count


def _proposals(store: Store, people: list[Document]) -> list[Document]:
    left = {person["_id"]: person for person in people}
    recently = {"person_id": {"$in": list(left)}, "$or": [{"open": True}, {"asked_at": {"$gt": now() - AGAIN}}]}
    decided = {erasure["person_id"] for erasure in store.erasures.find(WHOLE_CHAIN, recently)}
    return [_proposal(person) for id, person in left.items() if id not in decided and branches_of(person)]


def _proposal(person: Document) -> Document:
    """Two processes that propose at once propose the same."""
    moment = now()
    return {
        "_id": effect_id("left", person["_id"], f"{moment:%Y-%m-%d}"),
        "branch_id": branches_of(person),
        "person_id": person["_id"],
        "reason": "retention",
        "state": ASKED,
        "open": True,
        "asked_by": BY_TIME,
        "asked_at": moment,
        "services": {},
    }
