"""Who loses a role is out at once: their sessions end, and so do the tokens that still say what they were.

Whoever only gains one stays signed in; the next refresh brings it.
"""

from collections.abc import Iterable, Sequence

from schoolbus.store import Document
from services.roster.identity import sessions
from services.roster.identity.standing import FAMILYS
from services.roster.kinds import roles_in
from services.roster.store import Store

Held = frozenset[tuple[str, str]]  # branch and role


def end_sessions(store: Store, changed: Iterable[tuple[Document, Document]]) -> None:
    """Of people, each before and after; for the transaction that writes them. One write, however many there are."""
    lost = {after["_id"]: gone for before, after in changed if (gone := _held(before) - _held(after))}
    family = [id for id, gone in lost.items() if any(role in FAMILYS for _, role in gone)]
    sessions.end_of(store, family, "role lost")
    sessions.end_of(store, list(lost.keys() - set(family)), "role lost", but_by_code=True)


def end_in_closed(store: Store, changed: Iterable[tuple[Document, Document]]) -> None:
    """Of branches, each before and after: nobody has a role in one that is closed."""
    closed: Sequence[str] = [after["_id"] for before, after in changed if before["active"] and not after["active"]]
    sessions.end_in(store, closed, "branch closed")


def _held(person: Document) -> Held:
    """A child has no sessions to lose."""
    if not (person["active"] and person["may_sign_in"]) or person.get("counts_as"):
        return frozenset()
    held = {(branch_id, role) for branch_id in person["roles"] for role in roles_in(person, branch_id) if role != "student"}
    return frozenset(held | {("", "operator")} if person["operator"] else held)
