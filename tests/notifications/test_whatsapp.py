"""WhatsApp: free text while somebody's own message is fresh, templates else, and what Meta says no to."""

from datetime import timedelta

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import receipts
from services.notifications.carriers import Carrier, NotTaken, Refused
from services.notifications.carriers.reports import Receipt
from services.notifications.carriers.whatsapp import _refused, template_message, text_message
from services.notifications.carriers.windows import OPEN, Windows, by_template
from services.notifications.sending.handover import hand_over
from services.notifications.states import State
from tests.notifications.kept import desk, handed_over, message, state, store
from tests.notifications.schools import School
from tests.notifications.test_carriers import told, whatsapp_body, whatsapp_call
from tests.support import people

__all__ = ["store"]


def next_homework(stage, school):
    homework = school.homework()
    stage.service.say(homework)
    return homework


def test_free_text_goes_in_the_window_and_a_template_outside(stage):
    school, homework, guardian, phone = told(stage, "whatsapp")
    school.comes_to("delivered", homework, guardian)
    assert stage.carriers.answer(phone, "whatsapp", "Which page?") == 200
    school.comes_to("delivered", next_homework(stage, school), guardian)
    first, second = (each for each in stage.carriers.received(phone) if "new homework" in each["text"])
    assert (bool(first["template"]), bool(second["template"])) == (True, False)
    assert second["text"].startswith("Ayesha has new homework in Science 5")
    stage.collection("answers").update_many({"address": phone}, {"$set": {"received_at": now() - timedelta(hours=24)}})
    school.comes_to("delivered", next_homework(stage, school), guardian)
    assert stage.carriers.received(phone)[-1]["template"]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_window_that_meta_holds_for_closed(stage, at_once):
    """By its answer, or by a receipt: the message goes again as a template, on the same channel."""
    school, homework, guardian, phone = told(stage, "whatsapp")
    school.comes_to("delivered", homework, guardian)
    wrote = {"from": phone[1:], "id": f"wamid.{phone}", "type": "text", "text": {"body": "Ji"}}
    assert whatsapp_call(stage, whatsapp_body(messages=[wrote])).status_code == 200  # of which the simulator knows nothing
    stage.carriers.behave(window_refused_at_once=at_once)
    try:
        homework = next_homework(stage, school)
        message = school.comes_to("delivered", homework, guardian)
    finally:
        stage.carriers.behave(window_refused_at_once=False)
    assert message["channel"] == "whatsapp"
    assert stage.carriers.received(phone)[-1]["template"]


def test_who_prefers_another_channel_is_not_told_by_whatsapp(stage):
    school = School(stage)
    guardian = school.guardian("whatsapp", "sms")
    school.child(guardian)
    school.open()
    caller = people.guardian(guardian, school.id)
    assert stage.service.call("POST", "/v1/opt-outs", caller, json={"channel": "whatsapp"}).status_code == 201
    homework = next_homework(stage, school)
    assert school.comes_to("delivered", homework, guardian)["channel"] == "sms"


def test_the_window_is_the_last_day_of_that_number_and_channel(store):
    windows, phone = Windows(store), "+923001230001"
    row = {"_id": "a1", "branch_id": "b1", "address": phone, "channel": "sms", "received_at": now()}
    store.answers.add(row)
    assert not windows.is_open(phone)
    store.answers.add({**row, "_id": "a2", "channel": "whatsapp", "received_at": now() - OPEN - timedelta(seconds=5)})
    assert not windows.is_open(phone)
    store.answers.add({**row, "_id": "a3", "channel": "whatsapp"})
    assert windows.is_open(phone)
    assert not windows.is_open("+923001230002")


def test_a_receipt_of_an_older_attempt_sends_nothing_again(store):
    made = message(store, channel="whatsapp", state="sent", attempts=[attempt(1), attempt(2)])
    old, new = (Receipt(f"{made['_id']}.{number}", State.FAILED, now(), "131047: Re-engagement message") for number in (1, 2))
    assert not by_template(store, old)
    assert not by_template(store, Receipt(f"{made['_id']}.2", State.FAILED, now(), "131026: Message undeliverable"))
    assert by_template(store, new)
    assert by_template(store, new), "told twice, it is dealt with"
    assert store.messages.one(WHOLE_CHAIN, made["_id"])["channel"] == "whatsapp"
    assert state(store, made["_id"]) == "queued"
    assert store.messages.one(WHOLE_CHAIN, made["_id"])["attempts"][1]["receipt"]["state"] == "failed"
    receipts.apply(store, Receipt(f"{made['_id']}.1", State.DELIVERED, now()))
    assert state(store, made["_id"]) == "delivered"


class Hasty(Carrier):
    """Its receipt, that the window was closed, comes before its answer to the send."""

    name = "whatsapp.meta"

    def __init__(self, store):
        self.store, self.sent = store, []

    def send(self, message, attempt_id):
        self.sent.append(bool(message.get("template_only")))
        if len(self.sent) == 1:
            for _ in range(2):
                receipt = Receipt(attempt_id, State.FAILED, now(), "131047: Re-engagement message", "wamid.1")
                if not by_template(self.store, receipt):
                    receipts.apply(self.store, receipt)
        return f"wamid.{len(self.sent)}"


def test_the_receipt_of_a_closed_window_may_come_before_the_answer(store):
    ladder = [{"channel": "whatsapp", "address": "+923001234567"}, {"channel": "sms", "address": "+923001234567"}]
    carrier = Hasty(store)
    id = handed_over(store, carrier, channel="whatsapp", ladder=ladder)
    found = store.messages.one(WHOLE_CHAIN, id)
    assert (found["state"], found["channel"], found["template_only"]) == ("queued", "whatsapp", True)
    assert [(each["outcome"], each["carrier_id"]) for each in found["attempts"]] == [("taken", "wamid.1")]
    (again,) = store.messages.claim_some({"_id": id}, lease=60, limit=1)
    hand_over(desk(store, carrier), again)
    found = store.messages.one(WHOLE_CHAIN, id)
    assert (found["state"], found["channel"], carrier.sent) == ("sent", "whatsapp", [False, True])


def attempt(number):
    return {"id": f"x.{number}", "step": 0, "channel": "whatsapp", "carrier": "whatsapp.meta", "outcome": "taken"} | {
        "began_at": now(),
        "ended_at": now(),
        "carrier_id": None,
        "reason": None,
    }


@pytest.mark.parametrize(
    ("code", "kind", "what"),
    [
        (130429, NotTaken, {"busy": True, "retry_after": 0}),
        (131056, NotTaken, {"busy": True, "retry_after": 6}),
        (131048, NotTaken, {"busy": True, "retry_after": 600}),
        (131026, Refused, {"carriers_own": False, "reason": "131026: (#131026) to …"}),
        (131051, Refused, {"carriers_own": False}),
        (131042, Refused, {"carriers_own": True}),
    ],
)
def test_what_metas_codes_mean(code, kind, what):
    found = _refused("+923001", 400, {"error": {"code": code, "message": f"(#{code}) to 923001"}})
    assert isinstance(found, kind)
    assert {name: getattr(found, name) for name in what} == what


def test_a_templates_places_are_filled_as_meta_wants_them(store):
    made = message(store, channel="whatsapp", parameters=["", "Bilal\tand\n Zoya", "  ", "5 B"])
    (body,) = template_message(made, "x.1")["template"]["components"]
    assert [each["text"] for each in body["parameters"]] == ["-", "Bilal and Zoya", "-", "5 B"]


def test_free_text_is_no_longer_than_meta_takes(store):
    made = message(store, channel="whatsapp", body="ا" * 5000, link=None)
    body = text_message(made, "x.1")
    assert len(body["text"]["body"]) == 4096
    assert body["to"] == "923001234567"
