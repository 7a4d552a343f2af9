"""Both sides answer within a week; the timer reminds, and ends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, Sentence
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.writing import telling
from services.meetings.writing.forms import wrong
from services.meetings.writing.reading import seen, shown, side_of
from services.meetings.writing.states import DONE, OPEN, after, takes_answers

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
AT_ONCE = 500
_TRIES = 5


def answer(store: Store, caller: Caller, branch_id: str, written_meeting_id: str, answers: Mapping[str, str]) -> Document:
    """The caller's side. Sent again, it is there; when both answer at once, the second finds the first's."""
    for _ in range(_TRIES):
        meeting = seen(store, caller, branch_id, written_meeting_id)
        side = side_of(store, caller, branch_id, meeting)
        if side is None:
            raise NotAllowed("not-your-meeting", "Its guardian and its teacher answer")
        if faults := wrong(meeting["form_version"], side, answers):
            raise Invalid(faults)
        said = {id: text.strip() for id, text in answers.items() if text.strip()}
        if meeting["answers"].get(side) == said:
            return shown(store, caller, branch_id, [meeting])[0]
        if not takes_answers(meeting["state"], meeting["answer_by"], clock.now()):
            raise Conflict(
                "written-meeting-over", "This written meeting is over", Sentence("It is %(state)s.", state=meeting["state"])
            )
        if changed := _answered(store, meeting, side, said):
            return shown(store, caller, branch_id, [changed])[0]
    raise GoneOn("Somebody is answering at this moment", "Send it again.")


def _answered(store: Store, meeting: Document, side: str, said: Mapping[str, str]) -> Document | None:
    """None when somebody was faster."""
    state = after({*meeting["answers"], side})
    to = {
        f"answers.{side}": dict(said),
        f"answered_at.{side}": clock.now(),
        "state": state,
        "open": state in OPEN,
        "edition": meeting["edition"] + 1,
    }
    if state == DONE:
        to["held_at"] = clock.now()
    held = [telling.held({**meeting, "edition": to["edition"]})] if state == DONE else []
    changed = store.written_meetings.change(WHOLE_CHAIN, meeting["_id"], to, when=_as_seen(meeting), saying=held)
    if changed:
        log().info("written_meeting_answered", written_meeting=meeting["_id"], branch=meeting["branch_id"], state=state)
    return changed


def remind(store: Store) -> None:
    """Those who have not answered, two days before the end, once."""

    def tell(meeting: Document, is_told: bool) -> None:
        said = telling.reminders(meeting) if is_told else []
        store.written_meetings.change(WHOLE_CHAIN, meeting["_id"], {"remind_at": None}, when=_as_seen(meeting), saying=said)

    _each_due(store, "remind_at", tell)


def end(store: Store) -> None:
    """Those whose week is over: what was answered can be read, and it can be asked for again."""

    def close(meeting: Document, is_told: bool) -> None:
        state = after(meeting["answers"], over=True)
        to = {"state": state, "open": False, "live": False, "remind_at": None, "edition": meeting["edition"] + 1}
        said = [telling.lapsed({**meeting, **to})] if is_told else []
        store.written_meetings.change(WHOLE_CHAIN, meeting["_id"], to, when=_as_seen(meeting), saying=said)

    _each_due(store, "answer_by", close)


def _each_due(store: Store, field: str, do: Callable[[Document, bool], None]) -> None:
    """With whether it is told: not where the branch subscribes no more."""
    where = {"open": True, field: {"$lte": clock.now()}}
    found = store.written_meetings.find(WHOLE_CHAIN, where, sort=field, limit=AT_ONCE)
    subscribing = store.subscribing(meeting["branch_id"] for meeting in found)
    # the end of a week stands in what people see: it is not put off
    put_off = field if field == "remind_at" else None
    due.each(store.written_meetings, found, put_off, lambda meeting: do(meeting, meeting["branch_id"] in subscribing))


def _as_seen(meeting: Document) -> Document:
    return {name: meeting[name] for name in ("state", "edition", "remind_at")}
