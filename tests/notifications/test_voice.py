"""Messages aloud: notes that espeak-ng speaks, calls that play them, and what becomes of those."""

import io
import shutil
import wave

import pytest
import requests

from schoolbus.scope import WHOLE_CHAIN
from services.notifications import signatures
from services.notifications.carriers import Refused
from services.notifications.carriers.calls import Calls, twiml
from services.notifications.carriers.reports import voice_receipt
from services.notifications.speaking import notes
from services.notifications.speaking.speakers import CannotSpeak, Espeak, opus
from tests.notifications.conftest import SECRETS
from tests.notifications.kept import message, store
from tests.notifications.schools import School
from tests.notifications.test_carriers import sms_call
from tests.notifications.test_mail import SECRET, sending
from tests.support import people
from tests.support.programs import bring
from tests.support.waiting import eventually

__all__ = ["store"]
VOICE = {"preferences": {"hours": None, "literacy": "voice", "shared_phone": False, "meeting_needs": []}}


@pytest.fixture(scope="module", autouse=True)
def programs():
    bring("espeak-ng", "opusenc")


def told(stage, behaviour=None, *channels):
    school = School(stage)
    guardian = school.guardian(*(channels or ("sms",)), language="ur", **VOICE)
    if behaviour:
        stage.carriers.behave(phones={school.of(guardian, "phone"): behaviour})
    school.child(guardian)
    homework = school.open().homework()
    stage.service.say(homework)
    return school, homework, guardian


def calls_to(stage, phone):
    return [got for got in stage.carriers.received(phone) if got["channel"] == "voice"]


def test_who_would_rather_hear_is_called_and_hears_the_message(stage):
    school, homework, guardian = told(stage)
    found = school.comes_to("delivered", homework, guardian)
    assert found["channel"] == "voice"
    (call,) = calls_to(stage, school.of(guardian, "phone"))
    assert call["text"] == "[call] 2 × played"
    assert [each["content_type"] for each in call["attachments"]] == ["audio/wav"]
    (item,) = school.feed(guardian)
    note = stage.service.call("GET", item["audio"], people.guardian(guardian, school.id))
    assert (note.status_code, note.headers["Content-Type"], note.content[:4]) == (200, "audio/ogg", b"OggS")
    other = stage.service.call("GET", item["audio"], people.guardian("somebody-else", school.id))
    assert other.status_code == 404


@pytest.mark.parametrize(("behaviour", "reason"), [("fails", "busy"), ("never_delivers", "no-answer")])
def test_a_call_that_nobody_takes_goes_on_to_the_next_channel(stage, behaviour, reason):
    school, homework, guardian = told(stage, behaviour)

    def on_the_next() -> dict:
        found = school.followed(homework).get(guardian, {"channel": "voice"})
        return found if found["channel"] != "voice" else {}

    message = eventually(on_the_next)
    assert ("failed", reason) in [(step["state"], step["reason"]) for step in message["history"]]


def test_a_note_follows_the_text_on_whatsapp(stage):
    school, _, guardian = told(stage, "fails", "whatsapp")
    phone = school.of(guardian, "phone")
    assert stage.carriers.answer(phone, "whatsapp", "جی") == 200
    second = school.homework()
    stage.service.say(second)
    got = eventually(lambda: [each["text"] for each in stage.carriers.received(phone) if each["text"].startswith("[audio]")])
    sound = requests.get(got[0].removeprefix("[audio] "), timeout=10)
    assert (sound.headers["Content-Type"], sound.content[:4]) == ("audio/ogg", b"OggS")
    assert requests.get(got[0].removeprefix("[audio] ").replace("/notes/", "/notes/x"), timeout=10).status_code == 404


def test_receipts_of_calls_are_signed(stage):
    school, homework, guardian = told(stage)
    id = school.comes_to("delivered", homework, guardian)["message_id"]
    path = f"/v1/carriers/voice/receipts/{id}.1"
    assert sms_call(stage, path, {"CallStatus": "completed"}, "wrong").status_code == 403
    assert sms_call(stage, path, {"CallStatus": "completed"}).status_code == 204
    assert sms_call(stage, path + "9", {"CallStatus": "completed"}).status_code == 404
    assert signatures.twilio("x", [], SECRETS["SMS_AUTH_TOKEN"])


# Notes


@pytest.mark.parametrize(("language", "text"), [("en", "Ayesha has new homework."), ("ur", "عائشہ کو نیا ہوم ورک ملا ہے۔")])
def test_words_become_sound(language, text):
    wav = Espeak().speak(text, language)
    with wave.open(io.BytesIO(wav)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
        assert sound.getnchannels() == 1
        assert any(sound.readframes(sound.getnframes()))
    assert 1 < seconds < 15
    packed = opus(wav)
    assert packed is not None
    assert packed[:4] == b"OggS"
    assert b"OpusHead" in packed[:100]
    assert len(packed) < len(wav) / 5


def test_a_longer_text_takes_longer_to_say():
    short, long = (len(Espeak().speak("ہوم ورک " * times, "ur")) for times in (1, 20))
    assert long > 5 * short


def test_a_language_without_a_voice_and_a_machine_without_an_engine(monkeypatch, store):
    with pytest.raises(CannotSpeak, match="no_voice"):
        Espeak().speak("x", "ps")
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert opus(b"") is None
    made = message(store, channel="voice")
    for _ in range(2):
        with pytest.raises(CannotSpeak, match="no_engine"):
            notes.ready(store, made, Espeak())


def test_a_note_is_spoken_once(store):
    said = []

    class Counting:
        def speak(self, text, language):
            said.append(text)
            return Espeak().speak(text, language)

    made = message(store, channel="voice")
    notes.want(store, [made, made])
    note = notes.claim(store)
    notes.make(store, note, Counting())
    assert notes.claim(store) is None
    assert notes.ready(store, made, Counting())["state"] == "made"
    assert len(said) == 1
    assert "http" not in said[0]
    other = message(store, channel="voice", person_id="g2")
    assert notes.ready(store, other, Counting())["ogg"]
    assert len(said) == 1  # the same words
    assert store.voice_notes.one(WHOLE_CHAIN, made["_id"])["ogg"]


def test_corrected_words_are_spoken_anew(store):
    said = []

    class Saying:
        def speak(self, text, language):
            said.append(next(day for day in ("Monday", "Tuesday") if day in text))
            return Espeak().speak(text, language)

    made = message(store, channel="voice", body="School is closed on Monday")
    corrected = {**made, "body": "School is closed on Tuesday"}
    notes.ready(store, made, Saying())
    notes.reword(store, corrected)
    slow = notes.claim(store)
    assert (slow["_id"], slow["state"], slow["wav"]) == (made["_id"], "wanted", None)
    notes.reword(store, {**made, "body": "School is closed on Monday, and Tuesday"})  # while it is spoken
    notes.make(store, slow, Saying())
    kept = store.voice_notes.one(WHOLE_CHAIN, made["_id"])
    assert (kept["state"], kept["wav"]) == ("wanted", None), "not the words before"
    assert notes.ready(store, corrected, Saying())["wav"], "whatever was wanted before"
    assert "Tuesday" in store.voice_notes.one(WHOLE_CHAIN, made["_id"])["text"]
    assert said == ["Monday", "Tuesday", "Tuesday"]


def test_where_nobody_can_be_called(store):
    made = message(store, channel="voice")
    with pytest.raises(Refused, match="no_carrier"):
        Calls(sending(), lambda _: "x").send(made, "x.1")

    def silent(_):
        raise CannotSpeak("no_voice")

    with pytest.raises(Refused, match="not_spoken"):
        Calls(sending(voice_number="+9242"), silent).send(made, "x.1")


def test_plain_values():
    assert twiml("https://x/?a=1&b=2").count("<Play>https://x/?a=1&amp;b=2</Play>") == 2
    assert voice_receipt("x.1", {"CallStatus": "what"}, None) is None
    assert notes.url("https://x", SECRET, "0f7cbe90-0000-4000-8000-000000000000", "wav").startswith(
        "https://x/v1/carriers/voice/notes/"
    )
