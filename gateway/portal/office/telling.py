"""What a branch tells and hears: its rules of telling, answers that nobody could place, hours, webhooks."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, grades, here, homerooms, marked, show, whole
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"
_HOOK = _AT + "/webhooks/{webhook_id}"
_ABOUT = {
    "reports": marked("Homework, attendance, report cards and notes from home"),
    "meetings": marked("Meeting days and meetings"),
    "theday": marked("A meeting itself, and what was promised"),
    "activities": marked("Activities, volunteers and permission slips"),
    "pta": marked("The parents' association"),
    "roster": marked("People and classes"),
}


# Rules of telling: a branch may tell less, or more quietly, than the chain


@pages.get(_AT + "/rules")
async def rules(visit: Visit) -> StreamResponse:
    return await show(visit, "rules.html", found=await visit.api.get(api(visit, "notification-rules")))


@pages.get(_AT + "/rules/{key}")
async def rule(visit: Visit) -> StreamResponse:
    found, rooms = await asyncio.gather(visit.api.get(api(visit, "notification-rules", visit.params["key"])), homerooms(visit))
    return await show(visit, "rule.html", found=found, grades=grades(rooms))


@pages.post(_AT + "/rules/{key}")
async def narrow(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted: dict[str, Any] = given(urgency=form["urgency"], channel=form["channel"], grades=form.all("grades"))
    if form["on"] == "no":
        wanted["on"] = False
    if form["paper"] == "no":
        wanted["paper"] = False
    await visit.api.put(api(visit, "notification-rules", visit.params["key"]), wanted)
    return visit.go(here(visit, "rules"), said=visit.text("Saved. It counts from now on."))


@pages.post(_AT + "/rules/{key}/reset")
async def reset(visit: Visit) -> StreamResponse:
    await visit.api.delete(api(visit, "notification-rules", visit.params["key"]))
    return visit.go(here(visit, "rules"), said=visit.text("The chain's rule holds again."))


# Answers that nobody could place


@pages.get(_AT + "/answers")
async def answers(visit: Visit) -> StreamResponse:
    return await show(
        visit, "answers.html", found=await visit.api.get(api(visit, "unclear-answers"), after=visit.query.get("after"))
    )


@pages.post(_AT + "/answers/{unclear_answer_id}/{step}")
async def sort(visit: Visit) -> StreamResponse:
    """Into the conversation about a child, or aside."""
    of = api(visit, "unclear-answers", visit.params["unclear_answer_id"])
    if visit.step("aside", "sorting") == "aside":
        await visit.api.post(f"{of}/setting-aside")
    else:
        guardian_id, _, student_id = visit.form["whose"].partition(" ")
        await visit.api.post(f"{of}/sorting", {"guardian_id": guardian_id, "student_id": student_id})
    return visit.go(here(visit, "answers"), said=visit.text("Sorted."))


# When the school answers


@pages.get(_AT + "/hours")
async def hours(visit: Visit) -> StreamResponse:
    return await show(visit, "hours.html", found=await visit.api.get(api(visit, "desk")))


@pages.post(_AT + "/hours")
async def set_hours(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {
        "days": [int(day) for day in form.all("days") if day.isdecimal()],
        "from": form["from"],
        "to": form["to"],
        "answer_within_hours": whole(form["answer_within_hours"]),
        "phone": form["phone"] or None,
        "shares_suggestions": "shares_suggestions" in form,
    }
    await visit.api.put(api(visit, "desk"), wanted)
    return visit.go(here(visit, "hours"), said=visit.text("Saved."))


# Webhooks: the head's


@pages.get(_AT + "/webhooks")
async def webhooks(visit: Visit) -> StreamResponse:
    asked = (visit.api.get(api(visit, "webhooks"), after=visit.query.get("after")), _offered(visit))
    found, offered = await asyncio.gather(*asked)
    return await show(visit, "webhooks.html", found=found, offered=offered)


@pages.post(_AT + "/webhooks")
async def add_webhook(visit: Visit) -> StreamResponse:
    wanted = {"url": visit.form["url"], "events": visit.form.all("events")}
    made = await visit.api.post(api(visit, "webhooks"), wanted, key=visit.form.key)
    return await show(visit, "webhook-secret.html", webhook=made)


@pages.get(_HOOK)
async def webhook(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(_hook(visit)),
        visit.api.get(_hook(visit, "deliveries"), after=visit.query.get("after")),
        _offered(visit),
    )
    found, deliveries, offered = await asyncio.gather(*asked)
    at = here(visit, "webhooks", found["webhook_id"])
    return await show(visit, "webhook.html", webhook=found, deliveries=deliveries, offered=offered, here=at)


@pages.post(_HOOK)
async def change_webhook(visit: Visit) -> StreamResponse:
    """Another address, other events; whether it is told at all."""
    form = visit.form
    wanted = {"url": form["url"], "events": form.all("events"), "active": form["active"] == "yes"}
    await visit.api.patch(_hook(visit), wanted)
    return visit.go(here(visit, "webhooks", visit.params["webhook_id"]), said=visit.text("Saved."))


@pages.post(_HOOK + "/{step}")
async def webhook_step(visit: Visit) -> StreamResponse:
    step, back = visit.step("removal", "secret", "test"), here(visit, "webhooks", visit.params["webhook_id"])
    if step == "removal":
        await visit.api.delete(_hook(visit))
        return visit.go(here(visit, "webhooks"), said=visit.text("Removed."))
    if step == "secret":
        return await show(
            visit, "webhook-secret.html", webhook=await visit.api.post(_hook(visit, "secret"), key=visit.form.key)
        )
    await visit.api.post(_hook(visit, "test"), key=visit.form.key)
    return visit.go(back, said=visit.text("A test is on its way; see below what came of it."))


@pages.post(_HOOK + "/deliveries/{delivery_id}/retry")
async def retry(visit: Visit) -> StreamResponse:
    await visit.api.post(_hook(visit, "deliveries", visit.params["delivery_id"], "retry"))
    return visit.go(here(visit, "webhooks", visit.params["webhook_id"]), said=visit.text("It is tried once more."))


async def _offered(visit: Visit) -> list[tuple[str, list[dict[str, str]]]]:
    """What a webhook can be told of, by what it is about."""
    found = (await visit.api.get(api(visit, "webhooks", "events")))["items"]
    return [(title, [each for each in found if each["about"] == about]) for about, title in _ABOUT.items()]


def _hook(visit: Visit, *parts: str) -> str:
    return api(visit, "webhooks", visit.params["webhook_id"], *parts)
