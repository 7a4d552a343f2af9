"""A branch's office sends class lists."""

from collections.abc import Sequence
from typing import Any

from schoolbus.caller import Caller
from tests.roster.hand import HandKept
from tests.support.waiting import eventually

TITLES = ("Class", "Admission no", "Student", "Guardian", "Guardian phone")
AT_REST = ("waiting", "refused", "done", "cancelled", "undone", "failed")


def as_csv(*rows: Sequence[str], titles: Sequence[str] = TITLES, between: str = ",") -> bytes:
    """As Excel saves it."""
    return ("\ufeff" + "\r\n".join(between.join(row) for row in (titles, *rows)) + "\r\n").encode()


class Lists:
    def __init__(self, branch: HandKept) -> None:
        self.branch = branch

    def send(self, content: bytes, caller: Caller | None = None, key: str = "", **query: Any) -> Any:
        headers = {"Content-Type": "text/csv", **({"Idempotency-Key": key} if key else {})}
        return self.branch.call("POST", "/class-lists", caller, data=content, params=query, headers=headers)

    def shown(self, content: bytes, **query: Any) -> dict[str, Any]:
        """Waits for its preview."""
        answer = self.send(content, **query)
        assert answer.status_code == 202, answer.text
        return self.at_rest(answer.json()["class_list_id"])

    def applied(self, content: bytes, **query: Any) -> dict[str, Any]:
        found = self.shown(content, **query)
        return self.does(found["class_list_id"], "confirmation") if found["state"] == "waiting" else found

    def does(self, list_id: str, step: str) -> dict[str, Any]:
        answer = self.branch.call("POST", f"/class-lists/{list_id}/{step}")
        assert answer.status_code in (200, 202), answer.text
        return self.at_rest(list_id, after="waiting" if step == "confirmation" else "done" if step == "undo" else "")

    def at_rest(self, list_id: str, after: str = "") -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self.branch.does("GET", f"/class-lists/{list_id}")
            return found if found["state"] in AT_REST and found["state"] != after else None

        return eventually(look)

    def rows(self, list_id: str, **query: Any) -> list[dict[str, Any]]:
        return list(self.branch.does("GET", f"/class-lists/{list_id}/rows", params=query)["items"])

    def reasons(self, list_id: str) -> list[tuple[int, str | None, str]]:
        """Line, column and reason of all that is wrong with lines."""
        found = [each for row in self.rows(list_id, found="problem") for each in row["findings"]]
        return [(each["line"], each["column"], each["reason"]) for each in found if each["kind"] == "problem"]

    def people(self, name: str, role: str = "") -> list[dict[str, Any]]:
        return list(self.branch.does("GET", "/people", params={"name": name, **({"role": role} if role else {})})["items"])

    def one(self, name: str, role: str = "") -> dict[str, Any]:
        (found,) = self.people(name, role)
        return self.branch.person(found["person_id"])
