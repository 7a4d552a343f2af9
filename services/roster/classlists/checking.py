"""A class list is looked at whole: what each line would do, as it is shown before anybody confirms it. Nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Document
from services.roster.classlists import lists, plans, sheet, writing
from services.roster.classlists.claimed import close, content, go_on, told
from services.roster.classlists.plans import Plan, plan
from services.roster.classlists.roll import Roll
from services.roster.classlists.rows import as_row
from services.roster.classlists.sheet import WARNING, Line, Unreadable
from services.roster.editing import Look
from services.roster.store import Store

_PIECE = 100  # lines between two words of how far it has come


def check(store: Store, document: Document) -> None:
    id, branch_id = document["_id"], document["branch_id"]
    go_on(store, document, state=lists.CHECKING)
    try:
        lines, of_sheet = sheet.read(content(store, id))
    except Unreadable as fault:
        close(store, document, lists.REFUSED, findings=[told(fault.finding)])
        return
    edit = Look(store)
    roll = Roll(edit, branch(branch_id))
    caller = lists.acting(document, "received")
    writing.load(edit, id, [line.number for line in lines])
    writer = writing.Writer(edit, roll, caller, id)
    rows = []
    for number, (made, people) in enumerate(_planned(store, document, lines, roll, writer, caller)):
        rows.append(_row(document, made, people, roll))
        if number % _PIECE == 0:
            go_on(store, document, progress=number / len(lines))
    _keep_rows(store, id, rows)
    shown = {
        "lines": len(lines),
        "left_out": sum(row["left_out"] for row in rows),
        "warnings": sum(each["kind"] == WARNING for row in rows for each in row["findings"]),
        "counts": dict(Counter(word for row in rows for word in row["does"])),
        "classes": _by_class(rows),
        "findings": [told(each) for each in of_sheet],
    }
    if shown["counts"]:
        go_on(store, document, **shown, state=lists.WAITING, progress=1.0, waiting_since=now(), leased_until=now())
    else:
        close(store, document, lists.REFUSED if shown["left_out"] else lists.DONE, **shown)
    log().info("class_list_checked", id=id, branch=branch_id, lines=len(lines), left_out=shown["left_out"])


def _planned(
    store: Store, document: Document, lines: Sequence[Line], roll: Roll, writer: writing.Writer, caller: Caller
) -> Iterator[tuple[Plan, tuple[str | None, str | None]]]:
    ended = partial(writing.ended_before, store, document["branch_id"])
    for line in lines:
        made = plan(as_row(line), roll, caller, document["new_classes"], ended)
        yield made, (None, None) if line.is_wrong else writer.write(made)


def _row(document: Document, made: Plan, people: tuple[str | None, str | None], roll: Roll) -> Document:
    """What is shown of a line. Names are those of the sheet; whom they are taken for is told by the ids."""
    row, line = made.row, made.row.line
    left = roll.seats.classes[made.leaves["class_id"]]["title"] if made.leaves else None
    return {
        "_id": f"{document['_id']}:{line.number:06d}",
        "branch_id": document["branch_id"],
        "list_id": document["_id"],
        "line": line.number,
        "class": made.school_class["title"] if made.school_class else row.school_class,
        "leaves": left,
        "student": row.student,
        "guardian": row.guardian or None,
        "student_id": people[0],
        "guardian_id": people[1],
        "does": made.does,
        "left_out": line.is_wrong,
        "findings": [told(each) for each in line.findings],
        "at": now(),
    }


def _by_class(rows: Sequence[Document]) -> list[Document]:
    """Each class that the list names or takes somebody from: children who come, leave, stay, and lines left out."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    seen = set()
    for row in rows:
        counts = found[row["class"]]
        counts["left_out"] += row["left_out"]
        counts["is_new"] |= plans.CLASS_ADDED in row["does"]
        if row["leaves"]:
            found[row["leaves"]]["leave"] += 1
        if row["student_id"] and (row["class"], row["student_id"]) not in seen:
            seen.add((row["class"], row["student_id"]))
            come = plans.ENROLLED in row["does"] or plans.MOVED in row["does"]
            counts["come" if come else "there"] += 1
    names = ("come", "leave", "there", "left_out")
    return [
        {"title": title, "is_new": bool(counts["is_new"]), **{name: counts[name] for name in names}}
        for title, counts in sorted(found.items())
    ]


def _keep_rows(store: Store, id: str, rows: Sequence[Document]) -> None:
    """What a worker that died had kept is the same, or out of date."""
    store.class_list_rows.remove_all(WHOLE_CHAIN, {"list_id": id})
    for start in range(0, len(rows), 500):
        store.class_list_rows.add_new(rows[start : start + 500])
