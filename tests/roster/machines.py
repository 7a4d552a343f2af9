"""Another system at roster's door."""

from typing import Any

import requests

from schoolbus.caller import Caller
from schoolbus.oneroster.scopes import DEMOGRAPHICS, ROSTER
from services.roster.provider.shapes import BASE
from tests.roster.chain import Chain


class Machine:
    """A client that the operator has made, with the branches and scopes that it was given."""

    def __init__(
        self, chain: Chain, *branches: str, scopes: tuple[str, ...] = (ROSTER, DEMOGRAPHICS), name: str = "SIS"
    ) -> None:
        self.chain = chain
        ids = [chain.branch(branch) for branch in branches]
        wanted = {"name": name, "scopes": list(scopes), **({"branches": ids} if ids else {"whole_chain": True})}
        answer = chain.call("POST", "/v1/machine-clients", chain.operator, json=wanted)
        assert answer.status_code == 201, answer.text
        self.made: dict[str, Any] = answer.json()
        self.client_id: str = self.made["client_id"]
        self.secret: str = self.made["client_secret"]
        self.caller = Caller(
            f"machine:{self.client_id}",
            {id: frozenset(("machine",)) for id in ids},
            scopes=frozenset(scopes),
            machine_of_chain=not ids,
        )

    def asks(self, path: str, **query: Any) -> requests.Response:
        return self.chain.roster.call("GET", BASE + path, self.caller, params=query)

    def gets(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The records of a collection."""
        answer = self.asks(path, **query)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        (records,) = answer.json().values()
        assert isinstance(records, list)
        return records

    def token(self, secret: str | None = None, **form: str) -> requests.Response:
        return self.chain.roster.call(
            "POST",
            "/oauth2/token",
            data={"grant_type": "client_credentials", **form},
            auth=(self.client_id, self.secret if secret is None else secret),
        )


def code_minor(answer: requests.Response) -> str:
    """What an error on OneRoster's paths says."""
    body = answer.json()
    assert (body["imsx_codeMajor"], body["imsx_severity"]) == ("failure", "error")
    assert body["imsx_description"]
    (field,) = body["imsx_CodeMinor"]["imsx_codeMinorField"]
    return str(field["imsx_codeMinorFieldValue"])
