"""Guides for families: how home can help, to read, to print and to hear."""

import asyncio
from typing import Any

from aiohttp.web import StreamResponse

from gateway.portal.api import below
from gateway.portal.pages import Pages, Visit
from gateway.portal.parent import children

pages = Pages()
_AT = "/guides/{branch_id}/{guide_id}"


@pages.get("/guides")
async def guides(visit: Visit) -> StreamResponse:
    """A guide of the chain is there once, however many branches the children are in."""
    own = await children.all_of(visit)
    branches = [branch["branch_id"] for branch in await children.branches(visit)]
    found = await asyncio.gather(*(visit.api.perhaps(below("branches", id, "guides")) for id in branches))
    named = {child.id: child for child in own}
    once: dict[str, Any] = {}
    for branch_id, answer in zip(branches, found, strict=True):
        for guide in (answer or {"items": []})["items"]:
            kept = once.setdefault(guide["guide_id"], {**guide, "branch_id": branch_id, "whose": []})
            kept["whose"] += [named[id] for id in guide["children"] if id in named]
    everything = sorted(once.values(), key=lambda guide: (guide["kind"] != "introduction", str(guide["changed_at"])))
    return await visit.show(
        "parent/guides.html", guides=everything, several=len(own) > 1, subscribed=any(each is not None for each in found)
    )


@pages.get(_AT)
async def guide(visit: Visit) -> StreamResponse:
    wanted = visit.query.get("language") or visit.language.name
    found = await visit.api.get(_path(visit), language=wanted)
    return await visit.show("parent/guide.html", guide=found, branch_id=visit.params["branch_id"])


@pages.get(_AT + "/pdf")
async def guide_pdf(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_path(visit)}/pdf", "guide.pdf", language=visit.query.get("language"))


@pages.get(_AT + "/audio")
async def guide_audio(visit: Visit) -> StreamResponse:
    return await visit.file(f"{_path(visit)}/audio", language=visit.query.get("language"))


def _path(visit: Visit) -> str:
    return below("branches", visit.params["branch_id"], "guides", visit.params["guide_id"])
