"""SMS to an operator by SMPP 3.4, against another implementation of it: npm's smpp."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.carriers import CannotTell, NotTaken, Refused, Unsure
from services.notifications.carriers.smpp import inbox
from services.notifications.carriers.smpp.carrier import Smpp
from services.notifications.carriers.smpp.kept import Parts, decimal
from services.notifications.carriers.smpp.pdus import Delivered, submissions
from services.notifications.carriers.smpp.session import Session
from services.notifications.segments import cut, from_septets, is_gsm_7, septets
from services.notifications.states import State
from tests.notifications.kept import handed_over, message, state, store
from tests.support.smsc import Smsc
from tests.support.waiting import eventually

__all__ = ["store"]
URDU = "عائشہ کو سائنس کا نیا ہوم ورک ملا ہے، جمع کرانے کی تاریخ جمعہ ۲۷ نومبر ہے۔ تفصیل نیچے دیے گئے پتے پر دیکھیں۔"
_phones = itertools.count(1000)


def phone(kind="0000"):
    """A number of one's own whose last digits say what becomes of an SMS to it."""
    return f"+92300{next(_phones)}{kind}"


@pytest.fixture(scope="module")
def smsc():
    started = Smsc()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def line(smsc, store):
    """The session, with a thread that keeps what the operator delivers, as the worker's does."""
    session, ended = Session(smsc.url, 4, enquire=0.4, delays=(0.1,)), threading.Event()

    def keep():
        while not ended.is_set():
            if piece := inbox.next_one(session):
                inbox.keep(store, session, piece)
            else:
                ended.wait(0.02)

    thread = threading.Thread(target=keep)
    thread.start()
    eventually(lambda: session.bound)
    yield session
    ended.set()
    thread.join()
    session.close()


@pytest.fixture(scope="module")
def carrier(line, store):
    return Smpp(line, "RABTA", Parts(store, "rabta"))


def sent(store, carrier, address, **more):
    """A message handed over as a worker does."""
    return handed_over(store, carrier, address=address, **more)


# Sending


def test_a_message_arrives_and_its_receipt_comes(store, carrier, smsc):
    number = phone()
    id = sent(store, carrier, number)
    eventually(lambda: state(store, id) == "delivered")
    (got,) = smsc.received(number)
    assert got["text"] == "Ayesha has new homework in Science 5B, due Fri 27 Nov.\nhttp://rabta/v1/m/x"
    assert (got["sender"], got["coding"], got["receipt"], got["ton"], got["part"]) == ("RABTA", 0, 1, [5, 1], None)


@pytest.mark.parametrize(("body", "coding"), [(URDU * 3, 8), ("{Maths} costs 5€ [today] ~ " * 12, 0)])
def test_a_long_message_goes_in_parts_that_the_handset_joins(store, carrier, smsc, body, coding):
    number = phone()
    id = sent(store, carrier, number, body=body, link=None)
    eventually(lambda: state(store, id) == "delivered")
    parts = sorted(smsc.received(number), key=lambda part: part["part"][4])
    assert "".join(part["text"] for part in parts) == body
    assert {part["coding"] for part in parts} == {coding}
    assert [part["part"][4] for part in parts] == list(range(1, len(parts) + 1))
    assert {(*part["part"][:2], part["part"][3]) for part in parts} == {(0, 3, len(parts))}
    assert len({part["part"][2] for part in parts}) == 1
    assert len(parts) == len(cut(body)) > 2


def test_what_the_handset_never_got_has_failed(store, carrier):
    id = sent(store, carrier, phone("0002"))
    eventually(lambda: state(store, id) == "failed")
    assert store.messages.collection.find_one({"_id": id})["reason"] == "UNDELIV 011"


def test_a_receipt_that_comes_before_the_answer_counts(store, carrier):
    id = sent(store, carrier, phone("0005"))
    eventually(lambda: state(store, id) == "delivered")


def test_what_the_operator_says_no_to(store, carrier, smsc):
    number = phone("0003")
    made = message(store, address=number)
    with pytest.raises(NotTaken) as throttled:
        carrier.send(made, f"{made['_id']}.1")
    assert (throttled.value.reason, throttled.value.retry_after) == ("smpp_0x58", 5.0)
    assert carrier.send(made, f"{made['_id']}.1")
    with pytest.raises(Refused, match="smpp_0x0b"):
        carrier.send(message(store, address=phone("0007")), "x.1")
    assert len(smsc.received(number)) == 1
    with pytest.raises(Refused, match="smpp_0x0b"):
        carrier.send(message(store, address="+92300123456789012345678"), "x.1")


# The line


def test_a_line_that_breaks_before_the_answer_leaves_it_open_whether_it_was_taken(store, carrier, line):
    made = message(store, address=phone("0006"))
    with pytest.raises(Unsure):
        carrier.send(made, f"{made['_id']}.1")
    eventually(lambda: line.bound)
    assert carrier.send(made, f"{made['_id']}.1")


@pytest.mark.parametrize("what", ["drop", "unbind"])
def test_a_line_that_is_gone_is_made_again(store, carrier, smsc, line, what):
    before = smsc.state()["binds"]
    smsc.do(what)
    eventually(lambda: smsc.state()["binds"] > before and line.bound)
    id = sent(store, carrier, phone())
    eventually(lambda: state(store, id) == "delivered")


def test_a_silent_line_is_asked_whether_it_lives(smsc, line):
    before = smsc.state()["links"]
    eventually(lambda: smsc.state()["links"] > before)


def test_nobody_waits_for_an_operator_that_lets_us_not_in(smsc):
    session = Session(smsc.url.replace("secret", "wrong"), 1, delays=(0.05,))
    with pytest.raises(NotTaken, match="not_bound"):
        session.submit(submissions("Hello", "RABTA", "+923001")[0])
    assert not session.bound
    session.close()


def test_many_at_once_each_get_their_own_answer(store, carrier, smsc):
    numbers = [phone("0001") for _ in range(40)]
    messages = [message(store, address=number) for number in numbers]
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda made: carrier.send(made, f"{made['_id']}.1"), messages))
    assert ids == [smsc.received(number)[0]["id"] for number in numbers]


def test_after_a_crash_what_was_answered_for_is_known_and_of_the_rest_nothing(store, carrier):
    made = message(store, address=phone("0001"), body=URDU * 3)
    attempt = {"id": f"{made['_id']}.1"}
    with pytest.raises(CannotTell):
        carrier.find(made, attempt)
    id = carrier.send(made, attempt["id"])
    assert carrier.find(made, attempt) == [id]
    store.sms_parts.collection.delete_one({"attempt_id": attempt["id"]})
    with pytest.raises(CannotTell):
        carrier.find(made, attempt)


@pytest.mark.parametrize("late", [False, True])
def test_receipts_twice_late_and_of_ids_that_are_not_ours(store, late):
    """An operator's line is let in by its password: there is no other signature."""
    ladder = [{"channel": "sms", "address": "+923001234567"}, {"channel": "app", "address": None}]
    made = message(store, state="sent", ladder=ladder, attempts=[attempted()])
    Parts(store, "op").taken(f"id-{late}", f"{made['_id']}.1", 1)
    inbox.take(store, "op", Delivered("unknown", State.DELIVERED, None))
    inbox.take(store, "another", Delivered(f"id-{late}", State.DELIVERED, None))
    assert state(store, made["_id"]) == "sent"
    for _ in range(2):
        inbox.take(store, "op", Delivered(f"id-{late}", State.FAILED, "UNDELIV 011"))
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["channel"], found["step"]) == ("sent", "app", 1)
    assert [step["state"] for step in found["history"]] == ["queued", "failed", "sent"]
    if late:
        for _ in range(2):
            inbox.take(store, "op", Delivered(f"id-{late}", State.DELIVERED, None))
        assert [step["state"] for step in store.messages.one(WHOLE_CHAIN, made["_id"])["history"]][3:] == ["delivered"]


def attempted():
    known = {"step": 0, "channel": "sms", "carrier": "sms.smpp", "outcome": "taken", "reason": None, "carrier_id": "x"}
    return {"id": "x.1", **known, "began_at": now(), "ended_at": now()}


# What families write


def answers(store, number):
    return [answer["text"] for answer in store.answers.collection.find({"address": number}).sort("received_at")]


def test_an_answer_is_kept(store, carrier, smsc):
    number = phone()
    sent(store, carrier, number)
    assert smsc.write(number, "شکریہ، وہ کر لے گی") == 200
    assert answers(store, number) == ["شکریہ، وہ کر لے گی"]


def test_a_long_answer_is_joined_whatever_the_order_of_its_parts(store, line, smsc):
    number = phone()
    assert smsc.write(number, "پہلا ", "دوسرا ", "تیسرا", order=[2, 0, 1], reference=9) == 200
    assert answers(store, number) == ["پہلا دوسرا تیسرا"]
    assert smsc.write(number, "One ", "two", reference=9, coding=0) == 200
    assert answers(store, number) == ["پہلا دوسرا تیسرا", "One two"]


def test_a_long_answer_without_its_last_part_is_told_as_far_as_it_came(store, line, smsc):
    number = phone()
    store.sms_pieces.collection.delete_many({})
    assert smsc.write(number, "First", "second", order=[1], reference=4) == 200
    assert answers(store, number) == []
    store.sms_pieces.collection.update_many({}, [{"$set": {"at": {"$subtract": ["$at", 11 * 60_000]}}}])
    inbox.flush(store)
    assert answers(store, number) == [" […] second"]
    inbox.flush(store)
    assert len(answers(store, number)) == 1


def test_an_operator_that_answers_in_hexadecimal_and_reports_in_decimal(store):
    made = message(store, state="sent", attempts=[])
    parts = Parts(store, "hexed", hex_ids=True)
    parts.taken("00FF", made["_id"], 1)
    told = parts.reported(Delivered("255", State.DELIVERED, None))
    assert told is not None
    assert (told.attempt_id, told.state) == (made["_id"], State.DELIVERED)
    assert (decimal("abc"), decimal("op-7")) == ("2748", "op-7")


# Plain values


@given(st.text(alphabet="aZ @€{}[]~^|\\é\n" + "عپ😀", max_size=400))
def test_no_part_is_too_long_and_nothing_is_lost(text):
    pieces = cut(text)
    assert "".join(pieces) == text
    if is_gsm_7(text):
        assert all(from_septets(septets(piece)) == piece for piece in pieces)
        sizes, alone, joined = [len(septets(piece)) for piece in pieces], 160, 153
    else:
        sizes, alone, joined = [len(piece.encode("utf-16-be")) // 2 for piece in pieces], 70, 67
    assert max(sizes) <= (alone if len(pieces) == 1 else joined)


@pytest.mark.parametrize(
    ("sender", "kind"), [("RABTA", (5, 0)), ("+923001112223", (1, 1)), ("8333", (3, 1)), ("03001112223", (0, 1))]
)
def test_a_sender_is_a_name_a_number_or_a_short_code(sender, kind):
    (fields,) = submissions("Hello", sender, "+923001")
    assert (fields["source_addr_ton"], fields["source_addr_npi"]) == kind
