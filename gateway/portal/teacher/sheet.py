"""A class's mark sheet: what stands in it, what was typed into it, and what came of that."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.portal.api import Refused
from gateway.portal.pages import Visit
from gateway.portal.teacher import cells, pasting
from gateway.portal.teacher.room import Room

Key = tuple[str, str]  # student, line item


@dataclass
class Sheet:
    """`typed`: what was entered and is not stored; `wrong`: why, by cell; `now`: what somebody else has put there meanwhile."""

    room: Room
    page: Mapping[str, Any]  # as the gradebook gives it
    typed: dict[Key, str] = field(default_factory=dict)
    wrong: dict[Key, str] = field(default_factory=dict)
    now: dict[Key, str] = field(default_factory=dict)
    before: Mapping[str, Mapping[str, tuple[str, int]]] = field(default_factory=dict)  # as `typed` cells were seen, if earlier

    @property
    def items(self) -> list[dict[str, Any]]:
        return [each["line_item"] for each in self.page["items"]]

    @property
    def results(self) -> dict[Key, dict[str, Any]]:
        return {
            (result["student_id"], each["line_item"]["line_item_id"]): result
            for each in self.page["items"]
            for result in each["results"]
        }

    @property
    def seen(self) -> str:
        """What the page shows, for the form to carry: text and edition by line item and student."""
        found: dict[str, dict[str, list[Any]]] = {}
        for (student, item), result in self.results.items():
            found.setdefault(item, {})[student] = [cells.shown(result), result["edition"]]
        for student, item in self.typed:
            if student in self.before.get(item, {}):
                found.setdefault(item, {})[student] = list(self.before[item][student])
        return json.dumps(found, separators=(",", ":"))

    def text(self, student: str, item: str) -> str:
        return self.typed.get((student, item), cells.shown(self.results.get((student, item))))

    @property
    def children(self) -> list[pasting.Child]:
        return [pasting.Child(each["person_id"], at + 1, _names(each)) for at, each in enumerate(self.room.students)]


def _names(person: Mapping[str, Any]) -> tuple[str, ...]:
    given, family = person.get("given_name") or "", person.get("family_name") or ""
    return (f"{given} {family}", f"{family} {given}", person.get("name_ur") or "")


def typed_in(visit: Visit, sheet: Sheet) -> dict[Key, str]:
    """Cells that say something else than the page did when it was shown."""
    seen = seen_by(visit)
    found = {}
    for item in sheet.items:
        for student in sheet.room.named:
            name = f"{student}.{item['line_item_id']}"
            if name in visit.form:
                text = cells.cleaned(visit.form[name])
                if text != seen.get(item["line_item_id"], {}).get(student, ("", 0))[0]:
                    found[student, item["line_item_id"]] = text
    return found


async def save(visit: Visit, sheet: Sheet, typed: Mapping[Key, str]) -> int:
    """How many cells were stored; what was not stands in the sheet, with why. A column's rows go in one request."""
    seen, stored = seen_by(visit), 0
    reason = visit.form["reason"] or None
    for item in sheet.items:
        id = item["line_item_id"]
        rows: list[dict[str, Any]] = []
        for (student, column), text in typed.items():
            if column != id:
                continue
            edition = seen.get(id, {}).get(student, ("", 0))[1]
            try:
                mark = cells.read(text, item["result_max"], item["result_min"])
            except cells.NoMark as error:
                _not_stored(sheet, (student, id), text, str(error))
                continue
            if mark is None:
                stored += await _clear(visit, sheet, (student, id), edition, reason)
            else:
                rows.append({"student_id": student, "edition": edition, **mark.row})
        stored += await _put(visit, sheet, id, rows, typed, reason)
    return stored


async def _put(
    visit: Visit, sheet: Sheet, item: str, rows: list[dict[str, Any]], typed: Mapping[Key, str], reason: str | None
) -> int:
    """All rows, or those that are not refused: of the others each says why. Somebody may save between two tries."""
    while rows:
        try:
            await visit.api.put(sheet.room.path("line-items", item, "results"), {"results": rows, "reason": reason})
            return len(rows)
        except Refused as refused:
            why = _by_row(refused, len(rows))
            for at, sentence in why.items():
                student = rows[at]["student_id"]
                _not_stored(sheet, (student, item), typed[student, item], sentence)
            rows = [row for at, row in enumerate(rows) if at not in why]
    return 0


def _by_row(refused: Refused, count: int) -> dict[int, str]:
    """Why rows were refused: those that it names, else all by the refusal's own sentence; never none."""
    errors = refused.problem.get("errors")
    rows = errors.get("results") if isinstance(errors, dict) else None
    named = rows if isinstance(rows, dict) else {}
    found = {int(at): _first(why) for at, why in named.items() if at.isdecimal() and int(at) < count}
    return found or dict.fromkeys(range(count), _sentence(refused))


def _first(why: Any) -> str:
    while isinstance(why, dict):
        why = next(iter(why.values()), "")
    first = why[0] if isinstance(why, list) and why else why
    return first if isinstance(first, str) else str(first)


async def _clear(visit: Visit, sheet: Sheet, key: Key, edition: int, reason: str | None) -> int:
    path = sheet.room.path("line-items", key[1], "results", key[0])
    try:
        await visit.api.delete(path, edition=edition, reason=reason)
    except Refused as refused:
        if refused.status != 404:
            _not_stored(sheet, key, "", _sentence(refused))
            return 0
    return 1


def _sentence(refused: Refused) -> str:
    return next(iter(refused.errors.values()), "") or refused.detail or refused.title


def _not_stored(sheet: Sheet, key: Key, text: str, why: str) -> None:
    sheet.typed[key] = text
    sheet.wrong[key] = why


def seen_by(visit: Visit) -> dict[str, dict[str, tuple[str, int]]]:
    """What the page showed, by the form. It is the reader's own: what it says wrongly is refused by its edition."""
    try:
        found = json.loads(visit.form["seen"] or "{}")
        return {
            item: {student: (str(text), int(edition)) for student, (text, edition) in rows.items()}
            for item, rows in found.items()
        }
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}


def conflicts(sheet: Sheet, fresh: Mapping[str, Any], seen: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
    """Beside each cell that was not stored, what is there by now, if it is another than was seen."""
    was = {key: cells.shown(result) for key, result in Sheet(sheet.room, fresh).results.items()}
    for student, item in sheet.wrong:
        there = was.get((student, item), "")
        if there != (seen.get(item, {}).get(student) or ("",))[0]:
            sheet.now[student, item] = there
