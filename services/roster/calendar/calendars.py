"""A branch's calendar, its terms and holidays as a whole, is told when it has changed.

One branch is told at once; all are told by the worker.
"""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from schoolbus.clock import now
from schoolbus.contracts.roster import CalendarChanged
from schoolbus.events import CHUNK
from schoolbus.ids import new_id
from schoolbus.problems import AlreadyThere
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Busy, Document, run_again_while_busy
from services.roster.kinds import branches_of
from services.roster.store import Store

SHAPED_BY = ("orgs", "academicSessions")  # files of an import after which calendars may be others
LEASE = 60.0  # seconds
_RENEW_EVERY = 50  # branches
_TERM = ("title", "kind", "starts_on", "ends_on", "parent_id", "year")
_HOLIDAY = ("title", "title_ur", "starts_on", "ends_on")


def terms_of(branch_id: str | None) -> Document:
    """Which terms count in a branch: its own and the chain's, whose branch_id is an empty list; without one, the chain's."""
    return {"branch_id": {"$in": [branch_id, []]}} if branch_id else {"branch_id": []}


def tell_of(store: Store, records: Iterable[Document]) -> None:
    """Within the transaction that writes these terms and holidays."""
    concerned = [branches_of(record) for record in records]
    for branch_id in sorted({branch_id for branches in concerned for branch_id in branches}):
        tell(store, branch_id)
    if [] in concerned:
        want_all(store)


def tell(store: Store, branch_id: str) -> None:
    """Within a transaction. What the branch was told before is not told again."""
    told = store.calendars.first(branch(branch_id), {"_id": branch_id})
    calendar = _calendar(store, branch_id)
    if calendar == ({name: told[name] for name in calendar} if told else {"terms": [], "holidays": []}):
        return
    said = [CalendarChanged(branch_id=branch_id, subject=f"{branch_id}.calendar", **calendar)]
    if store.calendars.change(branch(branch_id), branch_id, to=calendar, saying=said) is None:
        try:
            store.calendars.add({"_id": branch_id, "branch_id": branch_id, **calendar}, saying=said)
        except AlreadyThere as error:
            raise Busy from error


def want_all(store: Store) -> None:
    """Every branch is to hear its calendar, if it is another by now."""
    to = {"open": True, "wanted": new_id()}
    if store.calendar_runs.change(WHOLE_CHAIN, "all", to=to) is None:
        try:
            store.calendar_runs.add({"_id": "all", "branch_id": [], **to})
        except AlreadyThere as error:
            raise Busy from error


def claim(store: Store) -> Document | None:
    return store.calendar_runs.claim({"open": True}, lease=LEASE)


def tell_all(store: Store, run: Document) -> None:
    """Again from the start when more was wanted meanwhile; who was told already hears nothing."""
    for place, found in enumerate(store.branches.find(WHOLE_CHAIN, {"active": True})):
        if place % _RENEW_EVERY == 0:
            store.calendar_runs.change(WHOLE_CHAIN, "all", to={"leased_until": now() + timedelta(seconds=LEASE)})
        run_again_while_busy(partial(_tell_one, store, found["_id"]))
    done = {"open": False, "leased_until": None}
    if store.calendar_runs.change(WHOLE_CHAIN, "all", to=done, when={"wanted": run["wanted"]}) is None:
        store.calendar_runs.change(WHOLE_CHAIN, "all", to={"leased_until": None})


def _tell_one(store: Store, branch_id: str) -> None:
    with store.transaction():
        tell(store, branch_id)


def _calendar(store: Store, branch_id: str) -> Document:
    terms = store.terms.find(WHOLE_CHAIN, {**terms_of(branch_id), "active": True}, sort="-starts_on _id", limit=CHUNK)
    holidays = store.holidays.find(branch(branch_id), {"active": True}, sort="-starts_on _id", limit=CHUNK)
    return {
        "terms": [{"term_id": term["_id"], **{name: term[name] for name in _TERM}} for term in terms],
        "holidays": [{"holiday_id": each["_id"], **{name: each[name] for name in _HOLIDAY}} for each in holidays],
    }
