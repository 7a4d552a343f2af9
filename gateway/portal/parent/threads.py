"""The newest conversations of a family in each of its branches, and what in them is unread."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.portal.api import below
from gateway.portal.language import Language
from gateway.portal.pages import Visit
from gateway.portal.parent import children

_FEW = 20  # of a branch
Found = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]


async def of_branches(visit: Visit) -> Found:
    """Each branch that has messages, with the first page of its conversations."""
    branches = await children.branches(visit)
    paths = [below("branches", branch["branch_id"], "conversations") for branch in branches]
    found = await asyncio.gather(*(visit.api.perhaps(path, limit=_FEW) for path in paths))
    return [(branch, page) for branch, page in zip(branches, found, strict=True) if page is not None]


def unread(language: Language, found: Found) -> str:
    """How many messages, in the reader's digits, with a + where there may be more; empty for none."""
    number = sum(talk["unread"] for _, page in found for talk in page["items"])
    if not number:
        return ""
    goes_on = any(page["next"] and page["items"] and page["items"][-1]["unread"] for _, page in found)
    return language.number(number) + ("+" if goes_on else "")
