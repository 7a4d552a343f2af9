"""What was started here, written down, so that exactly that can be ended, also from another terminal or after a crash."""

import json
import os
import random
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

LOOPBACK = "127.0.0.1"
FILES = 64_000  # open at a time: what MongoDB's manual recommends
Answer = TypeVar("Answer")


class CannotStart(Exception):
    """The text is one line for the person at the terminal: what is wrong and what to do."""


@dataclass(frozen=True)
class Started:
    """A process: its id and when it began (seconds since 1970), because ids are used again."""

    name: str
    pid: int
    began: float

    def process(self) -> psutil.Process | None:
        """The process if it is still this one and alive."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.began) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (psutil.NoSuchProcess, FileNotFoundError):  # the latter where its number is given away at this very moment
            return None


def wait_for_end(process: psutil.Process) -> None:
    """Also of one whose parent never asks after it: psutil would wait for its number to go."""
    with suppress(psutil.NoSuchProcess):
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.05)


class Ledger:
    """The processes of one folder, in `folder/processes.json`. The entry named OWNER starts and ends the others."""

    OWNER = "owner"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "processes.json"

    def entries(self) -> list[Started]:
        try:
            return [Started(**entry) for entry in json.loads(self.path.read_text())]
        except (FileNotFoundError, ValueError):  # a ledger cut short by a full disk or a power cut says nothing
            return []

    def owner(self) -> psutil.Process | None:
        """The living process that has this folder in use."""
        return next((process for entry in self.entries() if entry.name == self.OWNER and (process := entry.process())), None)

    def claim(self) -> None:
        """This process takes the folder; what an owner that died has left running is ended first."""
        owner = self.owner()
        if owner and owner.pid != os.getpid():
            raise CannotStart(f"{self.path.parent} is in use by process {owner.pid}")
        self.end()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.add(self.OWNER, os.getpid())

    def add(self, name: str, pid: int) -> None:
        try:
            entry = Started(name, pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:  # gone already: nothing to end
            return
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps([vars(each) for each in [*self.entries(), entry]], indent=1))
        part.replace(self.path)

    def start(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> psutil.Popen:
        """Starts a process in a session of its own: the terminal's Ctrl-C reaches us alone, and we end it in good order."""
        with log.open("wb") as output:
            started = psutil.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=env, start_new_session=True
            )
        self.add(name, started.pid)
        return started

    def end(self, patience: float = 10) -> None:
        """Ends all entries but the owner with their children: asked first, killed after `patience` seconds."""
        roots = [process for entry in self.entries() if entry.name != self.OWNER and (process := entry.process())]
        _end([process for root in roots for process in _with_children(root)], patience)
        self.path.unlink(missing_ok=True)


def _with_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end(processes: list[psutil.Process], patience: float) -> None:
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5)):
        for process in processes:
            try:
                process.send_signal(sign)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=seconds)


def allow_many_files() -> None:
    """For this process and all that it starts. A login gives 1,024; MongoDB takes two for each collection and index, and ends
    when it gets none."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


_taken: list[socket.socket] = []  # held until this process ends


def free_port() -> int:
    """A port that nobody has, below those that the system gives to outgoing connections. While this process lives, nobody
    else gets it from here: two that look at the same time would find the same one free."""
    return next(port for port in iter(lambda: random.randrange(20000, 32000), None) if is_free(port) and _take(port))


def free_ports(count: int) -> list[int]:
    """So many, each another."""
    return [free_port() for _ in range(count)]


def _take(port: int) -> bool:
    """By a name on this machine that one process at a time can have, and that is free again when it ends, however it does."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0rabta-port-{port}")
    except OSError:
        name.close()
        return False
    _taken.append(name)
    return True


def wait_until(answer: Callable[[], Answer], seconds: float, process: psutil.Popen, name: str, log: Path) -> Answer:
    """What `answer()` gives as soon as it gives something. Raises CannotStart when the process ends or the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise CannotStart(f"{name} ended with code {process.poll()}: {last_words(log)} (whole log: {log})")
        if found := answer():
            return found
        time.sleep(0.05)
    raise CannotStart(f"{name} was not ready after {seconds:.0f} s: see {log}")


def last_words(log: Path) -> str:
    """The line of a log that says most about why its process ended."""
    text = log.read_text(errors="replace") if log.exists() else ""
    for known, words in _KNOWN_FAULTS.items():
        if known in text:
            return words
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]  # RabbitMQ's summary, before pages of detail
    return [*lines, *errors][-1][:300] if lines else "it said nothing"


_KNOWN_FAULTS = {
    "No space left on device": "the disk is full",
    "eaddrinuse": "its port is taken",
    "Address already in use": "its port is taken",
    "libcurl.so.4": "libcurl4 is missing: install the package libcurl4",
}
