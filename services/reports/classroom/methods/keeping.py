"""How a subject is taught, in plain words: by a teacher for a class, by head or office for grades or the whole branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.grades import all_plain, plain
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import GoneOn, NotAllowed
from services.reports.classroom import reach

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_CONTENT = ("subject", "text", "text_ur", "guide_id")
_SAME = ("class_id", "grades", *_CONTENT)


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The one that is there when it was sent before. Raises NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    if draft["class_id"] is not None:
        access.led_class(store, caller, branch_id, draft["class_id"])
    else:
        _check_whole_branch(caller, branch_id)
    method = {
        "_id": draft.get("teaching_method_id") or new_id(),
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "grades": draft["grades"],
        "grade_keys": sorted(all_plain(draft["grades"])),
        **_words(draft, caller),
        "edition": 0,
    }
    return once(store.teaching_methods, scope, method, lambda: store.teaching_methods.add(method), _SAME)


def change(store: Store, caller: Caller, branch_id: str, method_id: str, draft: Document) -> Document:
    """Raises NotFound, NotAllowed, GoneOn."""
    method = led(store, caller, branch_id, method_id)
    if all(method[name] == draft[name] for name in _CONTENT):  # sent again
        return method
    to = {**_words(draft, caller), "edition": draft["edition"] + 1}
    changed = store.teaching_methods.change(caller.branch(branch_id), method_id, to=to, when={"edition": draft["edition"]})
    if changed is None:
        raise GoneOn(edition=method["edition"])
    return changed


def remove(store: Store, caller: Caller, branch_id: str, method_id: str) -> None:
    led(store, caller, branch_id, method_id)
    store.teaching_methods.remove(caller.branch(branch_id), method_id)


def led(store: Store, caller: Caller, branch_id: str, method_id: str) -> Document:
    method = store.teaching_methods.one(caller.branch(branch_id), method_id)
    if method["class_id"] is not None:
        reach.led(store, caller, branch_id, method, "Teaching method")
    else:
        _check_whole_branch(caller, branch_id)
    return method


def one(store: Store, caller: Caller, branch_id: str, method_id: str) -> Document:
    """What is of grades or of the branch, everybody there may read: it says nothing of anybody."""
    method = store.teaching_methods.one(caller.branch(branch_id), method_id)
    if method["class_id"] is not None:
        reach.seen(store, caller, branch_id, method, "Teaching method")
    return method


def of_class(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """What holds in a class, subject by subject: its own, its grade's, and the branch's."""
    scope = access.seen_class(store, caller, branch_id, query["class_id"])
    grade = (store.class_of(scope, query["class_id"]) or {}).get("grade")
    of_branch = {"class_id": None, "grade_keys": {"$in": [[], *([plain(grade)] if grade else [])]}}
    either = {"$or": [{"class_id": query["class_id"]}, of_branch]}
    return store.teaching_methods.page(scope, either, sort="subject_key", page=query["page"])


def _words(draft: Document, caller: Caller) -> Document:
    by = {"subject_key": plain(draft["subject"]), "written_by": caller.person_id, "written_at": clock.now()}
    return {**{name: draft[name] for name in _CONTENT}, **by}


def _check_whole_branch(caller: Caller, branch_id: str) -> None:
    if not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-class", "This is not of one class", "Head and office write what holds in several classes.")
