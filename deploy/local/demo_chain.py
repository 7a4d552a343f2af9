"""First use, as an operator does it through the public interface: import a chain, choose services, give passwords."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from demo import guides
from demo.people import Person
from demo.roster import Chain, write_chain
from deploy.local.processes import CannotStart
from services.notifications.wording.templates import templates

WITHOUT_MEETINGS = ["reports", "notifications"]
PATIENCE = 120  # seconds for the import


@dataclass(frozen=True)
class SignIns:
    """Whom the newcomer may be; staff sign in with a username, guardians with a phone number."""

    head: str
    teacher: str
    guardian_name: str
    guardian_phone: str
    branch_without_meetings: str


class Operator:
    """The gateway, as the operator uses it. Raises CannotStart with what the gateway says is wrong."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self.address = address
        self.session = requests.Session()
        signed_in = self.ask("POST", "/v1/sign-in/password", json={"username": username, "password": password})
        self.session.headers["Authorization"] = f"Bearer {signed_in['token']}"

    def ask(self, method: str, path: str, **more: Any) -> Any:
        answer = self.session.request(method, self.address + path, timeout=60, **more)
        if not answer.ok:
            raise CannotStart(f"{method} {path} was answered with {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def branches(self) -> dict[str, str]:
        """Ids by name."""
        found = self.ask("GET", "/v1/branches", params={"limit": 100})
        return {branch["name"]: branch["branch_id"] for branch in found["items"]}


def set_up(operator: Operator, folder: Path, password: str, say: Callable[[str], None]) -> SignIns:
    """Does it once: what a person has changed since then stays."""
    done = folder / "demo-chain.json"
    if done.exists() and operator.branches():
        return SignIns(**json.loads(done.read_text()))
    chain = write_chain(folder / "demo-chain.zip")
    say(f"importing a demo chain of {chain.rows['users']} people in {len(chain.branch_ids)} branches")
    _import(operator, chain)
    branches = operator.branches()
    _guides(operator)
    without_meetings = chain.branch_names[-1]
    operator.ask("PUT", f"/v1/branches/{branches[without_meetings]}/subscriptions", json={"services": WITHOUT_MEETINGS})
    for person in (chain.head, chain.teacher):
        _give_password(operator, branches[chain.branch_names[0]], person, password)
    guardian = chain.families["urdu_sms"].guardians[0]
    signs_in = SignIns(chain.head.username, chain.teacher.username, guardian.name, guardian.phone, without_meetings)
    done.write_text(json.dumps(vars(signs_in), indent=1))
    return signs_in


def approve_templates(carrier: str, token: str) -> None:
    """Registers the texts with the simulator of WhatsApp, which forgets them when it ends."""
    for template in templates():
        answer = requests.post(
            f"{carrier}/v21.0/1/message_templates", json=template, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        if not answer.ok:
            raise CannotStart(f"the template {template['name']} was answered with {answer.status_code}: {answer.text[:300]}")


def _guides(operator: Operator) -> None:
    """Some for all families, and a pack that brings them to those whose child is enrolled from today on."""
    items = []
    for after_days, guide in guides.GUIDES:
        id = operator.ask("POST", "/v1/guides", json=guide)["guide_id"]
        operator.ask("POST", f"/v1/guides/{id}/publication")
        items.append({"after_days": after_days, "guide_id": id})
    pack = operator.ask("POST", "/v1/packs", json={"name": guides.PACK, "items": items})
    operator.ask("POST", f"/v1/packs/{pack['pack_id']}/start")


def _import(operator: Operator, chain: Chain) -> None:
    with chain.path.open("rb") as file:
        headers = {"Content-Type": "application/zip"}
        begun = operator.ask("POST", "/v1/imports", params={"source": "demo"}, data=file, headers=headers)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = operator.ask("GET", f"/v1/imports/{begun['import_id']}")
        if found["state"] == "done":
            return
        if found["state"] == "waiting":  # its operator is new, or it is another chain than last time: it shall be this one
            operator.ask("POST", f"/v1/imports/{begun['import_id']}/confirmation")
        if found["state"] in ("refused", "failed", "cancelled"):
            raise CannotStart(f"the demo chain was {found['state']}: {found['problems'][:3]}")
        time.sleep(0.2)
    raise CannotStart(f"the import of the demo chain takes longer than {PATIENCE} s")


def _give_password(operator: Operator, branch_id: str, person: Person, password: str) -> None:
    """By the username, which is the same in the roster's file and in the platform."""
    query = {"role": _ROLES[person.role], "name": person.given.latin, "limit": 100}
    found = operator.ask("GET", f"/v1/branches/{branch_id}/people", params=query)["items"]
    person_id = next(member["person_id"] for member in found if member["username"] == person.username)
    given = {"password": password, "must_change": False}  # a newcomer gets in with what the terminal shows
    operator.ask("PUT", f"/v1/branches/{branch_id}/staff/{person_id}/password", json=given)


_ROLES = {"principal": "head", "teacher": "teacher"}
