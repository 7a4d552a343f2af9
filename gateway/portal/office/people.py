"""People of a branch: found, added, changed, leaving and coming again; what a guardian may do; how somebody is reached."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.language import latin
from gateway.portal.office.branch import api, classes, given, here, items, show
from gateway.portal.pages import Pages, Visit
from schoolbus.ids import effect_id

pages = Pages()
_PEOPLE = "/branches/{branch_id}/people"
_ONE = _PEOPLE + "/{person_id}"
_RIGHTS = ("may_receive_reports", "may_book", "may_collect")


@pages.get(_PEOPLE)
async def people(visit: Visit) -> StreamResponse:
    role = visit.query.get("role", "")
    found = await visit.api.get(api(visit, "people"), role=role, after=visit.query.get("after"))
    return await show(visit, "people.html", found=found, name="", role=role)


@pages.post(_PEOPLE)
async def find(visit: Visit) -> StreamResponse:
    """By POST: a name does not stand in an address. What comes after the first page is asked for the same way."""
    name, role = visit.form["name"], visit.form["role"]
    if not name:
        return visit.go(f"{here(visit, 'people')}?{urlencode({'role': role})}" if role else here(visit, "people"))
    found = await visit.api.get(api(visit, "people"), name=name, role=role, after=visit.form["after"])
    return await show(visit, "people.html", found=found, name=name, role=role)


@pages.get(_PEOPLE + "/new")
async def new(visit: Visit) -> StreamResponse:
    return await show(visit, "person-form.html", found=None, classes=await classes(visit))


@pages.post(_PEOPLE + "/new")
async def add(visit: Visit) -> StreamResponse:
    """Somebody, and at once into a class if one is chosen."""
    draft = {**_person(visit), "roles": visit.form.all("roles"), "person_id": visit.form.key}
    made = (await visit.api.post(api(visit, "people"), {"people": [draft]}, key=visit.form.key))["people"][0]
    visit.params = {**visit.params, "person_id": made["person_id"]}
    try:
        if visit.form["class_id"]:
            await _seat(visit, "student" if "student" in made["roles"] else "teacher")
    except Refused as refused:  # they are stored, and their own page goes on from here: to add them again would make two
        visit.refused, visit.at = refused, _page(visit)
        return await person(visit)
    return visit.go(here(visit, "people", made["person_id"]), said=visit.text("Added."))


@pages.get(_ONE)
async def person(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(_of(visit)),
        visit.api.perhaps(_of(visit, "history")),
        visit.api.perhaps(api(visit, "enrollments"), person_id=visit.params["person_id"]),
        classes(visit),
        visit.api.perhaps(_of(visit, "preferences")),
    )
    found, history, seats, all_classes, preferred = await asyncio.gather(*asked)
    titles = {each["class_id"]: each["title"] for each in all_classes}
    return await show(
        visit,
        "person.html",
        person=found,
        history=history,
        seats=items(seats),
        classes=all_classes,
        titles=titles,
        preferred=preferred if "guardian" in found["roles"] else None,
        here=_page(visit),
    )


@pages.get(_ONE + "/edit")
async def edit(visit: Visit) -> StreamResponse:
    return await show(visit, "person-form.html", found=await visit.api.get(_of(visit)), classes=[])


@pages.post(_ONE + "/edit")
async def change(visit: Visit) -> StreamResponse:
    await visit.api.patch(_of(visit), {**_person(visit), "version": visit.form.whole("version")})
    return visit.go(_page(visit), said=visit.text("Saved."))


@pages.post(_ONE + "/leaving")
async def leave(visit: Visit) -> StreamResponse:
    return await _do(
        visit,
        visit.api.delete(_of(visit)),
        visit.text("They have left the branch. If that was a mistake, let them come again."),
    )


@pages.post(_ONE + "/return")
async def come_again(visit: Visit) -> StreamResponse:
    return await _do(
        visit, visit.api.post(_of(visit, "return"), {"roles": visit.form.all("roles")}), visit.text("They are here again.")
    )


# Guardians and children


@pages.post(_ONE + "/guardians", page=_ONE + "/guardians/new")
async def add_guardian(visit: Visit) -> StreamResponse:
    """One who is known already, by whom the search found, or somebody new."""
    form = visit.form
    rights = {name: name in form for name in _RIGHTS}
    who: dict[str, Any] = {"person_id": form["guardian_id"]} if form["guardian_id"] else {"guardian": _person(visit)}
    return await _do(visit, visit.api.post(_of(visit, "guardians"), {**who, **rights}, key=form.key), visit.text("Added."))


@pages.get(_ONE + "/guardians/new")
async def new_guardian(visit: Visit) -> StreamResponse:
    return await _guardians(visit, "", None)


@pages.post(_ONE + "/guardians/new")
async def find_guardian(visit: Visit) -> StreamResponse:
    name = visit.form["name"]
    asked = visit.api.get(api(visit, "people"), role="guardian", name=name, after=visit.form["after"])
    return await _guardians(visit, name, await asked if name else None)


@pages.post(_ONE + "/relations/{relation_id}")
async def change_relation(visit: Visit) -> StreamResponse:
    rights = {name: name in visit.form for name in _RIGHTS}
    return await _do(visit, visit.api.patch(api(visit, "relations", visit.params["relation_id"]), rights), visit.text("Saved."))


@pages.post(_ONE + "/relations/{relation_id}/end")
async def end_relation(visit: Visit) -> StreamResponse:
    ended = visit.api.delete(api(visit, "relations", visit.params["relation_id"]))
    return await _do(visit, ended, visit.text("They are this child's guardian no more."))


# How a guardian is reached


@pages.get(_ONE + "/preferences")
async def preferences(visit: Visit) -> StreamResponse:
    about, found = await asyncio.gather(visit.api.get(_of(visit)), visit.api.get(_of(visit, "preferences")))
    return await show(visit, "preferences.html", person=about, found=found, here=_page(visit))


@pages.post(_ONE + "/preferences")
async def prefer(visit: Visit) -> StreamResponse:
    form = visit.form
    hours = {"from": form["from"], "to": form["to"]} if form["from"] and form["to"] else None
    wanted = {
        "language": form["language"],
        "channels": form.all("channels"),
        "hours": hours,
        "literacy": form["literacy"] or "reads",
        "shared_phone": "shared_phone" in form,
        "meeting_needs": form.all("meeting_needs"),
    }
    await visit.api.put(_of(visit, "preferences"), wanted)
    return visit.go(_page(visit), said=visit.text("Saved. From now on they are told in this way."))


# Classes


@pages.post(_ONE + "/enrolment")
async def enrol(visit: Visit) -> StreamResponse:
    return await _do(visit, _seat(visit, visit.form["role"]), visit.text("Enrolled."))


@pages.post(_ONE + "/enrolments/{enrollment_id}/move")
async def move(visit: Visit) -> StreamResponse:
    where = given(class_id=visit.form["class_id"], on=visit.form["on"])
    moved = visit.api.post(api(visit, "enrollments", visit.params["enrollment_id"], "move"), where)
    return await _do(visit, moved, visit.text("Moved to the other class."))


@pages.post(_ONE + "/enrolments/{enrollment_id}/end")
async def withdraw(visit: Visit) -> StreamResponse:
    ended = visit.api.delete(api(visit, "enrollments", visit.params["enrollment_id"]))
    return await _do(visit, ended, visit.text("Withdrawn from the class."))


# Staff


@pages.post(_ONE + "/roles")
async def grant(visit: Visit) -> StreamResponse:
    granted = visit.api.put(_of(visit, "granted-roles"), {"roles": visit.form.all("roles")})
    return await _do(visit, granted, visit.text("Saved."))


@pages.post(_ONE + "/password")
async def password(visit: Visit) -> StreamResponse:
    wanted = given(password=visit.form.fields.get("new_password", ""), username=visit.form["username"])
    set_ = visit.api.put(api(visit, "staff", visit.params["person_id"], "password"), {**wanted, "must_change": True})
    return await _do(visit, set_, visit.text("They can sign in with it now, and choose one of their own then."))


@pages.post(_ONE + "/second-factor")
async def reset_factor(visit: Visit) -> StreamResponse:
    gone = visit.api.delete(api(visit, "staff", visit.params["person_id"], "second-factor"))
    return await _do(visit, gone, visit.text("The second factor is removed; they set up a new one when they sign in."))


@pages.get(_ONE + "/messages.csv")
async def messages_file(visit: Visit) -> StreamResponse:
    return await visit.file(api(visit, "messages", "of", visit.params["person_id"], "file"), "messages.csv")


@pages.get(_ONE + "/messages")
async def messages(visit: Visit) -> StreamResponse:
    about = await visit.api.get(_of(visit))
    found = await visit.api.get(api(visit, "messages", "of", visit.params["person_id"]), after=visit.query.get("after"))
    return await show(visit, "messages-of.html", person=about, found=found, here=_page(visit))


@pages.post(_ONE + "/messages/{message_id}/resend")
async def send_again(visit: Visit) -> StreamResponse:
    await visit.api.post(api(visit, "messages", visit.params["message_id"], "resend"), key=visit.form.key)
    return visit.go(here(visit, "people", visit.params["person_id"], "messages"), said=visit.text("It is sent once more."))


async def _seat(visit: Visit, role: str) -> None:
    """Into the class that was chosen. Of a form that adds the person as well it is a request of its own."""
    form, person_id = visit.form, visit.params["person_id"]
    seat = given(class_id=form["class_id"], person_id=person_id, role=role, begins_on=form["begins_on"])
    await visit.api.post(api(visit, "enrollments"), {"enrollments": [{**seat, "enrollment_id": effect_id(form.key, "seat")}]})


async def _guardians(visit: Visit, name: str, found: Any) -> StreamResponse:
    about = await visit.api.get(_of(visit))
    return await show(visit, "guardian-form.html", person=about, found=found, name=name, here=_page(visit))


async def _do(visit: Visit, asked: Any, said: str) -> StreamResponse:
    await asked
    return visit.go(_page(visit), said=said)


def _person(visit: Visit) -> dict[str, Any]:
    form = visit.form
    names = {name: form[name] for name in ("given_name", "family_name")}
    ways = {"phone": latin(form["phone"]) or None, "email": form["email"] or None}
    urdu = {name: form[name] or None for name in ("name_ur", "given_name_ur")}
    return {**names, **urdu, **ways, **given(language=form["language"], channels=form.all("channels"))}


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "people", visit.params["person_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "people", visit.params["person_id"])
