"""Receipts of every carrier that gives any: before the answer to the send, twice, late, for what is not ours, forged.

SMPP's come by the operator's own line: test_smpp.py.
"""

import pytest
import requests

from schoolbus.scope import WHOLE_CHAIN
from services.notifications import open_links, signatures
from services.notifications.carriers import Carrier
from services.notifications.sending.attempts import begun
from services.notifications.sending.handover import hand_over
from services.notifications.store import Store
from tests.notifications.conftest import SECOND, SECRETS
from tests.notifications.kept import desk, message
from tests.notifications.test_carriers import sms_call, whatsapp_body, whatsapp_call
from tests.notifications.test_mail import SECRET, came, report

UNKNOWN = "0f7cbe90-0000-4000-8000-000000000000"
DELIVERED, FAILED = "delivered", "failed"
FORGED = "forged"


def by_form(kind, token, states, name):
    """Twilio's: a form for each attempt's own address."""

    def call(stage, attempt_id, state, forged=False):
        path, form = f"/v1/carriers/{kind}/receipts/{attempt_id}", {name: states[state], "ErrorCode": "30008"}
        signature = signatures.twilio(stage.url + path, form.items(), FORGED if forged else token)
        return sms_call(stage, path, form, signature).status_code

    return call


def by_webhook(stage, attempt_id, state, forged=False):
    status = {"id": "wamid.1", "status": state, "biz_opaque_callback_data": attempt_id}
    body = whatsapp_body(statuses=[status | {"errors": [{"code": 131026, "title": "Undeliverable"}]}])
    return whatsapp_call(stage, body, signatures.meta(body, FORGED) if forged else None).status_code


def by_mail(stage, attempt_id, state, forged=False):
    """The code in the mailbox is signed; who hands the mail over has a token."""
    code = open_links.attempt_code(SECRET, attempt_id)
    told = report(state, "5.2.2", "full", f"bounces+{code}@school.test")
    return came(stage, told, FORGED if forged else SECRETS["MAIL_INBOUND_TOKEN"]).status_code


SMS, CALL = {DELIVERED: "delivered", FAILED: "undelivered"}, {DELIVERED: "completed", FAILED: "busy"}
WAYS = {
    "sms.twilio": by_form("sms", SECRETS["SMS_AUTH_TOKEN"], SMS, "MessageStatus"),
    "sms.second": by_form("sms", SECOND["SMS_AUTH_TOKEN"], SMS, "MessageStatus"),
    "voice.twilio": by_form("voice", SECRETS["SMS_AUTH_TOKEN"], CALL, "CallStatus"),
    "whatsapp.meta": by_webhook,
    "email.smtp": by_mail,
}
every = pytest.mark.parametrize("carrier", WAYS)


@pytest.fixture
def store(stage):
    return Store(stage.client.get_database(stage.service.database))


def waiting(store, carrier, **more):
    """With the app as its next channel; of a lane that no worker looks at."""
    channel = carrier.partition(".")[0]
    address = "g@example.pk" if channel == "email" else "+923001234567"
    ladder = [{"channel": channel, "address": address}, {"channel": "app", "address": None}]
    return message(store, channel=channel, address=address, ladder=ladder, lane="nobodys", **more)


def sent(store, carrier):
    made = waiting(store, carrier, state="sent")
    attempt = {**begun(made, carrier, made["created_at"]), "outcome": "taken", "ended_at": made["created_at"]}
    return store.messages.change(WHOLE_CHAIN, made["_id"], to={"attempts": [attempt]})


def steps(store, id):
    return [entry["state"] for entry in store.messages.one(WHOLE_CHAIN, id)["history"]]


class Early(Carrier):
    """Its receipt is there before its answer to the send."""

    def __init__(self, name, tell):
        self.name, self.tell = name, tell

    def send(self, message, attempt_id):
        for _ in range(2):
            self.tell(attempt_id)
        return "the-carriers-id"


@every
@pytest.mark.parametrize(("state", "comes_to"), [(DELIVERED, ("delivered", 0)), (FAILED, ("sent", 1))])
def test_before_the_answer(stage, store, carrier, state, comes_to):
    early = Early(carrier, lambda attempt_id: WAYS[carrier](stage, attempt_id, state))
    made = waiting(store, carrier)
    hand_over(desk(store, early), made)
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["step"]) == comes_to
    (attempt,) = found["attempts"]
    assert (attempt["outcome"], attempt["receipt"]["state"]) == ("taken", state)
    assert attempt["carrier_id"] in ("the-carriers-id", "wamid.1")
    assert steps(store, made["_id"]) == (["queued", "delivered"] if state == DELIVERED else ["queued", "failed", "sent"])


@every
@pytest.mark.parametrize("state", [DELIVERED, FAILED])
def test_twice(stage, store, carrier, state):
    id = sent(store, carrier)["_id"]
    for _ in range(3):
        assert WAYS[carrier](stage, f"{id}.1", state) in (200, 204)
    assert steps(store, id) == (["queued", "delivered"] if state == DELIVERED else ["queued", "failed", "sent"])


@every
def test_late(stage, store, carrier):
    """On its next channel by now: a failure is known already, and that it came after all counts."""
    id = sent(store, carrier)["_id"]
    WAYS[carrier](stage, f"{id}.1", FAILED)
    assert store.messages.one(WHOLE_CHAIN, id)["channel"] == "app"
    WAYS[carrier](stage, f"{id}.1", FAILED)
    assert steps(store, id) == ["queued", "failed", "sent"]
    WAYS[carrier](stage, f"{id}.1", DELIVERED)
    WAYS[carrier](stage, f"{id}.1", FAILED)
    assert steps(store, id) == ["queued", "failed", "sent", "delivered"]


@every
def test_of_what_is_not_ours(stage, store, carrier):
    """Who calls again and again on anything but a yes, as Meta and mail servers do, hears a yes."""
    id = sent(store, carrier)["_id"]
    right = 404 if carrier.startswith(("sms", "voice")) else 200 if carrier.startswith("whatsapp") else 204
    for unknown in (f"{UNKNOWN}.1", f"{id}.2"):
        assert WAYS[carrier](stage, unknown, DELIVERED) == right
    assert steps(store, id) == ["queued"]


@every
def test_forged(stage, store, carrier):
    id = sent(store, carrier)["_id"]
    assert WAYS[carrier](stage, f"{id}.1", DELIVERED, forged=True) == 403
    assert WAYS[carrier](stage, f"{id}.1", FAILED, forged=True) == 403
    assert steps(store, id) == ["queued"]


def test_a_bounce_to_a_mailbox_whose_code_we_did_not_sign_says_nothing(stage, store):
    id = sent(store, "email.smtp")["_id"]
    code = open_links.attempt_code(FORGED, f"{id}.1")
    assert came(stage, report("failed", "5.1.1", "no", f"bounces+{code}@school.test")).status_code == 204
    assert steps(store, id) == ["queued"]


def test_no_carrier_takes_another_ones_receipts(stage, store):
    """A call's signature is of its own address: it does not open that of an SMS."""
    id = sent(store, "sms.twilio")["_id"]
    path, form = f"/v1/carriers/sms/receipts/{id}.1", {"MessageStatus": "delivered"}
    of_calls = signatures.twilio(f"{stage.url}/v1/carriers/voice/receipts/{id}.1", form.items(), SECRETS["SMS_AUTH_TOKEN"])
    assert sms_call(stage, path, form, of_calls).status_code == 403
    assert requests.post(stage.url + path, data=form, timeout=10).status_code == 403
    assert steps(store, id) == ["queued"]
