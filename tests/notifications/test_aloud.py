"""Texts of pages, spoken at once for who reads little: with the real espeak-ng and opusenc."""

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from schoolbus.problems import Problem
from services.notifications.speaking import aloud
from services.notifications.speaking.speakers import CannotSpeak, Espeak
from tests.support import people
from tests.support.processes import ROOT
from tests.support.programs import bring
from tests.support.waiting import eventually

PATH = "/v1/spoken-texts"
URDU = "کل ریاضی کا ہوم ورک جمع کرانا ہے۔"


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    bring("espeak-ng", "opusenc")


def asked(stage, text, language="ur", caller=None):
    return stage.service.call("POST", PATH, caller or people.guardian("g1"), json={"text": text, "language": language})


@pytest.mark.parametrize(("text", "language"), [(URDU, "ur"), ("The bus comes at seven.", "en"), ("a" * 2000, "en")])
def test_a_text_is_spoken(stage, text, language):
    answer = asked(stage, text, language)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:4]) == (200, "audio/ogg", b"OggS")
    assert answer.headers["Cache-Control"] == "no-store"
    assert asked(stage, text, language, people.teacher("t1")).content == answer.content, "the same words are spoken once"


@pytest.mark.parametrize("text", ["", "   ", "…!", "a" * 2001, None])
def test_what_is_no_text_of_a_page(stage, text):
    assert asked(stage, text).status_code == 422


@pytest.mark.parametrize("language", ["sd", "klingon", "../ur"])
def test_a_language_without_a_voice(stage, language):
    answer = asked(stage, URDU, language)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "no-voice")


def test_options_of_the_program_are_words_like_any_other(stage):
    assert asked(stage, "-f /etc/passwd --voices", "en").content[:4] == b"OggS"


def test_the_service_answers_others_meanwhile(stage):
    """Long texts are on their way in all places that there are, and many wait."""
    texts = [f"{number} " + "the bus comes at seven " * 80 for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        spoken = [pool.submit(asked, stage, text, "en") for text in texts]
        assert stage.service.call("GET", "/v1/feed", people.guardian("g1")).status_code == 200
        assert not all(each.done() for each in spoken), "it did not wait for them"
        assert {each.result().status_code for each in spoken} <= {200, 503}, "on a busy machine some are to come again"
    for text in texts:
        eventually(lambda text=text: asked(stage, text, "en").status_code == 200)


def test_a_program_that_takes_too_long_has_failed() -> None:
    """Also in the service, whose programs eventlet waits for: that has faults of its own."""
    green = "import eventlet; eventlet.monkey_patch()"
    asked = "from services.notifications.speaking.speakers import CannotSpeak, run"
    waits = "try: run(['sleep', '30'], b'', 0.1)\nexcept CannotSpeak as reason: print(reason)"
    command = [sys.executable, "-W", "ignore", "-c", f"{green}\n{asked}\n{waits}"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60).stdout == "sleep_failed\n"


# The engine by itself


class Slow:
    """Speaks when it is let."""

    def __init__(self) -> None:
        self.go, self.said = threading.Event(), []

    def speak(self, text: str, language: str) -> bytes:
        self.said.append(text)
        self.go.wait(10)
        return text.encode()


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aloud, "LANGUAGES", {"en": SimpleNamespace(voice="en"), "xx": SimpleNamespace(voice=None)})
    return


def refused(engine: aloud.Aloud, text: str = "Words", language: str = "en") -> tuple[int, str]:
    with pytest.raises(Problem) as problem:
        engine.speak(text, language)
    return problem.value.code, problem.value.headers.get("Retry-After", "")


def test_without_programs_it_says_so(words: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert refused(aloud.Aloud(Espeak(), aloud.encoded)) == (503, "60")
    assert refused(aloud.Aloud(Espeak(), aloud.encoded), language="xx")[0] == 422

    class Wav:
        def speak(self, text: str, language: str) -> bytes:
            return b"RIFF"

    assert refused(aloud.Aloud(Wav(), aloud.encoded)) == (503, "60"), "no encoder"


def test_what_fails_is_tried_again_the_next_time(words: None) -> None:
    class Once:
        failed = False

        def speak(self, text: str, language: str) -> bytes:
            if not self.failed:
                self.failed = True
                raise CannotSpeak("espeak-ng_failed")
            return b"sound"

    engine = aloud.Aloud(Once(), lambda wav: wav)
    assert refused(engine)[0] == 503
    assert engine.speak("Words", "en") == b"sound"


def test_what_is_kept_is_bounded(words: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aloud, "_ROOM", 100)
    slow = Slow()
    slow.go.set()
    engine = aloud.Aloud(slow, lambda wav: wav * 5)
    for number in range(30):
        engine.speak(f"text {number}", "en")
    assert sum(len(each) for _, each in engine.kept.values()) <= 100
    assert engine.speak("text 29", "en") == b"text 29" * 5
    assert slow.said.count("text 29") == 1
    engine.speak("text 0", "en")
    assert slow.said.count("text 0") == 2
