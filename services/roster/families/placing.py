"""Where the records of merged guardians belong. Plain values: merge, split and any import come to the same end through here.

Guardians that are one are a tree: each merged record names the one that it went into (`merged_into`), and the record at the
root counts; while its source has it no longer, another one of the tree does. `counts_as` names it in the others.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from schoolbus.store import Document
from services.roster.families import derived


def counting(people: Mapping[str, Document]) -> dict[str, str]:
    """The record that counts, for each; `people` holds whole trees."""
    trees: dict[str, list[str]] = defaultdict(list)
    for id in people:
        trees[_top(people, id)].append(id)
    return {id: count for top, tree in trees.items() for count in [_counts(people, top, tree)] for id in tree}


def _top(people: Mapping[str, Document], id: str) -> str:
    for _ in people:
        above: str = people[id].get("merged_into") or ""
        if above not in people:
            break
        id = above
    return id


def _counts(people: Mapping[str, Document], top: str, tree: list[str]) -> str:
    present = sorted((id for id in tree if people[id]["active"]), key=lambda id: (id != top, id))
    return present[0] if present else top


def persons(people: Mapping[str, Document]) -> Iterable[Document]:
    """The people's records as they should be: the one that counts is a guardian wherever one of its tree is."""
    counts = counting(people)
    lent: dict[str, set[str]] = defaultdict(set)
    for id, count in counts.items():
        if id != count:
            lent[count].update(derived.guardian_in(people[id]) if people[id]["active"] else ())
    for id, record in people.items():
        laid = {"counts_as": counts[id] if counts[id] != id else None, "lent": sorted(lent[id]) if id in lent else None}
        yield derived.person({**record, **{name: value for name, value in laid.items() if record.get(name) != value}})


def relations(rows: Iterable[Document], counts: Mapping[str, str]) -> Iterable[Document]:
    """The relations as they should be: a merged guardian's are those of the record that counts.

    Of several to one child only one is, that record's own before others'; the rest are `doubled`: they stay with the record
    that they came with, and are told as gone.
    """
    by_child: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for row in rows:
        by_child[counts.get(_source(row), _source(row)), row["student_id"]].append(row)
    for (root, _), those in by_child.items():
        led = False
        for row in sorted(those, key=lambda row: (not row["active"], _source(row) != root, row["_id"])):
            source, doubled = _source(row), led and row["active"] and _source(row) != root
            led = led or row["active"]
            yield _placed(row, source if doubled else root, source if source != root else None, doubled)


def _source(row: Document) -> str:
    source: str = row.get("merged_from") or row["guardian_id"]
    return source


def _placed(row: Document, guardian_id: str, merged_from: str | None, doubled: bool) -> Document:
    wanted = {"guardian_id": guardian_id, "merged_from": merged_from, "doubled": doubled}
    now = {"guardian_id": row["guardian_id"], "merged_from": row.get("merged_from"), "doubled": row.get("doubled", False)}
    return row if wanted == now else {**row, **wanted}
