"""The notifications service, started for real, between a simulated telephone network and the branch's roster."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from schoolbus.events import Event
from services.notifications.store import Store
from services.notifications.wording.templates import templates
from tests.notifications.browser import vapid_key
from tests.support.http import http
from tests.support.processes import Process
from tests.support.services import Service
from tests.support.stores import own_database

SECRETS = {
    "SMS_ACCOUNT_SID": "AC0123456789",
    "SMS_AUTH_TOKEN": "the-sms-token",
    "SMS_SENDER": "+923000000000",
    "WHATSAPP_PHONE_NUMBER_ID": "10203040",
    "WHATSAPP_ACCESS_TOKEN": "the-whatsapp-token",
    "WHATSAPP_APP_SECRET": "the-whatsapp-secret",
    "WHATSAPP_VERIFY_TOKEN": "the-verify-token",
    "LINK_SECRET": "the-link-secret-of-the-tests-0123456789",
    "MAIL_INBOUND_TOKEN": "the-mail-servers-token",
    "VOICE_NUMBER": "+924200000000",
    "VAPID_PRIVATE_KEY": vapid_key(),
}


SECOND = {"SMS_ACCOUNT_SID": "AC9876543210", "SMS_AUTH_TOKEN": "the-second-token", "SMS_SENDER": "+923001111111"}
ANY_HOUR = {"QUIET_FROM": "00:00", "QUIET_TO": "00:00", "FRIDAY_FROM": "00:00", "FRIDAY_TO": "00:00"}


class Carriers:
    """One simulator: SMS, WhatsApp and e-mail, and the phones that they reach."""

    def __init__(self, name: str, public_url: str, folder: Any, **more: str) -> None:
        self.smtp_port = free_port()
        environment = {
            **SECRETS,
            "HTTP_PORT": str(free_port()),
            "SMTP_PORT": str(self.smtp_port),
            "PUBLIC_URL": public_url,
            "DELIVERY_DELAY": "0.02",
            **more,
        }
        self.process = Process(name, ["demo.carriers"], environment, folder)
        self.url = self.process.url

    def received(self, phone: str) -> list[dict[str, Any]]:
        """What came to a phone or a mailbox."""
        return [message for message in self._get(f"/api/phones/{phone}/messages")["messages"] if not message["by_parent"]]

    def approve(self, templates: list[dict[str, Any]]) -> None:
        """From now on WhatsApp refuses any other template, and any other number of parameters."""
        headers = {"Authorization": f"Bearer {SECRETS['WHATSAPP_ACCESS_TOKEN']}"}
        for template in templates:
            answer = http.post(f"{self.url}/v21.0/1/message_templates", json=template, headers=headers, timeout=10)
            assert answer.status_code == 200, answer.text

    def behave(self, **switches: Any) -> None:
        assert http.post(f"{self.url}/api/behaviour", json=switches, timeout=10).status_code == 200

    def forget(self) -> None:
        """All messages, and how phones behave."""
        assert http.post(f"{self.url}/api/reset", timeout=10).status_code == 204
        self.approve(templates())

    def answer(self, phone: str, channel: str, text: str) -> int:
        """A parent writes; the platform's status."""
        answer = http.post(f"{self.url}/api/phones/{phone}/answers", json={"channel": channel, "text": text}, timeout=30)
        return int(answer.json()["platform_status"])

    def open_phone(self, phone: str) -> None:
        assert http.post(f"{self.url}/api/phones/{phone}/opened", timeout=10).status_code == 204

    def _get(self, path: str) -> Any:
        return http.get(self.url + path, timeout=10).json()


TRANSLATE_KEY = "the-translators-key"


class Translator:
    """The simulator of LibreTranslate."""

    def __init__(self, folder: Any) -> None:
        environment = {"HTTP_PORT": str(free_port()), "TRANSLATE_KEY": TRANSLATE_KEY}
        self.process = Process("translator", ["demo.translator"], environment, folder)
        self.url = self.process.url

    def behave(self, **switches: Any) -> None:
        """So, and in all else as usual."""
        usual = {"delay": 0, "outage": False, "limited": False, "trickles": False}
        assert http.post(f"{self.url}/api/behaviour", json={**usual, **switches}, timeout=10).status_code == 200

    def asked(self) -> int:
        """How many translations so far."""
        return int(http.get(f"{self.url}/api/behaviour", timeout=10).json()["asked"])


class Stage:
    """The service with its carriers. E-mail, and the second carrier of SMS, have a simulator of their own."""

    def __init__(self, infrastructure: Infrastructure, folder: Any) -> None:
        self.service = Service("notifications", infrastructure, folder, {})
        self.url = self.service.url
        self.client: MongoClient[Any] = MongoClient(infrastructure.mongodb_uri)
        self.database = self.client[self.service.database]
        self.carriers = Carriers("carriers", self.url, folder)
        self.post_office = Carriers("post_office", self.url, folder, **SECOND)
        self.translator = Translator(folder)
        for process in self.service.processes.values():
            process.environment |= {
                **SECRETS,
                "PUBLIC_URL": self.url,
                "SMS_API_URL": self.carriers.url,
                "WHATSAPP_API_URL": self.carriers.url,
                "SMTP_URL": f"smtp://127.0.0.1:{self.post_office.smtp_port}",
                "MAIL_FROM": "Rabta <school@example.pk>",
                **{name.replace("SMS", "SMS2"): value for name, value in SECOND.items()},
                "SMS2_API_URL": self.post_office.url,
                **ANY_HOUR,
                "MESSAGES_PER_DAY": "1000",
                "PACK_SETTLES": "0.5",
                "WEBHOOK_ALLOW_PRIVATE": "true",
                "WEBHOOK_DELAYS": "1,1,2",
                "TRANSLATE_URL": self.translator.url,
                "TRANSLATE_KEY": TRANSLATE_KEY,
                "TRANSLATE_TIMEOUT": "2",
                "TRANSLATE_PER_DAY": "20000",
            }

    def start(self) -> None:
        simulators = [self.carriers.process, self.post_office.process, self.translator.process]
        for simulator in simulators:
            simulator.start()
        self.service.start()
        for simulator in simulators:
            simulator.wait_ready()
        self.carriers.approve(templates())

    def stop(self) -> None:
        for simulator in (self.carriers.process, self.post_office.process, self.translator.process):
            if simulator.running():
                simulator.kill()
        self.service.stop()
        self.client.close()

    def learn(self, *events: Event) -> None:
        """The service has dealt with these events when this returns."""
        self.service.learn(*events)

    def collection(self, name: str) -> Collection[Any]:
        """What is kept, for what no interface shows."""
        return self.database[name]

    def handled(self) -> float:
        return self.service.metric("serve", "rabta_events_handled_total")


@pytest.fixture(scope="package")
def _database(infrastructure: Infrastructure) -> Iterator[Any]:
    """Without processes, for what only happens between two lines; each test takes it by `fresh`."""
    with own_database(infrastructure, Store) as database:
        yield database


@pytest.fixture(scope="package")
def stage(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all tests: each has a branch of its own (`tests/notifications/schools.py`)."""
    stage = Stage(infrastructure, tmp_path_factory.mktemp("notifications"))
    stage.start()
    yield stage
    stage.stop()
