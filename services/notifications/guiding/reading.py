"""Guides as families read, print and hear them: those of their children's grades and subjects. Each opening is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import NotFound
from schoolbus.rights import CHILDREN
from schoolbus.route import Answer
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.notifications.announcing import reach
from services.notifications.announcing.words import language_for
from services.notifications.guiding import files, guides, opening, setting
from services.notifications.guiding.fitting import fits

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

Query = Mapping[str, Any]
MOST = 2 * guides.MOST


@dataclass(frozen=True)
class Seen:
    """A guide that the caller may see. `reader_id`: the guardian whose opening counts; None: staff, whose does not."""

    guide: Document
    texts: Mapping[str, Mapping[str, Any]]
    language: str
    reader_id: str | None


def mine(store: Store, caller: Caller, branch_id: str, query: Query) -> dict[str, Any]:
    """In a branch, the newest first: a guardian's, with the children that each is for; for staff all that there are."""
    scope = caller.branch(branch_id)
    staff, children = caller.reaches_all(branch_id), _children(store, caller, scope)
    wanted = {"kind": query["kind"]} if query["kind"] else {}
    if not staff:
        wanted["state"] = guides.PUBLISHED
    found = store.guides.find(WHOLE_CHAIN, {**reach.in_branch(branch_id), **wanted}, sort="-created_at", limit=MOST)
    told = [{**guide, "for": _for(guide, children)} for guide in found]
    if not staff:
        told = [each for each in told if each["for"]]
        audit.note(store, caller, branch_id, list(children), by=(CHILDREN,))
    return {"items": told}


def read(store: Store, caller: Caller, branch_id: str, guide_id: str, query: Query) -> Document:
    """Its words in all languages, and as blocks in the one asked for."""
    seen = _seen(store, caller, branch_id, guide_id, query)
    opening.count(store, branch_id, seen, opening.TEXT)
    blocks = [vars(block) for block in setting.told(seen.texts[seen.language], seen.language)]
    shown = {"texts": seen.texts, "language": seen.language, "blocks": blocks}
    return {**seen.guide, **shown, "files": files.of(store, seen.guide)}


def page(store: Store, caller: Caller, branch_id: str, guide_id: str, query: Query) -> Answer:
    """The same for a browser."""
    seen = _seen(store, caller, branch_id, guide_id, query)
    opening.count(store, branch_id, seen, opening.TEXT)
    said = seen.texts[seen.language]
    body = setting.page(said["title"], setting.told(said, seen.language), seen.language)
    return Answer(body, "text/html; charset=utf-8", headers=setting.SAFE)


def file(store: Store, caller: Caller, branch_id: str, guide_id: str, form: str, query: Query) -> Answer:
    """As PDF or sound. Raises NotFound, also while it is being made: what nobody got is not counted."""
    seen = _seen(store, caller, branch_id, guide_id, query)
    content, content_type, ending = files.fetched(store, seen.guide, seen.language, form)
    opening.count(store, branch_id, seen, form)
    named = f'inline; filename="guide-{guide_id[:8]}-{seen.language}.{ending}"'
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff", "Cache-Control": "private"}
    return Answer(content, content_type, headers=headers)


def _seen(store: Store, caller: Caller, branch_id: str, guide_id: str, query: Query) -> Seen:
    """Raises NotFound."""
    scope, found = caller.branch(branch_id), reach.known(store.guides, caller, branch_id, guide_id)
    children = _children(store, caller, scope) if found["state"] == guides.PUBLISHED else {}
    is_for = _for(found, children)
    if not is_for and not caller.reaches_all(branch_id):
        raise NotFound("Guide")
    texts = guides.texts(store, found)
    reader = store.counting(scope, caller.person_id) if is_for else None
    own = (store.person(scope, caller.person_id) or {}).get("language") or "ur"
    return Seen(found, texts, language_for(texts, query["language"] or own), reader)


def _children(store: Store, caller: Caller, scope: Scope) -> dict[str, list[Document]]:
    """The caller's children in the branch of whom they may hear, with the classes of each."""
    if not caller.reaches(scope.branch_id or "", CHILDREN):
        return {}
    needs = caller.right.needs if caller.right else None
    ids = {id for own in store.same_person(caller.person_id) for id in store.students_of_guardian(scope, own, needs)}
    classes = store.classes_of_each(scope, ids)
    return {id: classes.get(id, []) for id in sorted(ids)}


def _for(guide: Document, children: Mapping[str, list[Document]]) -> list[str]:
    return [id for id, classes in children.items() if fits(guide, classes)]
