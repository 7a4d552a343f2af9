"""A roster that is pulled from our own provider, through the gateway, as another source."""

from typing import Any

from schoolbus.oneroster.scopes import DEMOGRAPHICS, ROSTER
from tests.roster.chain import Chain
from tests.roster.machines import Machine
from tests.support.processes import Process
from tests.support.waiting import eventually

WAITS = "the import waits to be confirmed or cancelled"


class Copy(Chain):
    """It pulls when it is told to. What an import asks, is confirmed: in a branch of eight everybody is more than a tenth."""

    def __init__(self, machine: Machine, gateway: Process, source: str) -> None:
        super().__init__(machine.chain.roster, source)
        self.origin = machine.chain
        self.path = f"/v1/pulls/{source}"
        self._begins(machine, gateway)

    def _begins(self, machine: Machine, gateway: Process) -> None:
        wanted = {
            "base_url": f"{gateway.url}/ims/oneroster/rostering/v1p2",
            "token_url": f"{gateway.url}/oauth2/token",
            "client_id": machine.client_id,
            "client_secret": machine.secret,
            "scopes": [ROSTER, DEMOGRAPHICS],
            "minutes": 1440,
        }
        answer = self.call("PUT", self.path, self.operator, json=wanted)
        assert answer.status_code == 200, answer.text
        assert "secret" not in answer.json()

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", self.path, self.operator).json()
        return found

    def ends(self, timeout: float = 60) -> dict[str, Any]:
        """The pull once it waits for its next time, having done this one."""

        def look() -> dict[str, Any] | None:
            found = self.state()
            assert found["state"] != "failed", found["reason"]
            if found["reason"] == WAITS:
                self.call("POST", f"/v1/imports/{found['import_id']}/confirmation", self.operator)
            return found if found["state"] == "waiting" and found["done_at"] not in (None, self._done_at) else None

        found = eventually(look, timeout=timeout)
        self._done_at = found["done_at"]
        return found

    _done_at: str | None = None

    def pulls(self, *, anew: bool = False) -> dict[str, Any]:
        """Once more: what has changed, or everything. The newest import of the source."""
        answer = self.call("POST", f"{self.path}/run", self.operator, params={"anew": str(anew).lower()})
        assert answer.status_code == 202, answer.text
        self.ends()
        return self.newest_import()

    def newest_import(self) -> dict[str, Any]:
        items = self.call("GET", "/v1/imports", self.operator, params={"limit": 200}).json()["items"]
        return self.rests(next(each["import_id"] for each in items if each["source"] == self.source))
