"""A child's days at school: what was, why, and what is known beforehand."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.children import REASONS
from schoolbus.clock import today

pages = Pages()
_AT = "/children/{branch_id}/{student_id}/attendance"


@pages.get(_AT)
async def attendance(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    counts, absences, planned = await asyncio.gather(
        visit.api.get(child.api("attendance", "students", child.id)),
        visit.api.get(child.api("absences"), student_id=child.id, limit=30, after=visit.query.get("after")),
        visit.api.all(child.api("planned-absences"), student_id=child.id),
    )
    now = today().isoformat()
    to_come = [each for each in planned if not each["withdrawn_at"] and each["until"] >= now]
    return await visit.show(
        "parent/attendance.html",
        child=child,
        counts=counts,
        absences=absences["items"],
        next=absences["next"],
        planned=to_come,
        reasons=REASONS,
        today=now,
        me_id=visit.person_id,
    )


@pages.post(_AT + "/planned")
async def plan(visit: Visit) -> StreamResponse:
    """From a day on, until another or the same."""
    child, form = await children.of_path(visit), visit.form
    draft = {
        "planned_absence_id": form.key,
        "student_id": child.id,
        "since": form["since"],
        "until": form["until"] or form["since"],
        "reason": {"kind": form["kind"], "text": form["text"] or None},
    }
    await visit.api.post(child.api("planned-absences"), draft)
    return visit.go(f"{child.at}/attendance", said=visit.text("Thank you. The teacher knows it."))


@pages.post(_AT + "/planned/{planned_absence_id}/withdrawal")
async def take_back(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    await visit.api.post(child.api("planned-absences", visit.params["planned_absence_id"], "withdrawal"))
    return visit.go(f"{child.at}/attendance", said=visit.text("It is taken back: the child comes."))


@pages.post(_AT + "/{absence_id}/reason")
async def give_reason(visit: Visit) -> StreamResponse:
    child, form = await children.of_path(visit), visit.form
    path = child.api("absences", visit.params["absence_id"], "reason")
    await visit.api.put(path, {"kind": form["kind"], "text": form["text"] or None})
    return visit.go(visit.back(f"{child.at}/attendance"), said=visit.text("Thank you. The teacher knows it."))
