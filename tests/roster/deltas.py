"""The delta that leads from one small set to another."""

import copy
from collections.abc import Iterable
from typing import Any

from tests.roster.sets import RosterSet

MOMENT = "2026-11-24T09:30:00Z"


def delta(
    old: RosterSet,
    new: RosterSet,
    files: Iterable[str] | None = None,
    bulk: Iterable[str] = (),
    spoilt: tuple[str, str, dict[str, Any]] | None = None,
) -> bytes:
    """Only `files`, else all; those of `bulk` as they are. `spoilt` is (file, sourcedId, values) of a row as it shall stand."""
    made = copy.deepcopy(new)
    for name in list(made.rows):
        if name in bulk:
            continue
        before = {row["sourcedId"]: row for row in old.rows.get(name, [])}
        after = {row["sourcedId"]: row for row in new.rows[name]}
        changed = [{**row, **_marks("active")} for id, row in after.items() if before.get(id) != row]
        gone = [{"sourcedId": id, **_marks("tobedeleted")} for id in before if id not in after]
        made.rows[name], made.modes[name] = [*changed, *gone], "delta"
        if files is not None and name not in files:
            del made.rows[name]
            made.modes[name] = "absent"
    if spoilt is not None:
        next(row for row in made.rows[spoilt[0]] if row["sourcedId"] == spoilt[1]).update(spoilt[2])
    return made.zip()


def _marks(status: str) -> dict[str, str]:
    return {"status": status, "dateLastModified": MOMENT}
