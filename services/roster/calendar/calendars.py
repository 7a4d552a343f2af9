"""A branch's calendar, its terms and holidays as a whole, is told when it has changed.

One branch is told at once; all are told by the worker.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from schoolbus.clock import now
from schoolbus.contracts.roster import CalendarChanged
from schoolbus.events import CHUNK
from schoolbus.ids import new_id
from schoolbus.outbox import saying_with
from schoolbus.problems import AlreadyThere
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Busy, Document, run_again_while_busy
from services.roster.kinds import branches_of
from services.roster.store import Store

SHAPED_BY = ("orgs", "academicSessions")  # files of an import after which calendars may be others
LEASE = 60.0  # seconds
_AT_ONCE = 100  # branches in one transaction
_TERM = ("title", "kind", "starts_on", "ends_on", "parent_id", "year")
_HOLIDAY = ("title", "title_ur", "starts_on", "ends_on")


def terms_of(branch_id: str | None) -> Document:
    """Which terms count in a branch: its own and the chain's, whose branch_id is an empty list; without one, the chain's."""
    return {"branch_id": {"$in": [branch_id, []]}} if branch_id else {"branch_id": []}


def tell_of(store: Store, records: Iterable[Document]) -> None:
    """Within the transaction that writes these terms and holidays."""
    concerned = [branches_of(record) for record in records]
    if ids := sorted({branch_id for branches in concerned for branch_id in branches}):
        tell(store, ids)
    if [] in concerned:
        want_all(store)


def tell(store: Store, branch_ids: Sequence[str]) -> None:
    """Within a transaction. What a branch was told before is not told again."""
    told = {each["_id"]: each for each in store.calendars.find(WHOLE_CHAIN, {"_id": {"$in": list(branch_ids)}})}
    new = []
    for branch_id, calendar in _calendars(store, branch_ids).items():
        known = told.get(branch_id, {"terms": [], "holidays": []})
        if all(known[name] == calendar[name] for name in calendar):
            continue
        said = [CalendarChanged(branch_id=branch_id, subject=f"{branch_id}.calendar", **calendar)]
        if branch_id not in told:
            new.append(saying_with({"_id": branch_id, "branch_id": branch_id, **calendar}, said))
        elif store.calendars.change(branch(branch_id), branch_id, to=calendar, saying=said) is None:
            raise Busy
    if new:
        try:
            store.calendars.put_all(new)
        except AlreadyThere as error:
            raise Busy from error


def shown(calendar: Document) -> Document:
    """What a branch was last told."""
    return {"terms": calendar["terms"], "holidays": calendar["holidays"]}


def want_all(store: Store) -> None:
    """Every branch is to hear its calendar, if it is another by now."""
    to = {"open": True, "wanted": new_id()}
    first = {**to, "wanted_at": now()}  # since when it waits, however often it is wanted meanwhile
    if store.calendar_runs.change(WHOLE_CHAIN, "all", to=first, when={"open": False}) is not None:
        return
    if store.calendar_runs.change(WHOLE_CHAIN, "all", to=to) is None:
        try:
            store.calendar_runs.add({"_id": "all", "branch_id": [], **first})
        except AlreadyThere as error:
            raise Busy from error


def claim(store: Store) -> Document | None:
    return store.calendar_runs.claim({"open": True}, lease=LEASE, sort="wanted_at")


def tell_all(store: Store, run: Document) -> None:
    """Again from the start when more was wanted meanwhile; who was told already hears nothing."""
    ids = [found["_id"] for found in store.branches.find(WHOLE_CHAIN, {"active": True})]
    for first in range(0, len(ids), _AT_ONCE):
        store.calendar_runs.change(WHOLE_CHAIN, "all", to={"leased_until": now() + timedelta(seconds=LEASE)})
        run_again_while_busy(partial(_tell_some, store, ids[first : first + _AT_ONCE]))
    done = {"open": False, "leased_until": None}
    if store.calendar_runs.change(WHOLE_CHAIN, "all", to=done, when={"wanted": run["wanted"]}) is None:
        store.calendar_runs.change(WHOLE_CHAIN, "all", to={"leased_until": None})


def _tell_some(store: Store, branch_ids: Sequence[str]) -> None:
    with store.transaction():
        tell(store, branch_ids)


def _calendars(store: Store, branch_ids: Sequence[str]) -> dict[str, Document]:
    """By branch. Its own terms and the chain's, which are of no branch; its holidays; the latest first, up to CHUNK."""
    ids, order = list(branch_ids), "-starts_on _id"
    terms = store.terms.find(WHOLE_CHAIN, {"branch_id": {"$in": [*ids, []]}, "active": True}, sort=order)
    holidays = store.holidays.find(WHOLE_CHAIN, {"branch_id": {"$in": ids}, "active": True}, sort=order)
    return {
        id: {
            "terms": [_term(term) for term in terms if not term["branch_id"] or id in branches_of(term)][:CHUNK],
            "holidays": [_holiday(holiday) for holiday in holidays if id in branches_of(holiday)][:CHUNK],
        }
        for id in ids
    }


def _term(term: Document) -> Document:
    return {"term_id": term["_id"], **{name: term[name] for name in _TERM}}


def _holiday(holiday: Document) -> Document:
    return {"holiday_id": holiday["_id"], **{name: holiday[name] for name in _HOLIDAY}}
