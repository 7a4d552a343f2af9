"""Who saw or changed what about a child. Notes are made where `schoolbus.access` decides, and by `note` where it is not asked.

A change is noted before it is made: a process that is killed in between leaves a note of a change that never was, never a
change without its note. Reads wait in memory, up to a second or `MOST` of them, and one look a day (a guardian at their own
child) or an hour (anybody else) is one entry: killed, a process may lose the notes of its last second of reads.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from schoolbus import correlation
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.events import CHUNK, Event
from schoolbus.ids import effect_id, new_id
from schoolbus.outbox import saying_with
from schoolbus.rights import Reach
from schoolbus.store import Database, Document, Documents, current_session
from schoolbus.together import Together

MOST = 500  # notes that wait
MOST_STUDENTS = 5_000  # named in them
_REMEMBERED = 100_000  # looks of this hour or day that are noted already
_TOLD_AFTER = 60.0  # seconds between looks for what is told and can go
_CHAIN = "chain"  # a chunk's branch_id: its entries are of many branches
ALLOWED, REFUSED, FAILED = "allowed", "refused", "failed"  # failed: allowed, and nothing came of it


class Trail:
    """The notes of one process. `keep` stores a chunk of entries for good."""

    def __init__(self, keep: Callable[[list[Document]], None]) -> None:
        self._keep = keep
        self._changes = Together(self._keep_all, CHUNK)
        self._waiting: list[Document] = []
        self._students = 0
        self._noted: set[int] = set()  # hashes: a page of 500 children is remembered in a few bytes
        self._hour = 0

    def read(self, key: tuple[Any, ...]) -> None:
        """Notes a look, unless it is noted already. `key`: see `_entry`."""
        hour = int(time.time() // 3600)
        if hour != self._hour or len(self._noted) > _REMEMBERED:
            self._noted, self._hour = set(), hour
        if (seen := hash(key)) in self._noted:
            return
        self._noted.add(seen)
        period = hour // 24 if key[1] == "guardian" else hour
        id = effect_id("read", str(period), *(str(part) for part in key))
        self._waiting.append(_entry(id, "read", key))
        self._students += len(key[4])
        if len(self._waiting) >= MOST or self._students >= MOST_STUDENTS:
            self.flush()

    def changed(self, id: str, key: tuple[Any, ...]) -> None:
        """Notes a change, at once: it is stored when this returns. Within a transaction it is part of that, and goes alone."""
        entry = _entry(id, "change", key)
        if current_session() is None:
            self._changes.add(entry)
        else:
            self._keep([entry])

    def _keep_all(self, entries: list[Document]) -> list[None]:
        self._keep(entries)
        return [None] * len(entries)

    def flush(self) -> None:
        """Stores what waits. Raises what the database does; the notes then wait on."""
        waiting, self._waiting, self._students = self._waiting, [], 0
        if not waiting:
            return
        try:
            for start in range(0, len(waiting), CHUNK):
                self._keep(waiting[start : start + CHUNK])  # twice is once: a look's id follows from what it is
        except BaseException:
            self._waiting = [*waiting, *self._waiting][:_REMEMBERED]
            raise


class Audited(Database):
    """A store whose service tells roster, which keeps the trail, who saw or changed what."""

    chunks = Documents("chunks", bulk=True, tells=True)  # what is to be told by itself, until it is told

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.trail = Trail(self.keep_accesses)
        self._cleared_at = time.monotonic()

    def keep_accesses(self, entries: list[Document]) -> None:
        said = Event.known[f"{self.service}.access_noted.v1"](
            branch_id=_CHAIN, subject=f"{self.service}.accesses", items=entries
        )
        self.chunks.add(saying_with({"_id": new_id(), "branch_id": []}, [said]))
        if time.monotonic() - self._cleared_at > _TOLD_AFTER:
            self._cleared_at = time.monotonic()
            self.chunks.collection.delete_many({"outbox": {"$exists": False}})


@dataclass
class Request:
    """What one request has noted so far; its id tells a second run from a second request."""

    method: str
    changes: dict[str, tuple[Trail, tuple[Any, ...]]] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        return new_id()


_request: ContextVar[Request | None] = ContextVar("request", default=None)


@contextmanager
def request(method: str) -> Iterator[None]:
    """Around an entrypoint's run: changes that were noted and then raised are noted as failed."""
    current = Request(method)
    token = _request.set(current)
    try:
        yield
    except BaseException:
        for id, (trail, key) in current.changes.items():
            trail.changed(id, (*key[:6], FAILED))
        raise
    finally:
        _request.reset(token)


def note(
    store: Any,
    caller: Caller,
    branch_id: str,
    students: Iterable[str] = (),
    *,
    class_id: str | None = None,
    by: Sequence[Reach] = (),
    refused: bool = False,
) -> None:
    """The caller touched these children, or those of a class. `by`: how far the role reaches that let them; any, if none."""
    current = _request.get()
    if current is None or caller.right is None or not caller.person_id:
        return
    named = tuple(sorted({_plain(id) for id in students if id}))
    for start in range(0, max(1, len(named)), CHUNK):
        whom = named[start : start + CHUNK]
        outcome = REFUSED if refused else ALLOWED
        key = (caller.person_id, _role(caller, branch_id, by), caller.right.name, branch_id, whom, class_id, outcome)
        if current.method in ("GET", "HEAD"):
            store.trail.read(key)
        else:
            id = effect_id(current.id, *(str(part) for part in key))
            store.trail.changed(id, key)  # an entrypoint that runs again notes it again, under the same id
            if not refused:
                current.changes[id] = (store.trail, key)


def _plain(id: str) -> str:
    """Whatever was asked for, as an id that can be kept."""
    return id[:255].encode(errors="replace").decode()


def _role(caller: Caller, branch_id: str, by: Sequence[Reach]) -> str:
    """The role that the caller acts in."""
    for role, reach in caller.right.reach.items() if caller.right else ():
        if caller.has(branch_id, role) and (not by or reach in by):
            return role
    held = caller.roles.get(branch_id) or ("machine",) * caller.is_machine  # refused where it has no role
    return "operator" if caller.operator else next(iter(sorted(held)), "")


def _entry(id: str, action: str, key: tuple[Any, ...]) -> Document:
    person_id, role, right, branch_id, students, class_id, outcome = key
    return {
        "entry_id": id,
        "at": now().isoformat(),
        "person_id": person_id,
        "role": role,
        "right": right,
        "action": action,
        "branch_id": branch_id,
        "student_ids": list(students),
        "class_id": class_id,
        "outcome": outcome,
        "correlation_id": correlation.current(),
    }
