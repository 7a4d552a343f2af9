"""The worker's part of a pull: page after page, each kept with the place that comes next, then a set for the import.

A run is done in pieces of a minute. Ended anywhere, killed even, it goes on at the place that was kept last: a page is kept
and its place moved in one transaction, and a page that comes twice replaces itself.
"""

import tempfile
import time
from datetime import datetime, timedelta
from typing import IO, Any, cast

from schoolbus import metrics
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.oneroster.scopes import DEMOGRAPHICS
from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.importing import imports
from services.roster.pulling import csvset, staging
from services.roster.pulling.peer import Later, Page, Peer, Refused
from services.roster.pulling.settings import Pulls
from services.roster.store import Store

LEASE = 120.0  # seconds
_PIECE = 60.0  # seconds
_LOOKS = timedelta(seconds=0.2), timedelta(seconds=2)  # between looks at the import: at first, and at last
_OVERLAP = timedelta(minutes=10)  # a change that was under way when we read shows up later with an earlier moment
_LONGEST_WAIT = timedelta(hours=1)
_GIVE_UP = 12  # failures in a row, some hours: then it says so, and tries at its usual times
_MOST_RESTARTS = 3


class Lost(Exception):
    """Somebody changed or removed the pull, or another worker has it."""


def claim(store: Store) -> Document | None:
    return store.pulls.claim({"due_at": {"$lte": now()}}, lease=LEASE, sort="due_at")


def work(store: Store, pull: Document, settings: Pulls) -> None:
    """One piece of one pull."""
    running = _Running(store, pull, settings)
    try:
        running.go_on()
    except Later as wait:
        running.wait(str(wait), wait.seconds)
    except Refused as reason:
        running.fail(str(reason))
    except Lost:
        log().info("pull_lost", source=pull["_id"])


class _Running:
    def __init__(self, store: Store, pull: Document, settings: Pulls) -> None:
        self._store = store
        self._source: str = pull["_id"]
        self._pull = pull
        self._sealer = settings.sealer
        self._ours = {"version": pull["version"], "attempts": pull["attempts"]}

    def go_on(self) -> None:
        if self._pull["state"] == "importing":
            self._look_at_import()
            return
        if self._pull["run"] is None:
            self._begin()
        self._tell(state="pulling", reason=None)
        if self._fetch():
            self._hand_over()

    # Fetching

    def _begin(self) -> None:
        collections = [name for name in csvset.COLLECTIONS if name != "demographics" or DEMOGRAPHICS in self._pull["scopes"]]
        run = {"id": new_id(), "since": self._pull["since"], "next_since": None, "collections": collections, "place": _place(0)}
        self._tell(run=run, fetched=dict.fromkeys(collections, 0))
        staging.clear_others(self._store, self._source, run["id"])

    def _fetch(self) -> bool:
        """Whether all is fetched; False when the piece is over before."""
        pull = self._pull
        secret = self._sealer.open(pull["secret"], "pull", self._source)
        if secret is None:
            raise Refused("its secret was kept with another PULL_KEY: put it anew")
        if renewed := self._sealer.renewed(pull["secret"], "pull", self._source):
            self._tell(secret=renewed)
        peer = Peer(pull["base_url"], pull["token_url"], pull["client_id"], secret, pull["scopes"])
        ends = time.monotonic() + _PIECE
        while self._pull["run"]["place"]["collection"] < len(self._pull["run"]["collections"]):
            if time.monotonic() > ends:
                self._release()
                return False
            self._fetch_page(peer)
        return True

    def _fetch_page(self, peer: Peer) -> None:
        """Pages overlap by a row: when it is not the one that it was, rows have moved, and the collection is read again."""
        run, place = self._pull["run"], self._pull["run"]["place"]
        collection = run["collections"][place["collection"]]
        page = peer.page(collection, max(0, place["offset"] - 1), run["since"])
        if place["offset"] and (not page.rows or page.rows[0]["sourcedId"] != place["last_id"]):
            self._restart(collection, place)
            return
        fresh = page.rows[1:] if place["offset"] else page.rows
        seen = place["offset"] + len(fresh)
        with self._store.transaction():
            staging.keep(self._store, self._source, run["id"], collection, fresh)
            self._tell(
                run={**run, "next_since": run["next_since"] or page.at - _OVERLAP, "place": _next(place, page, fresh, seen)},
                fetched={**self._pull["fetched"], collection: seen},
                failures=0,
            )

    def _restart(self, collection: str, place: Document) -> None:
        if place["restarts"] == _MOST_RESTARTS:
            raise Refused(f"its {collection} come in another order each time")
        staging.clear(self._store, self._run_id, collection)
        fresh = {**_place(place["collection"]), "restarts": place["restarts"] + 1}
        self._tell(run={**self._pull["run"], "place": fresh}, fetched={**self._pull["fetched"], collection: 0})

    # Importing

    def _hand_over(self) -> None:
        """The set goes in as any other. Handed over twice, the second finds nothing to change."""
        if not staging.count(self._store, self._run_id):
            self._finish()
            return
        if self._store.imports.first(WHOLE_CHAIN, {"source": self._source, "open": True}):
            self._wait_for_import()
            return
        run = self._pull["run"]
        with tempfile.TemporaryFile() as file:
            out = cast(IO[bytes], file)
            delta = run["since"] is not None
            csvset.write(self._store, self._source, run["id"], out, run["collections"], delta=delta, beat=self._tell)
            file.seek(0)
            try:
                caller = Caller(self._pull["put_by"], operator=True)
                import_id = imports.receive(self._store, caller, self._source, out, self._pull["services"])["_id"]
            except Conflict:
                self._wait_for_import()
                return
        self._tell(state="importing", import_id=import_id, due_at=now() + _LOOKS[0], leased_until=now())

    def _wait_for_import(self) -> None:
        """Another set of the same source is under way: ours, when we were ended just after handing it over, or somebody's."""
        self._tell(reason="an import of this source is under way", due_at=now() + _LOOKS[1], leased_until=now())

    def _look_at_import(self) -> None:
        found = self._store.imports.first(WHOLE_CHAIN, {"_id": self._pull["import_id"]})
        state = found["state"] if found else "failed"
        if found is not None and found["open"]:
            waits = "the import waits to be confirmed or cancelled" if state == "waiting" else None
            pause = max(_LOOKS[0], min((now() - found["received_at"]) / 4, _LOOKS[1]))
            self._tell(reason=waits, due_at=now() + pause, leased_until=now())
        elif found is not None and state == "done":
            staging.remember_roles(self._store, self._source, self._run_id)
            self._finish()
        else:
            problems = found["problems"] if found else []
            first = problems[0] if problems else {"file": "", "reason": "see the import"}
            reason = f"the import was {state}: {first['file']} {first['reason']}".replace("  ", " ")
            self._give_up(reason, anew=state == "refused")

    def _finish(self) -> None:
        """What was fetched goes first: ended between the two, the import is looked at once more, and this is done again."""
        staging.clear(self._store, self._run_id)
        since = self._pull["run"]["next_since"] or self._pull["since"]
        self._tell(state="waiting", reason=None, run=None, since=since, done_at=now(), failures=0, **self._next_time())
        metrics.runs_ended.labels("pull", "done").inc()
        log().info("pull_done", source=self._source, rows=sum(self._pull["fetched"].values()))

    # Not now

    def wait(self, reason: str, seconds: float | None) -> None:
        """As long as the peer says, else each time twice as long. What it waits for is shown."""
        failures = self._pull["failures"] + 1
        pause = timedelta(seconds=max(1.0, seconds if seconds is not None else 5.0 * 2 ** min(failures, 12)))
        if failures >= _GIVE_UP:
            self.fail(reason)
            return
        self._tell_if_ours(reason=reason, failures=failures, due_at=now() + min(pause, _LONGEST_WAIT), leased_until=now())

    def fail(self, reason: str) -> None:
        """It tries again at its usual time, from the place where it is."""
        self._tell_if_ours(state="failed", reason=reason, failures=0, **self._next_time())
        _failed(self._source)

    def _give_up(self, reason: str, *, anew: bool) -> None:
        """Nothing of this run is of use: the next begins from the same moment; `anew` with everything, as a delta set that
        does not fit today will not fit tomorrow.
        """
        staging.clear(self._store, self._run_id)
        since = None if anew else self._pull["since"]
        self._tell(state="failed", reason=reason[:500], run=None, since=since, failures=0, **self._next_time())
        _failed(self._source)

    # Telling

    @property
    def _run_id(self) -> str:
        run_id: str = self._pull["run"]["id"]
        return run_id

    def _next_time(self) -> dict[str, datetime]:
        return {"due_at": now() + timedelta(minutes=self._pull["minutes"]), "leased_until": now()}

    def _release(self) -> None:
        self._tell(due_at=now(), leased_until=now())

    def _tell(self, **fields: Any) -> None:
        """What the operator sees, and the place; the lease goes on. Raises Lost."""
        kept = {"leased_until": now() + timedelta(seconds=LEASE), **fields}
        changed = self._store.pulls.change(WHOLE_CHAIN, self._source, to=kept, when=self._ours)
        if changed is None:
            raise Lost
        self._pull = changed

    def _tell_if_ours(self, **fields: Any) -> None:
        try:
            self._tell(**fields)
        except Lost:
            log().info("pull_lost", source=self._source)


def _place(collection: int) -> Document:
    """Where a run is: the number of its collection, how many rows of it were seen, and the last one's id."""
    return {"collection": collection, "offset": 0, "last_id": None, "restarts": 0}


def _next(place: Document, page: Page, fresh: list[dict[str, Any]], seen: int) -> Document:
    if not fresh or _is_last(page, seen):
        return _place(place["collection"] + 1)
    return {**place, "offset": seen, "last_id": fresh[-1]["sourcedId"]}


def _is_last(page: Page, seen: int) -> bool:
    """By the Link header, else by the count; a peer that says neither is read until nothing more comes."""
    if page.has_next is not None:
        return not page.has_next
    return page.total is not None and seen >= page.total


def _failed(source: str) -> None:
    metrics.runs_ended.labels("pull", "failed").inc()
    log().warning("pull_failed", source=source)
