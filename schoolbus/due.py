"""What a timer finds due, one after another. One that can't be done is logged, and may be put off: the others don't wait behind
it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial

from schoolbus import clock, metrics
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, Documents, run_again_while_busy

LATER = timedelta(minutes=10)


def each(documents: Documents, found: Iterable[Document], due: str | None, do: Callable[[Document], object]) -> int:
    """`do` with each of `found`; for how many it said yes. Timers look at the oldest first and at so many at once: of one that
    raises the moment, or the day, in its field `due` is put off. `due`: None, where others than the timer go by that moment.

    Raises what the database raises when it is away.
    """
    done = 0
    for document in found:
        about = {"collection": documents.name, "id": document["_id"], "branch": document["branch_id"]}
        otherwise = partial(_put_off, documents, document, due) if due is not None else None
        done += bool(one(partial(do, document), otherwise, **about))
    return done


def one(do: Callable[[], object], otherwise: Callable[[], None] | None = None, **about: object) -> object:
    """What `do` gives; None when it raises: `about`, ids, is logged, and what is to be done `otherwise`."""
    try:
        return run_again_while_busy(do)
    except Exception:
        log().exception("due_failed", **about)
        metrics.due_failed.labels(about.get("collection", "none")).inc()
        if otherwise is not None:
            otherwise()
        return None


def _put_off(documents: Documents, document: Document, due: str) -> None:
    """Unless it was done all the same, or by another."""
    seen = document[due]
    later = (clock.today() + timedelta(days=1)).isoformat() if isinstance(seen, str) else clock.now() + LATER
    documents.change(WHOLE_CHAIN, document["_id"], {due: later}, when={due: seen})
