"""What home and school have agreed to do for a child until a day."""

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, partners
from schoolbus.clock import today

pages = Pages()
_AT = "/meetings/{branch_id}/commitments"


@pages.get(_AT + "/{commitment_id}")
async def commitment(visit: Visit) -> StreamResponse:
    found = await visit.api.get(below("branches", visit.params["branch_id"], "commitments", visit.params["commitment_id"]))
    return await visit.show("parent/commitment.html", commitment=found, branch_id=visit.params["branch_id"])


@pages.post(_AT + "/{commitment_id}")
async def settle(visit: Visit) -> StreamResponse:
    path = below("branches", visit.params["branch_id"], "commitments", visit.params["commitment_id"], "outcome")
    await visit.api.put(path, {"state": visit.form["state"], "word": visit.form["word"] or None})
    return visit.go("/meetings", said=visit.text("Thank you. The teacher sees it."))


@pages.get(_AT + "/new/{student_id}")
async def new(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    teachers = await partners.of_child(visit, child)
    now = today().isoformat()
    return await visit.show("parent/new-commitment.html", child=child, teachers=teachers, today=now)


@pages.post(_AT + "/new/{student_id}")
async def agree(visit: Visit) -> StreamResponse:
    child, form = await children.of_path(visit), visit.form
    draft = {
        "student_id": child.id,
        "teacher_id": form["teacher"] or None,
        "text": form["text"],
        "due_on": form["due_on"],
        "owners": ["guardian"],
    }
    await visit.api.post(child.api("commitments"), draft, key=form.key)
    return visit.go("/meetings", said=visit.text("It is noted. You are reminded of it."))
