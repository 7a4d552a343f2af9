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


def on_paper(school, homework, guardian):
    """The message, once its channel has failed and it waits to be printed."""
    return eventually(lambda: (shown := school.followed(homework).get(guardian, {})).get("channel") == "paper" and shown)


def sms_call(stage, path, form, signature=None):
    signature = signature or signatures.twilio(stage.url + path, form.items(), SECRETS["SMS_AUTH_TOKEN"])
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return requests.post(stage.url + path, data=urlencode(form), headers=headers, timeout=10)


def whatsapp_call(stage, body, signature=None):
    headers = {"X-Hub-Signature-256": signature or signatures.meta(body, SECRETS["WHATSAPP_APP_SECRET"])}
    return requests.post(f"{stage.url}/v1/carriers/whatsapp", data=body, headers=headers, timeout=10)


def whatsapp_body(**value):
    return json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()


def left_by_a_crash(stage, message_id):
    """What the database holds when a worker died between the carrier's yes and its own write."""
    long_ago = now() - timedelta(minutes=5)
    attempt = {"attempts.0.outcome": "under_way", "attempts.0.ended_at": None, "attempts.0.carrier_id": None}
    lost = {"state": "queued", "due_at": None, "history": [step(State.QUEUED, long_ago)], "leased_until": long_ago}
    stage.collection("messages").update_one({"_id": message_id}, {"$set": {**lost, **attempt, "attempts.0.began_at": long_ago}})


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
    assert on_paper(school, homework, guardian)["reason"] == reason


def test_a_number_that_is_none_fails_at_once_and_is_not_told_in_the_reason(stage):
    school, homework, guardian, _ = told(stage, "sms", phone="+920")
    assert on_paper(school, homework, guardian)["reason"] == "21211: The 'To' number … is not a valid phone number."


def test_a_mailbox_that_is_unknown(stage):
    school, homework, guardian, _ = told(stage, "email", email="bounce@example.pk")
    assert on_paper(school, homework, guardian)["reason"].startswith("550: 5.1.1 <…>")


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
        assert len(stage.carriers.received(address) + stage.post_office.received(address)) == 1


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


def test_after_a_crash_the_carrier_is_asked_and_nothing_is_sent_twice(stage):
    school, homework, guardian, phone = told(stage, "sms", "never_delivers")
    message = school.comes_to("sent", homework, guardian)
    left_by_a_crash(stage, message["message_id"])
    school.comes_to("sent", homework, guardian)
    kept = stage.collection("messages").find_one({"_id": message["message_id"]})
    assert [attempt["outcome"] for attempt in kept["attempts"]] == ["taken"]
    assert kept["attempts"][0]["carrier_id"] == stage.carriers.received(phone)[0]["id"]
    assert len(stage.carriers.received(phone)) == 1


def test_after_a_crash_what_the_carrier_never_got_is_sent(stage):
    school, homework, guardian, phone = told(stage, "sms", "never_delivers")
    message = school.comes_to("sent", homework, guardian)
    stage.carriers.forget()
    left_by_a_crash(stage, message["message_id"])
    school.comes_to("delivered", homework, guardian)  # the phone has forgotten how it behaved
    kept = stage.collection("messages").find_one({"_id": message["message_id"]})
    assert [attempt["outcome"] for attempt in kept["attempts"]] == ["not_taken", "taken"]
    assert len(stage.carriers.received(phone)) == 1


@pytest.mark.parametrize("channel", ["whatsapp", "email"])
def test_after_a_crash_nothing_is_sent_again_by_a_carrier_that_cannot_be_asked(stage, channel):
    school, homework, guardian, address = told(stage, channel)
    message = school.comes_to("sent" if channel == "email" else "delivered", homework, guardian)
    left_by_a_crash(stage, message["message_id"])
    eventually(lambda: school.comes_to("queued", homework, guardian)["reason"] == "outcome_unknown")
    kept = stage.collection("messages")
    assert [attempt["outcome"] for attempt in kept.find_one({"_id": message["message_id"]})["attempts"]] == ["unknown"]
    kept.update_one({"_id": message["message_id"]}, {"$set": {"send_at": now()}})  # the channel's time is over
    on_paper = eventually(lambda: (shown := school.followed(homework)[guardian])["channel"] == "paper" and shown)
    assert (on_paper["state"], on_paper["reason"]) == ("queued", "outcome_unknown")
    assert len((stage.post_office if channel == "email" else stage.carriers).received(address)) == 1


# From channel to channel


def test_a_channel_that_fails_is_followed_by_the_next(stage):
    school = School(stage)
    mother = school.guardian("whatsapp", "sms")
    stage.carriers.behave(phones={school.of(mother, "phone"): "no_whatsapp"})
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    message = school.comes_to("delivered", homework, mother)
    assert message["channel"] == "sms"
    steps = [(entry["state"], entry["channel"]) for entry in message["history"] if entry["state"] in ("failed", "queued")]
    assert steps == [("queued", "whatsapp"), ("failed", "whatsapp"), ("queued", "sms")]
    assert message["parts"] == 1


def test_without_a_receipt_in_time_the_next_channel_comes_and_a_late_receipt_still_counts(stage):
    school = School(stage)
    mother = school.guardian("sms", "email", email="later-2@example.pk")
    stage.carriers.behave(phones={school.of(mother, "phone"): "never_delivers"})
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    id = school.comes_to("sent", homework, mother)["message_id"]
    stage.post_office.behave(outage=True)
    try:
        stage.collection("messages").update_one({"_id": id}, {"$set": {"due_at": now()}})
        eventually(lambda: school.followed(homework)[mother]["channel"] == "email")
        delivered = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        assert sms_call(stage, f"/v1/carriers/sms/receipts/{id}.1", delivered).status_code == 204
        school.comes_to("delivered", homework, mother)
    finally:
        stage.post_office.behave(outage=False)
    assert stage.post_office.received("later-2@example.pk") == [], "what is delivered is not sent any more"


def test_an_earlier_channels_failure_that_is_told_late_changes_nothing(stage):
    school = School(stage)
    mother = school.guardian("sms", "app")
    stage.carriers.behave(phones={school.of(mother, "phone"): "never_delivers"})
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(homework)
    id = school.comes_to("sent", homework, mother)["message_id"]
    receipt = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    for _ in range(3):
        assert sms_call(stage, f"/v1/carriers/sms/receipts/{id}.1", receipt).status_code == 204
        shown = school.followed(homework)[mother]
        assert (shown["state"], shown["channel"]) == ("sent", "app")
    assert [entry["state"] for entry in shown["history"]] == ["queued", "sent", "failed", "sent"]


def test_the_second_carrier_of_sms_takes_over(stage):
    stage.carriers.behave(outage=True)
    try:
        school, homework, guardian, phone = told(stage, "sms")
        school.comes_to("delivered", homework, guardian)  # its receipt is signed with its own token
    finally:
        stage.carriers.behave(outage=False)
    assert [message["channel"] for message in stage.post_office.received(phone)] == ["sms"]
    assert stage.carriers.received(phone) == []
    kept = stage.collection("messages").find_one({"address": phone})
    assert [attempt["carrier"] for attempt in kept["attempts"]][-1] == "sms.second"


# Receipts


def test_sms_receipts_late_doubled_and_in_any_order(stage):
    school, homework, guardian, _ = told(stage, "sms", "never_delivers")
    message = school.comes_to("sent", homework, guardian)
    path = f"/v1/carriers/sms/receipts/{message['message_id']}.1"
    for status in ("undelivered", "delivered", "sent", "undelivered", "delivered", "queued", "what's new"):
        assert sms_call(stage, path, {"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "30003"}).status_code == 204
    shown = school.followed(homework)[guardian]
    assert [entry["state"] for entry in shown["history"]] == ["queued", "sent", "failed", "queued", "delivered"]
    assert shown["reason"] is None


def test_calls_that_are_not_the_carriers(stage):
    school, homework, guardian, _ = told(stage, "sms", "never_delivers")
    id = school.comes_to("sent", homework, guardian)["message_id"]
    receipts = f"/v1/carriers/sms/receipts/{id}.1"
    form = {"MessageStatus": "delivered"}
    assert sms_call(stage, receipts, form, "wrong").status_code == 403
    assert sms_call(stage, "/v1/carriers/sms/answers", {"From": "+923001", "MessageSid": "SM9"}, "wrong").status_code == 403
    assert requests.post(stage.url + receipts, timeout=10).status_code == 403
    assert whatsapp_call(stage, b"{}", "sha256=0").status_code == 403
    for unknown in (receipts + "x", receipts + "0", f"/v1/carriers/sms/receipts/{id[:-1]}.1"):
        assert sms_call(stage, unknown, form).status_code == 404
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
    (answer,) = eventually(lambda: school.followed(newer)[guardian]["answers"])
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
    assert [each["text"] for each in eventually(lambda: school.followed(homework)[guardian]["answers"])] == ["Which page?"]


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
    assert [each["text"] for each in eventually(lambda: school.followed(homework)[guardian]["answers"])] == ["Ji"]


def test_an_answer_from_an_unknown_number_is_kept(stage):
    assert sms_call(stage, "/v1/carriers/sms/answers", {"MessageSid": "SM88", "From": "+923009999999"}).status_code == 200
    kept = eventually(lambda: stage.collection("answers").find_one({"address": "+923009999999", "taken": True}))
    assert (kept["message_id"], kept["placed"]) == (None, "unknown")


def test_an_answer_without_a_sender_is_none(stage):
    assert sms_call(stage, "/v1/carriers/sms/answers", {"Body": "Ji"}).status_code == 400
