"""What comes to the carriers' addresses, and what carriers answer: signed or refused, read or passed over, fit to be kept."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qsl, quote_plus, urlencode

import bson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schoolbus.body import Raw
from schoolbus.problems import Problem
from services.notifications import links, open_links, receipts, signatures
from services.notifications.carriers import http, sms
from services.notifications.carriers.reports import (
    LONGEST,
    Answer,
    Receipt,
    sms_answer,
    sms_receipt,
    voice_receipt,
    whatsapp_reports,
)
from services.notifications.pushing import sealing
from services.notifications.sending.attempts import named
from tests.fuzz.anything import bodies, can_be_kept, texts, values

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECRET = "s" * 32
SETTINGS = SimpleNamespace(
    sms_auth_token=SECRET, sms2_auth_token="", whatsapp_app_secret=SECRET, public_url="https://school.pk"
)
FORM = ("MessageSid", "SmsStatus", "MessageStatus", "ErrorCode", "From", "Body", "CallSid", "CallStatus", "To")
WORDS = (
    *("entry", "changes", "value", "statuses", "messages", "id", "status", "errors", "code", "title", "from", "text", "body"),
    *("context", "timestamp", "type", "image", "caption", "biz_opaque_callback_data", "button", "interactive", "button_reply"),
    *("list_reply", "audio", "document"),
)
STATES = st.sampled_from(["sent", "delivered", "undelivered", "failed", "read", "busy", "no-answer", "completed"])
forms = st.dictionaries(st.sampled_from(FORM) | texts(10), texts() | STATES, max_size=8)
encoded = (
    forms.map(lambda form: urlencode(form, errors="replace").encode())
    | st.binary(max_size=200)
    | texts().map(lambda text: quote_plus(text, errors="replace").encode())
)
headers = st.dictionaries(st.sampled_from(["x-twilio-signature", "x-hub-signature-256"]), texts())


def slug(problem):
    return problem.body["type"].rpartition("/")[2]


@given(encoded, headers, texts(), st.sampled_from([receipts.sms_receipt, receipts.voice_receipt]))
def test_an_unsigned_report_is_refused_before_anything_else(body, headers, attempt_id, take):
    with pytest.raises(Problem) as refused:
        take(None, SETTINGS, attempt_id, Raw(body, headers, {}))
    assert slug(refused.value) in ("wrong-signature", "not-a-form")


@given(encoded, bodies(*WORDS), headers)
def test_an_unsigned_answer_is_refused_before_anything_else(form, body, headers):
    for take, content in ((receipts.sms_answer, form), (receipts.whatsapp, body)):
        with pytest.raises(Problem) as refused:
            take(None, SETTINGS, Raw(content, headers, {}))
        assert slug(refused.value) in ("wrong-signature", "not-a-form")


@given(forms, texts(), texts(), texts())
def test_a_signature_of_other_words_or_of_another_address_is_none(form, url, token, given_signature):
    form = [(name.encode(errors="replace").decode(), value.encode(errors="replace").decode()) for name, value in form.items()]
    url, token = (each.encode(errors="replace").decode() for each in (url, token))
    right = signatures.twilio(url, form, token)
    assert signatures.same(right, right)
    assert not signatures.same(right, signatures.twilio(url, [*form, ("more", "1")], token))
    assert not signatures.same(right, signatures.twilio(f"{url}/", form, token))
    assert signatures.same(given_signature, right) is (given_signature == right)


@given(encoded, texts())
def test_a_signed_form_is_read_and_fit_to_be_kept(body, attempt_id):
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return
    signature = signatures.twilio("https://school.pk/x", pairs, SECRET)
    form = receipts._signed_form(SETTINGS, "/x", Raw(body, {"x-twilio-signature": signature}, {}))
    for told in (sms_receipt("a.1", form, AT), voice_receipt("a.1", form, AT), sms_answer(form, AT)):
        assert told is None or can_be_kept(told)
    id, number = named(attempt_id)
    assert number is None or f"{id}.{attempt_id.rpartition('.')[2]}" == attempt_id


@given(bodies(*WORDS) | st.tuples(values(*WORDS), values(*WORDS)).map(lambda both: _webhook(*both)))
@example(
    json.dumps(
        {"entry": [{"changes": [{"value": {"messages": [{"id": "1", "from": "2", "text": {"body": "\ud83d"}}]}}]}]}
    ).encode()
)
def test_whatever_whatsapp_reports_is_fit_to_be_kept(body):
    try:
        told = list(whatsapp_reports(body, AT))
    except (ValueError, RecursionError):  # what `receipts.whatsapp` answers with 400
        with pytest.raises((ValueError, RecursionError)):
            json.loads(body)
        return
    for each in told:
        assert isinstance(each, Receipt | Answer)
        assert can_be_kept(each)
        assert each.at <= AT
        assert isinstance(each, Receipt) or len(each.text) <= LONGEST


def _webhook(statuses, messages):
    return json.dumps({"entry": [{"changes": [{"value": {"statuses": [statuses], "messages": [messages]}}]}]}).encode()


@given(bodies("code", "message", "messages", "sid", "error"))
def test_whatever_a_carrier_answers_is_an_object(body):
    assert http._object(body) is not None


@given(texts() | st.integers().map(str) | st.integers().map("Mon, 1 Jan {} 00:00:00 -0000".format))
def test_whatever_time_a_carrier_names_is_a_time_or_none(text):
    assert 0 <= http._seconds(text) < float("inf")
    created = sms._created({"date_created": text})
    assert created is None or created.tzinfo is not None


@given(texts() | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_no_made_up_link_opens_anything(given_token):
    assert open_links.message_id(SECRET, "unsubscribe", given_token) is None
    assert open_links.attempt_id(SECRET, given_token) is None
    code = links.message_id_of(given_token)
    assert code is None or bson.encode({"id": code})


@given(st.uuids().map(str), st.integers(1, 60_000), st.integers(0, 60), st.sampled_from("abcdefgh234567"))
def test_a_link_of_ours_opens_and_with_another_letter_does_not(id, number, place, letter):
    attempt = f"{id}.{number}"
    code = open_links.attempt_code(SECRET, attempt)
    assert open_links.attempt_id(SECRET, code) == attempt
    other = code[: place % (len(code) - 1)] + letter + code[place % (len(code) - 1) + 1 :]
    assert open_links.attempt_id(SECRET, other) == (attempt if other == code else None)
    token = open_links.token(SECRET, "unsubscribe", id)
    assert open_links.message_id(SECRET, "unsubscribe", token) == id
    assert open_links.message_id(SECRET, "another", token) is None


@given(st.dictionaries(st.sampled_from(["p256dh", "auth"]), texts()))
def test_whatever_a_browser_names_as_its_keys_fits_or_not(keys):
    assert sealing.fits(keys) is False
