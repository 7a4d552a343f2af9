"""What a school's office can be told: by telephone, or in its box, where nobody learns from whom it is."""

from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal import forms
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children

pages = Pages()
_BOX = "/messages/{branch_id}/office"


@pages.get(_BOX)
async def office(visit: Visit) -> StreamResponse:
    return await _show(visit)


async def _show(visit: Visit, code: str = "", answer: Any = None) -> StreamResponse:
    own = await children.in_branch(visit, visit.params["branch_id"])
    desk = await visit.api.perhaps(own[0].api("desk"))
    return await visit.show("parent/office.html", branch=own[0].branch, desk=desk, code=code, answer=answer)


@pages.post(_BOX)
async def suggest(visit: Visit) -> StreamResponse:
    """The code is shown once, here, above an empty form; a reload has the same key, and shows it again."""
    own = await children.in_branch(visit, visit.params["branch_id"])
    draft = {"text": visit.form["text"], "anonymous": visit.form["anonymous"] != "no"}
    made = await visit.api.post(own[0].api("suggestions"), draft, key=visit.form.key)
    visit.form = forms.EMPTY
    return await _show(visit, code=made["code"])


@pages.post(_BOX + "/answer")
async def suggestion_answer(visit: Visit) -> StreamResponse:
    answer = await visit.api.post("/v1/suggestion-answers", {"code": visit.form["code"]})
    return await _show(visit, answer=answer)
