"""How many suggestions somebody has written today, without a word who: for all replicas together.

Counted is under a hash whose key is made of our secret and of a random one of the day, which the database drops with the day.
From then on nobody can tell whose a count was, and the counts go at the same hour. They bear no time and no branch.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import BRANCH_ZONE
from schoolbus.scope import WHOLE_CHAIN

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

_DAY = timedelta(days=1)


def take(store: Store, secret: str, whose: str, day: date, most: int) -> bool:
    """Whether it is not one too many. `whose`: a person's id, or anything else that is counted by."""
    gone_at = datetime(day.year, day.month, day.day, tzinfo=BRANCH_ZONE) + _DAY
    who = hmac.digest(_key(store, secret, day, gone_at), whose.encode(), hashlib.sha256).hex()
    id = f"{day.isoformat()}:{who}"
    store.box_counts.add_new([{"_id": id, "branch_id": [], "count": 0, "gone_at": gone_at}])
    after = store.box_counts.collection.find_one_and_update({"_id": id}, {"$inc": {"count": 1}}, return_document=True)
    return after is None or bool(after["count"] <= most)  # None: the day has just ended


def _key(store: Store, secret: str, day: date, gone_at: datetime) -> bytes:
    """The day's, made by whoever is the first."""
    known = store.box_counts.first(WHOLE_CHAIN, {"_id": day.isoformat()})
    if known is None:
        made: Document = {"_id": day.isoformat(), "branch_id": [], "key": secrets.token_bytes(32), "gone_at": gone_at}
        store.box_counts.add_new([made])
        known = store.box_counts.first(WHOLE_CHAIN, {"_id": day.isoformat()}) or made
    return hmac.digest(secret.encode(), bytes(known["key"]), hashlib.sha256)
