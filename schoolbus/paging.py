"""Pages by keyset: `limit` and an opaque `after` that says where the last page ended."""

import base64
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

import bson
from bson import json_util
from bson.errors import BSONError

from schoolbus.problems import Invalid

_ORDERED = (str, int, float, datetime, NoneType)


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
        value, id = _place(self.after)
        past = "$lt" if descending else "$gt"
        if field == "_id":
            return [{"_id": {past: id}}]
        same_value = {field: value, "_id": {past: id}}
        if value is None:  # nothing comes before all values
            return [same_value if descending else {"$or": [{field: {"$ne": None}}, same_value]}]
        missing = [{field: None}] if descending else []
        return [{"$or": [{field: {past: value}}, same_value, *missing]}]

    def cut(self, found: list[dict[str, Any]], field: str) -> Paged:
        """`found` holds up to one document more than the page: that one tells whether there is a next page.

        The field's values are of one kind that has an order (text, numbers, moments), or not there.
        """
        if len(found) <= self.limit:
            return Paged(found)
        last = found[self.limit - 1]
        place = json_util.dumps([_value(last, field), last["_id"]])
        return Paged(found[: self.limit], base64.urlsafe_b64encode(place.encode()).decode())


def _place(after: str) -> tuple[Any, str]:
    """Sort value and id of the last document of the page before: whatever a caller sends, only what a query can bear."""
    try:
        value, id = json_util.loads(base64.urlsafe_b64decode(after.encode()).decode())
        if not isinstance(id, str) or not isinstance(value, _ORDERED):
            raise ValueError("not a place")
        bson.encode({"value": value, "id": id})  # half a surrogate pair, a number too large
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError, BSONError) as error:
        raise Invalid({"after": ["Take it from the page before."]}) from error
    return value, id


def _value(document: Any, field: str) -> Any:
    """Of a path such as "held.on"; None when it is not there."""
    for name in field.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document
