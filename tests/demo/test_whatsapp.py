"""WhatsApp by Meta's protocol, over HTTP."""

import hashlib
import hmac
import json
from typing import Any

import pytest
import requests

from tests.demo.conftest import ACCESS_TOKEN, APP_SECRET, PHONE_NUMBER_ID, Callback, Carriers
from tests.support.waiting import eventually

PHONE = "+923000001234"


def template(*parameters: str, name: str = "rabta_homework_set", language: str = "ur") -> dict[str, Any]:
    body = {"type": "body", "parameters": [{"type": "text", "text": text} for text in parameters]}
    return {"name": name, "language": {"code": language}, "components": [body]}


def test_a_template_is_sent_delivered_and_read_when_the_phone_is_opened(carriers: Carriers) -> None:
    answer = carriers.send_whatsapp(PHONE, type="template", template=template("زینب"), biz_opaque_callback_data="message-1")
    body = answer.json()
    assert (answer.status_code, body["messaging_product"]) == (200, "whatsapp")
    assert body["contacts"] == [{"input": PHONE, "wa_id": "923000001234"}]
    wamid = body["messages"][0]["id"]
    assert wamid.startswith("wamid.")
    carriers.callbacks(2)
    assert requests.get(f"{carriers.url}/phones/{PHONE}", timeout=10).status_code == 200
    statuses = [status_in(callback) for callback in carriers.callbacks(3)]
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {(one["id"], one["recipient_id"], one["biz_opaque_callback_data"]) for one in statuses} == {
        (wamid, "923000001234", "message-1")
    }
    assert all(status["timestamp"].isdigit() for status in statuses)


def test_webhooks_are_signed_over_their_bytes(carriers: Carriers) -> None:
    carriers.send_whatsapp(PHONE, type="template", template=template("زینب"))
    for callback in carriers.callbacks(2):
        digest = hmac.new(APP_SECRET.encode(), callback.body, hashlib.sha256).hexdigest()
        assert callback.headers["X-Hub-Signature-256"] == f"sha256={digest}"
        assert callback.url.endswith("/v1/carriers/whatsapp")
        payload = json.loads(callback.body)
        assert payload["object"] == "whatsapp_business_account"
        assert payload["entry"][0]["changes"][0]["field"] == "messages"
        assert value_in(callback)["metadata"]["phone_number_id"] == PHONE_NUMBER_ID


def test_free_text_outside_the_24_hours_fails(carriers: Carriers) -> None:
    assert carriers.send_whatsapp(PHONE, type="text", text={"body": "Hello"}).status_code == 200
    [callback] = carriers.callbacks(1)
    status = status_in(callback)
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131047)
    carriers.post("/api/behaviour", {"window_refused_at_once": True})
    refused = carriers.send_whatsapp(PHONE, type="text", text={"body": "Hello"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 131047)
    assert len(carriers.on_phone(PHONE)) == 1


def test_free_text_goes_after_the_parent_wrote(carriers: Carriers) -> None:
    answer = carriers.post(f"/api/phones/{PHONE}/answers", {"channel": "whatsapp", "text": "السلام علیکم"})
    assert answer.json()["platform_status"] == 200
    [written] = value_in(carriers.callbacks(1)[0])["messages"]
    assert (written["from"], written["type"], written["text"]) == ("923000001234", "text", {"body": "السلام علیکم"})
    assert written["id"] == answer.json()["message"]["id"]
    carriers.send_whatsapp(PHONE.removeprefix("+"), type="text", text={"body": "وعلیکم السلام"})
    statuses = [status_in(callback)["status"] for callback in carriers.callbacks(3)[1:]]
    assert statuses == ["sent", "delivered"]


@pytest.mark.parametrize(("ending", "reported"), [("0001", ["sent"]), ("0002", ["failed"]), ("0004", ["failed"])])
def test_a_phone_behaves_by_its_last_digits(carriers: Carriers, ending: str, reported: list[str]) -> None:
    carriers.send_whatsapp(f"+92309001{ending}", type="template", template=template("x"))
    statuses = [status_in(callback) for callback in carriers.callbacks(len(reported))]
    assert [status["status"] for status in statuses] == reported
    assert [error["code"] for error in statuses[-1].get("errors", [])] == ([131026] if reported == ["failed"] else [])


def test_a_phone_is_rate_limited_once(carriers: Carriers) -> None:
    first, second = [carriers.send_whatsapp("+923090010003", type="template", template=template("x")) for _ in range(2)]
    assert (first.status_code, first.json()["error"]["code"], second.status_code) == (429, 130429, 200)


def test_a_lost_answer_hides_a_message_that_was_taken(carriers: Carriers) -> None:
    with pytest.raises(requests.ConnectionError):
        carriers.send_whatsapp("+923090010006", type="template", template=template("x"), biz_opaque_callback_data="message-1")
    assert status_in(carriers.callbacks(1)[0])["biz_opaque_callback_data"] == "message-1"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"messaging_product": "telegram"}, 100),
        ({"to": "hello"}, 131009),
        ({"type": "audio"}, 131008),
        ({"type": "sticker"}, 131051),
        ({"type": "text", "text": "hello"}, 131008),
        ({"type": "text", "text": {"body": "x" * 4097}}, 100),
        ({"type": "template"}, 131008),
        ({"type": "template", "template": {"name": "x", "language": "ur"}}, 131008),
        ({"type": "template", "template": {"name": "x", "language": {"code": "ur"}, "components": "x"}}, 100),
    ],
)
def test_a_bad_request_is_refused_in_the_shape_of_the_graph(carriers: Carriers, body: dict[str, Any], code: int) -> None:
    answer = carriers.send_whatsapp(PHONE, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (400, code, "OAuthException")
    assert error["fbtrace_id"]
    assert carriers.get("/api/messages")["total"] == 0


def test_wrong_credentials_are_refused(carriers: Carriers) -> None:
    text: Any = {"type": "text", "text": {"body": "Hello"}}
    wrong = carriers.send_whatsapp(PHONE, token="wrong", **text)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, 190)
    assert carriers.send_whatsapp(PHONE, account="1", **text).status_code == 400


def test_registered_templates_are_filled_and_others_refused(carriers: Carriers) -> None:
    approved = {
        "name": "rabta_homework_set",
        "language": "ur",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "{{1}} کے لیے {{2}} کا ہوم ورک"}],
    }
    headers = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
    registered = requests.post(f"{carriers.url}/v21.0/1/message_templates", json=approved, headers=headers, timeout=10)
    assert registered.status_code == 200
    assert carriers.send_whatsapp(PHONE, type="template", template=template("زینب", "اردو")).status_code == 200
    assert carriers.on_phone(PHONE)[0]["text"] == "زینب کے لیے اردو کا ہوم ورک"
    fewer = carriers.send_whatsapp(PHONE, type="template", template=template("زینب"))
    assert (fewer.status_code, fewer.json()["error"]["code"]) == (400, 132000)
    unknown = carriers.send_whatsapp(PHONE, type="template", template=template("زینب", "اردو", language="en"))
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, 132001)


def test_the_webhook_is_verified_by_its_challenge(carriers: Carriers) -> None:
    assert carriers.post("/api/whatsapp/verify").json() == {"verified": True}


def test_a_phone_may_be_told_to_behave_otherwise(carriers: Carriers) -> None:
    carriers.post("/api/behaviour", {"phones": {PHONE: "no_whatsapp"}})
    carriers.send_whatsapp(PHONE, type="template", template=template("x"))
    eventually(lambda: carriers.on_phone(PHONE)[0]["state"] == "failed")


def value_in(callback: Callback) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(callback.body)["entry"][0]["changes"][0]["value"]
    return value


def status_in(callback: Callback) -> dict[str, Any]:
    [status] = value_in(callback)["statuses"]
    assert isinstance(status, dict)
    return status
