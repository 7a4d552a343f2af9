"""Certificates: given to children of a class, kept with their number, printed as often as somebody wants."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, new_id
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, NotAllowed, NotFound
from schoolbus.scope import Scope
from services.reports.cards.runs import refused
from services.reports.gradebook.terms import key
from services.reports.paper.certificate import Certificate
from services.reports.papers import looks, words

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CONTENT = ("title", "title_ur", "text", "text_ur")


def give(store: Store, caller: Caller, branch_id: str, draft: Document) -> list[Document]:
    """One for each child that is named. Sent again with the same `giving_id`, they are there. Raises Invalid, NotAllowed."""
    scope, group = access.led_class(store, caller, branch_id, draft["class_id"])
    if not caller.reaches_all(branch_id) and group.get("homeroom") is False:
        raise NotAllowed("not-your-class", "You are not the class teacher of this class", "Its class teacher may do this.")
    errors = refused(draft["student_ids"], store.students_of_class(scope, draft["class_id"]))
    if errors:
        raise Invalid({"student_ids": errors}, "Some of them can't have a certificate from this class; none was given")
    giving_id = draft["giving_id"] or new_id()
    made = [_new(branch_id, caller.person_id, giving_id, draft, id, group["title"]) for id in draft["student_ids"]]
    store.certificates.add_new([dict(each) for each in made])
    there = {each["_id"]: each for each in store.certificates.find(scope, {"_id": {"$in": [each["_id"] for each in made]}})}
    same = ("class_id", *CONTENT)
    if any(there.get(each["_id"], {}).get(name) != each[name] for each in made for name in same):
        raise Conflict("already-there", "This id is taken by other certificates", "Send another giving_id, or none.")
    return [there[each["_id"]] for each in made]


def _new(branch_id: str, by: str, giving_id: str, draft: Document, student_id: str, class_title: str) -> Document:
    id = effect_id("certificate", branch_id, giving_id, student_id)
    return {
        "_id": id,
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "class_title": class_title,
        "student_id": student_id,
        **{name: draft[name] for name in CONTENT},
        "title_key": key(draft["title"]),
        "number": words.number("C", id),
        "given_on": (draft["given_on"] or clock.today()).isoformat(),
        "given_by": by,
        "given_at": clock.now(),
    }


def of_student(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The newest first."""
    scope = access.student(store, caller, branch_id, query["student_id"])
    return store.certificates.page(scope, {"student_id": query["student_id"]}, sort="-given_on", page=query["page"])


def one(store: Store, caller: Caller, branch_id: str, certificate_id: str) -> Document:
    """Raises NotFound: a stranger's and an unknown one look the same."""
    found = store.certificates.one(caller.branch(branch_id), certificate_id)
    try:
        access.student(store, caller, branch_id, found["student_id"])
    except NotFound:
        raise NotFound("Certificate") from None
    return found


def as_values(store: Store, scope: Scope, kept: Document) -> Certificate:
    """As it was given, to the child by the name that it has now."""
    student = store.person(scope, kept["student_id"]) or {"given_name": "–", "family_name": "", "name_ur": None}
    school, school_ur = looks.school(store, scope)
    return Certificate(
        branch_name=school,
        branch_name_ur=school_ur,
        title=kept["title"],
        title_ur=kept["title_ur"],
        name=f"{student['given_name']} {student['family_name']}",
        name_ur=student["name_ur"],
        text=kept["text"],
        text_ur=kept["text_ur"],
        given_on=date.fromisoformat(kept["given_on"]),
        class_title=kept["class_title"],
        number=kept["number"],
    )
