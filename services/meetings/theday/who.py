"""Whose meeting it is: its teacher's, its family's, or everybody's whom the right reaches in the branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, NotFound
from schoolbus.rights import BRANCH, CHAIN, SELF

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def run_by(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking, for its teacher, and for those who reach the whole branch. Raises NotFound."""
    booking = store.bookings.one(caller.branch(branch_id), booking_id)
    own = is_teacher(store, caller, branch_id, booking["teacher_id"])
    return _noted(store, caller, branch_id, booking, own=own, may=own or caller.reaches_all(branch_id))


def prepared_by(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking, for the guardian whose it is, for its teacher, and for those who reach the branch. Raises NotFound."""
    booking = store.bookings.one(caller.branch(branch_id), booking_id)
    own = is_own(store, caller, branch_id, booking)
    return _noted(store, caller, branch_id, booking, own=own, may=own or caller.reaches_all(branch_id))


def named(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> tuple[str, str]:
    """Guardian and teacher as a draft names them, and where it names nobody the caller: as guardian only who is no staff that
    may mean another one. Of a merged record the one that counts. Raises Invalid."""
    as_guardian = caller.has(branch_id, "guardian") and not caller.has(branch_id, "teacher", "head")
    guardian_id = draft["guardian_id"] or (caller.person_id if as_guardian else None)
    teacher_id = draft["teacher_id"] or (caller.person_id if caller.has(branch_id, "teacher") else None)
    if guardian_id is None or teacher_id is None:
        names = {"guardian_id": guardian_id, "teacher_id": teacher_id}
        raise Invalid({name: ["Wanted: with whom."] for name, id in names.items() if id is None})
    return store.counting(caller.branch(branch_id), guardian_id), teacher_id


def is_own(store: Store, caller: Caller, branch_id: str, thing: Document) -> bool:
    """Whether the caller is the teacher, or the guardian, of a booking or of whatever else names both and the child; a guardian
    only while the child is theirs to book for."""
    return is_teacher(store, caller, branch_id, thing["teacher_id"]) or (
        is_guardian(store, caller, branch_id, thing["guardian_id"])
        and store.is_guardian_of(caller.branch(branch_id), caller.person_id, thing["student_id"], may="may_book")
    )


def is_teacher(store: Store, caller: Caller, branch_id: str, teacher_id: str) -> bool:
    """By what the caller is signed in as: a teacher who came by a code to a phone is a guardian alone."""
    return caller.has(branch_id, "teacher") and teacher_id in store.same_person(caller.person_id)


def is_guardian(store: Store, caller: Caller, branch_id: str, guardian_id: str) -> bool:
    return caller.has(branch_id, "guardian") and guardian_id in store.same_person(caller.person_id)


def _noted(store: Store, caller: Caller, branch_id: str, booking: Document, *, own: bool, may: bool) -> Document:
    audit.note(store, caller, branch_id, [booking["student_id"]], by=(SELF,) if own else (BRANCH, CHAIN), refused=not may)
    if not may:
        raise NotFound("Booking")
    return booking
