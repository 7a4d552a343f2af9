"""Pages by keyset: `limit` and an opaque `after` that says where the last page ended."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from bson import json_util

from schoolbus.problems import Invalid


@dataclass(frozen=True)
class Paged:
    """A page of documents and the `after` of the next; None on the last page."""

    items: list[Any]
    next: str | None = None


@dataclass(frozen=True)
class Paging:
    """What the caller asked for."""

    limit: int = 50
    after: str | None = None

    def beyond(self, field: str, *, descending: bool) -> list[dict[str, Any]]:
        """The condition that skips what earlier pages held. Raises Invalid when `after` is none of ours."""
        if self.after is None:
            return []
        try:
            value, id = json_util.loads(base64.urlsafe_b64decode(self.after.encode()).decode())
            if not isinstance(id, str) or isinstance(value, dict | list):
                raise ValueError("not a place")
        except (ValueError, TypeError, binascii.Error) as error:
            raise Invalid({"after": ["Take it from the page before."]}) from error
        past = "$lt" if descending else "$gt"
        if field == "_id":
            return [{"_id": {past: id}}]
        return [{"$or": [{field: {past: value}}, {field: value, "_id": {past: id}}]}]

    def cut(self, found: list[dict[str, Any]], field: str) -> Paged:
        """`found` holds up to one document more than the page: that one tells whether there is a next page."""
        if len(found) <= self.limit:
            return Paged(found)
        last = found[self.limit - 1]
        place = json_util.dumps([last[field], last["_id"]])
        return Paged(found[: self.limit], base64.urlsafe_b64encode(place.encode()).decode())
