"""Calls by Twilio's protocol: who is called hears what <Play> names, or does not take the call."""

import pytest
import requests

from tests.demo.conftest import ACCOUNT, TOKEN, Carriers
from tests.demo.test_sms import form_of

CALLER = "+924200000000"


def call(carriers: Carriers, to: str, token: str = TOKEN, **form: str) -> requests.Response:
    played = f"<Response><Play>{carriers.url}/nothing</Play></Response>"
    fields = {"To": to, "From": CALLER, "Twiml": played, "StatusCallback": f"{carriers.platform.url}/calls"} | form
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    return requests.post(carriers.url + path, data=fields, auth=(ACCOUNT, token), timeout=30)


def states(carriers: Carriers, count: int) -> list[str]:
    return [form_of(callback)["CallStatus"] for callback in carriers.callbacks(count)]


def test_a_call_whose_sound_can_not_be_fetched_fails(carriers: Carriers) -> None:
    answer = call(carriers, "+923000001234")
    assert (answer.status_code, answer.json()["sid"][:2], answer.json()["status"]) == (201, "CA", "queued")
    assert states(carriers, 2) == ["initiated", "failed"]
    (told,) = carriers.on_phone("+923000001234")
    assert (told["channel"], told["attachments"]) == ("voice", [])


@pytest.mark.parametrize(("phone", "last"), [("+923000000001", "no-answer"), ("+923000000002", "busy")])
def test_a_call_that_nobody_takes(carriers: Carriers, phone: str, last: str) -> None:
    assert call(carriers, phone).status_code == 201
    assert states(carriers, 2) == ["initiated", last]


@pytest.mark.parametrize(
    ("form", "code"),
    [({"To": "12"}, 21211), ({"From": "RABTA"}, 21210), ({"Twiml": "<Response>"}, 12100)],
)
def test_a_bad_call_is_refused(carriers: Carriers, form: dict[str, str], code: int) -> None:
    answer = call(carriers, "+923000001234", **form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_calls_need_the_account(carriers: Carriers) -> None:
    assert call(carriers, "+923000001234", token="wrong").status_code == 401
    assert call(carriers, "+923000000003").status_code == 429
    assert call(carriers, "+923000000003").status_code == 201
