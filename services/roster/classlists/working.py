"""The worker's part of class lists. One that ended in the middle is taken up where it was."""

from collections.abc import Callable

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster import telling
from services.roster.classlists import applying, checking, lists, taking_back
from services.roster.classlists.claimed import LEASE, Lost, close
from services.roster.store import Store

_MOST_ATTEMPTS = 5


def claim(store: Store) -> Document | None:
    return store.class_lists.claim({"open": True, "state": {"$ne": lists.WAITING}}, lease=LEASE, sort="received_at")


def work(store: Store, document: Document) -> None:
    doing: dict[str, Callable[[Store, Document], None]] = {lists.APPLYING: applying.apply, lists.UNDOING: _take_back}
    try:
        if document["attempts"] > _MOST_ATTEMPTS:
            close(store, document, lists.FAILED)
        else:
            doing.get(document["state"], checking.check)(store, document)
    except Lost:
        log().info("class_list_left", id=document["_id"])


def _take_back(store: Store, document: Document) -> None:
    while taking_back.a_piece(store, document, LEASE):
        pass
    found = store.class_lists.one(WHOLE_CHAIN, document["_id"])
    close(store, document, lists.UNDONE)
    telling.forget(store)
    log().info("class_list_taken_back", id=document["_id"], branch=document["branch_id"], stayed=found["stayed_count"])
