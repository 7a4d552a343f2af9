"""Marks as a grid: students by line items; entered by keys, pasted from a spreadsheet, saved at once."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from aiohttp.web import StreamResponse

from gateway.portal.pages import Pages, Visit
from gateway.portal.teacher import pasting
from gateway.portal.teacher import sheet as sheets
from gateway.portal.teacher.room import AT, Room, current_term, leads, room, terms_of
from gateway.portal.teacher.sheet import Sheet

pages = Pages()
_COLUMNS = 20  # line items of a page


@pages.get(f"{AT}/marks")
async def marks(visit: Visit) -> StreamResponse:
    """What was typed and could not be sent on stays in its cells."""
    found, form = await room(visit), visit.form
    if "seen" in form:
        where = _where(form["term"], form["subject"], form["after"])
        sheet = Sheet(found, await _gradebook(visit, found, where))
        sheet.typed, sheet.before = sheets.typed_in(visit, sheet), sheets.seen_by(visit)
        return await _show(visit, sheet, where)
    term = visit.query.get("term") or await current_term(visit, found.branch_id)
    if not term:
        return await visit.show("teacher/no-term.html", room=found)
    where = _where(term, visit.query.get("subject", found.data["subject"] or ""), visit.query.get("after", ""))
    return await _show(visit, Sheet(found, await _gradebook(visit, found, where)), where)


@pages.post(f"{AT}/marks")
async def enter(visit: Visit) -> StreamResponse:
    """Saves what was typed; with `paste`, spreads what was pasted over the cells, to be looked at and saved."""
    found, form = await room(visit), visit.form
    where = _where(form["term"], form["subject"], form["after"])
    sheet = Sheet(found, await _gradebook(visit, found, where))
    typed = sheets.typed_in(visit, sheet)
    if "paste" in form:
        return await _paste(visit, sheet, where, typed)
    stored = await sheets.save(visit, sheet, typed)
    said = visit.language.texts("Kept: %(number)s mark.", "Kept: %(number)s marks.", stored) % {
        "number": visit.language.number(stored)
    }
    if not sheet.wrong:
        return visit.go(_address(found, where), said=said if stored else visit.text("Nothing was changed."))
    seen = sheets.seen_by(visit)
    sheet.page = await _gradebook(visit, found, where)
    sheets.conflicts(sheet, sheet.page, seen)
    return await _show(visit, sheet, where, stored=said if stored else "")


async def _paste(visit: Visit, sheet: Sheet, where: dict[str, str], typed: dict[sheets.Key, str]) -> StreamResponse:
    columns = [(each["line_item_id"], each["title"]) for each in sheet.items]
    starts = (visit.form["at"] or visit.form["column"]).partition(".")  # of a cell: student.item; or of a column alone
    row = next((each.number - 1 for each in sheet.children if each.id == starts[0]), 0)
    column = next((at for at, (id, _) in enumerate(columns) if id in starts), 0)
    pasted = pasting.spread(visit.form.fields.get("block", ""), sheet.children, columns, row, column)
    sheet.typed, sheet.before = {**typed, **pasted.cells}, sheets.seen_by(visit)
    return await _show(visit, sheet, where, pasted=pasted)


async def _show(
    visit: Visit, sheet: Sheet, where: dict[str, str], stored: str = "", pasted: pasting.Pasted | None = None
) -> StreamResponse:
    found, term, subject = sheet.room, where["term"], where["subject"]
    me, terms, reached, items = await asyncio.gather(
        visit.me(),
        terms_of(visit, found.branch_id),
        visit.api.all(found.path("term-results"), most=300, class_id=found.class_id, term=term),
        visit.api.all(found.path("line-items"), most=300, class_id=found.class_id, term=term),
    )
    lead = leads(me, found.branch_id)
    return await visit.show(
        "teacher/marks.html",
        status=409 if sheet.now else 422 if sheet.wrong else 200,
        room=found,
        sheet=sheet,
        where=where,
        terms=[(each["title"], each["title"]) for each in terms],
        subjects=[(each, each) for each in sorted({str(each["subject"]) for each in items})],
        columns=[(each["line_item_id"], each["title"]) for each in sheet.items],
        totals={each["student_id"]: _total(each, subject) for each in reached},
        locked=sheet.page["locked"],
        may_write=lead or not sheet.page["locked"],
        wants_reason=sheet.page["locked"] or any(each["state"] != "open" for each in sheet.items),
        leads=lead,
        stored=stored,
        pasted=pasted,
    )


def _total(child: dict[str, Any], subject: str) -> Any:
    """Of the subject that is shown, else of the term."""
    if not subject:
        return child
    return next((each for each in child["subjects"] if each["subject"].casefold() == subject.casefold()), None)


async def _gradebook(visit: Visit, found: Room, where: dict[str, str]) -> Any:
    visit.api.asked.clear()
    return await visit.api.get(found.path("gradebook"), class_id=found.class_id, limit=_COLUMNS, **where)


def _where(term: str, subject: str, after: str) -> dict[str, str]:
    return {"term": term, "subject": subject, "after": after}


def _address(found: Room, where: dict[str, str]) -> str:
    return f"{found.page('marks')}?{urlencode(where)}"


@pages.post(f"{AT}/marks/lock")
async def lock(visit: Visit) -> StreamResponse:
    """The term of this class is closed, or opened again, by the head or the office."""
    found, form = await room(visit), visit.form
    draft = {
        "term": form["term"],
        "class_id": found.class_id,
        "locked": form["locked"] == "yes",
        "reason": form["reason"] or None,
    }
    await visit.api.put(found.path("term-locks"), draft)
    return visit.go(_address(found, _where(form["term"], "", "")), said=visit.text("Noted."))
