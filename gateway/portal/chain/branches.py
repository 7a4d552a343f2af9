"""Branches: thousands of them, found by name; each with what it has and what was asked for it."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.addresses import address
from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit

pages = Pages()
ONE = "/chain/branches/{branch_id}"


@pages.get("/chain/branches")
async def branches(visit: Visit) -> StreamResponse:
    name = " ".join(visit.query.get("name", "").split())[:100]
    found = await visit.api.get("/v1/branches", name=name, after=visit.query.get("after"), limit=50)
    return await visit.show("chain/branches.html", found=found, name=name)


@pages.get("/chain/branches/new")
async def new_branch(visit: Visit) -> StreamResponse:
    return await visit.show("chain/branch_new.html")


@pages.post("/chain/branches/new")
async def add_branch(visit: Visit) -> StreamResponse:
    """The form's own key is the branch's id: sent twice it is one branch."""
    form = visit.form
    branch = await visit.api.post(
        "/v1/branches", {"branch_id": form.key, "name": form["name"], "name_ur": form["name_ur"] or None}
    )
    said = visit.text("The branch is there. Give it a plan, and import or add its people.")
    return visit.go(page(branch["branch_id"]), said=said)


@pages.get(ONE)
async def branch(visit: Visit) -> StreamResponse:
    at = ("branches", visit.params["branch_id"])
    found, overview, plans = await asyncio.gather(
        visit.api.get(below(*at)), visit.api.get(below(*at, "subscriptions")), visit.api.all("/v1/plans")
    )
    values: dict[str, Any] = {"branch": found, "overview": overview, "plans": [each for each in plans if not each["retired"]]}
    return await visit.show("chain/branch.html", **values)


@pages.post(ONE + "/name")
async def rename(visit: Visit) -> StreamResponse:
    form = visit.form
    wanted = {"name": form["name"], "name_ur": form["name_ur"] or None, "version": form.whole("version")}
    await visit.api.patch(below("branches", visit.params["branch_id"]), wanted)
    return visit.go(page(visit.params["branch_id"]), said=visit.text("The branch has its new name."))


@pages.post(ONE + "/closing")
async def close(visit: Visit) -> StreamResponse:
    await visit.api.delete(below("branches", visit.params["branch_id"]))
    return visit.go("/chain/branches", said=visit.text("The branch is closed."))


def page(branch_id: str) -> str:
    return address("chain", "branches", branch_id)
