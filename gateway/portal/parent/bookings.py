"""One meeting that is booked or offered: prepare it, move it, cancel it, and what follows."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import BRANCH_ZONE, now

pages = Pages()
_AT = "/meetings/{branch_id}/bookings/{booking_id}"


@pages.get(_AT)
async def booking(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_path(visit))
    to_come = found["state"] == "booked" and datetime.fromisoformat(found["starts_at"]) > now()
    branch = below("branches", visit.params["branch_id"])
    preparation, prompts, notes, instead = await asyncio.gather(
        visit.api.perhaps(f"{_path(visit)}/preparation"),
        _if(to_come, visit, f"{branch}/meeting-prompts"),
        _if(found["state"] == "attended", visit, f"{_path(visit)}/notes"),
        _if(to_come or bool(found.get("called_off")), visit, f"{_path(visit)}/alternatives"),
    )
    return await visit.show(
        "parent/booking.html",
        booking=found,
        to_come=to_come,
        preparation=preparation,
        prompts=prompts["prompts"] if prompts else [],
        notes=notes,
        instead=instead["free_slots"] if instead else [],
        branch_id=visit.params["branch_id"],
        at=address("meetings", visit.params["branch_id"], "bookings", found["booking_id"]),
    )


async def _if(wanted: bool, visit: Visit, path: str) -> Any:
    return await visit.api.perhaps(path) if wanted else None


@pages.get(_AT + "/calendar")
async def booking_calendar(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_path(visit)}/calendar", "meeting.ics")


@pages.post(_AT + "/cancellation")
async def cancel(visit: Visit) -> StreamResponse:
    await visit.api.post(f"{_path(visit)}/cancellation")
    return visit.go("/meetings", said=visit.text("It is cancelled."))


@pages.post(_AT + "/move")
async def move(visit: Visit) -> StreamResponse:
    """`slot`: another time of the same teacher."""
    await visit.api.patch(_path(visit), {"slot_id": visit.form["slot"]})
    return visit.go(_here(visit), said=visit.text("It is moved."))


@pages.post(_AT + "/another")
async def another(visit: Visit) -> StreamResponse:
    """`slot`: instead of one that was called off."""
    found = await visit.api.get(_path(visit))
    path = below("branches", visit.params["branch_id"], "slots", visit.form["slot"], "booking")
    made = await visit.api.post(path, {"student_id": found["student_id"]}, key=visit.form.key)
    here = address("meetings", visit.params["branch_id"], "bookings", made["booking_id"])
    return visit.go(here, said=visit.text("It is booked."))


@pages.post(_AT + "/acceptance")
async def accept(visit: Visit) -> StreamResponse:
    await visit.api.post(f"{_path(visit)}/acceptance", key=visit.form.key)
    return visit.go(_here(visit), said=visit.text("It is booked."))


@pages.post(_AT + "/refusal")
async def refuse(visit: Visit) -> StreamResponse:
    await visit.api.post(f"{_path(visit)}/refusal")
    return visit.go("/meetings", said=visit.text("You keep your place in the list."))


@pages.post(_AT + "/preparation")
async def prepare(visit: Visit) -> StreamResponse:
    form = visit.form
    given = {
        "prompts": form.all("prompts"),
        "own_prompt": form["own_prompt"] or None,
        "questions": form["questions"] or None,
        "companion": form["companion"] or None,
        "interpreter": form["interpreter"] or None,
        "wheelchair": form["wheelchair"] == "yes",
    }
    await visit.api.patch(f"{_path(visit)}/preparation", given)
    return visit.go(_here(visit), said=visit.text("Thank you. The teacher reads it before."))


@pages.post(_AT + "/call")
async def wish_call(visit: Visit) -> StreamResponse:
    """After a missed meeting: a call on a day, or none."""
    form = visit.form
    wanted: dict[str, Any] = {"wants": form["wants"] != "no", "words": form["words"] or None}
    if wanted["wants"] and form["on"] and form["from"] and form["to"]:
        wanted["times"] = [{"starts_at": _utc(form["on"], form["from"]), "ends_at": _utc(form["on"], form["to"])}]
    await visit.api.put(f"{_path(visit)}/call-wish", wanted)
    return visit.go(_here(visit), said=visit.text("Thank you. The teacher knows it."))


def _utc(day: str, clock: str) -> str:
    """Of branch time. What is none is handed on: the API says so."""
    try:
        return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BRANCH_ZONE).astimezone(UTC).isoformat()
    except ValueError:
        return f"{day}T{clock}"


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "bookings", visit.params["booking_id"])


def _here(visit: Visit) -> str:
    return address("meetings", visit.params["branch_id"], "bookings", visit.params["booking_id"])
