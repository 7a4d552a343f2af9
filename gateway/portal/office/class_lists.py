"""Class lists: a spreadsheet is sent, looked at before anything changes, applied, taken back."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import Refused
from gateway.portal.language import apart
from gateway.portal.office.branch import api, show
from gateway.portal.pages import Pages, Visit

pages = Pages()
_LISTS = "/branches/{branch_id}/class-lists"
_ONE = _LISTS + "/{class_list_id}"
_LIMIT = 2_100_000  # bytes of a form: the API takes two million of a sheet
_STEPS = {
    "confirmation": "It is being written. You can leave this page; it goes on by itself.",
    "cancellation": "Left. Nothing of it was stored.",
    "undo": "It is being taken back.",
}
_CAREFUL = ("moved", "phone_changed")  # what a list changes of what stands: shown by name
_MOST = 50  # of each, on the page of the list; the others stand among the lines


@pages.get(_LISTS)
async def class_lists(visit: Visit) -> StreamResponse:
    return await show(
        visit, "class-lists.html", found=await visit.api.get(api(visit, "class-lists"), after=visit.query.get("after"))
    )


@pages.post(_LISTS, limit=_LIMIT)
async def send(visit: Visit) -> StreamResponse:
    file = visit.form.files.get("file")
    if file is None:
        wanted = visit.text("Choose the file first.")
        raise Refused({"title": "The input is not what is wanted", "status": 422, "errors": {"file": [wanted]}})
    made = await visit.api.upload(
        api(visit, "class-lists"),
        file.read(),
        "text/csv",
        visit.form.key,
        name=" ".join(file.name.split())[:100] or None,
        new_classes="new_classes" in visit.form,
    )
    return visit.go(_page(visit, made["class_list_id"]))


@pages.get(_LISTS + "/template.csv")
async def template(visit: Visit) -> StreamResponse:
    return await visit.file(api(visit, "class-lists", "template.csv"), "class-list.csv")


@pages.get(_ONE)
async def one(visit: Visit) -> StreamResponse:
    rows = _of(visit, "rows")
    found, problems, warnings, *careful = await asyncio.gather(
        visit.api.get(_of(visit)),
        visit.api.get(rows, found="problem", limit=20),
        visit.api.get(rows, found="warning", limit=20),
        *(visit.api.get(rows, does=word, limit=_MOST) for word in _CAREFUL),
    )
    lines = {row["line"]: row["findings"] for row in [*problems["items"], *warnings["items"]]}
    return await show(
        visit,
        "class-list.html",
        found=found,
        here=_page(visit),
        said=_said(visit, [*found["findings"], *(each for number in sorted(lines) for each in lines[number])]),
        careful=dict(zip(_CAREFUL, careful, strict=True)),
    )


@pages.get(_ONE + "/rows")
async def rows(visit: Visit) -> StreamResponse:
    does, kind = visit.query.get("does", ""), visit.query.get("found", "")
    found, of = await asyncio.gather(
        visit.api.get(_of(visit, "rows"), does=does, found=kind, after=visit.query.get("after")), visit.api.get(_of(visit))
    )
    for row in found["items"]:
        row["findings"] = _said(visit, row["findings"])
    return await show(visit, "class-list-rows.html", found=found, of=of, does=does, kind=kind, here=_page(visit))


@pages.get(_ONE + "/findings.csv")
async def findings_file(visit: Visit) -> StreamResponse:
    return await visit.file(_of(visit, "findings.csv"), "class-list-findings.csv")


@pages.post(_ONE + "/steps/{step}")
async def step(visit: Visit) -> StreamResponse:
    step = visit.step(*_STEPS)
    await visit.api.post(_of(visit, step), key=visit.form.key)
    return visit.go(_page(visit), said=visit.text(_STEPS[step]))


def _said(visit: Visit, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With their sentence in the reader's language. A class that is called 5-A stays so between words that go the other way."""
    told = [(each, each["text"], {name: apart(value) for name, value in each["values"].items()}) for each in findings]
    return [{**each, "said": visit.text(text, **values)} for each, text, values in told]


def _of(visit: Visit, *parts: str) -> str:
    return api(visit, "class-lists", visit.params["class_list_id"], *parts)


def _page(visit: Visit, list_id: str = "") -> str:
    return address("branches", visit.params["branch_id"], "class-lists", list_id or visit.params["class_list_id"])
