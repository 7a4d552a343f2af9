"""What the processes say: each into a log file of its own, and, once the platform is up, all together to the terminal."""

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from honcho.printer import Message, Printer

from deploy.local.processes import Ledger

_STARTED = re.compile(r"(\S+) started \(pid=(\d+)\)\n")  # honcho's own words: it tells of its processes in no other way
_ITS_OWN_TIME = re.compile(rb"^\d{4}-\d\d-\d\dT\S+ ")  # honcho writes the time before each line
_STOPPED = re.compile(r"(\S+) stopped \(rc=(-?\d+)\)\n")


def say(line: str = "") -> None:
    """To the person at the terminal, who may have closed it."""
    with suppress(OSError):
        print(line, flush=True)


class Console(Printer):  # type: ignore[misc]
    """Quiet until `shows` is set. `ended` are the processes that ended, with their exit codes, in that order."""

    def __init__(self, logs: Path, ledger: Ledger) -> None:
        super().__init__(sys.stdout, time_format="%H:%M:%S")
        logs.mkdir(parents=True, exist_ok=True)
        self.logs, self.ledger = logs, ledger
        self.shows = False
        self.ended: dict[str, int] = {}
        self._files: dict[str, BinaryIO] = {}

    def write(self, message: Message) -> None:
        if message.name == "system":
            self._keep(message.data)
            return
        self._log(message)
        if self.shows:
            try:
                super().write(message._replace(data=_ITS_OWN_TIME.sub(b"", message.data)))
            except OSError:  # the terminal was closed
                self.shows = False

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _keep(self, text: str) -> None:
        if started := _STARTED.fullmatch(text):
            self.ledger.add(started[1], int(started[2]))
        elif stopped := _STOPPED.fullmatch(text):
            self.ended[stopped[1]] = int(stopped[2])

    def _log(self, message: Message) -> None:
        file = self._files.get(message.name)
        if file is None:
            file = self._files[message.name] = self.log_of(message.name).open("wb", buffering=0)
        with suppress(OSError):  # a full disk must not end the platform: the terminal still has the lines
            file.write(message.data)
