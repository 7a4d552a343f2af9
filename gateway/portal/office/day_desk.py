"""A meeting day while it goes on: the board, a teacher's list, the desk for families who just come."""

import asyncio
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, here, show, whole
from gateway.portal.office.meeting_days import all_of, chosen_date, of_day, page
from gateway.portal.pages import Pages, Visit

pages = Pages()
_DAY = "/branches/{branch_id}/meeting-days/{meeting_day_id}"


@pages.get(_DAY + "/board")
async def board(visit: Visit) -> StreamResponse:
    """Who is booked with whom, in the order of time; the family is here, came, or did not."""
    found = await visit.api.get(of_day(visit))
    on = chosen_date(visit, found)
    slots, more = await all_of(visit, "slots", on=on)
    booked = [slot for slot in slots if slot.get("booking")]
    return await show(visit, "board.html", day=found, on=on, booked=booked, more=more, here=page(visit))


@pages.post(_DAY + "/bookings/{booking_id}/{step}", page=_DAY + "/board")
async def note(visit: Visit) -> StreamResponse:
    booking = (visit.params["booking_id"],)
    step = visit.step("arrival", "attended", "missed", "cancellation")
    if step == "arrival":
        await visit.api.post(api(visit, "bookings", *booking, "arrival"))
    elif step == "cancellation":
        await visit.api.post(api(visit, "bookings", *booking, "cancellation"), key=visit.form.key)
    else:
        await visit.api.put(api(visit, "bookings", *booking, "attendance"), {"state": step})
    return visit.go(page(visit, "board"), said=visit.text("Noted."))


@pages.post(_DAY + "/teachers/{teacher_id}/delay", page=_DAY + "/board")
async def delay(visit: Visit) -> StreamResponse:
    await visit.api.put(
        of_day(visit, "teachers", visit.params["teacher_id"], "delay"), {"minutes": whole(visit.form["minutes"])}
    )
    return visit.go(page(visit, "board"), said=visit.text("The next families are told."))


@pages.get(_DAY + "/desk")
@pages.post(_DAY + "/desk")
async def desk(visit: Visit) -> StreamResponse:
    """Find the child; then its teachers who are there, each with the soonest free time. A name is sent, and does not stand
    in an address."""
    student_id = visit.query.get("student_id") or visit.form["student_id"]
    day = await visit.api.get(of_day(visit))
    name, after = visit.form["name"], visit.form["after"]
    asked_for = bool(name) and not student_id
    people = await visit.api.get(api(visit, "people"), role="student", name=name, after=after) if asked_for else None
    child, found = None, None
    if student_id:
        asked = (visit.api.get(api(visit, "people", student_id)), visit.api.get(of_day(visit, "desk"), student_id=student_id))
        child, found = await asyncio.gather(*asked)
    return await show(
        visit,
        "day-desk.html",
        day=day,
        people=people,
        name=name,
        child=child,
        found=found,
        here=page(visit),
        home=here(visit),
    )


@pages.post(_DAY + "/walk-ins", page=_DAY + "/desk")
async def walk_in(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {"teacher_id": form["teacher_id"], "student_id": form["student_id"], "guardian_id": form["guardian_id"]}
    made = await visit.api.post(of_day(visit, "walk-ins"), wanted, key=form.key)
    said = visit.text(
        "%(when)s with %(teacher)s, %(place)s.",
        when=visit.language.clock(made["starts_at"]),
        teacher=made["teacher_name"],
        place=made["place"],
    )
    return visit.go(f"{page(visit, 'desk')}?{urlencode({'student_id': form['student_id']})}", said=said)
