"""A mother who is known twice."""

from typing import Any
from zlib import crc32

from schoolbus.caller import Caller
from schoolbus.contracts.roster import PeopleChanged, RelationsChanged
from schoolbus.store import connect
from services.roster import contact
from services.roster.store import Store
from tests.roster.chain import Chain
from tests.roster.sets import RosterSet


class Twice:
    """To branch b1 of one source, and to branch b1 of another, each with a child of hers."""

    def __init__(self, chain: Chain) -> None:
        self.here, self.there = chain, Chain(chain.roster, f"{chain.source}-2"[-32:])
        number = f"0333 {crc32(chain.source.encode()) % 10_000_000:07d}"
        self.phone = contact.e164(number) or ""
        self.here_set = RosterSet().change("users", "g1", sms=number).change("users", "g2", phone=number)
        self.there_set = RosterSet().change("users", "g3", sms=number, givenName="Ghazala", familyName="Khan", email="")
        self.here.imports(self.here_set)
        self.there.imports(self.there_set)
        self.kept, self.other = self.here.person("g1"), self.there.person("g3")
        self.path = f"/v1/guardians/{self.kept}/merges"
        self.heads = self.here.caller("h1", "head"), self.there.caller("h1", "head")
        self.head_of_b2 = self.here.caller("h2", "head", branch="b2")

    def merges(self, caller: Caller | None = None) -> dict[str, Any]:
        answer = self.here.call("POST", self.path, caller or self.here.operator, json={"other_id": self.other})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def splits(self, caller: Caller | None = None) -> None:
        answer = self.here.call("DELETE", f"{self.path}/{self.other}", caller or self.here.operator)
        assert answer.status_code == 204, answer.text

    def children(self, person_id: str) -> list[str]:
        """Of who is signed in as this guardian."""
        caller = Caller(person_id, {self.here.branch(): frozenset(("guardian",))})
        found = self.here.call("GET", "/v1/me", caller).json()["children"]
        return sorted(child["given_name"] for child in found)

    def told(self) -> dict[str, list[tuple[str, bool]]]:
        """What the other services know: whose relations each of the branches has, and who is there."""
        self.here.quiet()
        known: dict[str, list[tuple[str, bool]]] = {}
        for chain in (self.here, self.there):
            for branch in ("b1", "b2"):
                relations = chain.items(RelationsChanged, branch).values()
                known[f"{chain.source} {branch}"] = sorted(
                    (f"{item['student_id']} {item['guardian_id']}", True) for item in relations if item["active"]
                )
                people = chain.items(PeopleChanged, branch)
                known[f"{chain.source} {branch} people"] = sorted(
                    (id, people[id]["active"] and "guardian" in people[id]["roles"])
                    for id in (self.kept, self.other)
                    if id in people
                )
        return known

    def choices(self) -> list[dict[str, Any]]:
        """Who may sign in by the phone; the code stays good."""
        self.here.call("POST", "/v1/sign-in/code", json={"phone": self.phone})
        body = {"phone": self.phone, "code": self.here.code(self.phone)}
        answer = self.here.call("POST", "/v1/sign-in/code/verify", json=body)
        assert answer.status_code == 409, answer.text
        return list(answer.json()["choices"])

    def store(self) -> Store:
        """The started service's own database."""
        return Store(connect(self.here.roster.infrastructure.mongodb_uri, "test")[self.here.roster.database])
