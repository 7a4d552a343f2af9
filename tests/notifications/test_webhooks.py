"""A branch's own system hears of its events: a real server on loopback, checked with the library of Standard Webhooks."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import PeopleChanged, SignInCodeRequested
from services.notifications.webhooks import addresses, posting, signing
from services.notifications.webhooks.offered import OFFERED, TYPES, data_of
from tests.contracts.samples import SAMPLES
from tests.notifications.conftest import Stage
from tests.notifications.receiver import Receiver, certificate, failing
from tests.notifications.schools import School
from tests.support import people, roster
from tests.support.waiting import eventually

HOMEWORK = "reports.homework_set"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def school(stage: Stage) -> School:
    school = School(stage)
    school.child(school.guardian("app"))
    return school.open()


class Hook:
    """A webhook of a school, at a path of its own."""

    def __init__(self, school: School, receiver: Receiver, path: str = "", **more: Any) -> None:
        self.school = school
        self.path = path or f"/{school.id}"
        self.receiver = receiver
        draft = {"url": receiver.url(self.path), "events": [HOMEWORK], **more}
        answer = self.call("POST", "", json=draft)
        assert answer.status_code == 201, answer.text
        self.id, self.secret = answer.json()["webhook_id"], answer.json()["secret"]

    def call(self, method: str, below: str, caller: Caller | None = None, **more: Any) -> Any:
        path = f"/v1/branches/{self.school.id}/webhooks{below}"
        return self.school.stage.service.call(method, path, caller or self.school.head, **more)

    def of_this(self, method: str, below: str = "", **more: Any) -> Any:
        return self.call(method, f"/{self.id}{below}", **more)

    def log(self) -> list[dict[str, Any]]:
        return list(self.of_this("GET", "/deliveries").json()["items"])

    def got(self, count: int = 1) -> list[Any]:
        def there() -> Any:
            found = self.receiver.got(self.path)
            assert len(found) >= count, (len(found), self.log())
            return found

        return list(eventually(there))

    def comes_to(self, state: str) -> dict[str, Any]:
        def there() -> Any:
            (delivery,) = self.log()
            assert delivery["state"] == state, delivery
            return delivery

        return dict(eventually(there))


# What arrives


def test_an_event_arrives_signed_and_once(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver, description="The school's own app")
    homework = school.homework()
    school.stage.learn(homework, homework)
    (got,) = hook.got()
    said = got.checked(hook.secret)
    assert said["type"] == HOMEWORK
    assert said["timestamp"].startswith(homework.time.isoformat()[:16])
    assert said["data"]["homework_id"] == homework.data["homework_id"]
    assert (said["data"]["branch_id"], said["data"]["due_on"]) == (school.id, "2026-11-27")
    delivery = hook.comes_to("delivered")
    assert (delivery["delivery_id"], delivery["status"], delivery["next_try"]) == (got.id, 204, None)
    assert got.headers["content-type"] == "application/json"
    school.stage.learn(homework, school.booking(school.pairs[0][0], school.children[0]))
    assert len(hook.log()) == 1, "twice is once, and what nobody asked for is not sent"
    assert "secret" not in hook.of_this("GET").json()


def test_what_can_be_chosen_is_offered(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    offered = hook.call("GET", "/events").json()["items"]
    assert HOMEWORK in {each["type"] for each in offered}
    assert all(each["says"] and each["about"] for each in offered)
    assert hook.of_this("PATCH", json={"events": [each["type"] for each in offered]}).status_code == 200


def test_what_fails_comes_again_with_the_same_id(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    receiver.behave[hook.path] = failing(2)
    school.stage.learn(school.homework())
    first, second, third = hook.got(3)
    assert first.id == second.id == third.id
    assert all(each.signed_by(hook.secret) for each in (first, second, third))
    delivery = hook.comes_to("delivered")
    assert [line["status"] for line in delivery["log"]] == [503, 503, 200]
    assert hook.of_this("GET").json()["failing_since"] is None


def test_a_redirect_is_not_followed_and_the_end_of_tries_can_be_mended(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    receiver.behave[hook.path] = failing(4, 302)
    school.stage.learn(school.homework())
    delivery = hook.comes_to("failed")
    assert [line["outcome"] for line in delivery["log"]] == ["http_302"] * 4
    assert not receiver.got("/elsewhere")
    assert hook.of_this("POST", f"/deliveries/{delivery['delivery_id']}/retry").status_code == 202
    assert hook.comes_to("delivered")["tries"] == 1
    assert hook.of_this("POST", "/deliveries/none/retry").status_code == 404


def test_one_that_is_gone_is_switched_off_and_the_head_told(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    receiver.behave[hook.path] = failing(1, 410)
    school.stage.learn(school.homework())
    eventually(lambda: not hook.of_this("GET").json()["active"])
    assert hook.of_this("GET").json()["stopped_because"] == "gone"
    notice = eventually(lambda: [item for item in school.feed(school.name("h1")) if item["about_type"] == "webhook"])
    assert notice[0]["body"] == "The webhook at 127.0.0.1 was switched off: it no longer answers."
    assert hook.of_this("POST", "/test").status_code == 409
    school.stage.learn(school.homework())
    assert len(hook.log()) == 1, "nothing new waits for it"
    assert hook.of_this("PATCH", json={}).json()["stopped_because"] == "gone"
    assert hook.of_this("PATCH", json={"active": True}).json()["stopped_because"] is None
    hook.comes_to("delivered")


def test_a_slow_one_holds_up_nobody(school: School, receiver: Receiver) -> None:
    answer = threading.Event()
    slow = [Hook(school, receiver, f"/{school.id}-slow-{number}") for number in range(6)]
    for each in slow:
        receiver.behave[each.path] = lambda got, handler: (answer.wait(posting.TIMEOUT - 3) and 200) or 200
    quick = Hook(school, receiver)
    try:
        for _ in range(3):
            school.stage.learn(school.homework())
        assert len(quick.got(3)) == 3
        assert not all(each.log()[-1]["state"] == "delivered" for each in slow), "they are still waiting for an answer"
    finally:
        answer.set()
    for each in slow:
        assert len(each.got(3)) == 3, "none was given up"


def test_a_rotated_secret_leaves_no_gap(school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    new = hook.of_this("POST", "/secret").json()["secret"]
    assert new != hook.secret
    assert hook.of_this("POST", "/test").status_code == 202
    (got,) = hook.got()
    assert got.signed_by(new)
    assert got.signed_by(hook.secret), "for a day"
    assert not got.signed_by(signing.new_secret())
    assert got.checked(new)["type"] == "rabta.test"


def test_what_happens_while_a_branch_is_suspended_waits(stage: Stage, school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver)
    with stage.service.processes["serve"].handles("roster.branch_changed.v1"):
        stage.service.say(roster.branch(school.id, ("reports",)), sequence=2)
    stage.learn(school.homework())
    hook.of_this("POST", "/test")
    assert [delivery["state"] for delivery in hook.log()] == ["waiting", "waiting"]
    with stage.service.processes["serve"].handles("roster.branch_changed.v1"):
        stage.service.say(roster.branch(school.id), sequence=3)
    stage.learn(school.homework())
    hook.got(3)


def test_roster_changes_are_told_without_names_and_numbers(stage: Stage, school: School, receiver: Receiver) -> None:
    hook = Hook(school, receiver, events=["roster.people_changed"])
    someone = roster.someone(school.name("g77"), "guardian", phone="+923001110001", email="x@example.pk")
    stage.learn(roster.people(school.id, someone))
    (got,) = hook.got()
    (item,) = got.checked(hook.secret)["data"]["items"]
    assert item == {"person_id": school.name("g77"), "roles": ["guardian"], "active": True, "version": 1}


# Who may, and what is refused


def test_for_the_head_of_the_branch(school: School, receiver: Receiver) -> None:
    hook, other = Hook(school, receiver), people.head("h9", "another-branch")
    for caller in (school.teacher, people.office("o1", school.id), people.guardian("g1", school.id)):
        assert hook.call("GET", "", caller).status_code == 403
    assert hook.call("GET", f"/{hook.id}", other).status_code == 403
    elsewhere = f"/v1/branches/another-branch/webhooks/{hook.id}"
    for method, below in (("GET", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/test"), ("GET", "/deliveries")):
        assert school.stage.service.call(method, elsewhere + below, other).status_code == 404
    assert hook.of_this("DELETE").status_code == 204
    assert hook.of_this("GET").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://hooks.example.pk/"},
        {"url": "https://user:password@hooks.example.pk/"},
        {"url": "https://hooks.example.pk/\r\nX: y"},
        {"events": []},
        {"events": ["roster.sign_in_code_requested"]},
        {"events": {"$gt": ""}},
        {"secret": "whsec_AAAA"},
        {"branch_id": "b2"},
    ],
)
def test_what_makes_no_webhook(school: School, wrong: dict[str, Any]) -> None:
    draft = {"url": "https://hooks.example.pk/rabta", "events": [HOMEWORK], **wrong}
    answer = school.stage.service.call("POST", f"/v1/branches/{school.id}/webhooks", school.head, json=draft)
    assert answer.status_code == 422, answer.text


def test_no_codes_and_no_words_of_people_are_offered() -> None:
    assert SignInCodeRequested not in OFFERED
    assert len(TYPES) == len(OFFERED)
    hidden = ("phone", "email", "given_name", "family_name", "calendar", "text")
    for event in SAMPLES:
        if type(event) in OFFERED:
            data = data_of(event)
            for part in (data, *data.get("items", [])):
                assert not set(hidden) & set(part)
    assert any(isinstance(event, PeopleChanged) for event in SAMPLES)


# Addresses

PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "168.63.129.16", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00:ec2::254", "2001:db8::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_as_they_stand_and_behind_a_name(address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    with pytest.raises(ValueError, match="public"):
        addresses.read(f"https://{literal}/hook")
    with pytest.raises(addresses.Private):
        addresses.resolved("hooks.example.pk", 443, resolve=lambda *_: ["8.8.8.8", address])
    answer = posting.post("https://hooks.example.pk/", b"{}", {}, resolve=lambda *_: [address])
    assert (answer.status, answer.outcome) == (None, "private_address")


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "roster", "roster.rabta.svc", "x.cluster.local", "127.1", "0x7f000001", "2130706433"]
)
def test_names_of_our_own_network_are_refused(host: str) -> None:
    with pytest.raises(ValueError, match="public"):
        addresses.read(f"https://{host}/hook")


def test_public_ones_are_taken() -> None:
    for address in ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"):
        assert addresses.resolved("hooks.example.pk", 443, resolve=lambda *_, it=address: [it])
    target = addresses.read("https://Hooks.Example.pk:8443/rabta?x=1")
    assert (target.host, target.port, target.path) == ("hooks.example.pk", 8443, "/rabta?x=1")


def test_a_name_that_changes_its_mind_gains_nothing(receiver: Receiver) -> None:
    """The name is asked for once, and the connection goes to the address that was looked at."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    url = f"http://hooks.example.pk:{receiver.port}/rebinding"
    answer = posting.post(url, b"{}", {}, allow_private=True, resolve=lambda *_: next(answers))
    assert answer.status == 204
    (got,) = receiver.got("/rebinding")
    assert got.headers["host"] == f"hooks.example.pk:{receiver.port}"
    assert next(answers) == ["10.0.0.1"], "it was not asked for again"


def test_an_answer_that_never_comes_is_waited_for_no_longer_than_said(receiver: Receiver) -> None:
    hold = threading.Event()

    def drip(got: Any, handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not hold.wait(0.05):
            handler.wfile.write(b".")

    receiver.behave["/drip"] = drip
    try:
        answer = posting.post(receiver.url("/drip"), b"{}", {}, allow_private=True, timeout=0.5)
    finally:
        hold.set()
    assert (answer.status, answer.outcome) == (None, "timeout")


def test_the_certificate_must_be_the_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to an address, the certificate is asked for by name."""
    trusted = certificate(tmp_path, "hooks.example.pk")
    with Receiver(tls=trusted) as receiver:

        def post(name: str) -> str:
            url = f"https://{name}:{receiver.port}/tls"
            return posting.post(url, b"{}", {}, allow_private=True, resolve=lambda *_: ["127.0.0.1"]).outcome

        assert post("hooks.example.pk") == "tls", "nobody vouches for it"
        monkeypatch.setattr("certifi.where", lambda: str(trusted))
        assert post("hooks.example.pk") == "http_204"
        assert post("other.example.pk") == "tls"
        assert [got.headers["host"] for got in receiver.got("/tls")] == [f"hooks.example.pk:{receiver.port}"]


def test_nobody_there() -> None:
    assert posting.post("https://hooks.example.pk/", b"{}", {}, resolve=lambda *_: []).outcome == "unreachable"


# Secrets


def test_the_secret_before_is_good_for_a_day() -> None:
    at = now()
    first = [{"secret": signing.new_secret(), "until": None}]
    both = signing.rotated(first, signing.new_secret(), at)
    for moment, good in ((at, 2), (at + timedelta(hours=23), 2), (at + timedelta(hours=25), 1)):
        assert len(signing.headers(both, "id", "{}", moment)["webhook-signature"].split(" ")) == good
    many = both
    for _ in range(10):
        many = signing.rotated(many, signing.new_secret(), at)
    assert len(many) == signing.MOST
