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
    id = f"{day.isoformat()}:{sealed(store, secret, day, whose).hex()}"
    store.box_counts.add_new([{"_id": id, "branch_id": [], "count": 0, "gone_at": _end(day)}])
    after = store.box_counts.collection.find_one_and_update({"_id": id}, {"$inc": {"count": 1}}, return_document=True)
    return after is None or bool(after["count"] <= most)  # None: the day has just ended


def sealed(store: Store, secret: str, day: date, text: str) -> bytes:
    """32 bytes that come out the same all day long, and of which nobody can tell the text once the day is over."""
    return hmac.digest(_key(store, secret, day, _end(day)), text.encode(), hashlib.sha256)


def _end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRANCH_ZONE) + _DAY


def _key(store: Store, secret: str, day: date, gone_at: datetime) -> bytes:
    """The day's, made by whoever is the first."""
    known = store.box_counts.first(WHOLE_CHAIN, {"_id": day.isoformat()})
    if known is None:
        made: Document = {"_id": day.isoformat(), "branch_id": [], "key": secrets.token_bytes(32), "gone_at": gone_at}
        store.box_counts.add_new([made])
        known = store.box_counts.first(WHOLE_CHAIN, {"_id": day.isoformat()}) or made
    return hmac.digest(secret.encode(), bytes(known["key"]), hashlib.sha256)
