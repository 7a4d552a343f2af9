"""What is said of elections, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.contracts.pta import (
    PtaElectionCalled,
    PtaElectionCancelled,
    PtaElectionCounted,
    PtaElectionOpened,
    PtaElectionReminder,
    PtaNominated,
    PtaVoteCast,
)
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.scope import Scope
from services.meetings.pta import members
from services.meetings.pta.elections.electorate import households
from services.meetings.pta.elections.states import MEMBERS

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
REMINDED = timedelta(days=1)  # before voting closes
SHORT = timedelta(hours=36)  # of a shorter one nobody is reminded


def households_now(store: Store, scope: Scope, voters: str) -> list[list[str]]:
    """As the copy of the roster has them at this moment: guardians and students who are here."""
    here = {"roles": {"$in": ["student", "guardian"]}, "active": True}
    people = store.people.find(scope, here)
    students = [person["person_id"] for person in people if "student" in person["roles"]]
    guardians = {person["person_id"] for person in people if "guardian" in person["roles"]}
    merged = store.people.find(scope, {"counts_as": {"$gt": ""}})
    counts_as = {person["person_id"]: person["counts_as"] for person in merged}
    relations = [
        (row["guardian_id"], row["student_id"])
        for row in store.relations.find(scope, {"active": True})
        if counts_as.get(row["guardian_id"], row["guardian_id"]) in guardians
    ]
    only = set(members.present(store, scope)) if voters == MEMBERS else None
    return households(students, relations, counts_as, only)


def called(store: Store, scope: Scope, election: Document) -> list[Event]:
    """To all who may vote as it looks now, and to members, who may stand."""
    voters = {id for each in households_now(store, scope, election["voters"]) for id in each}
    more = {"answer_by": election["nominations_close_at"], **_times(election)}
    return _said(PtaElectionCalled, election, sorted(voters | set(members.present(store, scope))), **more)


def opened(election: Document, guardian_ids: Iterable[str]) -> list[Event]:
    return _said(PtaElectionOpened, election, guardian_ids, closes_at=election["closes_at"])


def reminder(election: Document, guardian_ids: Iterable[str]) -> list[Event]:
    return _said(PtaElectionReminder, election, guardian_ids, closes_at=election["closes_at"])


def counted(election: Document, guardian_ids: Iterable[str]) -> list[Event]:
    result = election["result"]
    return _said(PtaElectionCounted, election, guardian_ids, digest=result["digest"], ballots=result["ballots"])


def cancelled(election: Document, guardian_ids: Iterable[str]) -> list[Event]:
    return _said(PtaElectionCancelled, election, guardian_ids)


def nominated(election: Document, candidate: Document) -> PtaNominated:
    return PtaNominated(
        id=effect_id(candidate["_id"], "nominated"),
        branch_id=election["branch_id"],
        subject=candidate["_id"],
        pta_candidate_id=candidate["_id"],
        pta_election_id=election["_id"],
        office=candidate["office"],
        answer_by=election["nominations_close_at"],
        person_ids=[candidate["person_id"]],
    )


def voted(election: Document, voter: Document) -> PtaVoteCast:
    return PtaVoteCast(
        id=effect_id(voter["_id"], "voted"),
        branch_id=election["branch_id"],
        subject=voter["_id"],
        pta_election_id=election["_id"],
        title=election["title"],
        person_ids=voter["guardian_ids"],
    )


def _times(election: Document) -> Document:
    return {name: election[name] for name in ("opens_at", "closes_at")}


def _said(event: Any, election: Document, person_ids: Iterable[str], **more: Any) -> list[Event]:
    of = {"branch_id": election["branch_id"], "subject": election["_id"], "pta_election_id": election["_id"]}
    said = {"title": election["title"], **({"edition": election["edition"]} if "edition" in event.schema.fields else {})}
    made = (election["_id"], event.type, str(election["edition"]))
    return [
        event(id=effect_id(*made, str(number)), **of, **said, **more, person_ids=ids)
        for number, ids in enumerate(members.chunks(list(person_ids)))
    ]
