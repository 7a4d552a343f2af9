"""Before a meeting: what the family would like to talk about, for the teacher alone, and what it needs, for the desk too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import GoneOn, Invalid, Sentence
from services.meetings.booking.changing import check_is_to_come
from services.meetings.theday import prompts
from services.meetings.theday.who import is_own, prepared_by

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
PRIVATE: Document = {"prompts": [], "own_prompt": None, "questions": None}  # for the family and the teacher alone
NEEDS: Document = {"companion": None, "interpreter": None, "wheelchair": False}
KNOWN_NEEDS = ("interpreter", "wheelchair", "woman_teacher")  # of a guardian's preferences


def prepare(store: Store, caller: Caller, branch_id: str, booking_id: str, said: Mapping[str, Any]) -> Document:
    """What is not given stays as it is. By the guardian, or by staff who were told so, until the meeting begins."""
    booking = prepared_by(store, caller, branch_id, booking_id)
    check_is_to_come(booking)
    if unknown := prompts.unknown(said.get("prompts", ())):
        raise Invalid({"prompts": [Sentence("There is no %(unknown)s.", unknown=list(unknown))]})
    to = {f"prepared.{name}": value for name, value in said.items()}
    if to:
        to["prepared.at"] = clock.now()
        changed = store.bookings.change(caller.branch(branch_id), booking_id, to, when={"state": booking["state"]})
        if changed is None:
            raise GoneOn()
        booking = changed
        log().info("meeting_prepared", booking=booking_id, branch=branch_id)
    return shown(booking, private=is_own(store, caller, branch_id, booking))


def read(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    booking = prepared_by(store, caller, branch_id, booking_id)
    return shown(booking, private=is_own(store, caller, branch_id, booking))


def shown(booking: Document, *, private: bool) -> Document:
    """`private`: also what is for the family and the teacher alone."""
    prepared = booking.get("prepared") or {}
    found: Document = {name: prepared.get(name, none) for name, none in (NEEDS | (PRIVATE if private else {})).items()}
    if private:
        found["prompts"] = prompts.named(found["prompts"])
    return {"booking_id": booking["_id"], **found}


def needs(booking: Document, guardian: Mapping[str, Any] | None) -> Document:
    """What was said of this meeting, and what the guardian's preferences say of all meetings."""
    known: Iterable[str] = ((guardian or {}).get("preferences") or {}).get("meeting_needs", ())
    own = {name: value for name, value in shown(booking, private=False).items() if name in NEEDS}
    return {**own, "known": [need for need in known if need in KNOWN_NEEDS]}
