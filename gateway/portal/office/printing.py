"""Paper: print runs of a class, a grade, the branch; letters for families without a phone; certificates; single sheets."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.office.branch import api, given, grades, here, homerooms, show, term_titles
from gateway.portal.office.report_cards import names
from gateway.portal.pages import Pages, Visit
from schoolbus.clock import today

pages = Pages()
_AT = "/branches/{branch_id}"
_RUN = _AT + "/printing/{report_print_run_id}"
_LETTERS = _AT + "/letters"
_FEW = 5  # classes whose children are named where a run has left some out


@pages.get(_AT + "/printing")
async def runs(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(api(visit, "report-print-runs"), after=visit.query.get("after"), limit=20),
        homerooms(visit),
        term_titles(visit),
    )
    found, rooms, terms = await asyncio.gather(*asked)
    titles = {each["class_id"]: each["title"] for each in rooms}
    day: Any = today()
    return await show(
        visit,
        "printing.html",
        found=found,
        classes=rooms,
        grades=grades(rooms),
        terms=terms,
        titles=titles,
        today=day.isoformat(),
        month=day.strftime("%Y-%m"),
    )


@pages.post(_AT + "/printing")
async def print_run(visit: Visit) -> StreamResponse:
    form = visit.form
    about = {
        "report_cards": ("term",),
        "letters": ("term",),
        "certificates": ("title",),
        "diary_weeks": ("week",),
        "registers": ("month",),
    }
    wanted = given(
        report_print_run_id=form.key,
        what=form["what"],
        of=form["of"],
        language=form["language"],
        paper=form["paper"],
        class_id=form["class_id"] if form["of"] == "class" else None,
        grade=form["grade"] if form["of"] == "grade" else None,
        **{name: form[name] for name in about.get(form["what"], ())},
    )
    made = await visit.api.post(api(visit, "report-print-runs"), {**wanted, "only_paper": "only_paper" in form}, key=form.key)
    return visit.go(here(visit, "printing", made["report_print_run_id"]))


@pages.get(_RUN)
async def run(visit: Visit) -> StreamResponse:
    found, rooms = await asyncio.gather(visit.api.get(_of(visit)), homerooms(visit))
    missing = sorted({each["class_id"] for each in found["failed"]})[:_FEW]
    named = await asyncio.gather(*(visit.api.perhaps(api(visit, "classes", each)) for each in missing))
    people = {key: value for room in named if room for key, value in names(room).items()}
    titles = {each["class_id"]: each["title"] for each in rooms}
    return await show(
        visit,
        "print-run.html",
        found=found,
        titles=titles,
        names=people,
        here=here(visit, "printing", found["report_print_run_id"]),
    )


@pages.get(_RUN + "/pdf")
async def pdf(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "pdf"), "print-run.pdf")


@pages.post(_RUN + "/removal")
async def remove(visit: Visit) -> StreamResponse:
    await visit.api.delete(_of(visit))
    return visit.go(here(visit, "printing"), said=visit.text("Stopped, and its file is gone."))


@pages.get(_AT + "/sheets/register.pdf")
async def register(visit: Visit) -> StreamResponse:
    query = visit.query
    return await visit.file(
        api(visit, "registers", query.get("class_id", ""), "months", query.get("month", ""), "pdf"),
        "register.pdf",
        language="both",
    )


@pages.get(_AT + "/sheets/diary.pdf")
async def diary(visit: Visit) -> StreamResponse:
    query = visit.query
    return await visit.file(
        api(visit, "diary", query.get("class_id", ""), "weeks", query.get("week", ""), "pdf"), "diary.pdf", language="both"
    )


@pages.get(_AT + "/sheets/letter.pdf")
async def letter(visit: Visit) -> StreamResponse:
    query = visit.query
    path = api(visit, "progress-letters", query.get("student_id", ""), "pdf")
    return await visit.file(path, "letter.pdf", language="both", term=query.get("term"))


# Letters: what no phone takes


@pages.get(_LETTERS)
async def letters(visit: Visit) -> StreamResponse:
    asked = (
        visit.api.get(api(visit, "letters")),
        visit.api.get(api(visit, "print-runs"), after=visit.query.get("after")),
        homerooms(visit),
    )
    waiting, found, rooms = await asyncio.gather(*asked)
    titles = {each["class_id"]: each["title"] for each in rooms}
    return await show(visit, "letters.html", waiting=waiting["items"], found=found, titles=titles)


@pages.post(_LETTERS)
async def print_letters(visit: Visit) -> StreamResponse:
    wanted = {"class_id": visit.form["class_id"] or None, "run_id": visit.form.key}
    made = await visit.api.post(api(visit, "print-runs"), wanted, key=visit.form.key)
    return visit.go(here(visit, "letters", made["run_id"]))


@pages.get(_LETTERS + "/{run_id}")
async def letter_run(visit: Visit) -> StreamResponse:
    found = await visit.api.get(_letters(visit))
    room = await visit.api.perhaps(api(visit, "classes", found["class_id"])) if found["class_id"] else None
    return await show(
        visit,
        "letter-run.html",
        found=found,
        room=room,
        names=names(room) if room else {},
        here=here(visit, "letters", found["run_id"]),
    )


@pages.get(_LETTERS + "/{run_id}/pdf")
async def letters_pdf(visit: Visit) -> StreamResponse:
    return await visit.file(_letters(visit, "pdf"), "letters.pdf")


@pages.post(_LETTERS + "/{run_id}/handed-out")
async def handed_out(visit: Visit) -> StreamResponse:
    await visit.api.post(_letters(visit, "handed-out"), {"student_ids": visit.form.all("student_ids") or None})
    return visit.go(
        here(visit, "letters", visit.params["run_id"]), said=visit.text("Noted: these families have their letters.")
    )


@pages.post(_LETTERS + "/{run_id}/again")
async def again(visit: Visit) -> StreamResponse:
    made = await visit.api.post(_letters(visit, "again"), key=visit.form.key)
    return visit.go(here(visit, "letters", made["run_id"]))


# Certificates


@pages.get(_AT + "/certificates")
async def certificates(visit: Visit) -> StreamResponse:
    rooms = await homerooms(visit)
    class_id = visit.query.get("class_id") or visit.form["class_id"]
    room = await visit.api.get(api(visit, "classes", class_id)) if class_id else None
    return await show(visit, "certificates.html", classes=rooms, class_id=class_id, room=room, today=today().isoformat())


@pages.post(_AT + "/certificates")
async def give(visit: Visit) -> StreamResponse:
    form = visit.form
    words = given(
        title=form["title"], title_ur=form["title_ur"], text=form["text"], text_ur=form["text_ur"], given_on=form["given_on"]
    )
    wanted = {**words, "giving_id": form.key, "class_id": form["class_id"], "student_ids": form.all("student_ids")}
    made = await visit.api.post(api(visit, "certificates"), wanted, key=form.key)
    return await show(visit, "certificates-given.html", given=made["items"], class_id=form["class_id"])


@pages.get(_AT + "/certificates/{certificate_id}/pdf")
async def certificate(visit: Visit) -> StreamResponse:
    return await visit.file(
        api(visit, "certificates", visit.params["certificate_id"], "pdf"), "certificate.pdf", language="both"
    )


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "report-print-runs", visit.params["report_print_run_id"], *parts)


def _letters(visit: Visit, *parts: str) -> str:
    return api(visit, "print-runs", visit.params["run_id"], *parts)
