"""The worker's part: a timetable that was asked for is found, and kept with all its placements in one write.

A worker may die at any line: placements that no timetable names are nothing, and it comes again when the lease ends. A worker
that was too slow finds that another has claimed it since (`attempts`), and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock, metrics
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import branch
from services.meetings.timetabling import reasons
from services.meetings.timetabling.gathering import Asked, Question, gather, moment
from services.meetings.timetabling.problem import Board, Instance, Solution
from services.meetings.timetabling.states import ASKED, FAILED, KEPT_BOOKED, SOLVED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Solve = Callable[[Instance, float, Callable[[Solution], bool]], Solution]
LEASE = 60  # seconds; renewed after each round
MOST_ATTEMPTS = 5


def claim(store: Store) -> Document | None:
    return store.timetables.claim({"state": ASKED}, lease=LEASE, sort="asked_at")


def make(store: Store, run: Document, solve: Solve) -> None:
    """Brings a claimed timetable from asked to solved or failed."""
    if run["attempts"] > MOST_ATTEMPTS:
        store.timetables.change(
            branch(run["branch_id"]),
            run["_id"],
            {"state": FAILED, "reason": f"It could not be made in {MOST_ATTEMPTS} attempts."},
            when=_still_ours(run),
        )
        metrics.runs_ended.labels("timetable", "failed").inc()
        log().warning("timetable_failed", timetable=run["_id"], branch=run["branch_id"], attempts=run["attempts"])
        return
    question = gather(store, run)
    solution = solve(question.instance, run["seconds"], lambda sofar: _go_on(store, run, question, sofar))
    keep(store, run, question, solution)


def keep(store: Store, run: Document, question: Question, solution: Solution) -> None:
    scope, made_as = branch(run["branch_id"]), str(run["attempts"])
    rows = placements(run, made_as, question, solution)
    of_run = {"timetable_id": run["_id"]}
    store.placements.remove_all(scope, {**of_run, "made_as": made_as})
    for first in range(0, len(rows), CHUNK):
        store.placements.add_new(rows[first : first + CHUNK])
    to = {
        "state": SOLVED,
        "made_as": made_as,
        "base_id": question.base,
        "kept": len(question.kept),
        "moved": sum(row["moved_from"] is not None for row in rows),
        "best": solution.best,
        **_counts(question, solution),
    }
    if store.timetables.change(scope, run["_id"], to, when=_still_ours(run)):
        store.placements.remove_all(scope, {**of_run, "made_as": {"$ne": made_as}})
        counted = {name: to[name] for name in ("wishes", "placed", "bound", "used_seconds")}
        metrics.runs_ended.labels("timetable", "done").inc()
        log().info("timetable_solved", timetable=run["_id"], branch=run["branch_id"], **counted)
    else:
        store.placements.remove_all(scope, {**of_run, "made_as": made_as})


def placements(run: Mapping[str, Any], made_as: str, question: Question, solution: Solution) -> list[Document]:
    """A document for each wish: first those that have a place, in time order."""
    board = Board.of(question.instance, solution.at)
    rows = [_of_wish(board, place, question) for place in range(len(question.instance.wishes))]
    rows += [_of_kept(wish, booking) for wish, booking in question.kept]
    rows.sort(key=lambda row: (row["starts_at"] is None, row["starts_at"] or row["rank"], row["teacher_id"], row["wish_id"]))
    common = {"branch_id": run["branch_id"], "meeting_day_id": run["meeting_day_id"], "timetable_id": run["_id"]}
    return [
        {"_id": effect_id(run["_id"], made_as, row["wish_id"]), **common, "made_as": made_as, "order": order, **row}
        for order, row in enumerate(rows)
    ]


def _of_wish(board: Board, place: int, question: Question) -> Document:
    wish, choice = board.instance.wishes[place], board.choice(place)
    former = question.former.get(wish.id)
    slot = None if choice is None else question.slots[board.instance.slots[choice.slot].id]
    row = {
        **_who(question.asked[wish.id]),
        "priority": wish.priority,
        "held_slot_id": wish.former if wish.held else None,
        "pinned_slot_id": wish.pin,
        "moved_from": None,
        **_nowhere(),
    }
    if former is not None and (slot is None or slot["_id"] != former["_id"]):
        row["moved_from"] = {"slot_id": former["_id"], **{name: former[name] for name in ("starts_at", "ends_at")}}
    if slot is None or choice is None:
        return {**row, **_why(reasons.reason(board, place))}
    return {**row, **_at(slot), "way": choice.way, "place": slot["ways"][choice.way]}


def _of_kept(wish: Asked, booking: Document) -> Document:
    """It was booked by hand, or moved since: no timetable touches it."""
    return {
        **_who(wish),
        "priority": False,
        "held_slot_id": None,
        "pinned_slot_id": None,
        "moved_from": None,
        **_nowhere(),
        "slot_id": booking["slot_id"],
        **{name: booking[name] for name in ("starts_at", "ends_at", "way", "place")},
        "outcome": KEPT_BOOKED,
    }


def _who(wish: Asked) -> Document:
    return {
        "wish_id": wish.id,
        "guardian_id": wish.guardian_id,
        "student_id": wish.student_id,
        "teacher_id": wish.teacher_id,
        "rank": wish.rank,
    }


def _nowhere() -> Document:
    nothing = dict.fromkeys(("slot_id", "starts_at", "ends_at", "way", "place", "reason", "outcome"))
    return {**nothing, "remedies": [], "others": []}


def _at(slot: Document) -> Document:
    return {"slot_id": slot["_id"], "starts_at": slot["starts_at"], "ends_at": slot["ends_at"]}


def _why(reason: reasons.Reason) -> Document:
    return {
        "reason": reason.kind,
        "others": list(reason.others),
        "remedies": [
            {
                "kind": each.kind,
                "slot_id": each.slot,
                "starts_at": moment(each.start),
                "ends_at": moment(each.end),
                "count": each.count,
            }
            for each in reason.remedies
        ],
    }


def _go_on(store: Store, run: Document, question: Question, sofar: Solution) -> bool:
    """Shows how far it is, and renews the lease. False: somebody wants it stopped, or another worker has it."""
    to = {**_counts(question, sofar), "leased_until": clock.now() + timedelta(seconds=LEASE)}
    changed = store.timetables.change(branch(run["branch_id"]), run["_id"], to, when=_still_ours(run))
    return changed is not None and not changed["stop"]


def _counts(question: Question, solution: Solution) -> Document:
    wishes: Sequence[Any] = question.instance.wishes
    families = {wish.guardian for wish in wishes} | {wish.guardian_id for wish, _ in question.kept}
    have = {wish.guardian for wish, at in zip(wishes, solution.at, strict=True) if at is not None}
    have |= {wish.guardian_id for wish, _ in question.kept}
    return {
        "wishes": len(wishes),
        "placed": solution.placed,
        "bound": solution.bound,
        "families_without": len(families - have),
        "used_seconds": round(solution.seconds, 1),
    }


def _still_ours(run: Document) -> Document:
    return {"state": ASKED, "attempts": run["attempts"]}
