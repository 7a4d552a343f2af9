"""Lists that a family's page shows whole."""

from typing import Any

from gateway.portal.api import Refused
from gateway.portal.pages import Visit


async def whole(visit: Visit, path: str, **query: Any) -> list[Any] | None:
    """None where the branch does not subscribe to what it is of, or that can't be reached just now."""
    try:
        return await visit.api.all(path, **query)
    except Refused as refused:
        visit.api.do_without(refused)
        return None
