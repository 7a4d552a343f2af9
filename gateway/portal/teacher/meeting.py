"""One meeting: the family is here, it was held or missed, what was said, what was agreed, a call instead."""

from datetime import datetime
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import edition
from schoolbus.clock import BRANCH_ZONE

pages = Pages()
_ONE = "/meeting-day/{branch_id}/{meeting_day_id}/meetings/{booking_id}"
_NO_TIME = {
    "type": "invalid",
    "title": "The input is not what is wanted",
    "status": 422,
    "errors": {"starts_at": ["Choose a day and a time."]},
}
_STEPS = {
    "arrived": "They are here.",
    "attended": "Held. Write down what was agreed.",
    "missed": "Noted. The family is offered a call.",
    "called": "Noted.",
}


@pages.get(_ONE)
async def meeting(visit: Visit) -> StreamResponse:
    branch_id, day_id = visit.params["branch_id"], visit.params["meeting_day_id"]
    listed = await visit.api.get(below("branches", branch_id, "meeting-days", day_id, "list"))
    found: dict[str, Any] | None = next(
        (each for each in listed["meetings"] if each["booking_id"] == visit.params["booking_id"]), None
    )
    if found is None:
        raise Refused({"type": "not-found", "title": "This meeting is not in your list", "status": 404,
                       "detail": "It was moved or cancelled. Look at the list again."})  # fmt: skip
    notes = edition(visit, found["notes"]["edition"] if found["notes"] else 0)
    at = address("meeting-day", branch_id, day_id, "meetings", visit.params["booking_id"])
    return await visit.show("teacher/meeting.html", meeting=found, at=at, day=_day(visit), edition=notes)


@pages.post(f"{_ONE}/{{step}}")
async def step(visit: Visit) -> StreamResponse:
    word = visit.step(*_STEPS)
    if word == "arrived":
        await visit.api.post(_path(visit, "arrival"))
    elif word == "called":
        await visit.api.post(_path(visit, "call-wish", "completion"))
    else:
        await visit.api.put(_path(visit, "attendance"), {"state": word})
    return visit.go(visit.at if word == "attended" else _day(visit), said=visit.text(_STEPS[word]))


@pages.post(f"{_ONE}/notes")
async def notes(visit: Visit) -> StreamResponse:
    form = visit.form
    draft = {"shared": form["shared"], "private": form["private"], "edition": form.whole("edition")}
    await visit.api.put(_path(visit, "notes"), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Kept."))


@pages.post(f"{_ONE}/commitments")
async def promise(visit: Visit) -> StreamResponse:
    """Who does what until when."""
    form = visit.form
    booking = await visit.api.get(_path(visit))
    draft = {name: booking[name] for name in ("student_id", "guardian_id", "teacher_id", "booking_id")}
    draft |= {"text": form["text"], "due_on": form["due_on"] or None, "owners": form.all("owners")}
    await visit.api.post(below("branches", visit.params["branch_id"], "commitments"), draft, key=form.key)
    return visit.go(visit.at, said=visit.text("Agreed. Whoever it is for is reminded."))


@pages.post(f"{_ONE}/commitments/{{commitment_id}}")
async def settle(visit: Visit) -> StreamResponse:
    await _settle(visit)
    return visit.go(visit.at, said=visit.text("Noted."))


@pages.post("/meeting-day/{branch_id}/commitments/{commitment_id}", page="/meeting-day")
async def settle_one_of_all(visit: Visit) -> StreamResponse:
    """On the page of all meetings, which of a meeting day itself is another one."""
    await _settle(visit)
    return visit.go(f"{visit.at}?all=yes", said=visit.text("Noted."))


async def _settle(visit: Visit) -> None:
    path = below("branches", visit.params["branch_id"], "commitments", visit.params["commitment_id"], "outcome")
    await visit.api.put(path, {"state": visit.form["state"], "word": visit.form["word"] or None})


@pages.post(f"{_ONE}/call")
async def call(visit: Visit) -> StreamResponse:
    """A call in place of a meeting that was missed."""
    try:
        starts = datetime.fromisoformat(visit.form["starts_at"]).replace(tzinfo=BRANCH_ZONE)
    except ValueError:
        raise Refused(_NO_TIME) from None
    await visit.api.post(_path(visit, "call"), {"starts_at": starts.isoformat(), "minutes": 10}, key=visit.form.key)
    return visit.go(visit.at, said=visit.text("The call is booked, and the family is told."))


def _path(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "bookings", visit.params["booking_id"], *parts)


def _day(visit: Visit) -> str:
    return address("meeting-day", visit.params["branch_id"], visit.params["meeting_day_id"])
