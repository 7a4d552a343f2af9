"""SMS by Twilio's protocol, over HTTP."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

import pytest
import requests

from demo.carriers.callbacks import sms_signature
from demo.carriers.segments import segments
from tests.demo.conftest import ACCOUNT, SENDER, TOKEN, Callback, Carriers
from tests.support.waiting import eventually

PHONE = "+923000001234"


def test_a_message_is_queued_sent_and_delivered(carriers: Carriers) -> None:
    answer = carriers.send_sms(PHONE, "عائشہ کا نیا ہوم ورک ہے۔")
    resource = answer.json()
    assert answer.status_code == 201
    assert resource["sid"].startswith("SM")
    assert (len(resource["sid"]), resource["status"], resource["num_segments"]) == (34, "queued", "1")
    assert (resource["to"], resource["from"], resource["account_sid"]) == (PHONE, SENDER, ACCOUNT)

    forms = [form_of(callback) for callback in carriers.callbacks(3)]
    assert [form["MessageStatus"] for form in forms] == ["queued", "sent", "delivered"]
    assert {(form["MessageSid"], form["To"], form["From"], form["AccountSid"]) for form in forms} == {
        (resource["sid"], PHONE, SENDER, ACCOUNT)
    }
    assert all("ErrorCode" not in form for form in forms)
    [message] = carriers.on_phone(PHONE)
    assert (message["text"], message["state"]) == ("عائشہ کا نیا ہوم ورک ہے۔", "delivered")


def test_callbacks_are_signed_over_address_and_fields(carriers: Carriers) -> None:
    carriers.send_sms(PHONE)
    for callback in carriers.callbacks(3):
        form = form_of(callback)
        signed = callback.url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
        assert callback.headers["X-Twilio-Signature"] == base64.b64encode(digest).decode()


def test_the_signature_is_that_of_the_published_example() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "From": "+12349013030",
        "To": "+18005551212",
        "Digits": "1234",
        "Caller": "+12349013030",
    }
    signature = sms_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert signature == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_lost_answer_hides_a_message_that_was_taken(carriers: Carriers) -> None:
    with pytest.raises(requests.ConnectionError):
        carriers.send_sms("+923090010006")
    assert len(carriers.on_phone("+923090010006")) == 1
    carriers.send_sms("+923090010006")
    assert len(carriers.on_phone("+923090010006")) == 2, "sent again, it is a second message"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "0300 1234567"}, 21211),
        ({"To": "+92300"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "Stranger"}, 21606),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"StatusCallback": "nowhere"}, 21609),
    ],
)
def test_a_bad_request_is_refused_with_twilios_code(carriers: Carriers, fields: dict[str, str], code: int) -> None:
    answer = carriers.send_sms(PHONE, **fields)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (400, code, 400)
    assert problem["more_info"].endswith(str(code))
    assert carriers.get("/api/messages")["total"] == 0


def test_wrong_credentials_are_refused(carriers: Carriers) -> None:
    assert carriers.send_sms(PHONE, token="wrong").status_code == 401
    nobodys = requests.post(f"{carriers.url}/2010-04-01/Accounts/AC2/Messages.json", auth=(ACCOUNT, TOKEN), timeout=10)
    assert nobodys.status_code == 404
    assert carriers.get("/api/messages")["total"] == 0


@pytest.mark.parametrize(
    ("ending", "reported", "error"),
    [
        ("0001", ["queued", "sent"], None),
        ("0002", ["queued", "sent", "undelivered"], "30005"),
        ("0004", ["queued", "sent", "delivered"], None),
        ("0005", ["delivered", "sent", "delivered", "queued"], None),
    ],
)
def test_a_phone_behaves_by_its_last_digits(carriers: Carriers, ending: str, reported: list[str], error: str | None) -> None:
    carriers.send_sms(f"+92309001{ending}")
    carriers.send_sms(PHONE)  # its last receipt tells that all before it is there
    eventually(lambda: any(form_of(one)["MessageStatus"] == "delivered" for one in got_for(carriers, PHONE)))
    eventually(lambda: len(got_for(carriers, f"+92309001{ending}")) == len(reported))
    forms = [form_of(callback) for callback in got_for(carriers, f"+92309001{ending}")]
    assert [form["MessageStatus"] for form in forms] == reported
    assert forms[-1].get("ErrorCode") == error


def test_a_phone_is_rate_limited_once(carriers: Carriers) -> None:
    first, second = carriers.send_sms("+923090010003"), carriers.send_sms("+923090010003")
    assert (first.status_code, first.json()["code"], second.status_code) == (429, 20429, 201)


def test_an_outage_refuses_everything_until_it_ends(carriers: Carriers) -> None:
    carriers.post("/api/behaviour", {"outage": True})
    assert carriers.send_sms(PHONE).status_code == 503
    carriers.post("/api/behaviour", {"outage": False})
    assert carriers.send_sms(PHONE).status_code == 201


def test_a_carrier_without_receipts(carriers: Carriers) -> None:
    carriers.post("/api/behaviour", {"callbacks": False})
    sid = carriers.send_sms(PHONE).json()["sid"]
    eventually(lambda: carriers.on_phone(PHONE)[0]["state"] == "delivered")
    assert carriers.platform.got == []
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"
    fetched = requests.get(carriers.url + path, auth=(ACCOUNT, TOKEN), timeout=10).json()
    assert fetched["status"] == "delivered"


def test_a_callback_that_fails_comes_again(carriers: Carriers) -> None:
    carriers.platform.refuse = 1
    carriers.send_sms(PHONE)
    forms = [form_of(callback) for callback in carriers.callbacks(3)]
    assert [form["MessageStatus"] for form in forms] == ["queued", "sent", "delivered"]


def test_a_parent_answers(carriers: Carriers) -> None:
    answer = carriers.post(f"/api/phones/{PHONE}/answers", {"channel": "sms", "text": "شکریہ"})
    assert (answer.status_code, answer.json()["platform_status"]) == (201, 200)
    [callback] = carriers.callbacks(1)
    form = form_of(callback)
    assert callback.url.endswith("/v1/carriers/sms/answers")
    assert (form["From"], form["To"], form["Body"], form["AccountSid"]) == (PHONE, SENDER, "شکریہ", ACCOUNT)
    assert form["MessageSid"] == answer.json()["message"]["id"]
    assert callback.headers["X-Twilio-Signature"] == sms_signature(TOKEN, callback.url, form)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("", 1), ("x" * 160, 1), ("x" * 161, 2), ("x" * 306, 2), ("x" * 307, 3), ("€" * 80, 1), ("€" * 81, 2)),
        *(("ا" * 70, 1), ("ا" * 71, 2), ("ا" * 134, 2), ("ا" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)),
    ],
)
def test_segments_are_counted_as_a_carrier_bills_them(text: str, count: int) -> None:
    assert segments(text) == count


def form_of(callback: Callback) -> dict[str, str]:
    return dict(parse_qsl(callback.body.decode(), keep_blank_values=True))


def got_for(carriers: Carriers, phone: str) -> list[Callback]:
    return [callback for callback in carriers.platform.got if form_of(callback)["To"] == phone]
