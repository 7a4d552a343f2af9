"""A child's homework: what is due, its files, and what the family says of it."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.children import Child
from schoolbus.clock import today

pages = Pages()
_AT = "/children/{branch_id}/{student_id}/homework"
_MOST_CLASSES = 12
DONE = ("yes", "partly", "no", "help")


@pages.get(_AT)
async def homework_list(visit: Visit) -> StreamResponse:
    """Of all classes of the child: the newest of each. One class alone has all of it, in pages."""
    child = await children.of_path(visit)
    chosen = visit.query.get("class")
    classes = [each for each in child.classes if not chosen or each["class_id"] == chosen][:_MOST_CLASSES]
    more = {"after": visit.query.get("after"), "limit": 20} if chosen else {"limit": 20}
    found = await asyncio.gather(
        *(visit.api.perhaps(child.api("homework"), class_id=each["class_id"], **more) for each in classes)
    )
    items = [each for page in found if page for each in page["items"] if each["state"] == "set"]
    due, past = _parted(items)
    return await visit.show(
        "parent/homework.html",
        child=child,
        chosen=chosen,
        due=[(each, of_child(each, child)) for each in due],
        past=[(each, of_child(each, child)) for each in past],
        next=found[0]["next"] if chosen and found and found[0] else None,
        further=[] if chosen else [each for each, page in zip(classes, found, strict=True) if page and page["next"]],
        subscribed=any(page is not None for page in found),
    )


def _parted(items: Iterable[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """What is due, the soonest first; what was, the latest first."""
    ordered, now = sorted(items, key=lambda each: str(each["due_on"])), today().isoformat()
    return [each for each in ordered if each["due_on"] >= now], [each for each in reversed(ordered) if each["due_on"] < now]


def of_child(homework: Mapping[str, Any], child: Child) -> Mapping[str, Any]:
    """What is said of one child's."""
    for answer in homework.get("answers") or ():
        if answer["student_id"] == child.id:
            found: Mapping[str, Any] = answer
            return found
    return {"done": None, "signed": False, "signed_before": False, "checked": None, "comment": None}


@pages.get(_AT + "/{homework_id}")
async def one_homework(visit: Visit) -> StreamResponse:
    """Whoever opens it has seen it: the teacher knows."""
    child = await children.of_path(visit)
    homework = await _now(visit, child)
    if homework["state"] == "set" and not of_child(homework, child).get("seen"):
        await visit.api.post(child.api("homework", homework["homework_id"], "answers", child.id, "seen"))
    return await visit.show("parent/one-homework.html", child=child, homework=homework, answer=of_child(homework, child))


@pages.post(_AT + "/{homework_id}")
async def answer_homework(visit: Visit) -> StreamResponse:
    """`done`, and `signed` as yes or no: what is not given stays. `edition`: which one they saw; the one of now where it
    is answered without the homework on the page."""
    child, form = await children.of_path(visit), visit.form
    path = child.api("homework", visit.params["homework_id"], "answers", child.id)
    signed = {"yes": True, "no": False}.get(form["signed"])
    edition = form.whole("edition") or (await _now(visit, child))["edition"]
    await visit.api.put(path, {"edition": edition, "done": form["done"] or None, "signed": signed})
    here = address("children", child.branch_id, child.id, "homework", visit.params["homework_id"])
    return visit.go(visit.back(here), said=visit.text("Thank you. The teacher sees it."))


@pages.get(_AT + "/{homework_id}/files/{file_id}")
async def homework_file(visit: Visit) -> StreamResponse:
    child = await children.of_path(visit)
    homework = await _now(visit, child)
    name = next((each["name"] for each in homework["attachments"] if each["file_id"] == visit.params["file_id"]), None)
    if name is None:
        raise children.not_here()
    return await visit.file(child.api("homework-files", visit.params["file_id"]), name)


async def _now(visit: Visit, child: Child) -> Any:
    return await visit.api.get(child.api("homework", visit.params["homework_id"]))
