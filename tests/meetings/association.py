"""A branch with a parents' association of its own, in the words of its people."""

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

import requests
from pymongo.database import Database

from schoolbus import clock
from schoolbus.caller import Caller
from tests.meetings.story import Meetings, slug
from tests.support.people import guardian, head, teacher
from tests.support.roster import small_branch

_numbers = itertools.count(1)


def ahead(days: float) -> datetime:
    """So many days from now, on the full minute."""
    return (clock.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def term(person_id: str, office: str = "chair", starts: int = 0, ends: int = 300, **more: Any) -> dict[str, Any]:
    return {"office_key": office, "person_id": person_id, "starts_on": day(starts), "ends_on": day(ends), **more}


class Association:
    """`g1` is guardian of s1 and s2, `g2` of s1: one household; `g3` of s3: another. `g4` has no child here."""

    def __init__(self, meetings: Meetings, kept: Database[Any]) -> None:
        self.meetings, self.kept = meetings, kept
        self.id = f"pta{next(_numbers)}"
        meetings.knows(*small_branch(self.id))
        self.head = head(branch_id=self.id)

    def guardian(self, id: str) -> Caller:
        return guardian(id, self.id)

    def teacher(self, id: str) -> Caller:
        return teacher(id, self.id)

    def ask(
        self, method: str, path: str, caller: Caller | None = None, key: str | None = None, **more: Any
    ) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.meetings.call(method, f"pta{path}", caller or self.head, self.id, headers=headers, **more)

    def does(self, method: str, path: str, caller: Caller | None = None, key: str = "", **more: Any) -> Any:
        """What is answered, which is no problem."""
        answer = self.ask(method, path, caller, key, **more)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def refused(
        self, method: str, path: str, caller: Caller | None = None, key: str | None = None, **more: Any
    ) -> tuple[int, str]:
        answer = self.ask(method, path, caller, key, **more)
        return answer.status_code, slug(answer)

    def join(self, *ids: str) -> None:
        for id in ids:
            self.does("PUT", "/membership", self.teacher(id) if id.startswith("t") else self.guardian(id))

    def appoints(self, *about: Any, **more: Any) -> Any:
        return self.does("POST", "/officers", json=term(*about, **more))

    # Meetings

    def calls(self, caller: Caller | None = None, key: str = "", **more: Any) -> Any:
        return self.does("POST", "/meetings", caller, key, json=meeting(**more))

    # Elections

    def elects(self, *candidates: tuple[str, str], seats: int = 1, **more: Any) -> Any:
        """An election in which these (person, office) stand."""
        offices = list(dict.fromkeys(office for _, office in candidates)) or ["chair"]
        races = [{"office_key": office, "seats": 1 if office != "member" else seats} for office in offices]
        election = self.does("POST", "/elections", json=election_draft(races=races, **more))
        self.join(*dict.fromkeys(person for person, _ in candidates))
        for person, office in candidates:
            caller = self.teacher(person) if person.startswith("t") else self.guardian(person)
            self.does("POST", f"/elections/{election['pta_election_id']}/candidates", caller, json={"office_key": office})
        return election

    def opens(self, election: Any) -> Any:
        """Its time has come."""
        past = clock.now() - timedelta(seconds=2)
        return self._moves(election, nominations_close_at=past, opens_at=past, next_at=past)

    def closes(self, election: Any) -> Any:
        past = clock.now() - timedelta(seconds=1)
        return self._moves(election, closes_at=past, next_at=past)

    def _moves(self, election: Any, **times: datetime) -> Any:
        self.kept["pta_elections"].update_one({"_id": election["pta_election_id"]}, {"$set": times})
        return self.does("GET", f"/elections/{election['pta_election_id']}")

    def votes(self, election: Any, id: str, key: str | None = None, **marks: list[int]) -> requests.Response:
        path = f"/elections/{election['pta_election_id']}/votes"
        return self.ask("POST", path, self.guardian(id), key or str(uuid.uuid4()), json={"marks": marks})

    def ballots(self, election: Any, caller: Caller | None = None, **query: Any) -> list[Any]:
        path = f"/elections/{election['pta_election_id']}/ballots"
        return list(self.does("GET", path, caller or self.guardian("g4"), params={"limit": 500, **query})["items"])


def meeting(**more: Any) -> dict[str, Any]:
    starts_at = ahead(next(_numbers) + 3)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=1)).isoformat()}
    return {"title": "New playground", "place": "Library", "agenda": [{"title": "Quotes", "minutes": 20}], **times, **more}


def election_draft(**more: Any) -> dict[str, Any]:
    times = {"nominations_close_at": ahead(1), "opens_at": ahead(2), "closes_at": ahead(5)}
    days = {"term_starts_on": day(6), "term_ends_on": day(370)}
    return {"title": "Committee", **{name: at.isoformat() for name, at in times.items()}, **days, **more}
