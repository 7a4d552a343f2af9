"""From text to speech. espeak-ng is built in; another engine is another `Speaker`."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.notifications.wording.languages import LANGUAGES

WORDS_PER_MINUTE = 140
_TIMEOUT = 30.0  # seconds


class CannotSpeak(Exception):
    """There is no engine here, no voice for the language, or it failed: why, in a word."""


class Speaker(Protocol):
    def speak(self, text: str, language: str) -> bytes:
        """A WAV file, mono. Raises CannotSpeak."""
        ...


@dataclass(frozen=True)
class Espeak:
    """Debian's espeak-ng, in a process of its own: milliseconds for a message. `patience`: seconds."""

    patience: float = _TIMEOUT

    def speak(self, text: str, language: str) -> bytes:
        program, voice = shutil.which("espeak-ng"), LANGUAGES[language].voice
        if program is None or voice is None:
            raise CannotSpeak("no_engine" if program is None else "no_voice")
        with tempfile.TemporaryDirectory() as folder:  # to a pipe it writes no lengths into the header
            wav = Path(folder) / "note.wav"
            run([program, "-v", voice, "-s", str(WORDS_PER_MINUTE), "--stdin", "-w", str(wav)], text.encode(), self.patience)
            if not wav.exists():
                raise CannotSpeak("nothing_said")
            return wav.read_bytes()


def opus(wav: bytes, patience: float = _TIMEOUT) -> bytes | None:
    """The same as OGG/Opus, which WhatsApp and browsers play; None where opusenc (Debian's opus-tools) is not installed."""
    program = shutil.which("opusenc")
    if program is None:
        return None
    return run([program, "--quiet", "--speech", "--bitrate", "16", "--comp", "3", "-", "-"], wav, patience)


def run(command: list[str], given: bytes, patience: float = _TIMEOUT) -> bytes:
    """What the program says. Raises CannotSpeak."""
    try:
        return subprocess.run(command, input=given, capture_output=True, timeout=patience, check=True).stdout  # noqa: S603
    except Exception as fault:  # under eventlet a program that takes too long raises another class than subprocess's
        raise CannotSpeak(f"{Path(command[0]).name}_failed") from fault
