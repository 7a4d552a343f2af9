"""Contacts that carriers call bad, guardians who may be one person, and transfers between branches."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal import choosing
from gateway.portal.api import below
from gateway.portal.language import latin
from gateway.portal.office.branch import api, given, here, homerooms, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}"


@pages.get(_AT + "/contacts")
async def contacts(visit: Visit) -> StreamResponse:
    found = await visit.api.get(api(visit, "contacts-to-repair"), after=visit.query.get("after"))
    return await show(visit, "contacts.html", found=found)


@pages.get(_AT + "/contacts/{person_id}/{channel}")
async def contact(visit: Visit) -> StreamResponse:
    person = await visit.api.get(api(visit, "people", visit.params["person_id"]))
    return await show(
        visit,
        "contact.html",
        person=person,
        channel=visit.params["channel"],
        here=here(visit, "contacts", person["person_id"], visit.params["channel"]),
    )


@pages.post(_AT + "/contacts/{person_id}/{channel}")
async def repair(visit: Visit) -> StreamResponse:
    """Another number or mailbox."""
    person_id, channel = visit.params["person_id"], visit.params["channel"]
    field = "email" if channel == "email" else "phone"
    await visit.api.patch(api(visit, "people", person_id), {field: latin(visit.form[field]) or None})
    return visit.go(here(visit, "contacts"), said=visit.text("Saved. Messages go there from now on."))


@pages.post(_AT + "/contacts/{person_id}/{channel}/confirmation")
async def confirm(visit: Visit) -> StreamResponse:
    person_id, channel = visit.params["person_id"], visit.params["channel"]
    await visit.api.post(api(visit, "people", person_id, "contacts", channel, "confirmation"))
    return visit.go(here(visit, "contacts"), said=visit.text("It is used again."))


# Guardians who may be one person


@pages.get(_AT + "/matches")
async def matches(visit: Visit) -> StreamResponse:
    return await show(
        visit, "matches.html", found=await visit.api.get(api(visit, "guardian-matches"), after=visit.query.get("after"))
    )


@pages.post(_AT + "/matches/merge")
async def merge(visit: Visit) -> StreamResponse:
    made = await visit.api.post(below("guardians", visit.form["kept_id"], "merges"), {"other_id": visit.form["other_id"]})
    done = visit.text("They are one person now.")
    waits = visit.text("You have agreed. It is done when the other branch agrees too.")
    return visit.go(here(visit, "matches"), said=waits if made.get("waits_for") else done)


@pages.post(_AT + "/matches/two")
async def two(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("guardians", visit.form["kept_id"], "merges", visit.form["other_id"]))
    return visit.go(here(visit, "matches"), said=visit.text("They stay two people, and are not asked about again."))


# Transfers


@pages.get(_AT + "/transfers")
async def transfers(visit: Visit) -> StreamResponse:
    found, rooms = await asyncio.gather(
        visit.api.get(api(visit, "transfers"), after=visit.query.get("after")), homerooms(visit)
    )
    return await show(visit, "transfers.html", found=found, classes=rooms, branch_id=visit.params["branch_id"])


@pages.get(_AT + "/people/{person_id}/transfer")
async def ask_for_transfer(visit: Visit) -> StreamResponse:
    person, branches = await asyncio.gather(
        visit.api.get(api(visit, "people", visit.params["person_id"])),
        choosing.branches(visit, path=api(visit, "transfers", "branches"), several=False),
    )
    at = here(visit, "people", visit.params["person_id"])
    return await show(visit, "transfer.html", person=person, branches=branches, here=at)


@pages.post(_AT + "/people/{person_id}/transfer")
async def transfer(visit: Visit) -> StreamResponse:
    if choosing.searches(visit):
        return await ask_for_transfer(visit)
    form = visit.form
    wanted = given(
        transfer_id=form.key,
        student_id=visit.params["person_id"],
        to_branch_id=form[choosing.FIELD],
        note=form["note"],
        on=form["on"],
    )
    await visit.api.post(api(visit, "transfers"), wanted)
    return visit.go(here(visit, "transfers"), said=visit.text("The other branch is asked."))


@pages.post(_AT + "/transfers/{transfer_id}/{step}")
async def answer(visit: Visit) -> StreamResponse:
    form, step = visit.form, visit.step("accept", "refuse", "withdraw")
    of = (visit.params["transfer_id"],)
    if step == "accept":
        await visit.api.post(api(visit, "transfers", *of, "accept"), given(class_id=form["class_id"], on=form["on"]))
    elif step == "refuse":
        await visit.api.post(api(visit, "transfers", *of, "refuse"), given(reason=form["reason"]))
    else:
        await visit.api.delete(api(visit, "transfers", *of))
    return visit.go(here(visit, "transfers"), said=visit.text("Saved."))
