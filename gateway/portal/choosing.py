"""Branches chosen by their name: searched for, then ticked, without leaving the form that they are chosen in (`ui.branches`).

The search is a button of the form itself: all that was typed in it comes back with what was found.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.portal.pages import Visit

FIELD = "branch_ids"
SHOWN = 100  # of those that are chosen: further ones are counted
FOUND = 20


@dataclass(frozen=True)
class Branches:
    """What the component shows. `found`: by the name `searched` for, none of them chosen yet; `searched` None: nobody asked."""

    several: bool
    chosen: list[dict[str, Any]]
    further: list[str]
    searched: str | None
    found: list[dict[str, Any]]
    more: bool


def searches(visit: Visit) -> bool:
    """Whether the form was sent to look for branches. A name that was typed and not looked for counts, too: nobody chose it."""
    return "find_branches" in visit.form or bool(visit.form["branch_name"])


async def branches(visit: Visit, before: Iterable[str] = (), path: str = "/v1/branches", several: bool = True) -> Branches:
    """`before`: those that are chosen when the page is opened. `path`: of the API, whose branches may be chosen."""
    ids = list(dict.fromkeys(visit.form.all(FIELD) if "branch_name" in visit.form else before))
    searched = " ".join(visit.form["branch_name"].split())[:100] if searches(visit) else None
    chosen, (found, more) = await asyncio.gather(named(visit, ids[:SHOWN], path), _found(visit, searched, path))
    new = [each for each in found if each["branch_id"] not in ids]
    return Branches(several, chosen, ids[SHOWN:], searched, new, more)


async def named(visit: Visit, ids: list[str], path: str = "/v1/branches") -> list[dict[str, Any]]:
    """With their names, in the order of these. One that is closed has none, and stays chosen: to drop it in silence might
    leave nothing chosen, which means all."""
    parts = [ids[begin : begin + SHOWN] for begin in range(0, len(ids), SHOWN)]
    pages = await asyncio.gather(*(visit.api.get(path, branch_ids=",".join(part), limit=SHOWN) for part in parts))
    known = {each["branch_id"]: each for page in pages for each in page["items"]}
    return sorted((known.get(id, {"branch_id": id}) for id in ids), key=lambda each: str(each.get("name", "")))


async def _found(visit: Visit, name: str | None, path: str) -> tuple[list[dict[str, Any]], bool]:
    if name is None:
        return [], False
    page = await visit.api.get(path, name=name, limit=FOUND)
    return page["items"], bool(page["next"])
