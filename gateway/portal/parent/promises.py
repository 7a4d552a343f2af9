"""What home and school have agreed to do for a child until a day."""

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children, partners
from gateway.portal.parent.children import Child
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
    return await _new(visit, await children.of_path(visit))


async def _new(visit: Visit, child: Child, refused: Refused | None = None) -> StreamResponse:
    teachers = await partners.of_child(visit, child)
    now = today().isoformat()
    return await visit.show("parent/new-commitment.html", refused=refused, child=child, teachers=teachers, today=now)


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
    try:
        await visit.api.post(child.api("commitments"), draft, key=form.key)
    except Refused as refused:
        if refused.status in (404, 409, 422):
            return await _new(visit, child, refused)
        raise
    return visit.go("/meetings", said=visit.text("It is noted. You are reminded of it."))
