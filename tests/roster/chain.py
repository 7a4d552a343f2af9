"""A chain whose roster comes from one source."""

from typing import Any

import jwt
import requests

from schoolbus.caller import Caller
from schoolbus.contracts.roster import SignInCodeRequested
from schoolbus.events import Event
from schoolbus.ids import natural_id
from tests.roster.sets import RosterSet
from tests.roster.told import all_told
from tests.support.people import operator
from tests.support.services import Service
from tests.support.waiting import eventually

OPERATOR = ("the.operator", "the-operators-password")
ENDED = ("done", "refused", "failed", "cancelled")
RESTS = (*ENDED, "waiting")


class Chain:
    def __init__(self, roster: Service, source: str) -> None:
        self.roster = roster
        self.source = source
        self.operator = operator()

    def id(self, kind: str, sourced_id: str) -> str:
        return natural_id(self.source, kind, sourced_id)

    def person(self, sourced_id: str) -> str:
        return self.id("person", sourced_id)

    def branch(self, sourced_id: str = "b1") -> str:
        return self.id("branch", sourced_id)

    def caller(self, sourced_id: str, *roles: str, branch: str = "b1") -> Caller:
        return Caller(self.person(sourced_id), {self.branch(branch): frozenset(roles)})

    def call(self, method: str, path: str, caller: Caller | None = None, **more: Any) -> requests.Response:
        return self.roster.call(
            method, path.replace("{b1}", self.branch("b1")).replace("{b2}", self.branch("b2")), caller, **more
        )

    # Imports

    def sends(self, content: bytes, caller: Caller | None = None, apply: str = "when_safe", **more: Any) -> requests.Response:
        headers = {"Content-Type": "application/zip"}
        path = f"/v1/imports?source={self.source}&apply={apply}"
        return self.roster.call("POST", path, caller or self.operator, data=content, headers=headers, **more)

    def imports(self, content: bytes | RosterSet | None = None) -> dict[str, Any]:
        """Sends a set, confirms it if it waits, and waits for its end: the import as the operator sees it.

        In a branch of eight everybody who leaves is more than a tenth.
        """
        found = self.previews(content, apply="when_safe")
        return self.confirms(found) if found["state"] == "waiting" else found

    def previews(self, content: bytes | RosterSet | None = None, apply: str = "after_preview") -> dict[str, Any]:
        """Sends a set and waits until it rests: ended, or waiting to be confirmed."""
        content = content or RosterSet()
        answer = self.sends(content.zip() if isinstance(content, RosterSet) else content, apply=apply)
        assert answer.status_code == 202, answer.text
        return self.rests(answer.json()["import_id"])

    def decides(self, found: dict[str, Any], word: str) -> requests.Response:
        """`word`: confirmation, cancellation or undo."""
        return self.roster.call("POST", f"/v1/imports/{found['import_id']}/{word}", self.operator)

    def confirms(self, found: dict[str, Any]) -> dict[str, Any]:
        assert self.decides(found, "confirmation").status_code == 202
        return self.rests(found["import_id"], ENDED)

    def undoes(self, found: dict[str, Any]) -> dict[str, Any]:
        answer = self.decides(found, "undo")
        assert answer.status_code == 202, answer.text
        return self.rests(answer.json()["import_id"])

    def of_import(self, found: dict[str, Any], word: str, **query: Any) -> list[dict[str, Any]]:
        """`word`: branches or findings."""
        answer = self.roster.call("GET", f"/v1/imports/{found['import_id']}/{word}", self.operator, params=query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def rests(self, import_id: str, states: tuple[str, ...] = RESTS) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found: dict[str, Any] = self.roster.call("GET", f"/v1/imports/{import_id}", self.operator).json()
            return found if found["state"] in states else None

        return eventually(look)  # type: ignore[return-value]

    # Events

    def heard(self, event: type[Event] = Event) -> list[Any]:
        """What was said of this chain's branches."""
        return self.roster.heard(event, self.branch("b1"), self.branch("b2"))

    def items(self, event: type[Event], branch: str = "b1") -> dict[str, dict[str, Any]]:
        """The newest item of each record that one branch heard of, by its id."""
        newest: dict[str, dict[str, Any]] = {}
        for said in self.heard(event):
            if said.branch_id == self.branch(branch):
                for item in said.data["items"]:
                    key = next(value for name, value in item.items() if name == _KEYS[event.type])
                    if key not in newest or newest[key]["version"] < item["version"]:
                        newest[key] = item
        return newest

    def quiet(self) -> int:
        """How many events there are once all are told."""
        all_told(self.roster)
        return len(self.heard())

    # Signing in

    def code(self, phone: str) -> str:
        """The newest code that was sent to a phone (E.164)."""

        def newest() -> str | None:
            sent = [said for said in self.roster.heard(SignInCodeRequested) if said.data["phone"] == phone]
            return sent[-1].data["code"] if sent else None

        return eventually(newest)  # type: ignore[return-value]

    def claims(self, token: str) -> dict[str, Any]:
        """What a token says, checked with the published key."""
        keys = jwt.PyJWKSet.from_dict(self.call("GET", "/.well-known/jwks.json").json())
        key = keys[jwt.get_unverified_header(token)["kid"]]
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["EdDSA"], audience="rabta")
        return claims


_KEYS = {
    "roster.people_changed": "person_id",
    "roster.classes_changed": "class_id",
    "roster.enrollments_changed": "enrollment_id",
    "roster.relations_changed": "relation_id",
}
