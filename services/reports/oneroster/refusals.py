"""What the gradebook refuses, as OneRoster has it: 403 where the state of things forbids it, 422 where the record is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotAllowed
from schoolbus.store import Busy

_FORBIDDEN = ("term-locked", "submitted")
_CALLED = {
    "due_on": "dueDate",
    "assigned_on": "assignDate",
    "result_min": "resultValueMin",
    "result_max": "resultValueMax",
    "text_score": "textScore",
    "student_id": "student",
    "status": "scoreStatus",
    "category_id": "category",
    "scored_on": "scoreDate",
}


@contextmanager
def as_oneroster() -> Iterator[None]:
    """Around a change. Raises Busy where another was faster: it then runs again."""
    try:
        yield
    except (AlreadyThere, GoneOn) as error:
        raise Busy from error
    except Conflict as problem:
        slug, title = str(problem.body["type"]).rpartition("/")[2], str(problem.body["title"])
        if slug in _FORBIDDEN:
            raise NotAllowed(slug, title, problem.body.get("detail")) from problem
        raise Invalid({"sourcedId": [str(problem.body.get("detail") or title)]}, title, slug) from problem
    except Invalid as problem:
        raise Invalid(_renamed(problem.body["errors"])) from problem


def _renamed(errors: dict[str, Any]) -> dict[str, Any]:
    """By the standard's names; of a sheet of one row, the row's."""
    row = errors.get("results")
    named = row.get("0", errors) if isinstance(row, dict) else errors
    return {_CALLED.get(name, name): why for name, why in named.items()}
