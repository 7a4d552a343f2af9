"""Once a week families are asked to write: each guardian as often as they wish, and not when somebody wrote about the child.

A branch has a document that is due on Saturday at ten. Who is asked is found out then, sorted by id; each event names up to 500
of them, and is in one write with the id of the last of them. Who dies at it is followed by another, from there on: nobody is
asked twice in a round. A round to which nobody came within hours is left out.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import HomeNotePrompted
from schoolbus.events import CHUNK
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.reports.homenotes import families

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
WEEK = timedelta(weeks=1)
USUAL = 1  # weeks, of who has wished nothing
FIRST = date(2026, 1, 3)  # a Saturday: who is asked every second week is asked in even ones from here
HOUR = time(10)
TOO_LATE = timedelta(hours=8)
ASKS_UNTIL = timedelta(hours=30)  # after its hour a message that has not gone out says nothing any more
LEASE = 60  # seconds


# What a family wishes


def wish(store: Store, caller: Caller, branch_id: str) -> Document:
    """As the caller has set it last, under whichever of their ids and in whichever branch: it is one question for all."""
    caller.branch(branch_id)
    ids = store.same_person(caller.person_id)
    found = store.home_note_wishes.find(WHOLE_CHAIN, {"guardian_id": {"$in": ids}}, sort="-set_at", limit=1)
    return {"prompt_every": found[0]["prompt_every"] if found else USUAL}


def set_wish(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    scope = caller.branch(branch_id)
    whose = {"branch_id": branch_id, "guardian_id": caller.person_id}
    id, to = f"{branch_id}:{caller.person_id}", {"prompt_every": draft["prompt_every"], "set_at": clock.now()}
    if store.home_note_wishes.change(scope, id, to=to) is None and not store.home_note_wishes.add_new(
        [{"_id": id, **whose, **to}]
    ):
        store.home_note_wishes.change(scope, id, to=to)  # another request was faster
    return wish(store, caller, branch_id)


# Rounds


def ask_due(store: Store) -> int:
    """All branches whose round has come; how many people."""
    store.begin_branches(store.home_note_rounds, next_at=round_after(clock.now()), after="", leased_until=None)
    asked, due = 0, {"next_at": {"$lte": clock.now()}}
    while (row := store.home_note_rounds.claim(due, lease=LEASE, sort="next_at", counting=False)) is not None:
        asked += _ask(store, row)
    return asked


def round_after(moment: datetime) -> datetime:
    """The next Saturday at ten, in the branches' calendar."""
    day = moment.astimezone(clock.BRANCH_ZONE).date()
    weeks = -(-((day - FIRST).days) // 7)
    found = datetime.combine(FIRST + weeks * WEEK, HOUR, clock.BRANCH_ZONE)
    return found if found > moment else found + WEEK


def to_ask(store: Store, scope: Scope, at: datetime) -> list[str]:
    """Who is asked by this branch in the round of `at`, sorted: in ten questions, and some more of who has several branches."""
    found = families.of_branch(store, scope)
    wishes, wrote = families.wishes(store, found), families.written(store, scope, found, at - 4 * WEEK)
    week = (at.astimezone(clock.BRANCH_ZONE).date() - FIRST).days // 7
    asked = []
    for guardian_id, family in sorted(found.items()):
        every = wishes.get(guardian_id, USUAL)
        since = at - every * WEEK
        if every and week % every == 0 and any(wrote.get(child, since) <= since for child in family.children):
            asked.append(guardian_id)
    return asked


def _ask(store: Store, row: Document) -> int:
    at: datetime = row["next_at"]
    scope, asked = branch(row["_id"]), 0
    if store.subscribed(row["_id"]) and clock.now() - at < TOO_LATE:
        ids = [id for id in to_ask(store, scope, at) if id > row["after"]]
        after = row["after"]
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            seen = {"next_at": at, "after": after}
            if (
                store.home_note_rounds.change(scope, row["_id"], {"after": part[-1]}, when=seen, saying=[_said(row, part)])
                is None
            ):
                return asked  # another is at it
            after, asked = part[-1], asked + len(part)
    store.home_note_rounds.change(
        scope, row["_id"], {"next_at": round_after(clock.now()), "after": "", "leased_until": None}, when={"next_at": at}
    )
    log().info("home_notes_prompted", branch=row["_id"], guardians=asked)
    return asked


def _said(row: Document, person_ids: list[str]) -> HomeNotePrompted:
    at: datetime = row["next_at"]
    id = f"{row['_id']}:{at.astimezone(clock.BRANCH_ZONE).date().isoformat()}"
    about = {"branch_id": row["_id"], "subject": id, "home_note_prompt_id": id}
    return HomeNotePrompted(**about, person_ids=person_ids, until=at + ASKS_UNTIL)
