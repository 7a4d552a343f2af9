"""How long each collection keeps what: a table per service, and a job for what is over after some days (docs/retention.md).

What goes by itself has an index with `expires`; what belongs to a person goes with their erasure (schoolbus/privacy.py).
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schoolbus import outbox
from schoolbus.chain import SERVICES
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Database, Documents

CHUNK = 500  # documents that go at once
CHUNKS = 20  # at a time: the next time goes on
_DAY = 86_400

# How long, in words of the table
RECORD = "as a record of the school, until its person is erased"
COPY = "as roster's copy: as long as roster has it"
PASSING = "until it is told or done"
WITH = "goes with what it belongs to"
SETUP = "as long as somebody keeps it: how the school is set up"
NUMBERS = "numbers without names, for good"

_HEAD = """# What is kept, and how long

Written by `python -m schoolbus retention > docs/retention.md` from `services/NAME/retention.py` and the indexes of
`services/NAME/store.py`; a test compares, and fails for a collection of which nothing is said.

- **A record of the school** (marks, attendance, report cards, bookings, conversations) stays as long as the school does:
  chains ask for transcripts of people who left twenty years ago. What says who it was goes with the person's erasure
  ([privacy.md](privacy.md)); grades and counts stay under an id that leads nowhere.
- **Who has left** is proposed for erasure after `LEFT_DAYS` (1825: five years) in which nothing of them changed: it stands
  among the branch's erasures with the reason `retention`, and a head confirms it or calls it off; then it is not proposed
  again for a year. Nothing is erased by itself: Pakistan has no act that would say after how long, and a school may owe
  somebody their record. In several branches the operator confirms.
- **Until `field`**: MongoDB removes it by itself at the time that stands in the field, within a minute or so.
- **`MESSAGE_DAYS`**: messages to families and what came back, with addresses and texts, go after so many days, 10,000 of each
  an hour at most. What was counted of them stays.
- The **audit trail** is a database of its own: `AUDIT_DAYS` (1095), and `AUDIT_FAMILY_DAYS` (90) for guardians who looked at
  their own children.
- **Backups** hold what was there when they were taken, for `--keep` days ([operating.md](operating.md)): an erasure is whole
  when the last of them has gone. Logs and metrics name nobody.
"""


@dataclass(frozen=True)
class Over:
    """Of `collection`, what is older than so many days by the date in `by`, which has an index; `where`: of those alone."""

    collection: str  # the attribute of the store
    by: str
    days: int
    where: Mapping[str, Any] = field(default_factory=dict)


def clear(store: Database, over: Sequence[Over]) -> dict[str, int]:
    """Takes away what is over, some at a time; how many of each. What has still something to tell stays."""
    counts: dict[str, int] = {}
    for each in over:
        documents: Documents = getattr(store, each.collection)
        limit = {"$lt": now() - timedelta(days=each.days)}
        where = {**each.where, each.by: limit, outbox.PENDING: {"$exists": False}}
        for _ in range(CHUNKS):
            found = documents.collection.find(WHOLE_CHAIN.filter(where), {"_id": True}).sort(each.by, 1).limit(CHUNK)
            ids = [document["_id"] for document in found]
            if ids:
                gone = documents.remove_all(WHOLE_CHAIN, {**where, "_id": {"$in": ids}})
                counts[each.collection] = counts.get(each.collection, 0) + gone
            if len(ids) < CHUNK:
                break
    if counts:
        log().info("over", **counts)
    return counts


def table(service: str) -> dict[str, str]:
    """By collection, how long. Raises ValueError for one of which nothing, or something else, is said."""
    store: type[Database] = importlib.import_module(f"services.{service}.store").Store
    said: Mapping[str, Sequence[str]] = importlib.import_module(f"services.{service}.retention").KEPT
    words = {name: how_long for how_long, names in said.items() for name in names}
    expiring = {name: _expires(documents) for name, documents in store.declared.items()}
    unsaid = [name for name, by_itself in expiring.items() if not by_itself and name not in words]
    unknown = [name for name in words if name not in expiring]
    if unsaid or unknown:
        raise ValueError(f"{service}: nothing is said of {unsaid}; there is no {unknown}")
    return {
        documents.name: "; ".join(part for part in (words.get(name, ""), expiring[name]) if part)
        for name, documents in store.declared.items()
    }


def markdown() -> str:
    """The page docs/retention.md."""
    lines = [_HEAD]
    for service in SERVICES:
        lines += [f"## {service}", "", "| collection | kept |", "|---|---|"]
        lines += [f"| `{name}` | {how_long} |" for name, how_long in sorted(table(service).items())]
        lines.append("")
    return "\n".join(lines)


def _expires(documents: Documents) -> str:
    """By its index."""
    index = next((each for each in documents.indexes if each.expires is not None), None)
    if index is None or index.expires is None:
        return ""
    return f"until `{index.keys}`" if index.expires == 0 else f"{index.expires // _DAY} days from `{index.keys}`"
