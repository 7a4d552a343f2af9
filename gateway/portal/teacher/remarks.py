"""Remarks for report cards, child by child, with the school's bank of remarks; and the class teacher's review."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused
from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher.forms import at_fields, edition
from gateway.portal.teacher.room import AT, Room, current_term, is_class_teacher, room, terms_of

pages = Pages()
_RUN = f"{AT}/remarks/{{run_id}}"
_BEGINNING = 70  # characters of a remark in a list
NAME = "{name}"  # in a remark of the bank: the child's own


@pages.get(f"{AT}/remarks")
async def runs(visit: Visit) -> StreamResponse:
    found = await room(visit)
    listed, term, terms, me = await asyncio.gather(
        visit.api.get(found.path("report-card-runs"), class_id=found.class_id, limit=10, after=visit.query.get("after", "")),
        current_term(visit, found.branch_id),
        terms_of(visit, found.branch_id),
        visit.me(),
    )
    values = {"listed": listed, "term": term, "terms": [(each["title"], each["title"]) for each in terms]}
    reviews = is_class_teacher(me, found.branch_id, found.class_id)
    return await visit.show("teacher/remark-runs.html", room=found, reviews=reviews, **values)


@pages.post(f"{AT}/remarks")
async def begin(visit: Visit) -> StreamResponse:
    """Drafts of the class's cards of a term, to be remarked on."""
    found = await room(visit)
    draft = {"run_id": visit.form.key, "class_id": found.class_id, "term": visit.form["term"]}
    run = await visit.api.post(found.path("report-card-runs"), draft, key=visit.form.key)
    return visit.go(found.page("remarks", run["run_id"]))


@pages.get(_RUN)
async def cards(visit: Visit) -> StreamResponse:
    found = await room(visit)
    path = found.path("report-card-runs", visit.params["run_id"])
    run, listed, bank, me = await asyncio.gather(
        visit.api.get(path), visit.api.all(f"{path}/cards", most=300), _bank(visit, found), visit.me()
    )
    reviews = is_class_teacher(me, found.branch_id, found.class_id)
    cards = {each["student_id"]: each for each in listed}
    kinds = _kinds(found, listed, reviews)
    about = visit.form["about"] or visit.query.get("about") or kinds[0]
    kind, _, subject = about.partition(":")
    remarks = {id: _remark(card, kind, subject) for id, card in cards.items()}
    values = {"run": run, "cards": cards, "bank": bank, "kinds": kinds, "about": about, "remarks": remarks}
    values |= {"edition": edition(visit, run["edition"]), "choices": _choices(visit, bank)}
    written = sum(1 for each in remarks.values() if each["text"] or each["text_ur"])
    return await visit.show("teacher/remarks.html", room=found, written=written, reviews=reviews, **values)


@pages.post(_RUN)
async def write(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    kind, _, subject = form["about"].partition(":")
    bank = (
        {each["remark_id"]: each for each in await _bank(visit, found)} if any("bank-" in name for name in form.fields) else {}
    )
    rows = []
    for id, child in found.named.items():
        said = _said(visit, id, child, bank)
        if said is not None and said != (form[f"was-{id}"], form[f"was_ur-{id}"]):
            rows.append(
                {
                    "student_id": id,
                    "kind": kind,
                    "subject": subject or None,
                    "text": said[0] or None,
                    "text_ur": said[1] or None,
                }
            )
    address = f"{visit.at}?{urlencode({'about': form['about']})}"
    if not rows:
        return visit.go(address, said=visit.text("Nothing was changed."))
    try:
        await visit.api.put(found.path("report-card-runs", visit.params["run_id"], "remarks"), {"remarks": rows}, key=form.key)
    except Refused as refused:
        names: dict[str, str] = {}
        for at, row in enumerate(rows):
            names |= {f"remarks.{at}.text_ur": f"text_ur-{row['student_id']}", f"remarks.{at}": f"text-{row['student_id']}"}
        raise at_fields(refused, names) from refused
    count = visit.language.texts("%(number)s remark is kept.", "%(number)s remarks are kept.", len(rows))
    return visit.go(address, said=count % {"number": visit.language.number(len(rows))})


@pages.post(f"{_RUN}/review")
async def review(visit: Visit) -> StreamResponse:
    """Done with all drafts: the head approves them next."""
    found = await room(visit)
    seen = {"edition": visit.form.whole("edition")}
    await visit.api.post(found.path("report-card-runs", visit.params["run_id"], "review"), seen)
    return visit.go(found.page("remarks"), said=visit.text("Reviewed. The head approves them next."))


@pages.post(f"{_RUN}/return")
async def give_back(visit: Visit) -> StreamResponse:
    found, form = await room(visit), visit.form
    draft = {"edition": form.whole("edition"), "reason": form["reason"], "report_card_ids": form.all("card") or None}
    await visit.api.post(found.path("report-card-runs", visit.params["run_id"], "return"), draft)
    return visit.go(visit.at, said=visit.text("Given back."))


@pages.get(f"{AT}/cards/{{report_card_id}}")
async def preview(visit: Visit) -> StreamResponse:
    found = await room(visit)
    return await visit.file(found.path("report-cards", visit.params["report_card_id"], "preview"), "report-card.pdf")


def _said(visit: Visit, id: str, child: Mapping[str, Any], bank: Mapping[str, Any]) -> tuple[str, str] | None:
    """What stands in the child's fields, or a remark of the bank with the child's name in it; None of whom nothing was sent."""
    if f"text-{id}" not in visit.form:
        return None
    if chosen := bank.get(visit.form[f"bank-{id}"]):
        return named(chosen["text"], child, "en"), named(chosen["text_ur"], child, "ur")
    return visit.form[f"text-{id}"], visit.form[f"text_ur-{id}"]


def named(text: str | None, child: Mapping[str, Any], language: str) -> str:
    """With the child's given name for {name}."""
    own = (child.get("given_name_ur") or child.get("given_name")) if language == "ur" else child.get("given_name")
    return (text or "").replace(NAME, str(own or ""))


def _choices(visit: Visit, bank: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Beside a child: the beginning of each remark."""
    texts = [(each["remark_id"], (visit.language.name == "ur" and each["text_ur"]) or each["text"]) for each in bank]
    return [
        ("", visit.text("none")),
        *((id, text if len(text) <= _BEGINNING else f"{text[:_BEGINNING]}…") for id, text in texts),
    ]


async def _bank(visit: Visit, found: Room) -> list[dict[str, Any]]:
    return await visit.api.all(found.path("remark-bank"), most=300)


def _kinds(found: Room, cards: list[dict[str, Any]], is_own: bool) -> list[str]:
    """What the reader may write: `class_teacher`, `home`, `subject:Urdu`; their own first."""
    subjects = {str(each["subject"]) for card in cards for each in (*card["missing"], *card["remarks"]) if each["subject"]}
    if found.data["subject"]:
        subjects.add(found.data["subject"])
    of_subjects = [f"subject:{each}" for each in sorted(subjects)]
    return ["class_teacher", "home", *of_subjects] if is_own or found.data["homeroom"] else of_subjects or ["class_teacher"]


def _remark(card: Mapping[str, Any], kind: str, subject: str) -> dict[str, str]:
    mine = [
        each for each in card["remarks"] if each["kind"] == kind and (each["subject"] or "").casefold() == subject.casefold()
    ]
    return {name: (mine[0][name] or "") if mine else "" for name in ("text", "text_ur")}
