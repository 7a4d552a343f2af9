"""One activity: who of the family comes; and where help is needed, who takes which shift."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children
from gateway.portal.parent.lists import whole

pages = Pages()
_AT = "/events/{branch_id}/activities/{activity_id}"
_TASK = "/events/{branch_id}/volunteering/{volunteer_task_id}"


@pages.get(_AT)
async def activity(visit: Visit) -> StreamResponse:
    own = await children.in_branch(visit, visit.params["branch_id"])
    found = await visit.api.get(_path(visit))
    help_wanted = await whole(visit, own[0].api("volunteering"), activity_id=found["activity_id"])
    return await visit.show(
        "parent/activity.html",
        activity=found,
        sign_up=found.get("sign_up"),
        children=own,
        tasks=help_wanted or [],
        at=address("events", visit.params["branch_id"], "activities", found["activity_id"]),
        branch_id=visit.params["branch_id"],
    )


@pages.post(_AT)
async def sign_up(visit: Visit) -> StreamResponse:
    """`coming`; `heads`, or `students` where children come by name; `if_full`."""
    form = visit.form
    answer: dict[str, Any] = {"coming": form["coming"] == "yes", "if_full": form["if_full"] or "refuse"}
    if answer["coming"]:
        answer |= {"heads": form.whole("heads")} if form["heads"] else {}
        answer |= {"student_ids": form.all("students")} if "students" in form else {}
    given = await visit.api.put(f"{_path(visit)}/sign-up", answer, key=form.key)
    said = {
        "coming": visit.text("You are signed up."),
        "waiting": visit.text("You are on the waiting list. You are told when places are free."),
        "offered": visit.text("Places are kept for you: say yes to take them."),
    }
    here = address("events", visit.params["branch_id"], "activities", visit.params["activity_id"])
    return visit.go(here, said=said.get(given["state"], visit.text("The school knows that you don't come.")))


@pages.post(_AT + "/feedback")
async def feedback(visit: Visit) -> StreamResponse:
    form = visit.form
    await visit.api.put(f"{_path(visit)}/feedback", {"rating": form.whole("rating"), "text": form["text"]})
    here = address("events", visit.params["branch_id"], "activities", visit.params["activity_id"])
    return visit.go(here, said=visit.text("Thank you. Nobody is told who answered what."))


@pages.get(_AT + "/calendar")
async def activity_calendar(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_path(visit)}/calendar", "event.ics")


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "activities", visit.params["activity_id"])


# Helping


@pages.get(_TASK)
async def task(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_task(visit))
    here = address("events", visit.params["branch_id"], "volunteering", found["volunteer_task_id"])
    return await visit.show("parent/task.html", task=found, at=here)


@pages.post(_TASK + "/{shift_id}")
async def take_shift(visit: Visit) -> StreamResponse:
    """`take`: yes or no."""
    path, takes = _task(visit, "shifts", visit.params["shift_id"], "helper"), visit.form["take"] == "yes"
    await (visit.api.put(path, {}, key=visit.form.key) if takes else visit.api.delete(path))
    here = address("events", visit.params["branch_id"], "volunteering", visit.params["volunteer_task_id"])
    return visit.go(here, said=visit.text("Thank you for helping.") if takes else visit.text("Somebody else can take it now."))


def _task(visit: Visit, *parts: str) -> str:
    return below("branches", visit.params["branch_id"], "volunteering", visit.params["volunteer_task_id"], *parts)
