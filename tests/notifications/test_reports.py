"""What carriers report, and whatever else comes to the same addresses."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications import signatures
from services.notifications.carriers.reports import Answer, Receipt, sms_answer, sms_receipt, whatsapp_reports
from services.notifications.states import State

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS = "entry changes value statuses messages id status errors code from text body context timestamp biz_opaque_callback_data"
keys = st.sampled_from(WORDS.split())
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["sent", "failed", "99999999999", "²"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)


def webhook(**value):
    return json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
    ).encode()


def status(state, **more):
    return {"id": "wamid.1", "status": state, "timestamp": "1732438800", "biz_opaque_callback_data": "m1", **more}


@pytest.mark.parametrize(
    ("words", "state", "reason"),
    [
        ({"MessageStatus": "sent"}, State.SENT, None),
        ({"MessageStatus": "delivered", "ErrorCode": ""}, State.DELIVERED, None),
        ({"MessageStatus": "undelivered", "ErrorCode": "30003"}, State.FAILED, "30003"),
        ({"SmsStatus": "failed"}, State.FAILED, "failed"),
    ],
)
def test_sms_receipts(words, state, reason):
    receipt = sms_receipt("m1", {**words, "MessageSid": "SM1"}, AT)
    assert receipt == Receipt("m1", state, AT, reason, "SM1")


def test_an_unknown_sms_status_is_no_news():
    assert sms_receipt("m1", {"MessageStatus": "scheduled"}, AT) is None


def test_whatsapp_receipts():
    failed = status("failed", errors=[{"code": 131026, "title": "Message undeliverable"}])
    delivered, refused = whatsapp_reports(webhook(statuses=[status("delivered"), failed]), AT)
    assert delivered == Receipt("m1", State.DELIVERED, datetime.fromtimestamp(1732438800, UTC), None, "wamid.1")
    assert (refused.state, refused.reason) == (State.FAILED, "131026: Message undeliverable")


def test_whatsapp_answers():
    text = {"from": "923001110001", "id": "wamid.9", "type": "text", "text": {"body": "شکریہ"}, "context": {"id": "wamid.1"}}
    button = {"from": "923001110001", "id": "wamid.10", "type": "button", "button": {"text": "Yes"}}
    voice = {"from": "923001110001", "id": "wamid.11", "type": "audio", "audio": {"id": "1"}}
    answers = list(whatsapp_reports(webhook(messages=[text, button, voice]), AT))
    assert answers[0] == Answer("wamid.9", "whatsapp", "+923001110001", "شکریہ", AT, "wamid.1")
    assert [answer.text for answer in answers[1:]] == ["Yes", "[audio]"]


def test_a_time_to_come_is_now():
    (receipt,) = whatsapp_reports(webhook(statuses=[status("read", timestamp="9999999999")]), AT)
    assert receipt.at == AT


@given(anything)
def test_whatever_comes_is_read_or_passed_over(value):
    for report in whatsapp_reports(json.dumps(value).encode(), AT):
        assert isinstance(report, Receipt | Answer)
    for report in whatsapp_reports(webhook(statuses=value, messages=value), AT):
        assert isinstance(report, Receipt | Answer)


@given(st.dictionaries(st.sampled_from(["MessageSid", "From", "Body", "MessageStatus"]), st.text(max_size=20)))
def test_whatever_form_comes(form):
    sms_receipt("m1", form, AT)
    sms_answer(form, AT)


def test_the_signature_of_twilios_own_example():
    # https://www.twilio.com/docs/usage/security: the example of a call from +14158675310 to 1 (800) 555-1212
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signatures.twilio(url, form.items(), "12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


@given(st.text(max_size=40))
def test_a_signature_in_any_characters_is_compared(given_signature):
    assert not signatures.same(given_signature, signatures.meta(b"{}", "secret"))
