"""A number that does not work: who sees it, who confirms it, and that another one is the end of it."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.notifications import ContactFailed
from schoolbus.contracts.roster import ContactConfirmed
from schoolbus.ids import fingerprint
from tests.roster.chain import Chain
from tests.support.waiting import eventually

LIST = "/v1/branches/{b1}/contacts-to-repair"


@pytest.fixture
def family(chain: Chain) -> Chain:
    chain.imports()
    return chain


def failed(chain: Chain, address: str | None = None, minutes: int = 0, channel: str = "sms") -> None:
    """A carrier said so, so many minutes ago; heard when this returns."""
    mother = chain.person("g1")
    phone = address or number(chain)
    about = {"person_id": mother, "channel": channel, "address_hash": fingerprint(phone), "reason": "unknown"}
    event = ContactFailed(branch_id=chain.branch(), subject=mother, failed_at=now() - timedelta(minutes=minutes), **about)
    with chain.roster.processes["serve"].handles("notifications.contact_failed.v1"):
        chain.roster.say(event)


def number(chain: Chain) -> str:
    person = chain.call("GET", f"/v1/branches/{{b1}}/people/{chain.person('g1')}", chain.caller("o1", "office")).json()
    return str(person["phone"])


def listed(chain: Chain, caller: Caller) -> list[dict[str, Any]]:
    answer = chain.call("GET", LIST, caller)
    assert answer.status_code == 200, answer.text
    return [item for item in answer.json()["items"] if item["person"]["person_id"] == chain.person("g1")]


def confirm(chain: Chain, caller: Caller, channel: str = "sms") -> int:
    path = f"/v1/branches/{{b1}}/people/{chain.person('g1')}/contacts/{channel}/confirmation"
    return chain.call("POST", path, caller).status_code


def test_a_number_that_does_not_work_is_shown_until_it_is_confirmed(family: Chain) -> None:
    office = family.caller("o1", "office")
    failed(family, minutes=5)
    failed(family, minutes=9)  # an older word, late
    (item,) = listed(family, office)
    assert (item["channel"], item["reason"], item["address"]) == (
        "sms",
        "unknown",
        number(family),
    )
    person = family.call("GET", f"/v1/branches/{{b1}}/people/{family.person('g1')}", office).json()
    assert [each["channel"] for each in person["contacts_to_repair"]] == ["sms"]
    for _ in range(2):
        assert confirm(family, office) == 204
    assert listed(family, office) == []
    said = eventually(lambda: [e for e in family.heard(ContactConfirmed) if e.data["person_id"] == family.person("g1")])
    assert len(said) == 1
    failed(family, minutes=9)
    assert listed(family, office) == [], "said before it was confirmed"
    failed(family)
    assert len(listed(family, office)) == 1


def test_what_is_said_of_an_earlier_number_is_of_the_past(family: Chain) -> None:
    office = family.caller("o1", "office")
    failed(family, address="+923009999999")
    assert listed(family, office) == []


def test_who_may_repair(family: Chain) -> None:
    failed(family)
    stranger, mother = family.caller("t2", "teacher"), family.caller("g1", "guardian")
    of_class, of_another = (family.caller(teacher, "teacher", "class_teacher") for teacher in ("t1", "t2"))
    assert family.call("GET", LIST, stranger).status_code == 403
    assert confirm(family, stranger) == 403
    assert confirm(family, mother) == 403
    assert confirm(family, family.caller("o1", "office"), "pigeon") == 404
    assert listed(family, of_another) == []
    assert confirm(family, of_another) == 404
    assert len(listed(family, of_class)) == 1
    assert confirm(family, of_class) == 204


def test_what_waits_is_counted(family: Chain) -> None:
    office = family.caller("o1", "office")
    path = "/v1/branches/{b1}/people-waiting"
    before = family.call("GET", path, office).json()
    assert set(before) == {"contacts", "matches", "transfers"}
    assert before["transfers"] == {"count": 0, "more": False}
    failed(family, minutes=4)
    failed(family, "+923009999999", minutes=3, channel="whatsapp")  # of a number that she no longer has
    after = family.call("GET", path, office).json()
    assert after["contacts"] == {"count": before["contacts"]["count"] + 1, "more": False}
    assert after["contacts"]["count"] == len(family.call("GET", LIST, office).json()["items"])
    assert family.call("GET", path, family.caller("t1", "teacher")).status_code == 403
