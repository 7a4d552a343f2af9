"""One meeting: the family is here, it was held or missed, what was said, what was agreed, a call instead."""

from datetime import datetime
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import BRANCH_ZONE

pages = Pages()
_ONE = "/meeting-day/{branch_id}/{meeting_day_id}/meetings/{booking_id}"
_DONE = {
    "arrived": "They are here.",
    "attended": "Held. Write down what was agreed.",
    "missed": "Noted. The family is offered a call.",
    "called": "Noted.",
}


@pages.get(_ONE)
async def meeting(visit: Visit) -> StreamResponse:
    return await _show(visit)


@pages.post(f"{_ONE}/{{step}}")
async def step(visit: Visit) -> StreamResponse:
    word = visit.params["step"]
    try:
        if word == "arrived":
            await visit.api.post(_path(visit, "arrival"))
        elif word in ("attended", "missed"):
            await visit.api.put(_path(visit, "attendance"), {"state": word})
        elif word == "called":
            await visit.api.post(_path(visit, "call-wish", "completion"))
    except Refused as refused:
        return await _show(visit, refused)
    back = _at(visit) if word == "attended" else _day(visit)
    return visit.go(back, said=visit.text(_DONE.get(word, "Noted.")))


@pages.post(f"{_ONE}/notes")
async def notes(visit: Visit) -> StreamResponse:
    form = visit.form
    draft = {"shared": form["shared"], "private": form["private"], "edition": form.whole("edition")}
    try:
        await visit.api.put(_path(visit, "notes"), draft, key=form.key)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit), said=visit.text("Kept."))


@pages.post(f"{_ONE}/commitments")
async def promise(visit: Visit) -> StreamResponse:
    """Who does what until when."""
    form = visit.form
    booking = await visit.api.get(_path(visit))
    draft = {name: booking[name] for name in ("student_id", "guardian_id", "teacher_id", "booking_id")}
    draft |= {"text": form["text"], "due_on": form["due_on"] or None, "owners": form.all("owners")}
    try:
        await visit.api.post(below("branches", visit.params["branch_id"], "commitments"), draft, key=form.key)
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit), said=visit.text("Agreed. Whoever it is for is reminded."))


@pages.post("/meeting-day/{branch_id}/commitments/{commitment_id}")
async def settle(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "commitments", visit.params["commitment_id"], "outcome")
    await visit.api.put(path, {"state": visit.form["state"], "word": visit.form["word"] or None})
    back = visit.form["back"]
    return visit.go(back if back.startswith("/meeting-day") else "/meeting-day", said=visit.text("Noted."))


@pages.post(f"{_ONE}/call")
async def call(visit: Visit) -> StreamResponse:
    """A call in place of a meeting that was missed."""
    try:
        starts = datetime.fromisoformat(visit.form["starts_at"]).replace(tzinfo=BRANCH_ZONE)
        draft = {"starts_at": starts.isoformat(), "minutes": 10}
        await visit.api.post(_path(visit, "call"), draft, key=visit.form.key)
    except ValueError:
        return visit.go(_at(visit), said=visit.text("Choose a day and a time."))
    except Refused as refused:
        return await _show(visit, refused)
    return visit.go(_at(visit), said=visit.text("The call is booked, and the family is told."))


async def _show(visit: Visit, refused: Refused | None = None) -> StreamResponse:
    branch_id, day_id = visit.params["branch_id"], visit.params["meeting_day_id"]
    listed = await visit.api.get(below("branches", branch_id, "meeting-days", day_id, "list"))
    found: dict[str, Any] | None = next(
        (each for each in listed["meetings"] if each["booking_id"] == visit.params["booking_id"]), None
    )
    if found is None:
        raise Refused({"type": "not-found", "title": "This meeting is not in your list", "status": 404,
                       "detail": "It was moved or cancelled. Look at the list again."})  # fmt: skip
    return await visit.show(
        "teacher/meeting.html", refused=refused, meeting=found, at=_at(visit), day=_day(visit), branch_id=branch_id
    )


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "bookings", visit.params["booking_id"], *parts)


def _day(visit: Visit) -> str:
    return f"/meeting-day/{visit.params['branch_id']}/{visit.params['meeting_day_id']}"


def _at(visit: Visit) -> str:
    return f"{_day(visit)}/meetings/{visit.params['booking_id']}"
