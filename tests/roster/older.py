"""A small set as a system of OneRoster 1.1 exports it."""

import copy
from collections.abc import Mapping

from services.roster.oneroster.layout import USERS_1_1
from tests.roster.deltas import MOMENT
from tests.roster.sets import RosterSet, as_csv


def as_1_1(
    content: RosterSet,
    orgs: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
    header: Mapping[str, str] | None = None,
    only: Mapping[str, str] | None = None,
) -> bytes:
    """With other `orgs`, `roles` or column names; `only` makes it a delta of these users (sourcedId: status)."""
    made = copy.deepcopy(content)
    held = {row["userSourcedId"]: row for row in made.rows.pop("roles")}
    del made.modes["roles"]
    made.versions["oneroster.version"] = "1.1"
    rows = []
    for row in made.rows.pop("users"):
        id = row["sourcedId"]
        old = {"role": held[id]["role"], "orgSourcedIds": held[id]["orgSourcedId"], **row}
        old["orgSourcedIds"] = (orgs or {}).get(id, old["orgSourcedIds"])
        old["role"] = (roles or {}).get(id, old["role"])
        if only is not None and id in only:
            old.update(status=only[id], dateLastModified=MOMENT)
        if only is None or id in only:
            rows.append(old)
    added = sorted({column for row in rows for column in row if column.startswith("metadata.")})
    columns = [*USERS_1_1.columns, *added]
    shown = [(header or {}).get(column, column) for column in columns]
    made.raw["users.csv"] = as_csv([shown, *([row.get(column, "") for column in columns] for row in rows)])
    if only is not None:
        made.rows = {}
        made.modes = {"users": "delta"}
    return made.zip()
