"""Who teaches a child: to whom its family writes, and whom it meets."""

from collections.abc import Mapping
from typing import Any

from gateway.portal.pages import Visit
from gateway.portal.parent.children import Child


async def of_child(visit: Visit, child: Child) -> list[Mapping[str, Any]]:
    """The class teacher first, each with the classes in which they teach it. None where the branch has no messages."""
    found = await visit.api.perhaps(child.api("conversations", "partners"), student_id=child.id)
    return found["items"] if found else []


async def class_teacher(visit: Visit, child: Child) -> str | None:
    """Or whoever teaches it, where nobody is."""
    return next((str(each["id"]) for each in await of_child(visit, child)), None)
