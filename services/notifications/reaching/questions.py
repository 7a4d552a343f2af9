"""What is asked of the database about a branch's month: a few questions, each answered in groups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus.clock import BRANCH_ZONE
from schoolbus.contracts.notifications import TELLS_OF_READING
from schoolbus.metering import bounds
from schoolbus.scope import Scope
from services.notifications.sending.daily import DIGEST
from services.notifications.sending.sharing import SHARED
from services.notifications.states import State
from services.notifications.talking.keywords import Keyword
from services.notifications.talking.members import GUARDIAN
from services.notifications.talking.teasers import PORTAL

if TYPE_CHECKING:
    from services.notifications.store import Store

Query = dict[str, Any]
WENT = [each.value for each in (State.SENT, State.DELIVERED, State.READ)]
FAILED = State.FAILED.value
ARRIVED = [State.DELIVERED.value, State.READ.value]
NO_ANSWER = [Keyword.STOP.value, Keyword.START.value, Keyword.HELP.value]


class Sent(NamedTuple):
    """Messages of a month to a person, on a channel, in a language; `unopened`: the days of those that arrived, or may have,
    by a channel that tells of reading, and that nobody opened. What failed told nobody anything."""

    person_id: str
    channel: str
    language: str | None
    told: int
    delivered: int
    read: int
    failed: int
    read_on: date | None
    unopened: tuple[str, ...]


class Wrote(NamedTuple):
    """What a person wrote in a month."""

    person_id: str
    times: int
    last_on: date


def sent(store: Store, scope: Scope, month: str) -> list[Sent]:
    """What went to guardians. A digest is no message of its own: each that it lists is counted."""
    where = {
        "created_at": _within(month),
        "state": {"$in": [*WENT, FAILED]},
        "role": "guardian",
        "about_type": {"$ne": DIGEST},
        "person_id": {"$gt": ""},
    }
    arrived: Query = {"$in": ["$state", ARRIVED]}
    read: Query = {"$eq": ["$state", State.READ.value]}
    readings = {"$filter": {"input": "$history", "cond": {"$eq": ["$$this.state", State.READ.value]}}}
    waits: Query = {"$and": [{"$in": ["$state", WENT[:2]]}, {"$in": ["$channel", list(TELLS_OF_READING)]}]}
    day = {"$dateToString": {"date": "$created_at", "format": "%Y-%m-%d", "timezone": BRANCH_ZONE.key}}
    group = {
        "_id": {"person": "$person_id", "channel": _own_channel(), "language": "$language"},
        "told": {"$sum": {"$cond": [{"$in": ["$state", WENT]}, 1, 0]}},
        "delivered": {"$sum": {"$cond": [arrived, 1, 0]}},
        "read": {"$sum": {"$cond": [read, 1, 0]}},
        "failed": {"$sum": {"$cond": [{"$eq": ["$state", FAILED]}, 1, 0]}},
        "read_at": {"$max": {"$cond": [read, {"$max": {"$map": {"input": readings, "in": "$$this.at"}}}, None]}},
        "unopened": {"$addToSet": {"$cond": [waits, day, None]}},
    }
    rows = store.messages.collection.aggregate([{"$match": scope.filter(where)}, {"$group": group}])
    return [_sent(row) for row in rows]


def answered(store: Store, scope: Scope, month: str) -> list[Wrote]:
    """By phone or mailbox, in or out of a conversation; and in a conversation here. What stops a channel answers nothing."""
    by_phone = {"received_at": _within(month), "placed": {"$nin": NO_ANSWER}, "person_id": {"$gt": ""}}
    here = {"at": _within(month), "role": GUARDIAN, "channel": PORTAL}
    return [
        *_wrote(store.answers, scope.filter(by_phone), "person_id", "received_at"),
        *_wrote(store.posts, scope.filter(here), "writer_id", "at"),
    ]


def guardians(store: Store, scope: Scope) -> set[str]:
    """Who may receive reports about a child here."""
    where = scope.filter({"active": True, "may_receive_reports": True})
    return {row["guardian_id"] for row in store.relations.collection.find(where, {"guardian_id": True})}


def _within(month: str) -> Query:
    begins, ends = bounds(month)
    return {"$gte": begins, "$lt": ends}


def _own_channel() -> Query:
    """What rides on another message, of a phone that is shared or the day's digest, stands under its own rung's channel."""
    own = {"$ifNull": [{"$arrayElemAt": ["$ladder.channel", "$step"]}, "$channel"]}
    return {"$cond": [{"$in": ["$channel", [DIGEST, SHARED]]}, own, "$channel"]}


def _sent(row: Mapping[str, Any]) -> Sent:
    of = row["_id"]
    days = tuple(sorted(day for day in row["unopened"] if day))
    counts = (row["told"], row["delivered"], row["read"], row["failed"])
    return Sent(of["person"], of["channel"], of.get("language"), *counts, _day(row["read_at"]), days)


def _wrote(documents: Any, where: Query, who: str, when: str) -> list[Wrote]:
    group = {"_id": f"${who}", "count": {"$sum": 1}, "last": {"$max": f"${when}"}}
    rows = documents.collection.aggregate([{"$match": where}, {"$group": group}])
    return [Wrote(row["_id"], row["count"], row["last"].astimezone(BRANCH_ZONE).date()) for row in rows]


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(BRANCH_ZONE).date() if moment else None
