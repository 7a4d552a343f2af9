"""Report cards: begun, reviewed, approved, issued; given back, corrected, taken back."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway import refusals
from gateway.portal.office.branch import api, given, here, homerooms, items, marked, show, term_titles
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/branches/{branch_id}/report-cards"
_RUN = _AT + "/runs/{run_id}"
_CARD = _RUN + "/cards/{report_card_id}"
_STEPS = {
    "review": marked("Reviewed: the head can approve them."),
    "approval": marked("Approved. They are made now, and families are told."),
    "return": marked("Given back, with your reason."),
}


@pages.get(_AT)
async def runs(visit: Visit) -> StreamResponse:
    query = visit.query
    state = query.get("state", "")
    asked = (
        visit.api.get(api(visit, "report-card-runs"), state=state, term=query.get("term"), after=query.get("after")),
        homerooms(visit),
        term_titles(visit),
        visit.api.perhaps(api(visit, "card-templates")),
        visit.api.perhaps(api(visit, "term-locks"), limit=100),
    )
    found, rooms, terms, templates, locks = await asyncio.gather(*asked)
    titles = {each["class_id"]: each["title"] for each in rooms}
    return await show(
        visit,
        "report-cards.html",
        found=found,
        state=state,
        classes=rooms,
        terms=terms,
        titles=titles,
        templates=items(templates),
        locks=items(locks),
    )


@pages.post(_AT)
async def begin(visit: Visit) -> StreamResponse:
    """For a class, or for every class that is a homeroom."""
    form = visit.form
    wanted = given(
        class_id=form["class_id"], term=form["term"], card_template_id=form["card_template_id"], correction=form["correction"]
    )
    made = await visit.api.post(api(visit, "report-card-runs"), {**wanted, "run_id": form.key}, key=form.key)
    return visit.go(here(visit, "report-cards", "runs", made["run_id"]), said=visit.text("Begun."))


@pages.get(_RUN)
async def run(visit: Visit) -> StreamResponse:
    found, cards = await asyncio.gather(visit.api.get(_of(visit)), visit.api.all(_of(visit, "cards")))
    room = await visit.api.get(api(visit, "classes", found["class_id"]))
    return await show(
        visit,
        "report-card-run.html",
        found=found,
        cards=_by_name(visit, cards, room),
        room=room,
        names=names(room),
        here=_page(visit),
    )


@pages.post(_RUN)
async def step(visit: Visit) -> StreamResponse:
    """Review, approve or give back: those ticked, or all that stand there."""
    form, name = visit.form, visit.form["do"]
    if name not in _STEPS:
        raise refusals.unknown_path()
    wanted: dict[str, Any] = {"edition": form.whole("edition")}
    if name == "return":
        wanted |= {"reason": form["reason"]}
    if form.all("report_card_ids"):
        wanted |= {"report_card_ids": form.all("report_card_ids")}
    await visit.api.post(_of(visit, name), wanted)
    return visit.go(_page(visit), said=visit.text(_STEPS[name]))


@pages.get(_CARD)
async def card(visit: Visit) -> StreamResponse:
    found, cards = await asyncio.gather(visit.api.get(_of(visit)), visit.api.all(_of(visit, "cards")))
    own = [each for each in cards if each["report_card_id"] == visit.params["report_card_id"]]
    if not own:
        return visit.go(_page(visit))
    room = await visit.api.get(api(visit, "classes", found["class_id"]))
    return await show(visit, "report-card.html", found=found, card=own[0], names=names(room), room=room, here=_page(visit))


@pages.post(_CARD)
async def remark(visit: Visit) -> StreamResponse:
    """The head's own remark."""
    words = given(text=visit.form["text"], text_ur=visit.form["text_ur"])
    row = {"student_id": visit.form["student_id"], "kind": "head", **words}
    await visit.api.put(_of(visit, "remarks"), {"remarks": [row]})
    return visit.go(_page(visit), said=visit.text("Saved."))


@pages.get(_AT + "/{report_card_id}/pdf")
async def pdf(visit: Visit) -> StreamResponse:
    which = "preview" if visit.query.get("draft") else "pdf"
    language = visit.query.get("language", "both")
    return await visit.file(
        api(visit, "report-cards", visit.params["report_card_id"], which), "report-card.pdf", language=language
    )


@pages.get(_AT + "/issued")
async def issued(visit: Visit) -> StreamResponse:
    query = visit.query
    rooms, terms = await asyncio.gather(homerooms(visit), term_titles(visit))
    term = query.get("term") or visit.form["term"] or (terms[-1] if terms else "")
    class_id = query.get("class_id") or visit.form["class_id"] or (rooms[0]["class_id"] if rooms else "")
    flags = {name: bool(query.get(name)) for name in ("outdated", "unacknowledged")}
    found: Any = {"items": [], "next": None}
    room: Any = {"students": []}
    if term and class_id:
        asked = (
            visit.api.get(
                api(visit, "issued-report-cards"), term=term, class_id=class_id, after=query.get("after"), limit=100, **flags
            ),
            visit.api.get(api(visit, "classes", class_id)),
        )
        found, room = await asyncio.gather(*asked)
    return await show(
        visit,
        "issued-cards.html",
        found=found,
        classes=rooms,
        terms=terms,
        term=term,
        class_id=class_id,
        flags=flags,
        names=names(room),
    )


@pages.post(_AT + "/correction", page=_AT + "/issued")
async def correct(visit: Visit) -> StreamResponse:
    """Cards whose marks have changed since, once more: those named, or all of the class that are."""
    form = visit.form
    wanted = {"run_id": form.key, "class_id": form["class_id"], "term": form["term"], "correction": form["correction"]}
    made = await visit.api.post(
        api(visit, "report-card-runs"), {**wanted, **given(student_ids=form.all("student_ids"))}, key=form.key
    )
    return visit.go(
        here(visit, "report-cards", "runs", made["run_id"]), said=visit.text("Begun. The head's approval is all that it needs.")
    )


@pages.post(_AT + "/withdrawal", page=_AT + "/issued")
async def withdraw(visit: Visit) -> StreamResponse:
    await visit.api.post(
        api(visit, "report-cards", visit.form["report_card_id"], "withdrawal"), {"reason": visit.form["reason"]}
    )
    return visit.go(
        here(visit, "report-cards"), said=visit.text("Taken back. Families no longer see it, and its code says so.")
    )


@pages.post(_AT + "/lock")
async def lock(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {
        "term": form["term"],
        "locked": form["locked"] == "yes",
        **given(reason=form["reason"], class_id=form["class_id"]),
    }
    await visit.api.put(api(visit, "term-locks"), wanted)
    return visit.go(here(visit, "report-cards"), said=visit.text("Saved."))


def names(room: dict[str, Any]) -> dict[str, Any]:
    """A class's students by id."""
    return {each["person_id"]: each for each in room["students"]}


def _by_name(visit: Visit, cards: list[Any], room: dict[str, Any]) -> list[Any]:
    place = {each["person_id"]: index for index, each in enumerate(room["students"])}
    return sorted(cards, key=lambda card: place.get(card["student_id"], len(place)))


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "report-card-runs", visit.params["run_id"], *parts)


def _page(visit: Visit) -> str:
    return here(visit, "report-cards", "runs", visit.params["run_id"])
