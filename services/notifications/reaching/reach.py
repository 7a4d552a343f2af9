"""A guardian's month in numbers, on plain values."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from services.notifications.reaching.questions import Sent, Wrote
from services.notifications.sending.channels import CARRIED, IN_THE_APP, PAPER
from services.notifications.sending.ladder import ladder

Item = dict[str, Any]
COUNTS = ("told", "delivered", "read", "failed")
WORKS, FAILING, NONE, ON_PAPER = "works", "failing", "none", "paper"


def item(person: Mapping[str, Any], sent: Sequence[Sent], wrote: Sequence[Wrote], last: Item | None, contact: str) -> Item:
    """`last`: the item of the month before: who has opened nothing this month may have then."""
    channels: dict[str, Counter[str]] = {}
    for each in sent:
        counts = channels.setdefault(each.channel, Counter(dict.fromkeys(COUNTS, 0)))
        counts.update({name: getattr(each, name) for name in COUNTS})
    opened = max((each.read_on.isoformat() for each in sent if each.read_on), default=None)
    signs = [opened, *(each.last_on.isoformat() for each in wrote), last and last["last_read_on"]]
    return {
        "guardian_id": person["person_id"],
        **{name: sum(counts[name] for counts in channels.values()) for name in COUNTS},
        "answered": sum(each.times for each in wrote),
        "other_language": sum(each.told for each in sent if each.language != person["language"]),
        "channels": {channel: dict(counts) for channel, counts in sorted(channels.items())},
        "last_read_on": max(filter(None, signs), default=None),
        "unread_since": _unread_since(sent, max(filter(None, signs[:-1]), default=None), last),
        "language": person["language"],
        "contact": contact,
    }


def emptied(item: Item) -> Item:
    nothing = {**dict.fromkeys(COUNTS, 0), "answered": 0, "other_language": 0, "channels": {}}
    return {**item, **nothing, "last_read_on": None, "unread_since": None}


def contact(
    person: Mapping[str, Any], failed: Collection[str], left: Collection[str], *, knocks: bool, opens: bool, calls: bool
) -> str:
    """What can carry a message to them now. `failed`: channels whose address is bad; `left`: those that they want no more.
    `knocks`: they have a device; `opens`: they have opened something in the app. It reaches who does either, or can sign in."""
    rungs, _ = ladder(person, failed=failed, left=left, knocks=knocks, calls=calls)
    names = [rung["channel"] for rung in rungs]
    if names[:1] == [PAPER]:
        return ON_PAPER
    signs_in = bool(person.get("phone")) and not failed
    if any(name in CARRIED or (name in IN_THE_APP and (knocks or opens or signs_in)) for name in names):
        return WORKS
    return FAILING if failed and person["active"] else NONE


def of_each(rows: Iterable[Any], ids: Mapping[str, str]) -> dict[str, list[Any]]:
    """Those of each person. `ids`: of a merged record, the id of the one that counts."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(ids.get(row.person_id, row.person_id), []).append(row)
    return found


def _unread_since(sent: Sequence[Sent], sign: str | None, last: Item | None) -> str | None:
    """The day of the first message since the last sign of life that nobody opened. `sign`: of this month."""
    if sign is None and last and last["unread_since"]:
        return str(last["unread_since"])
    return min((day for each in sent for day in each.unopened if sign is None or day > sign), default=None)
