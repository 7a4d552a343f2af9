"""Answers from numbers that no branch knows: passed on to the branch that they are for."""

from aiohttp.web import StreamResponse

from gateway.portal import choosing
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
ONE = "/chain/answers/{unclear_answer_id}"


@pages.get("/chain/answers")
async def answers(visit: Visit) -> StreamResponse:
    found = await visit.api.get("/v1/unclear-answers", after=visit.query.get("after"), limit=25)
    return await visit.show("chain/answers.html", found=found)


@pages.get(ONE)
async def one(visit: Visit) -> StreamResponse:
    waiting = await visit.api.all("/v1/unclear-answers")
    answer = next((each for each in waiting if each["unclear_answer_id"] == visit.params["unclear_answer_id"]), None)
    if answer is None:  # somebody else was faster
        return visit.go("/chain/answers")
    branches = await choosing.branches(visit, several=False)
    return await visit.show("chain/answer.html", answer=answer, branches=branches)


@pages.post(ONE)
async def pass_on(visit: Visit) -> StreamResponse:
    if choosing.searches(visit):
        return await one(visit)
    to = below("unclear-answers", visit.params["unclear_answer_id"], "branch")
    await visit.api.post(to, {"branch_id": visit.form[choosing.FIELD]}, key=visit.form.key)
    return visit.go("/chain/answers", said=visit.text("The branch's office has it now."))
