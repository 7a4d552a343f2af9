"""Whether enough members were at a meeting for it to decide: a share of them, where the branch has set one.

Counted when it is first noted who came, and kept with the meeting: a share that is set later, and members who come and go, are
of later meetings. A correction of who came counts them anew, against the same number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.scope import Scope
from services.meetings.pta import members

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def keep(store: Store, caller: Caller, branch_id: str, percent: int | None) -> Document:
    """The branch's share. None: whoever comes decides."""
    caller.branch(branch_id)
    to = {"branch_id": branch_id, "quorum_percent": percent}
    store.pta_offices.collection.update_one({"_id": branch_id}, {"$set": to}, upsert=True)
    log().info("pta_quorum_set", branch=branch_id)
    return {"percent": percent}


def of_branch(store: Store, scope: Scope) -> int | None:
    return (store.pta_offices.first(scope) or {}).get("quorum_percent")


def needed(members: int, percent: int) -> int:
    """Members who have to be there: the share of them, rounded up, and one at least."""
    return max(1, -(-members * percent // 100))


def of_meeting(store: Store, scope: Scope, meeting: Document, came: Sequence[str]) -> Document | None:
    """As kept with a meeting at which these people were. None: there was none to reach."""
    if "quorum" in meeting:
        before: Document | None = meeting["quorum"]
        if before is None:
            return None
        percent, count = before["percent"], before["members"]
    else:
        wanted = of_branch(store, scope)
        if wanted is None:
            return None
        percent, count = wanted, len(members.present(store, scope))
    there, enough = len(members.were(store, scope, came, meeting["ends_at"])), needed(count, percent)
    return {"percent": percent, "members": count, "needed": enough, "present": there, "reached": there >= enough}
