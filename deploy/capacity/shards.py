"""By which key each collection would be sharded, and why some stay whole.

A shard key has to be the beginning of every unique index, or MongoDB could not keep it unique over several shards
(https://www.mongodb.com/docs/manual/core/sharding-shard-key/#unique-indexes). So the key follows from the indexes.
"""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploy.capacity.measured import about
from schoolbus.chain import SERVICES
from schoolbus.store import Documents

BRANCH, OWN_ID, WHOLE = "`branch_id`, `_id`", "`_id`, hashed", "none: stays whole"
STUDENTS = 320_000  # the largest chain that is thought of


@dataclass(frozen=True)
class Reason:
    """Why a collection has no shard key, and how large it becomes.

    `a_year`: documents of one student in a year, an estimate; `kilobytes`: of one, as the code makes it, without indexes.
    """

    why: str
    a_year: float
    how_many: str
    kilobytes: float


# Of each collection that has no key; those that have one need no reason.
REASONS = {
    ("meetings", "bookings"): Reason(
        "Unique by slot, and by the minutes of guardian, of teacher and of child: split by any of these, two shards could "
        "each give somebody the same minute.",
        10 / 1.5,
        "ten bookings a family",
        1.0,
    ),
    ("meetings", "stints"): Reason(
        "Unique by shift and guardian, so that nobody takes a shift twice, and by the minutes of a guardian, so that nobody "
        "helps in two places at once, of whatever branch: no key begins both.",
        2 / 1.5,
        "two stints a family",
        1.5,
    ),
    ("reports", "report_cards"): Reason(
        "Unique by branch, student, term and version, and by the code that is printed on a card: who asks with it whether the "
        "card is genuine does not know the branch.",
        3,
        "three cards a student; their PDFs are in `report_card_files`, which has a key",
        4.0,
    ),
}


def collections(service: str) -> list[Documents]:
    """Those that its store declares."""
    store = importlib.import_module(f"services.{service}.store").Store
    declared = {name: each for base in reversed(store.__mro__) for name, each in vars(base).items()}
    return sorted((each for each in declared.values() if isinstance(each, Documents)), key=lambda each: each.name)


def shard_key(documents: Documents) -> str:
    """As docs/capacity.md writes it."""
    keys = [_fields(index.keys) for index in documents.indexes]
    unique = [fields for index, fields in zip(documents.indexes, keys, strict=True) if index.unique]
    if unique:
        first = {fields[0] for fields in unique}
        if first == {"branch_id"}:
            return BRANCH if all(fields[:2] == ["branch_id", "_id"] for fields in unique) else "`branch_id`"
        return f"`{first.pop()}`" if len(first) == 1 else WHOLE
    return BRANCH if any(fields[0] == "branch_id" for fields in keys) else OWN_ID


def whole() -> list[tuple[str, str]]:
    """Services and collections that have no key."""
    return [(service, each.name) for service in SERVICES for each in collections(service) if shard_key(each) == WHOLE]


def table() -> Iterator[str]:
    yield "| service | shard key | collections |"
    yield "|---|---|---|"
    for service in SERVICES:
        by_key: dict[str, list[str]] = {}
        for documents in collections(service):
            by_key.setdefault(shard_key(documents), []).append(documents.name)
        for key in sorted(by_key, key=lambda key: (-len(by_key[key]), key)):
            yield f"| {service} | {key} | {_listed(by_key[key])} |"


def reasons() -> Iterator[str]:
    """KeyError where one stays whole without a reason."""
    yield f"| stays whole | why | in a year, with {STUDENTS:,} students |"
    yield "|---|---|---|"
    for service, name in whole():
        reason = REASONS[service, name]
        number = reason.a_year * STUDENTS
        size = f"{about(number)} of {reason.kilobytes:g} kB, {about(number * reason.kilobytes / 1_000_000)} GB"
        yield f"| {service}' `{name}` | {reason.why} | {size} ({reason.how_many}) |"


def named(text: str) -> Iterator[tuple[str, str]]:
    """Services and collections of the rows of `table`."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1] in SERVICES:
            yield from ((cells[1], name.strip("` ")) for name in cells[3].split(","))


def _fields(keys: str) -> list[str]:
    return [key.lstrip("-") for key in keys.split()]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
