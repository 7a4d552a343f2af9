"""What a row says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

CHILD, CLASS, THING, BRANCH, SELF = "child", "class", "thing", "branch", "oneself"  # what a request is about
Ids = dict[str, str]


@dataclass(frozen=True)
class Ask:
    """`about` a child, a class or a thing of theirs: another's is out of reach. A branch's list shows what is in reach.

    `owner`: the role whose own thing it is, where a right reaches no further.
    `also`: answers that say that the caller may, though not now (409: it is done already).
    `ids`: what the path's names are here, where they are not the place's; as in a body, `$name` is the place's.
    `as_staff`: what belongs to the staff's side of a person: a session begun by a code does not reach it.
    `kind`: of a body that is a file.
    `fresh`: makes what the request uses up or changes (tests.access.fresh), anew for each who may do it.
    """

    about: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    owner: str = ""
    also: tuple[int, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)
    as_staff: bool = False
    kind: str = "application/zip"
    fresh: Callable[[Any, Ids], Ids] | None = None


def filled(value: Any, ids: Ids) -> Any:
    """With the ids of a place for their names."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("$") else value
