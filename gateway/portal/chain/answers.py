"""Answers from numbers that no branch knows: passed on to the branch that they are for."""

from aiohttp.web import StreamResponse

from gateway.portal.api import Refused, below
from gateway.portal.pages import Pages, Visit

pages = Pages()


@pages.get("/chain/answers")
async def answers(visit: Visit) -> StreamResponse:
    found = await visit.api.get("/v1/unclear-answers", after=visit.query.get("after"), limit=25)
    return await visit.show("chain/answers.html", found=found)


@pages.post("/chain/answers/{unclear_answer_id}")
async def pass_on(visit: Visit) -> StreamResponse:
    """To a branch by its name, as far as that is one branch's alone."""
    branch_id = await _named(visit, visit.form["branch"])
    to = below("unclear-answers", visit.params["unclear_answer_id"], "branch")
    await visit.api.post(to, {"branch_id": branch_id}, key=visit.form.key)
    return visit.go("/chain/answers", said=visit.text("The branch's office has it now."))


async def _named(visit: Visit, name: str) -> str:
    found = (await visit.api.get("/v1/branches", name=name, limit=50))["items"] if name else []
    same = [each for each in found if name.casefold() in (each["name"].casefold(), (each["name_ur"] or "").casefold())]
    chosen = same or found
    if len(chosen) != 1:
        title = "No branch has this name" if not chosen else "Several branches have this in their name"
        raise Refused({"type": "which-branch", "title": title, "detail": "Write the branch's whole name.", "status": 422})
    return str(chosen[0]["branch_id"])
