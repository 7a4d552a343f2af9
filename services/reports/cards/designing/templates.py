"""Card templates: how a branch's report cards look and what is on them. Each change is an edition, and all are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import GoneOn, Invalid, NotFound
from schoolbus.scope import Scope
from services.reports.cards.design import PLAIN, Design
from services.reports.paper import logos
from services.reports.paper.look import Look
from services.reports.paper.points import Signer

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
FIELDS = ("title", "main", "accent", "sections", "language", "bilingual", "paper", "signers")
LIVE = {"retired": False}


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    scope = caller.branch(branch_id)
    template = {
        "_id": draft.get("card_template_id") or new_id(),
        "branch_id": branch_id,
        **{name: draft[name] for name in FIELDS},
        "logo": None,
        "edition": 1,
        "retired": False,
        "changed_by": caller.person_id,
        "changed_at": clock.now(),
    }
    return once(store.card_templates, scope, template, lambda: _add(store, template), FIELDS)


def _add(store: Store, template: Document) -> None:
    with store.transaction():
        store.card_templates.add(template)
        store.card_template_editions.add(_edition(template))


def change(store: Store, caller: Caller, branch_id: str, template_id: str, draft: Document) -> Document:
    """All fields anew. Raises NotFound; GoneOn when `edition`, the one that was seen, is another by now."""
    return _changed(store, caller, branch_id, template_id, {name: draft[name] for name in FIELDS}, draft.get("edition"))


def put_logo(store: Store, caller: Caller, branch_id: str, template_id: str, content: bytes) -> Document:
    """Raises Invalid when it is none that can be printed."""
    try:
        logo = logos.read(content)
    except logos.NoLogo as error:
        raise Invalid({"logo": [error.args[0]]}) from error
    return _changed(store, caller, branch_id, template_id, {"logo": logo})


def drop_logo(store: Store, caller: Caller, branch_id: str, template_id: str) -> Document:
    return _changed(store, caller, branch_id, template_id, {"logo": None})


def retire(store: Store, caller: Caller, branch_id: str, template_id: str) -> None:
    """Nobody takes it any more; cards that were made with it keep their edition. Twice is once."""
    scope = caller.branch(branch_id)
    if store.card_templates.change(scope, template_id, to={"retired": True}) is None:
        raise NotFound("Card template")


def _changed(store: Store, caller: Caller, branch_id: str, template_id: str, to: Document, seen: int | None = None) -> Document:
    scope = caller.branch(branch_id)
    there = one(store, scope, template_id)
    if seen is not None and seen != there["edition"]:
        raise GoneOn(edition=there["edition"])
    if all(there[name] == value for name, value in to.items()):
        return there  # sent again
    to = {**to, "edition": there["edition"] + 1, "changed_by": caller.person_id, "changed_at": clock.now()}
    with store.transaction():
        changed = store.card_templates.change(scope, template_id, to=to, when={"edition": there["edition"], **LIVE})
        if changed is None:
            raise GoneOn
        store.card_template_editions.add(_edition(changed))
    return changed


def _edition(template: Document) -> Document:
    kept = {name: template[name] for name in ("branch_id", *FIELDS, "logo", "edition", "changed_by", "changed_at")}
    return {"_id": edition_id(template["_id"], template["edition"]), "card_template_id": template["_id"], **kept}


def edition_id(template_id: str, edition: int) -> str:
    return f"{template_id}:{edition}"


# Reading


def one(store: Store, scope: Scope, template_id: str) -> Document:
    """A live one. Raises NotFound."""
    found = store.card_templates.first(scope, {"_id": template_id, **LIVE})
    if found is None:
        raise NotFound("Card template")
    return found


def of_branch(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    return store.card_templates.page(caller.branch(branch_id), LIVE, sort="title", page=query["page"])


def named(store: Store, scope: Scope, template_id: str | None) -> str | None:
    """The edition that a run is made with, whatever becomes of the template meanwhile. Raises Invalid."""
    if template_id is None:
        return None
    found = store.card_templates.first(scope, {"_id": template_id, **LIVE})
    if found is None:
        raise Invalid({"card_template_id": ["There is no such template in this branch."]})
    return edition_id(template_id, found["edition"])


def design(store: Store, scope: Scope, named: str | None) -> Design:
    """Of an edition by its id; the plain one where none was named."""
    return as_design(store.card_template_editions.one(scope, named)) if named else PLAIN


def as_design(template: Mapping[str, Any]) -> Design:
    return Design(
        look=Look(template["main"], template["accent"], template["logo"], template["paper"]),
        sections=tuple(template["sections"]),
        bilingual=template["bilingual"],
        signers=tuple(Signer(each["en"], each["ur"]) for each in template["signers"]),
    )
