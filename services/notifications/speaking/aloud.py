"""A text of a page, spoken at once for who reads little. What was spoken lately is kept in memory: nothing of it is stored."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from eventlet.semaphore import Semaphore

from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.problems import Problem, Sentence
from services.notifications.speaking.speakers import CannotSpeak, Speaker, opus
from services.notifications.wording.languages import LANGUAGES

LONGEST = 2000  # characters: two minutes of speech, 300 kB
AT_ONCE = 2
PATIENCE = 8.0  # seconds in which the engine comes free and, again, in which each of its programs ends
_KEPT = 15 * 60.0  # seconds
_ROOM = 16_000_000  # bytes

Encode = Callable[[bytes], bytes | None]


@dataclass
class Aloud:
    """The engine of one process. Its programs run beside the service, which goes on meanwhile (eventlet waits for them)."""

    speaker: Speaker
    encode: Encode
    free: Semaphore = field(default_factory=lambda: Semaphore(AT_ONCE))
    kept: OrderedDict[str, tuple[float, bytes]] = field(default_factory=OrderedDict)

    def speak(self, text: str, language: str) -> bytes:
        """OGG/Opus. Raises Problem 422 without a voice, 503 without the programs or while too many are heard at once."""
        if language not in LANGUAGES or LANGUAGES[language].voice is None:
            raise _no_voice(language)
        key = fingerprint(f"{language}\n{text}")
        if (known := self._known(key)) is not None:
            return known
        if not self.free.acquire(timeout=PATIENCE):
            raise _unavailable("Many are listening just now. Try again in a minute.")
        try:
            made = self._known(key) or self._made(text, language)  # somebody else may have waited for the same
        finally:
            self.free.release()
        self._keep(key, made)
        return made

    def _made(self, text: str, language: str) -> bytes:
        try:
            made = self.encode(self.speaker.speak(text, language))
        except CannotSpeak as reason:
            log().warning("not_spoken_aloud", reason=str(reason))
            raise _unavailable("Reading aloud does not work just now. Try again in a minute.") from reason
        if made is None:
            log().warning("not_spoken_aloud", reason="no_encoder")
            raise _unavailable("Reading aloud is not set up here. Read it, or have it read to you.")
        return made

    def _known(self, key: str) -> bytes | None:
        since, made = self.kept.get(key, (0.0, b""))
        return made if made and time.monotonic() - since < _KEPT else None

    def _keep(self, key: str, made: bytes) -> None:
        self.kept[key] = time.monotonic(), made
        self.kept.move_to_end(key)
        while sum(len(each) for _, each in self.kept.values()) > _ROOM:
            self.kept.popitem(last=False)


def encoded(wav: bytes) -> bytes | None:
    return opus(wav, PATIENCE)


def _no_voice(language: str) -> Problem:
    detail = Sentence("%(language)s has no voice here: one of a catalogue that names one (X-Voice).", language=repr(language))
    return Problem("no-voice", "Nobody reads this language aloud", detail, status=422)


def _unavailable(why: str) -> Problem:
    problem = Problem("not-spoken", "It can't be read aloud now", why, status=503)
    problem.headers["Retry-After"] = "60"
    return problem
