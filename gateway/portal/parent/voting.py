"""An election of the parents' association: who stands, the family's one vote, the result."""

import asyncio

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
_AT = "/events/{branch_id}/pta/elections/{pta_election_id}"


@pages.get(_AT)
async def election(visit: Visit) -> StreamResponse:
    return await _show(visit)


async def _show(visit: Visit, code: str = "") -> StreamResponse:
    found, standing = await asyncio.gather(
        visit.api.get(f"{_path(visit)}/paper"), visit.api.get(below("branches", visit.params["branch_id"], "pta"))
    )
    mine = [each for race in found["races"] for each in race["candidates"] if each["person_id"] == visit.person_id]
    return await visit.show(
        "parent/election.html",
        election=found,
        is_member=standing["member"],
        mine=[each for each in mine if each["state"] != "withdrawn"],
        code=code,
        at=_here(visit),
        back=address("events", visit.params["branch_id"], "pta"),
    )


@pages.post(_AT)
async def vote(visit: Visit) -> StreamResponse:
    """A field `mark OFFICE` with the numbers that are marked. The ballot's code is shown once, here."""
    races = (await visit.api.get(_path(visit)))["races"]
    chosen = {race["office_key"]: visit.form.all(f"mark {race['office_key']}") for race in races if race["candidates"]}
    marks = {office: [int(each) for each in numbers if each.isdecimal()] for office, numbers in chosen.items()}
    made = await visit.api.post(f"{_path(visit)}/votes", {"marks": marks}, key=visit.form.key)
    return await _show(visit, code=made["code"])


@pages.post(_AT + "/candidates")
async def stand(visit: Visit) -> StreamResponse:
    draft = {"office_key": visit.form["office"], "statement": visit.form["statement"]}
    await visit.api.post(f"{_path(visit)}/candidates", draft)
    return visit.go(_here(visit), said=visit.text("You stand for election."))


@pages.post(_AT + "/candidates/{pta_candidate_id}")
async def answer_nomination(visit: Visit) -> StreamResponse:
    """`accept`: yes or no."""
    id, accepts = visit.params["pta_candidate_id"], visit.form["accept"] == "yes"
    path = below("branches", visit.params["branch_id"], "pta", "candidates", id, "acceptance")
    await (visit.api.put(path, {"statement": visit.form["statement"]}) if accepts else visit.api.delete(path))
    return visit.go(_here(visit), said=visit.text("You stand for election.") if accepts else visit.text("You don't stand."))


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "pta", "elections", visit.params["pta_election_id"])


def _here(visit: Visit) -> str:
    return address("events", visit.params["branch_id"], "pta", "elections", visit.params["pta_election_id"])
