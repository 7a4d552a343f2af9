"""Web Push to a push service that reads what it gets as a browser does."""

from dataclasses import replace

import pytest

from services.notifications.carriers import NotTaken
from services.notifications.carriers.push import FEED, Push, urgency
from services.notifications.pushing import sealing
from services.notifications.pushing.devices import Devices
from services.notifications.pushing.sealing import fits
from services.notifications.sending.ladder import ladder
from services.notifications.webhooks import posting
from services.notifications.webhooks.posting import Answer
from tests.notifications.browser import Browser, vapid_claims, vapid_key
from tests.notifications.kept import message, store
from tests.notifications.receiver import Receiver
from tests.notifications.schools import School
from tests.notifications.test_mail import sending
from tests.support import people
from tests.support.roster import someone
from tests.support.waiting import eventually

__all__ = ["store"]


@pytest.fixture(scope="module")
def push_service():
    with Receiver() as started:
        yield started


class Family:
    """A guardian who reads in the app, with a child, and whatever devices they register."""

    def __init__(self, stage, push_service):
        self.stage, self.service = stage, push_service
        self.school = School(stage)
        self.id = self.school.guardian("app", language="ur")
        self.school.child(self.id)
        self.school.open()
        self.me = people.guardian(self.id, self.school.id)

    def device(self, name):
        browser = Browser(self.service.url(f"/{self.id}/{name}"))
        answer = self.call("POST", "/v1/devices", json=browser.subscription(name=name))
        assert answer.status_code == 201, answer.text
        return browser

    def call(self, method, path, **more):
        return self.stage.service.call(method, path, self.me, **more)

    def devices(self):
        return [device["name"] for device in self.call("GET", "/v1/devices").json()["items"]]

    def told(self):
        homework = self.school.homework()
        self.stage.service.say(homework)
        return homework

    def got(self, browser):
        path = browser.endpoint.removeprefix(self.service.url(""))
        return eventually(lambda: self.service.got(path))


@pytest.fixture
def family(stage, push_service):
    return Family(stage, push_service)


def test_each_device_shows_the_teaser_and_the_app_has_the_message(family):
    phone, tablet = family.device("phone"), family.device("tablet")
    homework = family.told()
    message = family.school.comes_to("sent", homework, family.id)
    assert message["channel"] == "push"
    key = family.call("GET", "/v1/devices/push-key").json()["public_key"]
    for browser in (phone, tablet):
        (got,) = family.got(browser)
        shown = browser.read(got)
        assert shown["body"].startswith("عائشہ")
        assert (shown["lang"], shown["dir"], shown["tag"]) == ("ur", "rtl", message["message_id"])
        assert shown["url"].startswith(f"{family.stage.url}/v1/m/")
        claims = vapid_claims(got, key, family.service.url(""))
        assert claims["sub"] == "mailto:school@example.pk"
        assert (got.headers["content-encoding"], got.headers["ttl"], got.headers["urgency"]) == ("aes128gcm", "86400", "normal")
        assert len(got.headers["topic"]) == 22
    assert len(family.school.feed(family.id)) == 1
    family.school.comes_to("delivered", homework, family.id)


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_over_is_forgotten(family, status):
    gone, there = family.device("gone"), family.device("there")
    family.service.behave[f"/{family.id}/gone"] = lambda got, handler: status
    family.school.comes_to("sent", family.told(), family.id)
    assert family.devices() == ["there"]
    assert family.got(gone)
    assert family.got(there)


def test_without_a_device_a_message_just_stands_in_the_app(family):
    family.device("gone")
    family.service.behave[f"/{family.id}/gone"] = lambda got, handler: 410
    first = family.school.comes_to("sent", family.told(), family.id)
    assert (first["channel"], family.devices()) == ("push", [])
    assert family.school.comes_to("sent", family.told(), family.id)["channel"] == "app"
    assert len(family.school.feed(family.id)) == 2


def test_a_push_service_that_is_busy_gets_it_later(family):
    browser = family.device("phone")
    asked = []
    family.service.behave[f"/{family.id}/phone"] = lambda got, handler: asked.append(1) or (429 if len(asked) < 2 else 201)
    family.school.comes_to("sent", family.told(), family.id)
    first, second = family.got(browser)
    assert first.headers["topic"] == second.headers["topic"]


def test_a_device_is_its_owners(family, stage):
    family.device("phone")
    (device,) = family.call("GET", "/v1/devices").json()["items"]
    path = f"/v1/devices/{device['device_id']}"
    assert stage.service.call("DELETE", path, people.guardian("somebody-else", family.school.id)).status_code == 404
    assert family.call("DELETE", path).status_code == 204
    assert family.devices() == []


def test_the_same_subscription_is_one_device_and_the_last_persons(family, stage):
    browser = family.device("phone")
    family.call("POST", "/v1/devices", json=browser.subscription(name="again"))
    assert family.devices() == ["again"]
    other = people.guardian("the-other-parent", family.school.id)
    assert stage.service.call("POST", "/v1/devices", other, json=browser.subscription()).status_code == 201
    assert family.devices() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "ftp://push.example.pk/x"},
        {"endpoint": "https://user:password@push.example.pk/x"},
        {"keys": {"p256dh": "AAAA", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}},
        {"keys": {"p256dh": Browser("").subscription()["keys"]["p256dh"], "auth": "c2hvcnQ"}},
        {"keys": {}},
    ],
)
def test_what_is_no_subscription(family, wrong):
    answer = family.call("POST", "/v1/devices", json=Browser("https://push.example.pk/x").subscription() | wrong)
    assert answer.status_code == 422


def test_an_address_of_our_own_network_is_never_called(store, push_service):
    browser = Browser(push_service.url("/private"))
    store.devices.add({"_id": "d1", "person_id": "g77", "branch_id": [], **browser.subscription()})
    made = message(store, channel="push", address=None, person_id="g77")
    settings = sending(vapid_private_key=vapid_key())
    assert Push(settings, Devices(store)).send(made, f"{made['_id']}.1") == FEED
    assert push_service.got("/private") == []
    assert Devices(store).of("g77") == []


def test_a_push_service_that_is_away(store):
    browser = Browser("http://127.0.0.1:9/x")
    store.devices.add({"_id": "d2", "person_id": "g78", "branch_id": [], **browser.subscription()})
    made = message(store, channel="push", address=None, person_id="g78")
    settings = sending(vapid_private_key=vapid_key(), webhook_allow_private=True)
    with pytest.raises(NotTaken, match="unreachable"):
        Push(settings, Devices(store)).send(made, f"{made['_id']}.1")
    assert Push(replace(settings, vapid_private_key=""), Devices(store)).send(made, f"{made['_id']}.1") == FEED


def test_plain_values():
    reader = someone("g1", "guardian", channels=["sms", "app"], phone="+923001")
    assert [rung["channel"] for rung in ladder(reader, knocks=True)[0]] == ["sms", "push"]
    assert [rung["channel"] for rung in ladder(reader, knocks=True, left=["push"])[0]] == ["sms", "app"]
    assert [urgency({"urgency": u, "lane": lane}) for u, lane in ((0, "bulk"), (5, "direct"), (5, "bulk"))] == [
        "high",
        "normal",
        "low",
    ]
    assert not fits({})
    hears = someone("g1", "guardian", channels=["sms"], phone="+923001", preferences={"literacy": "voice"})
    assert [rung["channel"] for rung in ladder(hears)[0]] == ["voice", "sms"]
    assert [rung["channel"] for rung in ladder(hears, calls=False)[0]] == ["sms"]


def test_a_subscription_goes_on_with_the_key_that_it_was_made_with(store, monkeypatch):
    old, new = vapid_key(), vapid_key()
    bound, tried = sealing.public_key(old), []

    def post(endpoint, body, headers, **_):
        tried.append(headers["Authorization"].rpartition("k=")[2])
        return Answer(201, "taken") if tried[-1] == bound else Answer(403, "refused")

    monkeypatch.setattr(posting, "post", post)
    store.devices.add({"_id": "d3", "person_id": "g79", "branch_id": [], **Browser("http://push/x").subscription()})
    made = message(store, channel="push", address=None, person_id="g79")
    assert Push(sending(vapid_private_key=new + old), Devices(store)).send(made, f"{made['_id']}.1") == f"{made['_id']}.1"
    assert tried == [sealing.public_key(new), bound]
