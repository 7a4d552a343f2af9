"""As time passes: reminders of meetings and of what was decided. Each is one guarded write: replicas remind once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.contracts.pta import PtaDecisionDue
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.meetings.pta import answers, members, saying
from services.meetings.pta.decisions import OPEN, next_reminder
from services.meetings.pta.saying import CALLED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
AT_ONCE = 100


def remind(store: Store) -> None:
    _of_meetings(store)
    _of_decisions(store)


def _of_meetings(store: Store) -> None:
    """A meeting that has begun by then, because all was down, is no longer reminded of: notifications would not tell it."""

    def tell(meeting: Document) -> None:
        scope = branch(meeting["branch_id"])
        refused = answers.not_coming(store, scope, meeting)
        whom = [id for id in members.present(store, scope) if id not in refused]
        told = saying.reminder(meeting, whom) if store.subscribed(meeting["branch_id"]) else []
        when = {name: meeting[name] for name in ("state", "remind_at", "edition")}
        if store.pta_meetings.change(scope, meeting["_id"], {"remind_at": None}, when=when, saying=told):
            log().info("pta_meeting_reminded", branch=meeting["branch_id"], meeting=meeting["_id"])

    where = {"state": CALLED, "remind_at": {"$lte": clock.now()}}
    found = store.pta_meetings.find(WHOLE_CHAIN, where, sort="remind_at", limit=AT_ONCE)
    due.each(store.pta_meetings, found, "remind_at", tell)


def _of_decisions(store: Store) -> None:
    today = clock.today()

    def tell(decision: Document) -> None:
        said = saying.decided(PtaDecisionDue, decision, decision["remind_on"])
        told = [said] if store.subscribed(decision["branch_id"]) else []
        to = {"remind_on": next_reminder(decision["due_on"], today)}
        when = {name: decision[name] for name in ("state", "remind_on", "edition")}
        if store.pta_decisions.change(branch(decision["branch_id"]), decision["_id"], to, when=when, saying=told):
            log().info("pta_decision_reminded", branch=decision["branch_id"], decision=decision["_id"])

    where = {"state": OPEN, "remind_on": {"$lte": today.isoformat()}}
    found = store.pta_decisions.find(WHOLE_CHAIN, where, sort="remind_on", limit=AT_ONCE)
    due.each(store.pta_decisions, found, "remind_on", tell)
