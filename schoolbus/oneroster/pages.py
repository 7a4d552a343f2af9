"""Pages of a collection: what stands around the records (1.2, REST binding, section 3)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from schoolbus.problems import Problem

MOST_SORTED = 50_000  # records; by id and moment of change any number is sorted, because there are indexes for these


def chosen(shown: Mapping[str, Any], names: frozenset[str] | None) -> dict[str, Any]:
    """A record's fields of these names; all for None."""
    return {name: value for name, value in shown.items() if names is None or name in names}


def as_json(shown: Mapping[str, Any]) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def links(place: str, wanted: Mapping[str, Any], total: int) -> str:
    """RFC 8288: first, prev, next, last, each with all else that was asked for."""
    limit, offset = wanted["limit"], wanted["offset"]
    offsets = {"first": 0, "last": max(0, (total - 1) // limit * limit)}
    if offset > 0:
        offsets["prev"] = max(0, offset - limit)
    if offset + limit < total:
        offsets["next"] = offset + limit
    asked = {name: wanted[name] for name in ("sort", "orderBy", "filter", "fields") if wanted[name] is not None}
    return ", ".join(
        f'<{place}?{urlencode({"limit": limit, "offset": start, **asked})}>; rel="{name}"' for name, start in offsets.items()
    )


def too_many_to_sort(name: str, total: int) -> Problem:
    return Problem(
        "too-many-to-sort",
        f"{total:,} records are too many to sort by {name[:80]}",
        f"Up to {MOST_SORTED:,} are sorted by any field: filter them, or sort by sourcedId or dateLastModified.",
        code_minor="invalid_sort_field",
    )
