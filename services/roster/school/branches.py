"""Branches, as those see them who have a role there."""

from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store


def page(store: Store, caller: Caller, page: Paging) -> Paged:
    """All of the chain for an operator, else those where the caller has a role."""
    theirs = {} if caller.operator else {"_id": {"$in": list(caller.branches)}}
    return store.branches.page(WHOLE_CHAIN, {"active": True, **theirs}, sort="name", page=page)


def one(store: Store, caller: Caller, branch_id: str) -> Document:
    return store.branches.one(caller.branch(branch_id), branch_id)
