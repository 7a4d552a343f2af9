"""Carriers that are slow, down, doubtful or false, and what they call back."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests

from schoolbus.clock import now
from services.notifications import signatures
from services.notifications.states import State, step
from tests.notifications.conftest import SECRETS
from tests.notifications.schools import School
from tests.support.waiting import eventually


def told(stage, channel, behaviour=None, **more):
    """A school whose one guardian is told of homework: the school, the homework, the guardian and their address."""
    school = School(stage)
    guardian = school.guardian(channel, **more)
    address = school.of(guardian, "email" if channel == "email" else "phone")
    if behaviour:
        stage.carriers.behave(phones={address: behaviour})
    school.child(guardian)
    homework = school.open().homework()
    stage.service.say(homework)
    return school, homework, guardian, address


def put_off(school, homework, guardian, reason):
    """Waits until an attempt failed for this reason and another is to come."""
    eventually(lambda: school.comes_to("queued", homework, guardian)["reason"] == reason)


def sms_call(stage, path, form, signature=None):
    signature = signature or signatures.twilio(stage.url + path, form.items(), SECRETS["SMS_AUTH_TOKEN"])
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return requests.post(stage.url + path, data=urlencode(form), headers=headers, timeout=10)


def whatsapp_call(stage, body, signature=None):
    headers = {"X-Hub-Signature-256": signature or signatures.meta(body, SECRETS["WHATSAPP_APP_SECRET"])}
    return requests.post(f"{stage.url}/v1/carriers/whatsapp", data=body, headers=headers, timeout=10)


def whatsapp_body(**value):
    return json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()


def left_by_a_crash(stage, message_id, attempts):
    """What the database holds when a worker died between the carrier's yes and its own write."""
    history = [step(State.QUEUED, now())]
    lost = {
        "state": "queued",
        "attempts": attempts,
        "refusals": 0,
        "history": history,
        "leased_until": now() - timedelta(seconds=1),
    }
    stage.collection("messages").update_one({"_id": message_id}, {"$set": lost})


# Attempts


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_receipts_in_disorder_and_doubled(stage, channel):
    school, homework, guardian, _ = told(stage, channel, "receipts_in_disorder")
    message = school.comes_to("delivered", homework, guardian)
    states = [entry["state"] for entry in message["history"]]
    assert states in (["queued", "sent", "delivered"], ["queued", "delivered"])


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_carrier_that_asks_to_wait_gets_the_message_later(stage, channel):
    school, homework, guardian, phone = told(stage, channel, "rate_limited_once")
    school.comes_to("delivered", homework, guardian)
    assert len(stage.carriers.received(phone)) == 1


@pytest.mark.parametrize(("channel", "reason"), [("sms", "30005"), ("whatsapp", "131026: Message undeliverable")])
def test_a_failure_is_shown_with_the_carriers_reason(stage, channel, reason):
    school, homework, guardian, _ = told(stage, channel, "fails")
    assert school.comes_to("failed", homework, guardian)["reason"] == reason


def test_a_number_that_is_none_fails_at_once_and_is_not_told_in_the_reason(stage):
    school, homework, guardian, _ = told(stage, "sms", phone="+920")
    assert school.comes_to("failed", homework, guardian)["reason"] == "21211: The 'To' number … is not a valid phone number."


def test_a_mailbox_that_is_unknown(stage):
    school, homework, guardian, _ = told(stage, "email", email="bounce@example.pk")
    assert school.comes_to("failed", homework, guardian)["reason"].startswith("550: 5.1.1 <…>")


def test_a_mail_server_that_wants_it_later(stage):
    school, homework, guardian, _ = told(stage, "email", email="later-1@example.pk")
    school.comes_to("sent", homework, guardian)


def test_carriers_that_are_down_and_up_again(stage):
    stage.carriers.behave(outage=True)
    stage.post_office.behave(outage=True)
    try:
        families = [told(stage, channel) for channel in ("sms", "whatsapp", "email")]
        for family, reason in zip(families, ("http_503", "http_503", "smtp_451"), strict=True):
            put_off(*family[:3], reason)
    finally:
        stage.carriers.behave(outage=False)
        stage.post_office.behave(outage=False)
    for state, (school, homework, guardian, address) in zip(("delivered", "delivered", "sent"), families, strict=True):
        school.comes_to(state, homework, guardian)
        carriers = stage.post_office if "@" in address else stage.carriers
        assert len(carriers.received(address)) == 1


def test_one_carrier_that_is_gone_holds_up_nobody_else(stage):
    stage.post_office.process.kill()
    school, homework, guardian, _ = told(stage, "email")
    put_off(school, homework, guardian, "unreachable")
    by_sms, sms_homework, mother, _ = told(stage, "sms")
    by_sms.comes_to("delivered", sms_homework, mother)
    stage.post_office.process.start().wait_ready()
    school.comes_to("sent", homework, guardian)


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_message_whose_answer_was_lost_is_settled_by_its_receipt(stage, channel):
    school, homework, guardian, phone = told(stage, channel, "answer_lost_once")
    school.comes_to("delivered", homework, guardian)
    assert len(stage.carriers.received(phone)) == 1


@pytest.mark.parametrize(("channel", "last"), [("sms", "delivered"), ("email", "sent")])
def test_after_crashes_a_message_is_told_twice_at_most(stage, channel, last):
    school, homework, guardian, address = told(stage, channel)
    message = school.comes_to(last, homework, guardian)
    left_by_a_crash(stage, message["message_id"], attempts=1)
    school.comes_to(last, homework, guardian)
    left_by_a_crash(stage, message["message_id"], attempts=2)
    assert school.comes_to("failed", homework, guardian)["reason"] == "outcome_unknown"
    carriers = stage.post_office if channel == "email" else stage.carriers
    assert len(carriers.received(address)) == 2


# Receipts


def test_sms_receipts_late_doubled_and_in_any_order(stage):
    school, homework, guardian, _ = told(stage, "sms", "never_delivers")
    message = school.comes_to("sent", homework, guardian)
    path = f"/v1/carriers/sms/receipts/{message['message_id']}"
    for status in ("undelivered", "delivered", "sent", "undelivered", "delivered", "queued", "what's new"):
        assert sms_call(stage, path, {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "30003"}).status_code == 204
    shown = school.followed(homework)[guardian]
    assert [entry["state"] for entry in shown["history"]] == ["queued", "sent", "failed", "delivered"]
    assert shown["reason"] is None


def test_calls_that_are_not_the_carriers(stage):
    school, homework, guardian, _ = told(stage, "sms", "never_delivers")
    id = school.comes_to("sent", homework, guardian)["message_id"]
    receipts = f"/v1/carriers/sms/receipts/{id}"
    form = {"MessageStatus": "delivered"}
    assert sms_call(stage, receipts, form, "wrong").status_code == 403
    assert sms_call(stage, "/v1/carriers/sms/answers", {"From": "+923001", "MessageSid": "SM9"}, "wrong").status_code == 403
    assert requests.post(stage.url + receipts, timeout=10).status_code == 403
    assert whatsapp_call(stage, b"{}", "sha256=0").status_code == 403
    assert sms_call(stage, receipts + "x", form).status_code == 404
    assert school.followed(homework)[guardian]["state"] == "sent"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"null", 200),
        (b'{"entry":[{"changes":[{"value":{"statuses":[{"biz_opaque_callback_data":"unknown","status":"read"}]}}]}]}', 200),
        (b'{"entry":[{"changes":[{"value":{"statuses":[{"biz_opaque_callback_data":{"$ne":""},"status":"read"}]}}]}]}', 200),
        (b" " * 1_000_001, 413),
    ],
)
def test_signed_webhooks_of_any_shape(stage, body, status):
    assert whatsapp_call(stage, body).status_code == status


@pytest.mark.parametrize("body", [b"\xff=1", b"=" * 300, "&".join(f"a{n}=1" for n in range(200)).encode()])
def test_forms_of_any_shape(stage, body):
    assert requests.post(f"{stage.url}/v1/carriers/sms/answers", data=body, timeout=10).status_code in (400, 403)


def test_meta_asks_whether_the_address_is_ours(stage):
    assert requests.post(f"{stage.carriers.url}/api/whatsapp/verify", timeout=10).json() == {"verified": True}
    wrong = {"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"}
    assert requests.get(f"{stage.url}/v1/carriers/whatsapp", params=wrong, timeout=10).status_code == 403


# Answers


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_an_answer_stands_beside_the_newest_message_to_that_phone(stage, channel):
    school, homework, guardian, phone = told(stage, channel)
    school.comes_to("delivered", homework, guardian)
    newer = school.homework()
    stage.service.say(newer)
    school.comes_to("delivered", newer, guardian)
    assert stage.carriers.answer(phone, channel, "شکریہ، وہ کر لے گی") == 200
    (answer,) = school.followed(newer)[guardian]["answers"]
    assert (answer["text"], answer["channel"]) == ("شکریہ، وہ کر لے گی", channel)
    assert school.followed(homework)[guardian]["answers"] == []


def test_an_answer_that_quotes_a_message_stands_beside_that_one(stage):
    school, homework, guardian, phone = told(stage, "whatsapp")
    school.comes_to("delivered", homework, guardian)
    newer = school.homework()
    stage.service.say(newer)
    school.comes_to("delivered", newer, guardian)
    quoted = next(message["id"] for message in stage.carriers.received(phone))
    inbound = {
        "from": phone[1:],
        "id": "wamid.quote",
        "type": "text",
        "text": {"body": "Which page?"},
        "context": {"id": quoted},
    }
    for _ in range(2):
        assert whatsapp_call(stage, whatsapp_body(messages=[inbound])).status_code == 200
    assert [answer["text"] for answer in school.followed(homework)[guardian]["answers"]] == ["Which page?"]


def test_a_doubled_answer_is_one(stage):
    school, homework, guardian, phone = told(stage, "sms")
    school.comes_to("delivered", homework, guardian)
    for _ in range(3):
        answer = sms_call(stage, "/v1/carriers/sms/answers", {"MessageSid": "SM77", "From": phone, "Body": "Ji"})
        assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (
            200,
            "text/xml; charset=utf-8",
            "<Response/>",
        )
    assert [answer["text"] for answer in school.followed(homework)[guardian]["answers"]] == ["Ji"]


def test_an_answer_from_an_unknown_number_is_kept(stage):
    assert sms_call(stage, "/v1/carriers/sms/answers", {"MessageSid": "SM88", "From": "+923009999999"}).status_code == 200
    assert stage.collection("answers").find_one({"address": "+923009999999"})["message_id"] is None


def test_an_answer_without_a_sender_is_none(stage):
    assert sms_call(stage, "/v1/carriers/sms/answers", {"Body": "Ji"}).status_code == 400
