"""A new version of cards that were issued, because marks were corrected: it begins where it was reviewed, with its remarks.

Whether a card is outdated is not stored: what was printed of the marks is compared with what the gradebook says now. So it is
right whatever has changed (a result, a weight, a scheme), and right again when that is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import clock
from schoolbus.problems import Invalid
from schoolbus.scope import Scope
from services.reports.cards.content import marks
from services.reports.cards.states import DRAFTED, ISSUED, REVIEWED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Cards = dict[str, Document]  # by student


def newest(store: Store, scope: Scope, student_ids: Sequence[str], term_key: str) -> Cards:
    """Each student's card of the term as it stands."""
    where = {"student_id": {"$in": list(student_ids)}, "term_key": term_key, "state": ISSUED}
    return {card["student_id"]: card for card in store.report_cards.find(scope, where, sort="version")}


def outdated(store: Store, scope: Scope, cards: Mapping[str, Document], term_key: str) -> set[str]:
    """The students whose card says other marks than the gradebook."""
    if not cards:
        return set()
    reached = tpool.execute(marks.of_students(store, scope, sorted(cards), term_key))
    return {id for id, card in cards.items() if card.get("printed_marks") not in (None, marks.fingerprint(reached[id]))}


def former(store: Store, scope: Scope, draft: Document) -> Cards:
    """The cards of the class that a run of corrections replaces: of those named, or all that are outdated. Raises Invalid."""
    named, class_id, term_key = draft["student_ids"], draft["class_id"], draft["term_key"]
    where = {"class_id": class_id, "term_key": term_key, "state": ISSUED}
    holders = named or store.report_cards.collection.distinct("student_id", scope.filter(where))
    found = {id: card for id, card in newest(store, scope, holders, term_key).items() if card["class_id"] == class_id}
    if named is None:
        late = outdated(store, scope, found, term_key)
        if not late:
            raise Invalid({"correction": ["No card of this class and term says other marks than the gradebook."]})
        return {id: found[id] for id in late}
    missing = {str(index): ["Has no card of this class and term."] for index, id in enumerate(named) if id not in found}
    if missing:
        raise Invalid({"student_ids": missing}, "Some students have no card to correct; nothing was asked")
    return found


def carried_over(store: Store, scope: Scope, run: Document, cards: Sequence[Document], of: Cards) -> list[Document]:
    """The new cards with what the former ones said and were made with; reviewed by who asks, as the marks are now."""
    reached = tpool.execute(marks.of_students(store, scope, run["student_ids"], run["term_key"]))
    by_asker = {"state": REVIEWED, "reviewed_by": run["asked_by"], "reviewed_at": clock.now()}
    made = []
    for card in cards:
        was = of[card["student_id"]]
        reviewed = by_asker if card["state"] == DRAFTED else {}
        kept = {"remarks": was.get("remarks", []), "template": card["template"] or was["template"], "corrects": was["_id"]}
        made.append({**card, **kept, **reviewed, "seen_marks": marks.fingerprint(reached[card["student_id"]])})
    return made
