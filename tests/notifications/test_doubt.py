"""An attempt of which nobody knows what came, and what else was said to the same phone."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing import mending
from services.notifications.carriers import Carrier, sms
from services.notifications.sending.attempts import begun
from services.notifications.store import Store
from tests.notifications.kept import hand, message
from tests.support.stores import fresh

URL = "https://rabta.example.pk"
M = "00000000-0000-4000-8000-000000000001"
LONG_AGO = timedelta(minutes=5)
AGAIN = timedelta(days=1)


@pytest.fixture
def store(_database: Any) -> Store:
    return fresh(_database, Store)


class Asked(Carrier):
    """It has these messages, and takes more."""

    name = "sms.asked"

    def __init__(self, *ids: str) -> None:
        self.ids, self.took = ids, list[str]()

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        self.took.append(message["body"])
        return f"new-{len(self.took)}"

    def find(self, message: Mapping[str, Any], attempt: Mapping[str, Any]) -> tuple[str, ...]:
        return self.ids


def in_doubt(store: Store, **more: Any) -> dict[str, Any]:
    """A message whose attempt went out five minutes ago, and nobody knows more; keywords override."""
    of = {"_id": M, "step": 0, "channel": "sms", "attempts": more.pop("before", [])}
    attempt = {**begun(of, "sms.asked", now() - LONG_AGO), "outcome": "unknown"}
    given = {"_id": M, "stands_since": now(), "attempts": [*of["attempts"], attempt], **more}
    return message(store, **given)


def attempts(store: Store, id: str = M) -> list[tuple[str, str | None]]:
    found = store.messages.one(WHOLE_CHAIN, id)["attempts"]
    return [(attempt["outcome"], attempt["carrier_id"]) for attempt in found]


def test_what_the_carrier_has_was_taken(store: Store) -> None:
    hand(store, Asked("sms-1"), in_doubt(store))
    assert attempts(store) == [("taken", "sms-1")]
    assert store.messages.one(WHOLE_CHAIN, M)["state"] == "sent"


def test_what_is_known_as_another_attempts_is_not_taken_for_this_one(store: Store) -> None:
    """The same words to the same phone: as an announcement says them, twice."""
    took = {**begun({"_id": "other", "step": 0, "channel": "sms", "attempts": []}, "sms.asked", now()), "carrier_id": "sms-1"}
    message(store, _id="other", attempts=[took], state="delivered")  # its receipt was there before the carrier's answer
    message(store, _id="more", carrier_id="sms-2", attempts=[{**took, "carrier_id": "sms-2"}], state="sent")
    before = {**begun({"_id": M, "step": 0, "channel": "sms", "attempts": []}, "sms.asked", now()), "outcome": "not_taken"}
    made = in_doubt(store, before=[{**before, "carrier_id": "sms-3"}])
    hand(store, Asked("sms-3", "sms-2", "sms-1"), made)
    assert attempts(store) == [("not_taken", "sms-3"), ("not_taken", None)]
    assert store.messages.one(WHOLE_CHAIN, M)["state"] == "queued"


def test_of_another_number_the_same_id_is_something_else(store: Store) -> None:
    """As operators count: each may come again."""
    ladder = [{"channel": "sms", "address": "+923009999999"}]
    message(store, _id="other", carrier_id="7", address="+923009999999", ladder=ladder, state="sent")
    hand(store, Asked("7"), in_doubt(store))
    assert attempts(store) == [("taken", "7")]


@pytest.mark.parametrize(("created", "found"), [(-timedelta(minutes=2), []), (timedelta(), ["SM2"]), (LONG_AGO, ["SM2"])])
def test_an_older_sms_of_the_same_words_is_another(
    monkeypatch: pytest.MonkeyPatch, created: timedelta, found: list[str]
) -> None:
    """`created`: of the one at the carrier, from the attempt on."""
    began = now() - LONG_AGO
    older = {"sid": "SM1", "body": "School is closed.", "date_created": format_datetime(began - AGAIN)}
    same = {**older, "sid": "SM2", "date_created": format_datetime(began + created)}
    other = {**same, "sid": "SM3", "body": "School is open."}
    page = {"messages": [other, same, older], "next_page_uri": "/more"}
    monkeypatch.setattr(sms, "get", lambda *_: page)
    carrier = sms.Sms("sms.twilio", "http://sms", "AC1", "token", "+923000000000", URL)
    made = {"address": "+923001234567", "body": "School is closed.", "link": None}
    assert carrier.find(made, {"began_at": began}) == found


# Corrected, confirmed or canceled meanwhile


def announced(store: Store, **more: Any) -> dict[str, Any]:
    """An announcement whose words were corrected while an attempt at its message is in doubt; what is handed over."""
    corrected = {"en": {"subject": "Open", "body": "School is open."}}
    announcement = {
        "_id": "a1",
        "branch_id": "b1",
        "texts": corrected,
        "link": None,
        "text": 2,
        "state": "sent",
        "mending": True,
    }
    store.announcements.add({**announcement, **more})
    source = {"kind": "announcement", "id": "a1.1", "version": 1, "text": 1}
    about = {"about_type": "announcement", "about_id": "a1", "source": source, "lane": "bulk"}
    return in_doubt(store, **about, body="School is closed.", link=None, language="en", student_ids=[])


def mend(store: Store) -> dict[str, Any]:
    """As a worker does; the announcement afterwards."""
    store.announcements.change_all(WHOLE_CHAIN, {}, {"mended_until": None})
    if found := mending.claim(store):
        mending.mend(store, found, URL)
    return store.announcements.one(WHOLE_CHAIN, "a1")


def again(store: Store, carrier: Carrier) -> None:
    hand(store, carrier, store.messages.change(WHOLE_CHAIN, M, to={"claim": "ours"}) or {})


def test_what_may_have_gone_out_keeps_its_words_until_the_carrier_has_said_so(store: Store) -> None:
    made = announced(store)
    assert mend(store)["mending"], "it comes again"
    hand(store, Asked("sms-1"), made)
    kept = store.messages.one(WHOLE_CHAIN, M)
    assert (kept["state"], kept["body"]) == ("sent", "School is closed.")
    assert not mend(store)["mending"]


def test_what_was_not_taken_goes_with_its_new_words(store: Store) -> None:
    made, carrier = announced(store), Asked()
    mend(store)
    hand(store, carrier, made)
    assert store.messages.one(WHOLE_CHAIN, M)["send_at"] > now(), "not before its words can be others"
    assert not mend(store)["mending"]
    again(store, carrier)
    assert carrier.took == ["School is open."]


def test_an_attempt_that_begins_while_words_are_replaced_keeps_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = announced(store)
    store.messages.change(WHOLE_CHAIN, M, to={"attempts": []})
    as_told = mending._as_told

    def meanwhile(*given: Any) -> Any:
        store.messages.change(WHOLE_CHAIN, M, to={"attempts": made["attempts"]})
        return as_told(*given)

    monkeypatch.setattr(mending, "_as_told", meanwhile)
    assert mend(store)["mending"]
    assert store.messages.one(WHOLE_CHAIN, M)["body"] == "School is closed."


def test_canceled_in_doubt_it_goes_nowhere_and_may_still_have_arrived(store: Store) -> None:
    made, carrier = announced(store, state="canceled"), Asked()
    assert not mend(store)["mending"]
    hand(store, carrier, made)
    kept = store.messages.one(WHOLE_CHAIN, M)
    assert (kept["state"], kept["reason"], carrier.took) == ("failed", "canceled", [])
